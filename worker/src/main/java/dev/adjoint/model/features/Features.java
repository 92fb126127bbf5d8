package dev.adjoint.model.features;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The preprocessing that travels with a model: columns of a data set to one row of float32. {@link FeatureEncoder} applies it.
 *
 * <p>A number that is missing (NaN) is replaced by the column's {@code fill}, and where training missed some as well, a feature
 * says so: 1 where it was missing, else 0.
 */
public record Features(List<Column> columns) implements Serializable {
    /** Beyond so many spreads from the centre, numbers that are {@code bent} grow slower and slower, to twice as many. */
    public static final double BEND = 3;

    /** One column of the data set. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Numeric.class, name = "numeric"),
        @JsonSubTypes.Type(value = Ranked.class, name = "ranked"),
        @JsonSubTypes.Type(value = Dated.class, name = "dated"),
        @JsonSubTypes.Type(value = Sparse.class, name = "sparse"),
        @JsonSubTypes.Type(value = Categorical.class, name = "categorical"),
        @JsonSubTypes.Type(value = Constant.class, name = "constant")
    })
    public sealed interface Column extends Serializable permits Numeric, Ranked, Dated, Sparse, Categorical, Constant {
        String name();

        /** How many features it becomes. */
        int width();

        /** How many numbers an example has for it; 0 for a text. */
        int numbers();

