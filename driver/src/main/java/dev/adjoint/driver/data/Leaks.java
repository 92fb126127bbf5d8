package dev.adjoint.driver.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How well a column predicts the label by itself. What is learned of every other sampled row is measured on the rows between,
 * so that a column with another value in each row, which tells nothing of new ones, tells nothing here.
 *
 * <p>A category predicts the commonest class of its level, a number that of the nearest one seen. Numbers are predicted by their
 * ranks, so that a few large ones do not decide, as the mean of those with the level, or with the two numbers around.
 */
final class Leaks {
    /** Fewer rows of a level say nothing. */
    private static final int LEAST_OF_LEVEL = 5;

    /** Fewer rows to measure on say nothing, and fewer errors that could be avoided. */
    private static final int LEAST_MEASURED = 50;

    private static final int LEAST_ERRORS = 10;

    private final boolean classes;
    private final double[] label;
    private final double guess;

    /**
     * How right predictions are.
     *
     * @param column the error that the column's leave, a row: a share of wrong classes, or a mean square
     * @param guessing the same of the commonest class, or the mean, for every row
     */
    record Errors(double column, double guessing) {
        /** The share of the guess's error that the column takes away; 0 where nothing can be said. */
        double explained() {
            return guessing > 0 ? 1 - column / guessing : 0;
        }
    }

    private Leaks(boolean classes, double[] label) {
        this.classes = classes;
        this.label = label;
        double[] learned = everyOther(label);
        this.guess = classes ? commonest(learned) : mean(learned);
    }

    /** Of classes, each a number of its own. */
    static Leaks ofClasses(double[] codes) {
        return new Leaks(true, places(codes));
    }

    /** Of numbers. */
    static Leaks ofNumbers(double[] targets) {
        return new Leaks(false, ranks(targets));
    }

    /** Of a category whose levels have these codes, NaN for a missing one. */
    Errors category(double[] codes) {
        return errors(codes, false);
    }

    /** Of a number, NaN where it is missing. */
    Errors number(double[] numbers) {
        return errors(numbers, true);
    }

    private Errors errors(double[] values, boolean ordered) {
        Groups groups = Groups.of(everyOther(values), everyOther(label), classes);
        double column = 0;
        double guessing = 0;
        int measured = 0;
        for (int i = 1; i < label.length; i += 2) {
            column += error(groups.predict(values[i], ordered, guess), label[i]);
            guessing += error(guess, label[i]);
            measured++;
        }
        boolean enough = measured >= LEAST_MEASURED && (!classes || guessing >= LEAST_ERRORS);
        return enough ? new Errors(column / measured, guessing / measured) : new Errors(0, 0);
    }

    private double error(double predicted, double actual) {
        if (classes) {
            return predicted == actual ? 0 : 1;
        }
        return (predicted - actual) * (predicted - actual);
    }

    /**
     * The rows that are learned of, by their value.
     *
     * @param values distinct and sorted, NaN last
     * @param rows how many have each
     * @param labels what each predicts
     */
    private record Groups(double[] values, int[] rows, double[] labels, boolean classes) {
        static Groups of(double[] values, double[] label, boolean classes) {
            double[] distinct = Arrays.stream(values).sorted().distinct().toArray();
            int[] group = Arrays.stream(values)
                    .mapToInt(value -> Arrays.binarySearch(distinct, value))
                    .toArray();
            int[] rows = new int[distinct.length];
            double[] sums = new double[distinct.length];
            for (int i = 0; i < group.length; i++) {
                rows[group[i]]++;
                sums[group[i]] += label[i];
            }
            return new Groups(
                    distinct,
                    rows,
                    classes
                            ? commonest(group, label, distinct.length)
                            : IntStream.range(0, rows.length)
                                    .mapToDouble(g -> sums[g] / rows[g])
                                    .toArray(),
                    classes);
        }

        /** The commonest label of each group. */
        private static double[] commonest(int[] group, double[] label, int groups) {
            long[] pairs = IntStream.range(0, group.length)
                    .mapToLong(i -> (long) group[i] << 32 | (long) label[i])
                    .sorted()
                    .toArray();
            double[] commonest = new double[groups];
            int[] most = new int[groups];
            int run = 0;
            for (int i = 0; i < pairs.length; i++) {
                run = i > 0 && pairs[i] == pairs[i - 1] ? run + 1 : 1;
                int g = (int) (pairs[i] >>> 32);
                if (run > most[g]) {
                    most[g] = run;
                    commonest[g] = (int) pairs[i];
                }
            }
            return commonest;
        }

        double predict(double value, boolean ordered, double guess) {
            int at = Arrays.binarySearch(values, value);
            if (!ordered || Double.isNaN(value)) {
                return at >= 0 && rows[at] >= LEAST_OF_LEVEL ? labels[at] : guess;
            }
            if (at >= 0) {
                return labels[at];
            }
            int above = -at - 1;
            int below = above - 1;
            int numbers = Double.isNaN(values[values.length - 1]) ? values.length - 1 : values.length;
            if (numbers == 0) {
                return guess;
            }
            if (below < 0 || above == numbers) {
                return labels[below < 0 ? above : below];
            }
            if (classes) {
                return labels[value - values[below] <= values[above] - value ? below : above];
            }
            return (labels[below] + labels[above]) / 2;
        }
    }

    private static double[] everyOther(double[] values) {
        return IntStream.range(0, (values.length + 1) / 2)
                .mapToDouble(i -> values[2 * i])
                .toArray();
    }

    private static double commonest(double[] label) {
        return Groups.commonest(new int[label.length], label, 1)[0];
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** Of each value its place among the distinct ones. */
    private static double[] places(double[] values) {
        double[] distinct = Arrays.stream(values).sorted().distinct().toArray();
        return Arrays.stream(values)
                .map(value -> Arrays.binarySearch(distinct, value))
                .toArray();
    }

    /** Of each value its place among all, those of equal ones in the middle. */
    private static double[] ranks(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] distinct = Arrays.stream(sorted).distinct().toArray();
        double[] ranks = new double[distinct.length];
        int from = 0;
        for (int d = 0; d < distinct.length; d++) {
            int to = from;
            while (to < sorted.length && Double.compare(sorted[to], distinct[d]) == 0) {
                to++;
            }
            ranks[d] = (from + to - 1) / 2.0;
            from = to;
        }
        return Arrays.stream(values)
                .map(value -> ranks[Arrays.binarySearch(distinct, value)])
                .toArray();
    }
}
