package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/**
 * While training sets each number to 0 with probability {@code rate}, and divides the others by {@code 1 - rate}, so that the
 * mean stays (Srivastava et al. 2014); scoring leaves all as they are. As the first layer it drops features.
 *
 * <p>What is dropped is a function of the seed, the step and the example, whatever task the example is in. Sparse features are
 * dropped as others are, which takes the memory of all elements.
 */
public record Dropout(double rate) implements Layer {
    /**
     * Checks the rate.
     *
     * @throws IllegalArgumentException when it is no share below 1
     */
    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("the rate is %s, expected 0 or more and less than 1".formatted(rate));
        }
    }

    @Override
    public Value apply(Scope scope, Value x) {
        return scope.isTraining() && rate > 0 ? x.dropout(rate, scope.seed(), scope.counters()) : x;
    }
}
