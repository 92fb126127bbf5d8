package dev.adjoint.driver;

import dev.adjoint.rounds.Phases;
import dev.adjoint.worker.Evaluation;
import java.util.Optional;

/** Is told what happens, on the driver, between rounds. */
public interface TrainingListener {
    /** Listens to nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /** Tells both, the first one first. */
    static TrainingListener both(TrainingListener first, TrainingListener second) {
        return new TrainingListener() {
            @Override
            public void round(RoundReport round) {
                first.round(round);
                second.round(round);
            }

            @Override
            public void epoch(EpochReport epoch) {
                first.epoch(epoch);
                second.epoch(epoch);
            }

            @Override
            public void saved(long step, String path) {
                first.saved(step, path);
                second.saved(step, path);
            }

            @Override
            public void warned(String warning) {
                first.warned(warning);
                second.warned(warning);
            }
        };
    }

    /** A round is over. */
    default void round(RoundReport round) {}

    /** An epoch is over. */
    default void epoch(EpochReport epoch) {}

    /** A checkpoint was written after so many steps. */
    default void saved(long step, String path) {}

    /** Something went wrong that the training survives. */
    default void warned(String warning) {}

    /**
     * One round.
     *
     * @param step the last one made, from 1, over all epochs
     * @param round from 1, in this epoch
     * @param loss the mean loss of the round's examples, each before its update and without the penalty
     * @param examples so far in this epoch; where the training was resumed in it, since then
     * @param nanos likewise
     */
    record RoundReport(
            long step, int epoch, int epochs, int round, int rounds, double loss, long examples, long nanos) {}

    /**
     * One epoch.
     *
     * @param loss the mean over the epoch's steps
     * @param phases of its rounds
     */
    record EpochReport(
            long step,
            int epoch,
            int epochs,
            double loss,
            Optional<Evaluation> validation,
            long examples,
            long nanos,
            Phases phases) {
        /** The share of the time in which the slowest task of each round computed. */
        public double computeShare() {
            return (double) phases.compute() / nanos;
        }
    }
}
