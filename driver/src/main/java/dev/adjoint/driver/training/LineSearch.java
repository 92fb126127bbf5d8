package dev.adjoint.driver.training;

/**
 * A search along a direction for a step that lowers the loss and flattens its slope: the strong Wolfe conditions (Nocedal and
 * Wright 2006, algorithms 3.5 and 3.6). While no end of the interval is known the steps grow, and afterwards it is narrowed;
 * an interval that reaches to infinity makes the two one.
 *
 * <p>Losses are sums in float32, in which a minimum of width w is flat over sqrt(eps) w, while slopes tell where it is to eps w.
 * So a loss may lie above what is demanded by as much as float32 can err (Shi, Xie, Byrd and Nocedal 2022, relaxed Armijo
 * condition).
 *
 * @param start where it begins, with a length of 0
 * @param low the best of the points so far that lower the loss enough, or the start
 * @param high the other end of the interval, on either side of {@code low}
 * @param length of the step that is tried next, in multiples of the direction
 * @param evaluations how many steps were tried
 * @param past what is known of the iterates before
 * @param converged whether there is nothing left to search for
 */
public record LineSearch(
        Point start, Point low, Point high, double length, int evaluations, Past past, boolean converged) {
    /** After so many evaluations the best step so far is taken, and where there is none the search has failed. */
    private static final int MOST_EVALUATIONS = 25;

    /** The same where the slope promises less than float32 can tell of the loss. */
    private static final int MOST_IN_NOISE = 3;

    /** So many iterates without a lower loss are the end. */
    private static final int MOST_STALLED = 10;

    /** The spacing of float32 at 1. */
    private static final double PRECISION = 0x1p-23;

    /** Of what the slope promises; of the slope that may be left. */
    private static final double DECREASE = 1e-4;

    private static final double CURVATURE = 0.9;

    /** While no step was too long. */
    private static final double GROWTH = 4;

    /** The least share of the interval that a step within it is away from its ends. */
    private static final double MARGIN = 0.1;

    /**
     * A point on the line.
     *
     * @param length how far from the start
     * @param loss infinite where it is no finite number
     * @param slope the derivative of the loss with the length
     */
    public record Point(double length, double loss, double slope) {
        /** Checks that they are numbers, since a file may say otherwise. */
        public Point {
            if (!(length >= 0) || Double.isNaN(loss) || loss == Double.NEGATIVE_INFINITY || !Double.isFinite(slope)) {
                throw new IllegalArgumentException(
                        "no point of a line search: %s, %s, %s".formatted(length, loss, slope));
            }
        }

        /** One whose loss or gradient is not finite. */
        static Point outside(double length) {
            return new Point(length, Double.POSITIVE_INFINITY, 0);
        }
    }

    /**
     * The iterates so far.
     *
     * @param pairs how many of the pairs of differences are valid
     * @param next the place of the next pair, which is that of the oldest where all are valid
     * @param best the loss when it last was lower than before by more than rounding
     * @param stalled how many iterates there were since then
     */
    public record Past(int pairs, int next, double best, int stalled) {
        /** Checks that they can be, since a file may say otherwise. */
        public Past {
            if (pairs < 0 || next < 0 || !Double.isFinite(best) || stalled < 0) {
                throw new IllegalArgumentException("no past of a line search: %d pairs, the next %d, %s, %d"
                        .formatted(pairs, next, best, stalled));
            }
        }

        /** Before the first iterate, which has this loss. */
        static Past none(double loss) {
            return new Past(0, 0, loss, 0);
        }

        /** After another iterate. */
        Past then(double loss) {
            return loss < best - PRECISION * Math.abs(best)
                    ? new Past(pairs, next, loss, 0)
                    : new Past(pairs, next, best, stalled + 1);
        }

        /** With another pair, of so many at most. */
        Past withPair(int most) {
            return new Past(Math.min(pairs + 1, most), (next + 1) % most, best, stalled);
        }

        /** Without pairs. */
        Past forgotten() {
            return new Past(0, next, best, stalled);
        }

        /** Whether float32 tells no difference any more, though slopes may still have told some. */
        boolean isStalled() {
            return stalled >= MOST_STALLED;
        }
    }

    /** Checks that they belong together, since a file may say otherwise. */
    public LineSearch {
        if (start.length != 0
                || !Double.isFinite(start.loss)
                || !Double.isFinite(low.loss)
                || !Double.isFinite(low.length)
                || !Double.isFinite(length)
                || !(length >= 0)
                || evaluations < 0
                || evaluations > MOST_EVALUATIONS) {
            throw new IllegalArgumentException("no state of a line search");
        }
    }

    /**
     * A search that begins.
     *
     * @param slope of the direction
     * @param first the step to try
     */
    static LineSearch from(double loss, double slope, double first, Past past) {
        Point start = new Point(0, loss, slope);
        return new LineSearch(start, start, Point.outside(Double.POSITIVE_INFINITY), first, 0, past, false);
    }

    /** The last of a training. */
    LineSearch end() {
        return new LineSearch(start, low, high, length, evaluations, past, true);
    }

    /** Whether {@code trial} is where the search ends. */
    boolean accepts(Point trial) {
        // After the most evaluations the best point was tried once more.
        return evaluations == most() || (isLowest(trial) && Math.abs(trial.slope) <= -CURVATURE * start.slope);
    }

    private int most() {
        return -start.slope > resolution() ? MOST_EVALUATIONS : MOST_IN_NOISE;
    }

    private double resolution() {
        return PRECISION * Math.abs(start.loss);
    }

    private boolean isLowest(Point trial) {
        double enough = start.loss + DECREASE * trial.length * start.slope + resolution();
        return trial.loss <= enough && (low.length == 0 || trial.loss < low.loss);
    }

    /** The search after a trial that is not accepted. */
    LineSearch after(Point trial) {
        Point newLow = low;
        Point newHigh = high;
        if (isLowest(trial)) {
            newLow = trial;
            boolean passed = trial.slope * (high.length - low.length) >= 0;
            newHigh = passed ? low : high;
        } else {
            newHigh = trial;
        }
        int done = evaluations + 1;
        double tried = done < most() ? between(newLow, newHigh) : newLow.length;
        return new LineSearch(start, newLow, newHigh, tried, done, past, false);
    }

    /** Whether no step was found that lowers the loss. */
    boolean hasFailed() {
        return evaluations == most() && low.length == 0;
    }

    /** The minimum of the cubic through both points (Nocedal and Wright 2006, equation 3.59), kept away from them. */
    private static double between(Point low, Point high) {
        if (Double.isInfinite(high.length)) {
            return GROWTH * low.length;
        }
        double width = high.length - low.length;
        double d1 = low.slope + high.slope - 3 * (low.loss - high.loss) / (low.length - high.length);
        double d2 = Math.signum(width) * Math.sqrt(d1 * d1 - low.slope * high.slope);
        double share = 1 - (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2);
        // Without a minimum, or with a loss that is not finite, the middle.
        double safe = Double.isFinite(share) ? Math.max(MARGIN, Math.min(1 - MARGIN, share)) : 0.5;
        return low.length + safe * width;
    }
}
