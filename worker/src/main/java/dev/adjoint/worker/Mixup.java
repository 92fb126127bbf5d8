package dev.adjoint.worker;

import dev.adjoint.autodiff.kernel.CounterRandom;
import java.io.Serializable;

/**
 * Rows that are mixed with others while a network trains (Zhang, Cisse, Dauphin and Lopez-Paz 2018): a row x of target y becomes {@code
 * x' = (1 - s) x + s x2} by a share s of another one, and its loss {@code (1 - s) w L(x', y) + s w2 L(x', y2)}, with the weights w and w2 of
 * the two.
 *
 * <p>The share is a function of the seed, the step and the row; which row the other one is follows from the rows that run together, see
 * {@link Pairs}.
 *
 * @param alpha s has the distribution Beta(alpha, alpha): the greater, the nearer to 1/2; 0: rows are not mixed
 */
public record Mixup(double alpha, long seed) implements Serializable {
    /** Rows stay as they are. */
    public static final Mixup NONE = new Mixup(0, 0);

    /** The stream of {@link CounterRandom} that shares are drawn from. */
    private static final long STREAM = 0x3149L;

    /**
     * Checks the parameter.
     *
     * @throws IllegalArgumentException when it is negative or not finite
     */
    public Mixup {
        if (!(alpha >= 0 && Double.isFinite(alpha))) {
            throw new IllegalArgumentException("mixup by alpha = %s, expected 0 or more".formatted(alpha));
        }
    }

    public boolean isNone() {
        return alpha == 0;
    }

    /** The share of the other one that a row of a shard gets at a step. */
    float share(long step, int shard, int row) {
        return (float) CounterRandom.symmetricBeta(alpha, CounterRandom.bits(seed, STREAM, step), shard, row);
    }
}
