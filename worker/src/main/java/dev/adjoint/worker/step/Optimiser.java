package dev.adjoint.worker.step;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.io.Serializable;
import java.util.List;

/**
 * A rule of a step: the gradient of the mean objective to an update of the parameters. It is written once, in operations on
 * blocks of an arena; {@link Descent} runs it over all parameters, on the driver or inside a replica.
 */
public sealed interface Optimiser extends Serializable permits Momentum {
    /** The names of the vectors that it keeps beside the parameters, of their length; all are 0 before the first step. */
    List<String> state();

    /**
     * Makes a step.
     *
     * @param rate the learning rate of this step
     * @param values the parameters, which are changed
     * @param gradient of the mean objective; what stands there afterwards has no meaning
     * @param state as {@link #state} names it, which is changed
     */
    void step(Kernels kernels, float rate, Block values, Block gradient, List<Block> state);
}
