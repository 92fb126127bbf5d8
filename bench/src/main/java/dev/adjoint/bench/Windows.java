package dev.adjoint.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The windows of one measurement, which are epochs as a rule. The first ones warm up: as many as fill the time for that, and at
 * least two. What the others come to is the measurement.
 */
final class Windows {
    private static final int LEAST_WARM_UP = 2;

    private final double warmUpSeconds;
    private final double leastSeconds;
    private final List<Double> rates = new ArrayList<>();

    private int warmUps;
    private double warmedUp;
    private double measured;
    private double last;

    /** Warms up for the first time and then measures for the second, or longer. */
    Windows(double warmUpSeconds, double leastSeconds) {
        this.warmUpSeconds = warmUpSeconds;
        this.leastSeconds = leastSeconds;
    }

    /** A window is over, that took so many seconds. */
    void add(double examples, double seconds) {
        last = seconds;
        if (warmUps < LEAST_WARM_UP || warmedUp < warmUpSeconds) {
            warmUps++;
            warmedUp += last;
        } else {
            rates.add(examples / last);
            measured += last;
        }
    }

    boolean complete() {
        return !rates.isEmpty() && measured >= leastSeconds;
    }

    /** How many windows are missing, if they last as long as the last one did; at least one. */
    int missing() {
        double time = Math.max(0, warmUpSeconds - warmedUp) + Math.max(0, leastSeconds - measured);
        return (int) Math.max(1, Math.ceil(time / last));
    }

    /** Examples a second. */
    double median() {
        return Spread.of(rates).median();
    }

    int count() {
        return rates.size();
    }

    double seconds() {
        return measured;
    }
}
