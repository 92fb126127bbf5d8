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

    public Descent {
        parameters = List.copyOf(parameters);
    }

    /**
     * Makes a step with parameters {@code from} to {@code to}, exclusive; changes {@code values} and {@code velocity}.
     *
     * @param gradient the weighted sum over examples
     * @param inverse 1 / their weight: the one division
     */
    public void step(float[] values, float[] velocity, float[] gradient, float inverse, int from, int to) {
        for (Stretch stretch : parameters) {
            int begin = Math.max(from, stretch.from);
            int end = Math.min(to, stretch.to);
            if (stretch.penalised && l2 != 0) {
                for (int i = begin; i < end; i++) {
                    float mean = inverse * gradient[i] + l2 * values[i];
                    velocity[i] = rate * mean + momentum * velocity[i];
                    values[i] -= velocity[i];
                }
            } else {
                for (int i = begin; i < end; i++) {
                    velocity[i] = rate * (inverse * gradient[i]) + momentum * velocity[i];
                    values[i] -= velocity[i];
                }
            }
        }
    }
}
