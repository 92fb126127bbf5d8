package dev.adjoint.worker;

import dev.adjoint.autodiff.Program;
import java.io.Serializable;

/** What the shards of a training are to do in every round; sent once. */
public sealed interface Work extends Serializable {
    /** Lays out the memory to do it. */
    ShardWork layOut();

    /** How long the vector of a shard's sum is. */
    int length();

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
    }

    /** Computes nothing, and sums zeros: for measuring what a round costs beside its work. */
    record Nothing(int length) implements Work {
        @Override
        public ShardWork layOut() {
            return new NoWork(length);
        }
    }
}
