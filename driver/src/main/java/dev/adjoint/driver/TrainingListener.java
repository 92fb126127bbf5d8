package dev.adjoint.driver;

import dev.adjoint.worker.Evaluation;
import java.util.Optional;

/** Is told what happens, on the driver, between rounds. */
public interface TrainingListener {
    /** Listens to nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /** A step was made. */
    default void round(RoundReport round) {}

    /** An epoch is over. */
    default void epoch(EpochReport epoch) {}

    /**
     * One step.
     *
     * @param step from 1, over all epochs
     * @param round from 1, in this epoch
     * @param loss the mean loss of the step's examples, before the update and without the penalty
     * @param examples so far in this epoch
     * @param nanos so far in this epoch
     */
    record RoundReport(
            long step, int epoch, int epochs, int round, int rounds, double loss, long examples, long nanos) {}

    /**
     * One epoch.
     *
     * @param loss the mean over the epoch's steps
     * @param computeShare the share of the time in which the slowest task of each round computed; the rest went to
     *     scheduling, sending and the update
     */
    record EpochReport(
            long step,
            int epoch,
            int epochs,
            double loss,
            Optional<Evaluation> validation,
            long examples,
            long nanos,
            double computeShare) {}
}
