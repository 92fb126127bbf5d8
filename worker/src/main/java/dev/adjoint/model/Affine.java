package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/**
 * The usual layer: {@code activation(x W + b)}, with W {@code [columns of x, units]}.
 *
 * @param initial how W starts; b starts at 0
 */
public record Affine(
        int units,
        @Default("relu") Activation activation,
        @Default(value = "auto", written = false) Initial initial) implements Layer {
    /**
     * Checks that there is a unit.
     *
     * @throws IllegalArgumentException when not
     */
    public Affine {
        requireUnits(units);
    }

    /** Whose weights start as suits the activation. */
    public Affine(int units, Activation activation) {
        this(units, activation, Initial.AUTO);
    }

    static void requireUnits(int units) {
        if (units < 1) {
            throw new IllegalArgumentException("%d units: every layer needs at least one unit".formatted(units));
        }
    }

    @Override
    public Value apply(Scope scope, Value x) {
        Value weights = initial.weights(scope, "W", x.columns(), units, activation);
        return activation.of(x.matmul(weights).add(scope.bias("b", units)));
    }

    @Override
    public Activation outputActivation() {
        return activation;
    }

    @Override
    public double boundAfter(int in, int out) {
        return activation.initialBound(in, out);
    }
}
