package dev.adjoint.model.features;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies {@link Features}: their lists are laid out as arrays here, so that the loop over the numbers boxes nothing. */
public final class FeatureEncoder {
    private static final double SECONDS_OF_DAY = 86_400;
    /** The mean of the Gregorian calendar. */
    private static final double SECONDS_OF_YEAR = 365.2425 * SECONDS_OF_DAY;

    private static final double ROOT_OF_3 = Math.sqrt(3);

    /** Of each number; a fill that is NaN: none. */
    private final double[] centers;

    private final double[] spreads;
    private final double[] fills;
    private final double[] bends;
    /** The feature that says whether the number was missing; -1 where there is none. */
    private final int[] indicators;
    /** The first feature of each number, and its place where features of numbers stand by themselves. */
    private final int[] features;

    private final int[] packed;
    /** What is no affine map; null where it is one. */
    private final Features.@Nullable Column[] others;

    private final int[] places;
    private final int indicated;
    private final List<Levels> texts = new ArrayList<>();

    /** A text, which becomes one feature a level from {@code at} on. */
    private record Levels(Features.Categorical column, int at) {
        /** The feature that is 1 for a level; -1 where all are 0. */
        int feature(@Nullable String level) {
            if (level == null) {
                if (column.missing()) {
                    return at + column.width() - 1;
                }
                if (column.fill().isEmpty()) {
                    throw missing(column.name());
                }
            }
            int place = Collections.binarySearch(column.levels(), level == null ? column.fill() : level);
            if (place >= 0) {
                return at + place;
            }
            return column.pooled() ? at + column.levels().size() : -1;
        }
    }

    public FeatureEncoder(Features features) {
        int numbers =
                features.columns().stream().mapToInt(Features.Column::numbers).sum();
        centers = new double[numbers];
        spreads = new double[numbers];
        Arrays.fill(spreads, 1);
        fills = new double[numbers];
        Arrays.fill(fills, Double.NaN);
        bends = new double[numbers];
        Arrays.fill(bends, Double.POSITIVE_INFINITY);
        indicators = new int[numbers];
        Arrays.fill(indicators, -1);
        this.features = new int[numbers];
        packed = new int[numbers];
        others = new Features.Column[numbers];
        int[] found = new int[features.width()];
        int number = 0;
        int at = 0;
        int dense = 0;
        for (Features.Column column : features.columns()) {
            if (column instanceof Features.Categorical categorical) {
                texts.add(new Levels(categorical, at));
            }
            int width = column instanceof Features.Dated dated ? dated.dense() : column.numbers();
            for (int i = 0; i < column.numbers(); i++) {
                this.features[number + i] = at + i;
                packed[number + i] = dense + i;
                scale(column, i, number + i);
            }
            for (int i = 0; i < width; i++) {
                found[dense + i] = at + i;
            }
            Features.Missing missing = column.missingNumbers();
            for (int k = 0; k < missing.indicated().size(); k++) {
                indicators[number + missing.indicated().get(k)] = at + width + k;
            }
            for (int i = 0; i < missing.fills().size(); i++) {
                fills[number + i] = missing.fills().get(i);
            }
            number += column.numbers();
            dense += width;
            at += column.width();
        }
        places = Arrays.copyOf(found, dense);
        indicated = (int) Arrays.stream(indicators).filter(i -> i >= 0).count();
    }

    private void scale(Features.Column column, int i, int number) {
        if (column instanceof Features.Numeric numeric) {
            centers[number] = numeric.centers().get(i);
            spreads[number] = numeric.spreads().get(i);
            bends[number] = numeric.bent() ? Features.BEND : Double.POSITIVE_INFINITY;
        } else if (column instanceof Features.Sparse sparse) {
            spreads[number] = sparse.scales().get(i);
        } else {
            others[number] = column;
            if (column instanceof Features.Dated dated) {
                centers[number] = dated.center();
                spreads[number] = dated.spread();
                bends[number] = Features.BEND;
            }
        }
    }

    private static IllegalArgumentException missing(String column) {
        return new IllegalArgumentException(
                "a value of %s is missing, and the model was trained with data.missing = error".formatted(column));
    }

    /** How many numbers an example has. */
    public int numbers() {
        return centers.length;
    }

    /** How many texts an example has. */
    public int texts() {
        return texts.size();
    }

    /**
     * Writes the features of an example into {@code out} from {@code offset} on: {@link Features#width} numbers.
     *
     * @param numbers the numeric columns, vectors spread out, in their order; NaN where one is missing
     * @param texts the categorical columns in their order; null where one is missing
     * @throws IllegalArgumentException when one is missing that must not be
     */
    public void encode(double[] numbers, @Nullable String[] texts, float[] out, int offset) {
        for (int i = 0; i < numbers.length; i++) {
            write(numbers[i], i, out, offset + features[i]);
            if (indicators[i] >= 0) {
                out[offset + indicators[i]] = Double.isNaN(numbers[i]) ? 1f : 0f;
            }
        }
        for (int t = 0; t < this.texts.size(); t++) {
            Levels levels = this.texts.get(t);
            int from = offset + levels.at();
            Arrays.fill(out, from, from + levels.column().width(), 0f);
            int feature = levels.feature(texts[t]);
            if (feature >= 0) {
                out[offset + feature] = 1f;
            }
        }
    }

