package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/**
 * A residual block: {@code x + activation(x W + b) V + c} (He et al. 2016), with W {@code [columns of x, units]} and V {@code
 * [units, units]}. Where x has another width than {@code units}, {@code x P} takes its place in the sum, with learned weights P.
 *
 * <p>V starts at 0, so that the block starts as x, and many of them as far from trouble as one (after Goyal et al. 2017).
 */
public record Residual(int units, @Default("relu") Activation activation) implements Layer {
    /**
     * Checks that there is a unit.
     *
     * @throws IllegalArgumentException when not
     */
    public Residual {
        Affine.requireUnits(units);
    }

    @Override
    public Value apply(Scope scope, Value x) {
        Value inner = activation.of(scope.affine(x, units, activation::initialBound));
        Value change = inner.matmul(scope.weights("V", units, units, 0)).add(scope.bias("c", units));
        Value kept = x.columns() == units ? x : x.matmul(scope.weights("P", x.columns(), units));
        return kept.add(change);
    }
}
