package dev.adjoint.driver;

import dev.adjoint.checkpoint.TrainingState;
import dev.adjoint.model.Network;
import dev.adjoint.rounds.ReductionKind;
import dev.adjoint.worker.Descent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How to train.
 *
 * @param batchSize examples a step; where replicas make steps of their own, examples of a replica's step
 * @param synchronise how often the replicas are made the same
 * @param learningRate the factor of the mean gradient
 * @param momentum the share of the last step that the next one repeats, 0 to below 1
 * @param l2 adds {@code l2 / 2} times the sum of the squared weights to the mean loss; biases are left out
 * @param shards a power of two; empty for a number that follows from the data
 * @param divergence what happens when the loss or the gradient is no longer a finite number
 * @param reduction how the sums of tasks are added
 */
public record TrainingOptions(
        int epochs,
        BatchSize batchSize,
        Synchronise synchronise,
        double learningRate,
        double momentum,
        double l2,
        long seed,
        OptionalInt shards,
        Divergence divergence,
        ReductionKind reduction) {
    /** Stops when it diverges, and adds sums as suits their size. */
    public TrainingOptions(
            int epochs,
            BatchSize batchSize,
            Synchronise synchronise,
            double learningRate,
            double momentum,
            double l2,
            long seed,
            OptionalInt shards) {
        this(
                epochs,
                batchSize,
                synchronise,
                learningRate,
                momentum,
                l2,
                seed,
                shards,
                Divergence.STOP,
                ReductionKind.AUTO);
    }

    /**
     * What a training does that diverges: it goes back after its best epoch, and the next time before its first step.
     *
     * @param rollbacks how often at most; then it stops
     * @param factor of the learning rate, each time
     */
    public record Divergence(int rollbacks, double factor) {
        /** It stops at once. */
        public static final Divergence STOP = new Divergence(0, 1);

        boolean mayRollBack(TrainingState.Learning learning) {
            return learning.rollbacks() < rollbacks;
        }
    }

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

    /** How often the replicas are made the same. */
    public sealed interface Synchronise {
        /** At every step: all make the same one, with the mean gradient of a minibatch that they share. */
        record EveryStep() implements Synchronise {}

        /** After so many steps that each makes by itself. */
        record EverySteps(int steps) implements Synchronise {}

        /** After the steps that each makes by itself with all its rows. */
        record EveryEpoch() implements Synchronise {}
    }

    /** The same with another batch size. */
    public TrainingOptions with(BatchSize other) {
        return new TrainingOptions(
                epochs, other, synchronise, learningRate, momentum, l2, seed, shards, divergence, reduction);
    }

    /** The same, synchronised at other times. */
    public TrainingOptions with(Synchronise other) {
        return new TrainingOptions(
                epochs, batchSize, other, learningRate, momentum, l2, seed, shards, divergence, reduction);
    }

    /** The same, reduced in another way. */
    public TrainingOptions with(ReductionKind other) {
        return new TrainingOptions(
                epochs, batchSize, synchronise, learningRate, momentum, l2, seed, shards, divergence, other);
    }

    /** The same at another rate. */
    TrainingOptions withLearningRate(double rate) {
        return new TrainingOptions(
                epochs, batchSize, synchronise, rate, momentum, l2, seed, shards, divergence, reduction);
    }

    /**
     * The number of shards, which is that of the replicas that make steps of their own: what was asked for, or else a
     * number that depends on the data and the configuration alone, so a result does not depend on the cluster.
     *
     * <p>With a step at a time, so many that each brings 256 examples or more to a step, since the products of fewer are
     * slow, and every shard costs a sum of gradients; but 2 from 64 examples on, and 4 from 256 on, for cores that would be
     * idle; and no more than 16 before each brings 4096. With local steps, so many that each has 1024 examples or
     * more, since a replica that sees fewer learns little by itself, and at most 16.
     */
    public int shardCount(long examples) {
        if (shards.isPresent()) {
            return shards.getAsInt();
        }
        long perStep = batchSize.of(examples);
        long useful;
        if (!(synchronise instanceof Synchronise.EveryStep)) {
            useful = Math.min(examples / 1024, 16);
        } else if (perStep < 512) {
            useful = perStep < 128 ? perStep / 32 : perStep / 64;
        } else {
            useful = Math.max(4, Math.min(perStep / 256, Math.max(16, perStep / 4096)));
        }
        return (int) Math.min(1 << 16, Long.highestOneBit(Math.max(1, useful)));
    }

    /** The rule of a step, for the parameters of {@code network}. */
    Descent descent(Network network) {
        List<Descent.Stretch> stretches = new ArrayList<>();
        int at = 0;
        for (Network.Parameter parameter : network.parameters()) {
            stretches.add(new Descent.Stretch(at, at + parameter.size(), parameter.isWeights()));
            at += parameter.size();
        }
        return new Descent((float) learningRate, (float) momentum, (float) l2, stretches);
    }
}
