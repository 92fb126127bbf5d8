package dev.adjoint.worker;

import java.io.Serializable;

/**
 * Weight, mean and spread of several quantities at once, in float64, added up without cancellation (Chan, Golub and LeVeque
 * 1979, equations 2.1; West 1979 with weights). Where every weight is 1 it is a count.
 */
public final class Moments implements Sum<Moments>, Serializable {
    private static final long serialVersionUID = 1L;

    private final double[] means;
    private final double[] squares;
    private final double[] weights;

    public Moments(int quantities) {
        this.means = new double[quantities];
        this.squares = new double[quantities];
        this.weights = new double[quantities];
    }

    /** Adds one observation of one quantity, of weight 1. */
    public void observe(int quantity, double value) {
        observe(quantity, value, 1);
    }

    /** Adds one observation of one quantity; one of weight 0 changes nothing. */
    public void observe(int quantity, double value, double weight) {
        if (weight > 0) {
            weights[quantity] += weight;
            double d = value - means[quantity];
            means[quantity] += weight * d / weights[quantity];
            squares[quantity] += weight * d * (value - means[quantity]);
        }
    }

    @Override
    public void add(Moments right) {
        for (int i = 0; i < means.length; i++) {
            double total = weights[i] + right.weights[i];
            if (right.weights[i] > 0) {
                double share = right.weights[i] / total;
                double d = right.means[i] - means[i];
                means[i] += d * share;
                squares[i] += right.squares[i] + d * d * share * weights[i];
                weights[i] = total;
            }
        }
    }

    /** The weight of a quantity's observations. */
    public double weight(int quantity) {
        return weights[quantity];
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
        double weight = weights[quantity];
        return weight == 0 ? 1 : Math.sqrt(squares[quantity] / weight + means[quantity] * means[quantity]);
    }

    /** The population's standard deviation; 1 for a quantity that does not vary, so that dividing by it changes nothing. */
    public double deviation(int quantity) {
        double variance = weights[quantity] == 0 ? 0 : squares[quantity] / weights[quantity];
        // Rounding leaves a constant a spread of a few units in its last place.
        double noise = 1e-14 * Math.abs(means[quantity]);
        return variance > noise * noise ? Math.sqrt(variance) : 1;
    }
}
