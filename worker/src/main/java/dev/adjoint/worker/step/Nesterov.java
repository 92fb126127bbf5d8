package dev.adjoint.worker.step;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.List;

/**
 * Nesterov's accelerated gradient, in the form whose gradient is taken where the parameters are (Sutskever et al. 2013):
 * {@code dW(t) = rate * gradient + momentum * dW(t-1)}, {@code W <- W - (rate * gradient + momentum * dW(t))}.
 *
 * @param momentum 0 to below 1
 */
public record Nesterov(double momentum) implements Optimiser {
    /**
     * Checks the share.
     *
     * @throws IllegalArgumentException when it is none
     */
    public Nesterov {
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
        kernels.combine(pace.rate(), gradient, momentum, velocity, scratch);
        kernels.zip(Binary.SUBTRACT, values, scratch, values);
    }
}
