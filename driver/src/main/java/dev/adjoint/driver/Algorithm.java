package dev.adjoint.driver;

import dev.adjoint.model.Network;
import dev.adjoint.worker.Round;
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
     * The state after a round.
     *
     * @param state whose arrays are changed
     * @param sum whose vector may be changed
     * @throws NotFiniteException when it holds a number that is not finite
     */
    TrainingState next(TrainingState state, int round, WeightedSum sum) throws NotFiniteException;

    /** The training diverged. */
    final class NotFiniteException extends Exception {
        private static final long serialVersionUID = 1L;

        /** With what is not finite: "loss". */
        NotFiniteException(String what) {
            super(what);
        }
    }
}
