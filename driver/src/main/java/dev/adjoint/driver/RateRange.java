package dev.adjoint.driver;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What the loss did while the learning rate grew from step to step: a range test (Smith 2017, "Cyclical Learning Rates for Training
 * Neural Networks", section 3.3), with the exponential growth that Howard and Gugger gave it (fastai, 2018).
 *
 * @param steps the rate of each step, and the loss of its examples before it
 * @param smoothed the mean loss of some steps in succession, each at the rate of the middle one
 * @param outcome what came of it
 * @param suggestion a rate to train at, to two digits, where one was found: a quarter of the one at which the smoothed loss was
 *     least. From there on a larger one no longer pays, and Smith has a third or a quarter of the largest that does
 */
public record RateRange(List<Point> steps, List<Point> smoothed, Outcome outcome, OptionalDouble suggestion) {
    /** A learning rate, and a loss. */
    public record Point(double rate, double loss) {}

    /** What a range test came to. */
    public enum Outcome {
        /** The loss fell, and rose again. */
        FOUND,
        /** It rose without having fallen. */
        TOO_HIGH,
        /** It had not risen again at the end. */
        TOO_LOW
    }

    /**
     * The rates of a range test.
     *
     * @param from the first
     * @param to the last, were the loss not to explode before
     * @param steps how many the training has at most
     */
    public record Span(double from, double to, int steps) {
        private static final double LEAST = 1e-30;
        private static final double MOST = 1e30;
        private static final int FEWEST_STEPS = 100;
        private static final int MOST_STEPS = 100_000;

        /**
         * Checks the rates.
         *
         * @throws IllegalArgumentException when they do not grow, are beyond all measure, or have too few steps
         */
        public Span {
            if (!(from >= LEAST && from < to && to <= MOST)) {
                throw new IllegalArgumentException(
                        "rates from %s to %s: expected the first less than the second, both within %s to %s"
                                .formatted(from, to, LEAST, MOST));
            }
            if (steps < FEWEST_STEPS || steps > MOST_STEPS) {
                throw new IllegalArgumentException(
                        "%d steps: expected %d to %d".formatted(steps, FEWEST_STEPS, MOST_STEPS));
            }
        }
    }

    public RateRange {
        steps = List.copyOf(steps);
        smoothed = List.copyOf(smoothed);
    }
}
