package dev.adjoint.worker;

import dev.adjoint.autodiff.Program;
import java.io.Serializable;

/** What the shards of a training are to do in every round; sent once. */
public sealed interface Work extends Serializable {
    /** Lays out the memory to do it. */
    ShardWork layOut();

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
    }
}
