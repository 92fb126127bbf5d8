package dev.adjoint.driver;

import dev.adjoint.checkpoint.TrainingState;
import dev.adjoint.model.Network;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.Slices;
import dev.adjoint.worker.Snapshot;
import dev.adjoint.worker.WeightedSum;
import dev.adjoint.worker.Work;

/** What the shards do in a round, which rows a round takes, and what becomes of the sum. */
interface Algorithm {
    /** As the options say, for so many examples on so many shards. */
    static Algorithm of(Network network, TrainingOptions options, long examples, int shards, int entriesOfRow) {
        if (options.synchronise() instanceof TrainingOptions.Synchronise.EveryStep) {
            return SynchronousSgd.of(network, options, examples, shards, entriesOfRow);
        }
        int steps = options.synchronise() instanceof TrainingOptions.Synchronise.EverySteps every
                ? every.steps()
                : Integer.MAX_VALUE;
        return LocalSgd.of(network, options, steps, examples, shards, entriesOfRow);
    }

    Work work();

    /** How many rounds an epoch has. */
    int rounds();

    /** Round {@code number} of an epoch, both from 1. */
    Round round(int epoch, int number);

    /** What a round begins with; read, not copied. */
    Snapshot snapshot(TrainingState state);

    /**
     * Updates the arrays of {@code state} with the sum of a round; they are as they were when it throws.
     *
     * @param sum whose vector may be changed
     * @return how many steps that is
     * @throws NotFiniteException when the sum holds a number that is not finite
     */
    int update(TrainingState state, int round, WeightedSum sum) throws NotFiniteException;

    /** The training diverged. */
    final class NotFiniteException extends Exception {
        private static final long serialVersionUID = 1L;

        /** With what is not finite: "loss". */
        NotFiniteException(String what) {
            super(what);
        }
    }

    /**
     * Checks a sum.
     *
     * @param vector what its vector is
     * @throws NotFiniteException when it holds a number that is not finite
     */
    static void requireFinite(WeightedSum sum, String vector) throws NotFiniteException {
        if (!Double.isFinite(sum.loss())) {
            throw new NotFiniteException("loss");
        }
        if (!sum.isFinite(Slices.PARALLEL)) {
            throw new NotFiniteException(vector);
        }
    }
}
