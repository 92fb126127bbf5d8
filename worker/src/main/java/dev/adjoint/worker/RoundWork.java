package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.kernel.Crew;
import dev.adjoint.worker.step.Descent;
import java.util.Iterator;

/** The work of a round of a training: the gradients of a minibatch, or steps of each shard by itself. */
public sealed interface RoundWork extends Work<Begin, WeightedSum> {
    /** How long the vector of a shard's sum is. */
    int length();

    @Override
    default Begin copy(Begin begin) {
        return begin.copy();
    }

    /** How many numbers the arena of a {@link #layOut} has; nothing is laid out. */
    long arena();

    /**
     * The operations on floating-point numbers that a shard's gradients take for so many rows of a round; rows that a short
     * batch is padded with cost as much as others.
     */
    long flops(long rows);

    /** Sums the gradient over the rows, all at the same parameters. */
    record Gradients(Objective objective) implements RoundWork {
        @Override
        public ShardWork<Begin, WeightedSum> layOut(Crew crew) {
            return new GradientWork(new Replica(objective, 0, crew));
        }

        @Override
        public int threads() {
            return Execution.threads(objective.gradient());
        }

        @Override
        public int length() {
            return objective.parameterCount();
        }

        @Override
        public long arena() {
            return Execution.arenaSize(objective.gradient());
        }

        @Override
        public long flops(long rows) {
            return runs(objective, rows) * objective.gradient().flops();
        }
    }

    /**
     * Makes steps, each shard by itself.
     *
     * @param batchSize examples a step
     */
    record LocalSteps(Objective objective, int batchSize, Descent descent) implements RoundWork {
        @Override
        public ShardWork<Begin, WeightedSum> layOut(Crew crew) {
            return new LocalStepsWork(objective, batchSize, descent, crew);
        }

        @Override
        public int threads() {
            return Execution.threads(objective.gradient());
        }

        @Override
        public int length() {
            return Math.multiplyExact(1 + descent.optimiser().state().size(), objective.parameterCount());
        }

        @Override
        public long arena() {
            return (long) Execution.arenaSize(objective.gradient()) + LocalStepsWork.room(objective, descent);
        }

        @Override
        public long flops(long rows) {
            long runs = rows / batchSize * runs(objective, batchSize) + runs(objective, rows % batchSize);
            return runs * objective.gradient().flops();
        }
    }

    /** Computes nothing, and sums zeros: for measuring what a round costs beside its work. */
    record Nothing(int length) implements RoundWork {
        @Override
        public ShardWork<Begin, WeightedSum> layOut(Crew crew) {
            float[] zeros = new float[length];
            return begin -> Nothing.of(zeros);
        }

        private static TreeSum.OfShard<Chunk, WeightedSum> of(float[] zeros) {
            return (int shard, Iterator<Chunk> chunks) -> new WeightedSum(zeros, 0, 1, 1);
        }

        @Override
        public long arena() {
            return 0;
        }

        @Override
        public long flops(long rows) {
            return 0;
        }
    }

    /** How often {@code objective} runs for so many rows. */
    private static long runs(Objective objective, long rows) {
        return (rows + objective.rows() - 1) / objective.rows();
    }
}
