package dev.adjoint.worker;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the scores of one class lie: the weight of its own examples, and of the others, in bins of the score. What ranks examples
 * by their scores follows from it, for any number of examples in bounded memory; sums of it are the same in any partitioning,
 * as those of sorted scores are not.
 *
 * <p>A bin is what the first bits of a float32 tell apart: the exponent and a few bits of the mantissa of the score p below 1/2,
 * and of 1 - p above it. So bins are narrow where scores crowd, near 0 and near 1.
 */
final class ScoreHistogram implements Sum<ScoreHistogram>, Serializable {
    private static final long serialVersionUID = 1L;

    /** Of a float32's mantissa. */
    private static final int MANTISSA_BITS = 23;

    /** Those bins that have examples, ascending. */
    private int[] bins = {};

    /** The weight of the class's own examples in each bin. */
    private double[] own = {};

    private double[] others = {};

    /** What was observed since {@link #settle}: by the bin, the weight of others and of the class's own. */
    private final TreeMap<Integer, double[]> recent = new TreeMap<>();

    private final int shift;

    /** With 2^{@code bits} bins where scores, or their distances from 1, are between a power of two and the next. */
    ScoreHistogram(int bits) {
        this.shift = MANTISSA_BITS - bits;
    }

    /** Adds an example with its score from 0 to 1; one that is no number counts as 0. */
    void observe(float score, boolean isOwn, double weight) {
        recent.computeIfAbsent(bin(score), bin -> new double[2])[isOwn ? 1 : 0] += weight;
    }

    private int bin(float score) {
        if (score >= 0.5f) {
            int half = Float.floatToIntBits(0.5f) >>> shift;
            return 2 * half - (Float.floatToIntBits(1 - score) >>> shift); // the difference is exact
        }
        return score > 0 ? Float.floatToIntBits(score) >>> shift : 0;
    }

    /** Puts what was observed where sums of it are made. */
    void settle() {
        int[] at = new int[recent.size()];
        double[] weightOfOwn = new double[at.length];
        double[] weightOfOthers = new double[at.length];
        int i = 0;
        for (Map.Entry<Integer, double[]> bin : recent.entrySet()) {
            at[i] = bin.getKey();
            weightOfOthers[i] = bin.getValue()[0];
            weightOfOwn[i++] = bin.getValue()[1];
        }
        recent.clear();
        add(at, weightOfOwn, weightOfOthers);
    }

    @Override
    public void add(ScoreHistogram right) {
        add(right.bins, right.own, right.others);
    }

    /** Merges ascending bins into those here. */
    private void add(int[] right, double[] rightOwn, double[] rightOthers) {
        int[] merged = new int[bins.length + right.length];
        double[] mergedOwn = new double[merged.length];
        double[] mergedOthers = new double[merged.length];
        int count = 0;
        int i = 0;
        int j = 0;
        while (i < bins.length || j < right.length) {
            boolean here = j == right.length || (i < bins.length && bins[i] <= right[j]);
            boolean there = i == bins.length || (j < right.length && right[j] <= bins[i]);
            merged[count] = here ? bins[i] : right[j];
            mergedOwn[count] = (here ? own[i] : 0) + (there ? rightOwn[j] : 0);
            mergedOthers[count++] = (here ? others[i] : 0) + (there ? rightOthers[j] : 0);
            i += here ? 1 : 0;
            j += there ? 1 : 0;
        }
        bins = Arrays.copyOf(merged, count);
        own = Arrays.copyOf(mergedOwn, count);
        others = Arrays.copyOf(mergedOthers, count);
    }

    /**
     * The area under the receiver operating characteristic: how likely an example of the class scores above another, ties by
     * half. NaN where there is none of either.
     */
    double rocAuc() {
        double above = 0;
        double othersBelow = 0;
        for (int i = 0; i < bins.length; i++) {
            above += own[i] * (othersBelow + others[i] / 2);
            othersBelow += others[i];
        }
        return above / (Arrays.stream(own).sum() * othersBelow);
    }

    /**
     * The average precision: the mean, over the examples of the class, of the precision among all that score as high or higher.
     * NaN where there is none of either.
     */
    double averagePrecision() {
        double ownAbove = 0;
        double othersAbove = 0;
        double sum = 0;
        for (int i = bins.length - 1; i >= 0; i--) {
            ownAbove += own[i];
            othersAbove += others[i];
            if (own[i] > 0) {
                sum += own[i] * ownAbove / (ownAbove + othersAbove);
            }
        }
        return othersAbove == 0 ? Double.NaN : sum / ownAbove;
    }
}
