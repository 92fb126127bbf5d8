package dev.adjoint.worker.step;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.List;

/**
 * Gradient descent with momentum (Rumelhart, Hinton and Williams 1986): {@code dW(t) = rate * gradient + momentum *
 * dW(t-1)}, {@code W <- W - dW(t)}. It keeps dW, the velocity.
 *
 * @param momentum the share of the last step that the next one repeats, 0 to below 1
 */
public record Momentum(double momentum) implements Optimiser {
    /**
     * Checks the share.
     *
     * @throws IllegalArgumentException when it is none
     */
    public Momentum {
        Optimiser.requireShare("momentum", momentum);
    }

    @Override
    public List<String> state() {
        return List.of("velocity");
    }

    @Override
    public void step(Kernels kernels, Pace pace, Block values, Block gradient, List<Block> state, Block scratch) {
        Block velocity = state.get(0);
        kernels.combine(pace.rate(), gradient, momentum, velocity, velocity);
        kernels.zip(Binary.SUBTRACT, values, velocity, values);
    }
}
