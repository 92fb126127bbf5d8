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
    private long count;

    public Moments(int quantities) {
        this.means = new double[quantities];
        this.squares = new double[quantities];
    }

    /** Adds one observation of every quantity. */
    public void observe(double[] values) {
        count++;
        for (int i = 0; i < means.length; i++) {
            double d = values[i] - means[i];
            means[i] += d / count;
            squares[i] += d * (values[i] - means[i]);
        }
    }

    @Override
    public void add(Moments right) {
        if (right.count == 0) {
            return;
        }
        long total = count + right.count;
        double share = (double) right.count / total;
        for (int i = 0; i < means.length; i++) {
            double d = right.means[i] - means[i];
            means[i] += d * share;
            squares[i] += right.squares[i] + d * d * share * count;
        }
        count = total;
    }

    public long count() {
        return count;
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

    /** The population's standard deviation; 1 for a quantity that does not vary, so that dividing by it changes nothing. */
    public double deviation(int quantity) {
        double variance = count == 0 ? 0 : squares[quantity] / count;
        // Rounding leaves a constant a spread of a few units in its last place.
        double noise = 1e-14 * Math.abs(means[quantity]);
        return variance > noise * noise ? Math.sqrt(variance) : 1;
    }
}
