package dev.adjoint.worker.step;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.util.List;

/**
 * RMSProp (Tieleman and Hinton 2012): with v the exponential mean of the gradient's square, {@code W <- W - rate * gradient /
 * (sqrt(v) + epsilon)}.
 *
 * @param rho of the mean square, 0 to below 1
 */
public record RmsProp(double rho, double epsilon) implements Optimiser {
    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when one is out of its range
     */
    public RmsProp {
        Optimiser.requireShare("rho", rho);
        Optimiser.requirePositive("epsilon", epsilon);
    }

    @Override
    public List<String> state() {
        return List.of("mean-square");
    }

    @Override
    public void step(Kernels kernels, Pace pace, Block values, Block gradient, List<Block> state, Block scratch) {
        Block meanSquare = state.get(0);
        kernels.zip(Binary.MULTIPLY, gradient, gradient, scratch);
        kernels.combine(1 - rho, scratch, rho, meanSquare, meanSquare);
        kernels.map(Unary.SQRT, 0, meanSquare, scratch);
        kernels.map(Unary.SHIFT, epsilon, scratch, scratch);
        kernels.zip(Binary.DIVIDE, gradient, scratch, scratch);
        kernels.combine(1, values, -pace.rate(), scratch, values);
    }
}
