package dev.adjoint.worker.step;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.io.Serializable;

/**
 * What keeps weights small: {@code l1 sum |w| + l2 / 2 sum w^2} beside the mean loss, and apart from both a decay, {@code w <-
 * (1 - rate * decay) w} at each step, which no optimiser rescales (Loshchilov and Hutter 2019).
 */
public record Penalty(double l1, double l2, double decay) implements Serializable {
    public static final Penalty NONE = new Penalty(0, 0, 0);

    /** The penalty {@code l2 / 2 sum w^2} alone. */
    public static Penalty l2(double l2) {
        return new Penalty(0, l2, 0);
    }

    /** Makes {@code gradient}, times {@code inverse}, the gradient of loss and penalty. */
    void addGradient(Kernels kernels, double inverse, Block values, Block gradient, Block scratch) {
        if (l2 != 0) {
            kernels.combine(inverse, gradient, l2, values, gradient);
        } else if (inverse != 1) {
            kernels.map(Unary.SCALE, inverse, gradient, gradient);
        }
        if (l1 != 0) {
            kernels.map(Unary.SIGN, 0, values, scratch);
            kernels.combine(1, gradient, l1, scratch, gradient);
        }
    }

    /** Its derivative by a weight. */
    double gradient(float weight) {
        return l2 * weight + l1 * Math.signum(weight);
    }

    void decay(Kernels kernels, float rate, Block values) {
        if (decay != 0) {
            kernels.map(Unary.SCALE, 1 - rate * decay, values, values);
        }
    }
}
