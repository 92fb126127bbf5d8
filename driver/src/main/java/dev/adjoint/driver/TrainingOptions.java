package dev.adjoint.driver;

import java.util.OptionalInt;

/**
 * How to train.
 *
 * @param batchSize examples a step
 * @param learningRate the factor of the mean gradient
 * @param momentum the share of the last step that the next one repeats, 0 to below 1
 * @param l2 adds {@code l2 / 2} times the sum of the squared weights to the mean loss; biases are left out
 * @param shards a power of two; empty for a number that follows from the data
 */
public record TrainingOptions(
        int epochs,
        BatchSize batchSize,
        double learningRate,
        double momentum,
        double l2,
        long seed,
        OptionalInt shards) {
    /** How many examples a step takes: a number, the whole epoch, or by default what suits the data. */
    public sealed interface BatchSize {
        /** All examples: one step an epoch. */
        record Full() implements BatchSize {}

        /** So many. */
        record Of(int examples) implements BatchSize {}

        /** About 64 steps an epoch, of 32 to 256 examples. */
        record Auto() implements BatchSize {}

        /** The number of examples a step. */
        default long of(long examples) {
            if (this instanceof Of fixed) {
                return Math.min(fixed.examples, examples);
            }
            return this instanceof Full
                    ? examples
                    : Math.min(examples, Math.max(32, Math.min(256, Long.highestOneBit(Math.max(1, examples / 48)))));
        }
    }

    /**
     * The number of shards: what was asked for, or else so many that each brings 32 examples or more to a step, since the
     * product of fewer is slow, and no more than 16 before each brings 4096, since every shard costs a sum of gradients.
     * It depends on the data and the configuration alone, so a result does not depend on the cluster.
     */
    public int shardCount(long examples) {
        if (shards.isPresent()) {
            return shards.getAsInt();
        }
        long perStep = batchSize.of(examples);
        long useful = Math.min(perStep / 32, Math.max(16, perStep / 4096));
        return (int) Math.min(1 << 16, Long.highestOneBit(Math.max(1, useful)));
    }
}
