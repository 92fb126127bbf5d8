package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/** The usual layer: {@code activation(x W + b)}, with W {@code [columns of x, units]}. */
public record Affine(int units, @Default("relu") Activation activation) implements Layer {
    /**
     * Checks that there is a unit.
     *
     * @throws IllegalArgumentException when not
     */
    public Affine {
        if (units < 1) {
            throw new IllegalArgumentException("%d units: every layer needs at least one unit".formatted(units));
        }
    }

    @Override
    public Value apply(Scope scope, Value x) {
        return activation.of(scope.affine(x, units, activation::initialBound));
    }

    @Override
    public double boundAfter(int in, int out) {
        return activation.initialBound(in, out);
    }
}
