package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/**
 * The usual layer: {@code activation(x W + b)}, with W {@code [columns of x, units]}.
 *
 * @param initial how W starts
 * @param bias where b starts; a little above 0 no rectifier starts dead
 */
public record Affine(
        int units,
        @Default("relu") Activation activation,
        @Default(value = "auto", written = false) Initial initial,
        @Default(value = "0.0", written = false) double bias)
        implements Layer {
    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when there is no unit, or the bias is not finite
     */
    public Affine {
        requireUnits(units);
        if (!Double.isFinite(bias)) {
            throw new IllegalArgumentException("the bias starts at %s, expected a finite number".formatted(bias));
        }
    }

    /** Whose weights start as suits the activation. */
    public Affine(int units, Activation activation) {
        this(units, activation, Initial.AUTO, 0);
    }

    static void requireUnits(int units) {
        if (units < 1) {
            throw new IllegalArgumentException("%d units: every layer needs at least one unit".formatted(units));
        }
    }

    @Override
    public Value apply(Scope scope, Value x) {
        Value weights = initial.weights(scope, "W", x.columns(), units, activation);
        return activation.of(x.matmul(weights).add(scope.constant("b", units, bias)));
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
