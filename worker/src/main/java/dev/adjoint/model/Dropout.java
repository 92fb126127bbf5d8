package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/**
 * While training sets each number to 0 with probability {@code rate}, and divides the others by {@code 1 - rate}, so that the
 * mean stays (Srivastava et al. 2014); scoring leaves all as they are. As the first layer it drops features.
 *
 * <p>What is dropped is a function of the seed, the step and the example, whatever task the example is in. Sparse features are
 * dropped as others are, which takes the memory of all elements.
 *
 * @param until the rate falls evenly from the first step to 0 at this one (annealed dropout, Rennie et al. 2014), so that the net
 *     ends as it scores; 0: it stays
 */
public record Dropout(
        double rate, @Default(value = "0", written = false) int until) implements Layer {
    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when the rate is no share below 1, or the step is negative
     */
    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("the rate is %s, expected 0 or more and less than 1".formatted(rate));
        }
        if (until < 0) {
            throw new IllegalArgumentException("until step %d, expected 0 or more".formatted(until));
        }
    }

    /** At a rate that stays. */
    public Dropout(double rate) {
        this(rate, 0);
    }

    @Override
    public Value apply(Scope scope, Value x) {
        if (!scope.isTraining() || rate == 0) {
            return x;
        }
        return until == 0
                ? x.dropout(rate, scope.seed(), scope.counters())
                : x.dropout(scope.left(until).multiply(rate), scope.seed(), scope.counters());
    }
}
