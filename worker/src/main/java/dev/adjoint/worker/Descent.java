package dev.adjoint.worker;

import java.io.Serializable;
import java.util.List;

/**
 * Stochastic gradient descent with momentum (Rumelhart, Hinton and Williams 1986): {@code dW(t) = rate * gradient +
 * momentum * dW(t-1)}, {@code W <- W - dW(t)}. The gradient is that of the mean loss, and of {@code l2 / 2} times the sum
 * of the squared weights; biases are left out.
 *
 * @param parameters in their order
 */
public record Descent(float rate, float momentum, float l2, List<Stretch> parameters) implements Serializable {
    /** A parameter's place among all, exclusive of {@code to}, and whether it is penalised. */
    public record Stretch(int from, int to, boolean penalised) implements Serializable {}

    /** So many numbers at a time stay in the first-level cache from one loop to the next. */
    static final int CACHED = 2048;

    public Descent {
        parameters = List.copyOf(parameters);
    }

    /**
     * Makes a step with parameters {@code from} to {@code to}, exclusive; changes {@code values}, {@code velocity} and
     * {@code gradient}, which becomes that of the mean.
     *
     * @param gradient the weighted sum over examples
     * @param inverse 1 / their weight
     * @return the largest magnitude in the mean gradient; infinite or NaN where there is such a number
     */
    public float step(float[] values, float[] velocity, float[] gradient, float inverse, int from, int to) {
        int largest = 0;
        for (Stretch stretch : parameters) {
            int end = Math.min(to, stretch.to);
            float decay = stretch.penalised ? l2 : 0;
            for (int at = Math.max(from, stretch.from); at < end; at += CACHED) {
                int next = Math.min(end, at + CACHED);
                meanGradient(values, gradient, inverse, decay, at, next);
                largest = Math.max(largest, largest(gradient, at, next));
                move(values, velocity, gradient, at, next);
            }
        }
        return Float.intBitsToFloat(largest);
    }

    private static void meanGradient(float[] values, float[] gradient, float inverse, float decay, int from, int to) {
        for (int i = from; i < to; i++) {
            gradient[i] *= inverse;
        }
        if (decay != 0) {
            for (int i = from; i < to; i++) {
                gradient[i] += decay * values[i];
            }
        }
    }

    /**
     * The bits of the largest magnitude among the numbers {@code from} to {@code to}, exclusive. The bits of a float less its sign are in the order of its magnitude, infinity and
     * NaN above all numbers; a largest integer is found by vectors, a sum of squares is not.
     */
    public static int largest(float[] x, int from, int to) {
        int largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE);
        }
        return largest;
    }

    private void move(float[] values, float[] velocity, float[] gradient, int from, int to) {
        for (int i = from; i < to; i++) {
            velocity[i] = rate * gradient[i] + momentum * velocity[i];
            values[i] -= velocity[i];
        }
    }
}
