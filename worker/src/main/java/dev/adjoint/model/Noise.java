package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/**
 * While training adds normally distributed noise of mean 0 to each number, which acts as a penalty on the function's slopes
 * (Bishop 1995); scoring leaves all as they are. As the first layer it jitters the features, whose scaled numbers have a deviation of
 * about 1.
 *
 * <p>The noise is a function of the seed, the step and the example, as a {@link Dropout}'s mask is.
 *
 * @param until the deviation falls evenly from the first step to 0 at this one, so that a training which begins with a smooth
 *     function ends with the true one; 0: it stays
 */
public record Noise(
        @Default("0.1") double deviation, @Default("0") int until) implements Layer {
    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when one is negative or not finite
     */
    public Noise {
        if (!(deviation >= 0 && Double.isFinite(deviation))) {
            throw new IllegalArgumentException("the deviation is %s, expected 0 or more".formatted(deviation));
        }
        if (until < 0) {
            throw new IllegalArgumentException("until step %d, expected 0 or more".formatted(until));
        }
    }

    @Override
    public Value apply(Scope scope, Value x) {
        if (!scope.isTraining() || deviation == 0) {
            return x;
        }
        Value noise = x.gaussianNoise(scope.seed(), scope.counters()).multiply(deviation);
        return x.add(until == 0 ? noise : noise.multiply(scope.left(until)));
    }
}
