package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
import java.io.Serializable;

/** What the shards of a training are to do in every round; sent once. */
public sealed interface Work extends Serializable {
    /** Lays out the memory to do it. */
    ShardWork layOut();

    /** How long the vector of a shard's sum is. */
    int length();

    /** How many numbers the arena of a {@link #layOut} has; nothing is laid out. */
    long arena();

    /**
     * The arithmetic of the gradients that a shard computes from so many rows of a round, as {@link Program#flops}
     * counts it: rows that a short batch is padded with cost as much as others.
     */
    long arithmetic(long rows);

    /**
     * Sums the gradient over the rows, all at the same parameters.
     *
     * @param objective with the inputs and the output of a {@link Replica}'s
     */
    record Gradients(Program objective) implements Work {
        @Override
        public ShardWork layOut() {
            return new GradientWork(new Replica(objective));
        }

        @Override
        public int length() {
            return objective.parameterCount();
        }

        @Override
        public long arena() {
            return Execution.arenaSize(Replica.gradientOf(objective));
        }

        @Override
        public long arithmetic(long rows) {
            return runs(objective, rows) * Replica.gradientOf(objective).flops();
        }
    }

    /**
     * Makes steps, each shard by itself.
     *
     * @param objective as above
     * @param batchSize examples a step
     */
    record LocalSteps(Program objective, int batchSize, Descent descent) implements Work {
        @Override
        public ShardWork layOut() {
            return new LocalStepsWork(objective, batchSize, descent);
        }

        @Override
        public int length() {
            return Math.multiplyExact(2, objective.parameterCount());
        }

        @Override
        public long arena() {
            return (long) Execution.arenaSize(Replica.gradientOf(objective))
                    + LocalStepsWork.room(objective.parameterCount());
        }

        @Override
        public long arithmetic(long rows) {
            long runs = rows / batchSize * runs(objective, batchSize) + runs(objective, rows % batchSize);
            return runs * Replica.gradientOf(objective).flops();
        }
    }

    /** Computes nothing, and sums zeros: for measuring what a round costs beside its work. */
    record Nothing(int length) implements Work {
        @Override
        public ShardWork layOut() {
            return new NoWork(length);
        }

        @Override
        public long arena() {
            return 0;
        }

        @Override
        public long arithmetic(long rows) {
            return 0;
        }
    }

    /** How often {@code objective} runs for so many rows. */
    private static long runs(Program objective, long rows) {
        int atOnce = objective.inputs().stream()
                .filter(input -> input.name().equals("y"))
                .findFirst()
                .orElseThrow()
                .shape()
                .rows();
        return (rows + atOnce - 1) / atOnce;
    }
}