    /** {@code [n]}: which features are those of numbers, and no indicators. */
    public int[] places() {
        return places.clone();
    }

    /** How many codes an example has: one a text, and one for each number that has an indicator. */
    public int codes() {
        return texts.size() + indicated;
    }

    /**
     * Writes an example's features of numbers, as many as {@link #places} has, into {@code out} from {@code offset} on; and the
     * features that are 1 into {@code codes} from {@code at} on, -1 where all of a column's are 0.
     *
     * @param numbers as above
     * @param texts as above
     */
    public void encode(double[] numbers, @Nullable String[] texts, float[] out, int offset, int[] codes, int at) {
        int code = at;
        for (int t = 0; t < this.texts.size(); t++) {
            codes[code++] = this.texts.get(t).feature(texts[t]);
        }
        for (int i = 0; i < numbers.length; i++) {
            write(numbers[i], i, out, offset + packed[i]);
            if (indicators[i] >= 0) {
                codes[code++] = Double.isNaN(numbers[i]) ? indicators[i] : -1;
            }
        }
    }

    /** Takes what is not 0 of an encoded row. */
    public interface Entries {
        void add(int column, float value);
    }

    /**
     * Hands the features of an example that are not 0 to {@code out}; those of numbers first.
     *
     * @param texts as above
     */
    public void encode(Numbers numbers, @Nullable String[] texts, Entries out) {
        float[] written = new float[7];
        for (int k = 0; k < numbers.values().length; k++) {
            int i = numbers.places() == null ? k : numbers.places()[k];
            int count = write(numbers.values()[k], i, written, 0);
            for (int j = 0; j < count; j++) {
                if (written[j] != 0) {
                    out.add(features[i] + j, written[j]);
                }
            }
            if (indicators[i] >= 0 && Double.isNaN(numbers.values()[k])) {
                out.add(indicators[i], 1);
            }
        }
        for (int t = 0; t < this.texts.size(); t++) {
            int feature = this.texts.get(t).feature(texts[t]);
            if (feature >= 0) {
                out.add(feature, 1);
            }
        }
    }

    /** Writes the features of a number; returns how many those are. */
    private int write(double given, int i, float[] out, int at) {
        double number = Double.isNaN(given) ? filled(i) : given;
        Features.Column other = others[i];
        if (other instanceof Features.Ranked ranked) {
            out[at] = (float) (ROOT_OF_3 * (2 * rank(ranked.knots(), number) - 1));
            return 1;
        }
        out[at] = (float) bent((number - centers[i]) / spreads[i], bends[i]);
        if (other instanceof Features.Dated dated && dated.cyclic()) {
            turn(number / SECONDS_OF_YEAR, out, at + 1);
            // 1970-01-01 was a Thursday.
            turn((number / SECONDS_OF_DAY + 3) / 7, out, at + 3);
            if (dated.timed()) {
                turn(number / SECONDS_OF_DAY, out, at + 5);
            }
            return dated.dense();
        }
        return 1;
    }

    private double filled(int i) {
        if (Double.isNaN(fills[i])) {
            throw missing("number " + (i + 1));
        }
        return fills[i];
    }

    private static double bent(double z, double bend) {
        double size = Math.abs(z);
        return size <= bend ? z : Math.copySign(2 * bend - bend * bend / size, z);
    }

    /** StrictMath: the same bits everywhere. */
    private static void turn(double turns, float[] out, int at) {
        double angle = 2 * Math.PI * (turns - Math.floor(turns));
        out[at] = (float) StrictMath.sin(angle);
        out[at + 1] = (float) StrictMath.cos(angle);
    }

    /** From 0 at the first knot to 1 at the last; the middle of the knots that are equal to the number. */
    private static double rank(List<Double> knots, double number) {
        int last = knots.size() - 1;
        int above = bound(knots, number, true);
        int below = bound(knots, number, false);
        if (below < above) {
            return (below + above - 1) / 2.0 / last;
        }
        if (above == 0) {
            return 0;
        }
        if (above > last) {
            return 1;
        }
        double left = knots.get(above - 1);
        double right = knots.get(above);
        // Halves, so that their difference does not overflow.
        return (above - 1 + (number / 2 - left / 2) / (right / 2 - left / 2)) / last;
    }

    /** The first knot that is not below the number; or, where {@code beyond}, that is above it. */
    private static int bound(List<Double> knots, double number, boolean beyond) {
        int low = 0;
        int high = knots.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            double knot = knots.get(middle);
            if (knot < number || (beyond && knot == number)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
