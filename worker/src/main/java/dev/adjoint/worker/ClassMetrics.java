package dev.adjoint.worker;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The weighted sums behind a classifier's metrics beyond its accuracy. What there is nothing to compute from is NaN: the recall
 * of a class that no example has, say.
 */
public final class ClassMetrics implements Sum<ClassMetrics>, Serializable {
    private static final long serialVersionUID = 1L;

    /** The most classes whose scores are ranked. */
    public static final int MOST_RANKED = 100;

    /** The most classes of which is kept which was taken for which. */
    public static final int MOST_CONFUSED = 50;

    /** The most classes, of all groups together, whose scores are ranked by group. */
    public static final int MOST_RANKED_IN_GROUPS = 1000;

    /** Up to so many rankings have fine bins. */
    private static final int FEW = 8;

    private static final int FINE = 7;
    private static final int COARSE = 4;
    /** Of the calibration. */
    private static final int BINS = 15;

    /** Less certain than this of a float32 means nothing; ln 0 would be infinite. */
    private static final double LEAST_PROBABILITY = 1e-15;

    private final int groups;
    private final double[] actual;
    private final double[] predicted;
    private final double[] hits;
    /** Row by row, the weight of each actual class by what was predicted; empty where it is not kept. */
    private final double[] confusion;
    /** Of class 1 alone where there are two. */
    private final ScoreHistogram[] rankings;

    private final double[] binWeight = new double[BINS];
    private final double[] binHits = new double[BINS];
    private final double[] binConfidence = new double[BINS];
    private double logLoss;

    /**
     * Of no example yet.
     *
     * @param groups of how many groups there are metrics like these; 0 for those of all examples
     */
    ClassMetrics(int classes, int groups) {
        this.groups = groups;
        this.actual = new double[classes];
        this.predicted = new double[classes];
        this.hits = new double[classes];
        this.confusion = new double[groups == 0 && classes <= MOST_CONFUSED ? classes * classes : 0];
        int curves = classes == 2 ? 1 : classes;
        long all = (long) curves * Math.max(1, groups);
        boolean ranked = curves <= MOST_RANKED && all <= MOST_RANKED_IN_GROUPS;
        this.rankings = new ScoreHistogram[ranked ? curves : 0];
        Arrays.setAll(rankings, c -> new ScoreHistogram(all <= FEW ? FINE : COARSE));
    }

    /** Like these, of no example yet. */
    ClassMetrics empty() {
        return new ClassMetrics(classes(), groups);
    }

    /** Adds an example of class {@code label}, whose probabilities are as {@link Evaluation#likeliest} takes them. */
    void observe(float[] probabilities, int at, int columns, int label, double weight) {
        int best = Evaluation.likeliest(probabilities, at, columns);
        boolean hit = best == label;
        actual[label] += weight;
        predicted[best] += weight;
        hits[label] += hit ? weight : 0;
        if (confusion.length > 0) {
            confusion[label * actual.length + best] += weight;
        }
        for (int c = 0; c < rankings.length; c++) {
            int ranked = rankings.length == 1 ? 1 : c;
            rankings[c].observe(probabilities[columns == 1 ? at : at + ranked], label == ranked, weight);
        }
        // StrictMath, since Math's logarithm may have other last bits on another machine.
        double ofLabel = probability(probabilities, at, columns, label);
        logLoss -= weight * StrictMath.log(Math.max(ofLabel, LEAST_PROBABILITY));
        double confidence = probability(probabilities, at, columns, best);
        int bin = Math.max(0, Math.min(BINS, (int) Math.ceil(confidence * BINS)) - 1);
        binWeight[bin] += weight;
        binHits[bin] += hit ? weight : 0;
        binConfidence[bin] += weight * confidence;
    }

    private static double probability(float[] probabilities, int at, int columns, int of) {
        if (columns == 1) {
            return of == 1 ? probabilities[at] : 1 - (double) probabilities[at];
        }
        return probabilities[at + of];
    }

