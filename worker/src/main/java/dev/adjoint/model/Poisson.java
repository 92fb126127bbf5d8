package dev.adjoint.model;

import dev.adjoint.autodiff.Losses;
import dev.adjoint.autodiff.Value;
import java.util.Arrays;

/**
 * Regression of counts, or of other numbers from 0 on whose variance grows as their mean: outputs are logarithms, the prediction
 * is their exponential, the mean. See {@link Losses#poisson(Value, Value)}. Half the deviance of numbers in another unit is as
 * many times as large, so that it does not matter that they come by their mean.
 */
public record Poisson() implements Loss.OfNumbers {
    @Override
    public Targets targetsAs() {
        return Targets.RATIOS;
    }

    @Override
    public Value perExample(Value logMeans, Value targets) {
        return Losses.poisson(logMeans, targets);
    }

    @Override
    public double[] outputsFor(double[] mean) {
        return Arrays.stream(mean).map(Loss::logarithm).toArray();
    }

    @Override
    public Value prediction(Value logMeans) {
        return logMeans.exp();
    }
}
