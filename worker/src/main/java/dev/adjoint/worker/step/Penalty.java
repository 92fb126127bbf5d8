package dev.adjoint.worker.step;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.io.Serializable;

/**
 * What keeps weights small: {@code l1 sum |w| + l2 / 2 sum w^2} beside the mean loss, and apart from both a decay, {@code w <-
 * (1 - rate * decay) w} at each step, which no optimiser rescales (Loshchilov and Hutter 2019).
 *
 * @param maxNorm after a step the weights that lead to a unit are scaled so that their norm is this at most (Srebro and Shraibman
 *     2005); infinite for any
 */
public record Penalty(double l1, double l2, double decay, double maxNorm) implements Serializable {
    public static final Penalty NONE = new Penalty(0, 0, 0);

    /** With weights of any norm. */
    public Penalty(double l1, double l2, double decay) {
        this(l1, l2, decay, Double.POSITIVE_INFINITY);
    }

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

    /**
     * Scales the columns of a matrix that are longer than allowed.
     *
     * @param from where it begins, row by row
     */
    void limit(float[] values, int from, int rows, int columns) {
        for (int column = 0; column < columns; column++) {
            double squares = 0;
            for (int row = 0; row < rows; row++) {
                double weight = values[from + row * columns + column];
                squares += weight * weight;
            }
            double norm = Math.sqrt(squares);
            if (norm > maxNorm) {
                float factor = (float) (maxNorm / norm);
                for (int row = 0; row < rows; row++) {
                    values[from + row * columns + column] *= factor;
                }
            }
        }
    }

    void decay(Kernels kernels, float rate, Block values) {
        if (decay != 0) {
            kernels.map(Unary.SCALE, 1 - rate * decay, values, values);
        }
    }
}