        /** What its numbers become where they are missing. */
        default Missing missingNumbers() {
            return Missing.ERROR;
        }
    }

    /**
     * What a column's numbers become where they are missing.
     *
     * @param fills of each number, in the column's units; empty where a missing one is an error
     * @param indicated which of the numbers have a feature that says whether they were missing, ascending
     */
    public record Missing(List<Double> fills, List<Integer> indicated) implements Serializable {
        /** A missing number is an error. */
        public static final Missing ERROR = new Missing(List.of(), List.of());

        public Missing {
            fills = List.copyOf(fills);
            indicated = List.copyOf(indicated);
        }

        private void require(String column, int numbers) {
            boolean finite = fills.stream().allMatch(Double::isFinite) && (fills.isEmpty() || fills.size() == numbers);
            boolean inside = indicated.stream().allMatch(i -> i >= 0 && i < fills.size())
                    && indicated.stream().distinct().count() == indicated.size();
            if (!finite || !inside) {
                throw new IllegalArgumentException(
                        "column %s: %d numbers, fills %s for missing ones, with an indicator at %s"
                                .formatted(column, numbers, fills, indicated));
            }
        }
    }

    /**
     * A number, or a vector of numbers: each less its centre, by its spread.
     *
     * @param bent whether numbers far from the centre are drawn near: with {@code z} the standardised number and {@code b} the
     *     {@link #BEND}, beyond {@code b} it is {@code 2 b - b^2 / |z|} with the sign of z, whose slope begins at 1
     */
    public record Numeric(String name, List<Double> centers, List<Double> spreads, boolean bent, Missing missing)
            implements Column {
        /**
         * Checks that there are as many centres as spreads, and that each spread is positive.
         *
         * @throws IllegalArgumentException when not
         */
        public Numeric {
            centers = List.copyOf(centers);
            spreads = List.copyOf(spreads);
            boolean finite = Stream.concat(centers.stream(), spreads.stream()).allMatch(Double::isFinite);
            boolean positive = spreads.stream().allMatch(d -> d > 0);
            if (centers.isEmpty() || centers.size() != spreads.size() || !finite || !positive) {
                throw new IllegalArgumentException(
                        "column %s: %d centers and spreads %s, expected as many, finite, the spreads positive"
                                .formatted(name, centers.size(), spreads));
            }
            missing.require(name, centers.size());
        }

        /** Of numbers that are never missing, not bent. */
        public Numeric(String name, List<Double> centers, List<Double> spreads) {
            this(name, centers, spreads, false, Missing.ERROR);
        }

        @Override
        public Missing missingNumbers() {
            return missing;
        }

        @Override
        public int width() {
            return numbers() + missing.indicated().size();
        }

        @Override
        public int numbers() {
            return centers.size();
        }
    }

    /**
     * A number by its rank among the training set's: evenly spread between plus and minus the root of 3, which is of unit
     * variance; between two knots by interpolation, at the ends beyond the first and the last.
     *
     * @param knots quantiles at even distances, ascending; equal ones stand for a value that many rows have, which takes the
     *     middle of their ranks
     */
    public record Ranked(String name, List<Double> knots, Missing missing) implements Column {
        /**
         * Checks that there are two knots at least, in order.
         *
         * @throws IllegalArgumentException when not
         */
        public Ranked {
            knots = List.copyOf(knots);
            boolean sorted = knots.stream().allMatch(Double::isFinite);
            for (int i = 1; i < knots.size(); i++) {
                sorted &= knots.get(i - 1) <= knots.get(i);
            }
            if (knots.size() < 2 || !sorted) {
                throw new IllegalArgumentException(
                        "column %s: knots %s, expected two at least, finite and in order".formatted(name, knots));
            }
            missing.require(name, 1);
        }

        @Override
        public Missing missingNumbers() {
            return missing;
        }

        @Override
        public int width() {
            return 1 + missing.indicated().size();
        }

        @Override
        public int numbers() {
            return 1;
        }
    }

    /**
     * A date or a time, given as seconds since 1970-01-01 on the calendar's clock: the seconds as a {@link Numeric} has them,
     * and where {@code cyclic} sine and cosine of the place in the year, in the week, and where {@code timed} in the day.
     */
    public record Dated(String name, boolean cyclic, boolean timed, double center, double spread, Missing missing)
            implements Column {
        /**
         * Checks centre and spread.
         *
         * @throws IllegalArgumentException when they are not finite, or the spread is not positive
         */
        public Dated {
            if (!Double.isFinite(center) || !Double.isFinite(spread) || spread <= 0) {
                throw new IllegalArgumentException(
                        "column %s: center %s and spread %s, expected finite and positive ones"
                                .formatted(name, center, spread));
            }
            missing.require(name, 1);
        }

        @Override
        public Missing missingNumbers() {
            return missing;
        }

        @Override
        public int width() {
            return dense() + missing.indicated().size();
        }

        @Override
        public int numbers() {
            return 1;
        }

        int dense() {
            return !cyclic ? 1 : timed ? 7 : 5;
        }
    }

    /**
     * A vector of mostly zeros. Each number is divided by its scale, the root mean square of those that are not 0: zeros
     * stay zeros, and a rare number is no larger than a frequent one, as its standard deviation would make it.
     */
    public record Sparse(String name, List<Double> scales) implements Column {
        /**
         * Checks that each scale is positive.
         *
         * @throws IllegalArgumentException when not
         */
        public Sparse {
            scales = List.copyOf(scales);
            if (scales.isEmpty() || !scales.stream().allMatch(s -> Double.isFinite(s) && s > 0)) {
                throw new IllegalArgumentException(
                        "column %s: scales %s, expected finite and positive ones".formatted(name, scales));
            }
        }

        @Override
        public int width() {
            return scales.size();
        }

        @Override
        public int numbers() {
            return scales.size();
        }
    }

    /**
     * A text: an indicator for each level that training saw often enough, then one for all others where training had some, then
     * one for a missing text where training missed some. A level that training never saw goes to the others; where there are
     * none, its features are all 0.
     *
     * @param levels sorted
     * @param pooled whether there is a feature for rare and unseen levels
     * @param missing whether there is one for missing texts
     * @param fill the level that a missing text is taken for where there is none; empty where it is an error
     */
    public record Categorical(String name, List<String> levels, boolean pooled, boolean missing, String fill)
            implements Column {
        /**
         * Checks that the levels are sorted and distinct.
         *
         * @throws IllegalArgumentException when not
         */
        public Categorical {
            levels = List.copyOf(levels);
            for (int i = 1; i < levels.size(); i++) {
                if (levels.get(i - 1).compareTo(levels.get(i)) >= 0) {
                    throw new IllegalArgumentException(
                            "column %s: levels out of order at %s".formatted(name, levels.get(i)));
                }
            }
        }

        /** With no place for other levels, nor for missing ones, which are errors. */
        public Categorical(String name, List<String> levels) {
            this(name, levels, false, false, "");
        }

        @Override
        public int width() {
            return levels.size() + (pooled ? 1 : 0) + (missing ? 1 : 0);
        }

        @Override
        public int numbers() {
            return 0;
        }
    }

    /** A column that had one value in training, from which nothing can be learned: it becomes no feature. */
    public record Constant(String name, String value) implements Column {
        @Override
        public int width() {
            return 0;
        }

        @Override
        public int numbers() {
            return 0;
        }
    }

    public Features {
        columns = List.copyOf(columns);
    }

    /** Whether encoded rows are mostly zeros, and given by their entries. */
    public boolean areSparse() {
        return columns.stream().anyMatch(Sparse.class::isInstance);
    }

    /** Which features are numbers, ascending from 0; the others are indicators, or parts of a date. */
    public List<Integer> numbers() {
        List<Integer> numbers = new ArrayList<>();
        int at = 0;
        for (Column column : columns) {
            if (!(column instanceof Dated)) {
                IntStream.range(at, at + column.numbers()).forEach(numbers::add);
            }
            at += column.width();
        }
        return numbers;
    }

    /** The width of an encoded row. */
    public int width() {
        return columns.stream().mapToInt(Column::width).sum();
    }
}
