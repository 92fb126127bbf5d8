package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/**
 * {@code scale (x - mean) / sqrt(variance + 1e-5) + shift}, column by column, with a learned scale that starts at 1 and a
 * learned shift that starts at 0 (Ioffe and Szegedy 2015). Its place in the list says whether it comes before the activation.
 *
 * <p>While training, mean and (biased) variance are those of the rows of a shard that are computed at once, by their weights, as in
 * Hoffer et al. 2017. While scoring they are two rows that training followed: the mean, and the variance without bias, since a
 * shard may have few rows of a step. A single row comes out as the shift, as it is its own mean, and the variance that is followed
 * takes its squared distance from the mean that is followed.
 */
public record BatchNorm() implements Layer {
    /** Keeps a constant column finite. */
    static final double EPSILON = 1e-5;

    /** Below any weight that counts: rows that all weigh nothing have the mean 0, and not 0 / 0. */
    private static final double LEAST_WEIGHT = 1e-30;

    @Override
    public Value apply(Scope scope, Value x) {
        Value scale = scope.constant("scale", x.columns(), 1);
        Value shift = scope.bias("shift", x.columns());
        if (!scope.isTraining()) {
            // Nothing is observed then.
            Value mean = scope.tracked("mean", x.columns(), 0, () -> x);
            Value variance = scope.tracked("variance", x.columns(), 1, () -> x);
            return standardised(x.subtract(mean), variance).multiply(scale).add(shift);
        }
        Value weights = scope.exampleWeights();
        Value total = weights.sum().maximum(LEAST_WEIGHT);
        Value share = weights.divide(total);
        Value mean = x.multiply(share).sumRows();
        Value centred = x.subtract(mean);
        Value variance = centred.multiply(centred).multiply(share).sumRows();
        Value followed = scope.tracked("mean", x.columns(), 0, () -> mean);
        scope.tracked("variance", x.columns(), 1, () -> unbiased(variance, share, x.subtract(followed)));
        return standardised(centred, variance).multiply(scale).add(shift);
    }

    private static Value standardised(Value centred, Value variance) {
        return centred.divide(variance.add(EPSILON).sqrt());
    }

    /** The variance over {@code 1 - sum of squared shares}, which for equal weights is (n - 1) / n; 0 for a single row. */
    private static Value unbiased(Value variance, Value share, Value distance) {
        Value freedom = share.multiply(share).sum().negate().add(1);
        Value alone = distance.multiply(distance).multiply(share).sumRows();
        // A single row of a larger weight than its like leaves a rounding error of freedom.
        double least = 1e-3;
        return freedom.greaterThan(least).where(variance.divide(freedom.maximum(least)), alone);
    }
}
