package dev.adjoint.driver.training;

import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.model.Network;
import dev.adjoint.worker.Begin;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.RoundWork;
import dev.adjoint.worker.Sweep;
import dev.adjoint.worker.WeightedSum;
import dev.adjoint.worker.step.Lbfgs;
import java.io.Serializable;
import java.util.OptionalDouble;

/** What the shards do in a round, which rows a round takes, and what becomes of the sum. */
public interface Algorithm extends Serializable {
    /** As the settings say, for so many examples on so many shards. */
    static Algorithm of(Network network, Settings settings, long examples, int shards, int entriesOfRow) {
        if (settings.minimiser() instanceof Lbfgs lbfgs) {
            return FullBatchLbfgs.of(network, lbfgs, settings, examples, shards, entriesOfRow);
        }
        return settings.get(Keys.SYNCHRONISE).isExact()
                ? SynchronousSgd.of(network, settings, examples, shards, entriesOfRow)
                : LocalSgd.of(network, settings, examples, shards, entriesOfRow);
    }

    /** What the shards do in every round. */
    RoundWork work();

    /** How many rounds an epoch has. */
    int rounds();

    /** How many steps an epoch has. */
    int stepsOfEpoch();

    /** Round {@code number} of an epoch, both from 1. */
    Round round(int epoch, int number);

    /** What a round begins with; vectors are not copied. */
    Begin begin(TrainingState state, Round round);

    /**
     * The learning rate of the step that led to {@code state}; none where steps are searched for along a line, or a replica's are
     * its own.
     */
    default OptionalDouble learningRate(TrainingState state) {
        return OptionalDouble.empty();
    }

    /**
     * Updates the vectors of {@code state} with the sum of a round; they are as they were when it throws.
     *
     * @param sum whose vector may be changed
     * @param sweep to go over vectors by
     * @return the state after the round
     * @throws NotFiniteException when the sum holds a number that is not finite
     */
    TrainingState update(TrainingState state, int round, WeightedSum sum, Sweep sweep) throws NotFiniteException;

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
    static void requireFinite(WeightedSum sum, String vector, Sweep sweep) throws NotFiniteException {
        if (!Double.isFinite(sum.loss())) {
            throw new NotFiniteException("loss");
        }
        if (!sum.isFinite(sweep)) {
            throw new NotFiniteException(vector);
        }
    }
}
