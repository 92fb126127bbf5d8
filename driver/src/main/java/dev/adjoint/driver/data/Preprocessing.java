package dev.adjoint.driver.data;

import java.util.Locale;
import java.util.Map;

/**
 * What is to be made of the columns.
 *
 * @param missing what a missing number becomes
 * @param constant what it becomes by {@link Missing#CONSTANT}
 * @param skipUnlabelled whether rows without a label are left out; else they are an error
 */
public record Preprocessing(
        Missing missing, double constant, boolean skipUnlabelled, Scale scale, Rare rare, Dates dates) {
    /** What is done where nothing else is asked for. */
    public static final Preprocessing USUAL =
            new Preprocessing(Missing.INDICATOR, 0, false, Scale.ROBUST, Rare.USUAL, Dates.CYCLIC);

    /** What a missing number becomes. */
    public enum Missing {
        /** The median, with a feature that says so where training missed some. */
        INDICATOR,
        MEAN,
        MEDIAN,
        CONSTANT,
        ERROR;

        @Override
        public String toString() {
            return lowerCase(this);
        }
    }

    /** How numbers are scaled. */
    public enum Scale {
        /** By median and interquartile range, far ones drawn near. */
        ROBUST,
        /** By mean and standard deviation. */
        STANDARD,
        /** By their ranks. */
        QUANTILE,
        NONE;

        /** Whether one far number moves no other. */
        boolean isRobust() {
            return this == ROBUST || this == QUANTILE;
        }

        @Override
        public String toString() {
            return lowerCase(this);
        }
    }

    /** What a date becomes. */
    public enum Dates {
        /** The time, and the places in year, week and day. */
        CYCLIC,
        /** The time alone. */
        NUMBER,
        /** Nothing. */
        IGNORE;

        @Override
        public String toString() {
            return lowerCase(this);
        }
    }

    /**
     * Which levels are too rare to have a feature of their own: those with fewer than {@code rows} rows, or less than
     * {@code share} of all. At most a twentieth of the rows is asked for, so that a small table keeps its levels.
     */
    public record Rare(long rows, double share) {
        /** So the levels of a column are a thousand at most. */
        public static final Rare USUAL = new Rare(5, 0.001);

        /** Parses "auto", a number of rows, or a percentage. */
        public static Rare parse(Object raw) {
            String text = raw.toString().strip();
            if (text.equals("auto")) {
                return USUAL;
            }
            boolean percent = text.matches("\\d{1,2}(\\.\\d+)?\\s*%");
            if (!percent && !text.matches("\\d{1,9}")) {
                throw new IllegalArgumentException(
                        "expected auto, a number of rows or a percentage (0.1%%), not %s".formatted(raw));
            }
            return percent
                    ? new Rare(0, Double.parseDouble(text.substring(0, text.length() - 1)) / 100)
                    : new Rare(Long.parseLong(text), 0);
        }

        /** How many rows a level of {@code all} must have. */
        long least(long all) {
            long few = equals(USUAL) ? Math.min(rows, all / 20) : rows;
            return Math.max(few, (long) Math.ceil(share * all));
        }

        @Override
        public String toString() {
            if (equals(USUAL)) {
                return "auto";
            }
            return share > 0 ? 100 * share + "%" : String.valueOf(rows);
        }
    }

    /**
     * What the weights of each class's examples are multiplied by.
     *
     * @param balanced whether each class counts as much as another
     * @param factors by class, 1 for others
     */
    public record ClassWeights(boolean balanced, Map<String, Double> factors) {
        public static final ClassWeights NONE = new ClassWeights(false, Map.of());

        /** Each class counts as much as another. */
        public static final ClassWeights BALANCED = new ClassWeights(true, Map.of());

        public ClassWeights {
            factors = Map.copyOf(factors);
        }

        @Override
        public String toString() {
            return balanced ? "balanced" : factors.isEmpty() ? "none" : factors.toString();
        }
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
