package dev.adjoint.bench;

import java.util.List;

/** The middle of some numbers, and how far they go. */
record Spread(double median, double min, double max) {
    /**
     * Sums up at least one number.
     *
     * @throws IllegalArgumentException when there is none
     */
    static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no numbers to sum up");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int n = sorted.size();
        return new Spread((sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2, sorted.get(0), sorted.get(n - 1));
    }
}
