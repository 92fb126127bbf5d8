package dev.adjoint.worker;

import java.io.Serializable;

/**
 * The packed examples of one logical shard: float32, row-major.
 *
 * @param index the shard's number, its place in the tree of sums
 * @param features {@code [rows x width]}
 * @param targets {@code [rows x 1]}: class indices, or standardised real targets
 * @param weights {@code [rows x 1]}: example weights
 */
public record Shard(int index, int rows, int width, float[] features, float[] targets, float[] weights)
        implements Serializable {
    /**
     * Checks that the arrays have the extents.
     *
     * @throws IllegalArgumentException when one has not
     */
    public Shard {
        if (features.length != (long) rows * width || targets.length != rows || weights.length != rows) {
            throw new IllegalArgumentException(
                    "shard %d: %d features, %d targets and %d weights for %d rows of %d features"
                            .formatted(index, features.length, targets.length, weights.length, rows, width));
        }
    }
}
