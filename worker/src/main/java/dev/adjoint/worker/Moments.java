package dev.adjoint.worker;

import java.io.Serializable;

/**
 * Count, mean and spread of several quantities at once, in float64, added up without cancellation (Chan, Golub and LeVeque
 * 1979, equations 2.1).
 */
public final class Moments implements Sum<Moments>, Serializable {
    private static final long serialVersionUID = 1L;

    private final double[] means;
    private final double[] squares;
    private final long[] counts;

    public Moments(int quantities) {
        this.means = new double[quantities];
        this.squares = new double[quantities];
        this.counts = new long[quantities];
    }

    /** Adds one observation of every quantity. */
    public void observe(double[] values) {
        for (int i = 0; i < means.length; i++) {
            observe(i, values[i]);
        }
    }

    /** Adds one observation of one quantity. */
    public void observe(int quantity, double value) {
        counts[quantity]++;
        double d = value - means[quantity];
        means[quantity] += d / counts[quantity];
        squares[quantity] += d * (value - means[quantity]);
    }

    @Override
    public void add(Moments right) {
        for (int i = 0; i < means.length; i++) {
            long total = counts[i] + right.counts[i];
            if (right.counts[i] > 0) {
                double share = (double) right.counts[i] / total;
                double d = right.means[i] - means[i];
                means[i] += d * share;
                squares[i] += right.squares[i] + d * d * share * counts[i];
                counts[i] = total;
            }
        }
    }

    /** How many observations of a quantity there were. */
    public long count(int quantity) {
        return counts[quantity];
    }

    /** How many quantities there are. */
    public int quantities() {
        return means.length;
    }

    public double mean(int quantity) {
        return means[quantity];
    }

    /** The sum of squared deviations from the mean. */
    public double squaredDeviations(int quantity) {
        return squares[quantity];
    }

    /** The root of the mean square; 1 for a quantity that was not observed. */
    public double rootMeanSquare(int quantity) {
        long count = counts[quantity];
        return count == 0 ? 1 : Math.sqrt(squares[quantity] / count + means[quantity] * means[quantity]);
    }

    /** The population's standard deviation; 1 for a quantity that does not vary, so that dividing by it changes nothing. */
    public double deviation(int quantity) {
        double variance = counts[quantity] == 0 ? 0 : squares[quantity] / counts[quantity];
        // Rounding leaves a constant a spread of a few units in its last place.
        double noise = 1e-14 * Math.abs(means[quantity]);
        return variance > noise * noise ? Math.sqrt(variance) : 1;
    }
}