    /** Says that all examples of a shard were observed. */
    void settle() {
        for (ScoreHistogram ranking : rankings) {
            ranking.settle();
        }
    }

    @Override
    public void add(ClassMetrics right) {
        add(actual, right.actual);
        add(predicted, right.predicted);
        add(hits, right.hits);
        add(confusion, right.confusion);
        add(binWeight, right.binWeight);
        add(binHits, right.binHits);
        add(binConfidence, right.binConfidence);
        logLoss += right.logLoss;
        for (int c = 0; c < rankings.length; c++) {
            rankings[c].add(right.rankings[c]);
        }
    }

    private static void add(double[] left, double[] right) {
        for (int i = 0; i < left.length; i++) {
            left[i] += right[i];
        }
    }

    public int classes() {
        return actual.length;
    }

    private double weight() {
        return Arrays.stream(actual).sum();
    }

    /** The share of the weight that a class has. */
    public double share(int c) {
        return actual[c] / weight();
    }

    /** The class with the most weight, the first of equals. */
    public int commonest() {
        return IntStream.range(0, classes()).reduce(0, (a, b) -> actual[b] > actual[a] ? b : a);
    }

    /** The class with the least weight, the first of equals. */
    public int rarest() {
        return IntStream.range(0, classes()).reduce(0, (a, b) -> actual[b] < actual[a] ? b : a);
    }

    /** The accuracy of always guessing the commonest class. */
    public double baselineAccuracy() {
        return share(commonest());
    }

    /** Of the examples that were taken for a class, the share that has it. */
    public double precision(int c) {
        return hits[c] / predicted[c];
    }

    /** Of the examples of a class, the share that was taken for it. */
    public double recall(int c) {
        return hits[c] / actual[c];
    }

    /** The harmonic mean of a class's precision and recall. */
    public double f1(int c) {
        return 2 * hits[c] / (actual[c] + predicted[c]);
    }

    /** The mean recall of the classes that have examples. */
    public double balancedAccuracy() {
        return mean(classes(), this::recall);
    }

    /** The mean F1 of the classes that have examples, or were predicted. */
    public double macroF1() {
        return mean(classes(), this::f1);
    }

    /** The mean of -ln p, p the probability of the example's own class. */
    public double logLoss() {
        return logLoss / weight();
    }

    /** Whether scores were ranked: there are not too many classes. */
    public boolean isRanked() {
        return rankings.length > 0;
    }

    /** The area under the ROC curve of class 1; of more classes, the mean over each against the rest. */
    public double rocAuc() {
        return meanOfRankings(ScoreHistogram::rocAuc);
    }

    /** The average precision of class 1, which is the area under its precision-recall curve; of more, as {@link #rocAuc}. */
    public double prAuc() {
        return meanOfRankings(ScoreHistogram::averagePrecision);
    }

    private double meanOfRankings(ToDoubleFunction<ScoreHistogram> metric) {
        return mean(rankings.length, c -> metric.applyAsDouble(rankings[c]));
    }

    /** The mean of what is a number; NaN where nothing is. */
    private static double mean(int count, IntToDoubleFunction metric) {
        return IntStream.range(0, count)
                .mapToDouble(metric)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN);
    }

    /** The expected calibration error: by how much the likeliest class's probability is off, on average over 15 bins of it. */
    public double calibrationError() {
        double sum = 0;
        for (int bin = 0; bin < BINS; bin++) {
            sum += Math.abs(binHits[bin] - binConfidence[bin]);
        }
        return sum / weight();
    }

    /** Whether {@link #confusion} was kept: there are not too many classes, and these are no group's metrics. */
    public boolean hasConfusion() {
        return confusion.length > 0;
    }

    /** The weight of the examples of class {@code label} that were taken for {@code taken}. */
    public double confusion(int label, int taken) {
        return confusion[label * classes() + taken];
    }
}
