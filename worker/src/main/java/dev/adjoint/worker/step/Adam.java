package dev.adjoint.worker.step;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.util.List;

/**
 * Adam (Kingma and Ba 2015): exponential means of the gradient, m, and of its square, v, corrected for their start at 0:
 * {@code W <- W - rate * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)}. With a decoupled decay of the weights it is
 * AdamW (Loshchilov and Hutter 2019).
 *
 * @param beta1 of the mean, 0 to below 1
 * @param beta2 of the mean square, 0 to below 1
 */
public record Adam(double beta1, double beta2, double epsilon) implements Optimiser {
    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when one is out of its range
     */
    public Adam {
        Optimiser.requireShare("beta1", beta1);
        Optimiser.requireShare("beta2", beta2);
        Optimiser.requirePositive("epsilon", epsilon);
    }

    @Override
    public List<String> state() {
        return List.of("mean", "mean-square");
    }

    @Override
    public void step(Kernels kernels, Pace pace, Block values, Block gradient, List<Block> state, Block scratch) {
        Block mean = state.get(0);
        Block meanSquare = state.get(1);
        double t = pace.step() + 1;
        kernels.combine(1 - beta1, gradient, beta1, mean, mean);
        kernels.zip(Binary.MULTIPLY, gradient, gradient, gradient);
        kernels.combine(1 - beta2, gradient, beta2, meanSquare, meanSquare);
        kernels.map(Unary.SQRT, 0, meanSquare, scratch);
        kernels.map(Unary.SCALE, 1 / Math.sqrt(1 - StrictMath.pow(beta2, t)), scratch, scratch);
        kernels.map(Unary.SHIFT, epsilon, scratch, scratch);
        kernels.zip(Binary.DIVIDE, mean, scratch, scratch);
        kernels.combine(1, values, -pace.rate() / (1 - StrictMath.pow(beta1, t)), scratch, values);
    }
}
