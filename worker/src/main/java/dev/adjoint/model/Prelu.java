package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/**
 * {@code x} where it is positive, {@code slope * x} elsewhere, with a learned slope for each column (He et al. 2015).
 *
 * @param slope where all slopes start
 */
public record Prelu(@Default("0.25") double slope) implements Layer {
    @Override
    public Value apply(Scope scope, Value x) {
        return x.leakyRelu(scope.constant("slope", x.columns(), slope));
    }

    /** {@code sqrt(6 / ((1 + slope^2) in))}, by the same paper. */
    @Override
    public double boundAfter(int in, int out) {
        return Math.sqrt(6 / ((1 + slope * slope) * in));
    }
}
