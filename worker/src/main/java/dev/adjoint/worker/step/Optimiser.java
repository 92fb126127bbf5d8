package dev.adjoint.worker.step;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.List;

/**
 * A rule of a step: the gradient of the mean objective to an update of the parameters. It is written once, in operations on
 * blocks of an arena; {@link Descent} runs it over all parameters, on the driver or inside a replica.
 */
public non-sealed interface Optimiser extends Minimiser {
    /**
     * Makes a step.
     *
     * @param values the parameters, which are changed
     * @param gradient of the mean objective; what stands there afterwards has no meaning
     * @param state as {@link #state} names it, which is changed
     * @param scratch a block of the same shape, for what is between
     */
    void step(Kernels kernels, Pace pace, Block values, Block gradient, List<Block> state, Block scratch);

    /**
     * Checks an option that is a share of what was.
     *
     * @throws IllegalArgumentException when it is not 0 or more and less than 1
     */
    static void requireShare(String name, double share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("%s: expected 0 or more and less than 1, not %s".formatted(name, share));
        }
    }

    /**
     * Checks an option that keeps a division from one by 0.
     *
     * @throws IllegalArgumentException when it is not positive
     */
    static void requirePositive(String name, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("%s: expected more than 0, not %s".formatted(name, value));
        }
    }
}
