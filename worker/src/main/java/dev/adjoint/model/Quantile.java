package dev.adjoint.model;

import dev.adjoint.autodiff.Losses;
import dev.adjoint.autodiff.Value;

/**
 * Regression to a quantile, such as 0.9: that share of the numbers is below the prediction. See {@link
 * Losses#quantile(Value, Value, double)}; 0.5 is half the absolute error.
 */
public record Quantile(double quantile) implements Loss.OfNumbers {
    /**
     * Checks the quantile.
     *
     * @throws IllegalArgumentException when it is not between 0 and 1
     */
    public Quantile {
        if (!(quantile > 0 && quantile < 1)) {
            throw new IllegalArgumentException(
                    "the quantile is %s, expected more than 0 and less than 1".formatted(quantile));
        }
    }

    @Override
    public Targets targetsAs() {
        return Targets.ROBUST;
    }

    @Override
    public Value perExample(Value outputs, Value targets) {
        return Losses.quantile(outputs, targets, quantile);
    }
}
