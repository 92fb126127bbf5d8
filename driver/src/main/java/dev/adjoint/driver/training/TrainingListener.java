package dev.adjoint.driver.training;

import dev.adjoint.driver.rounds.Phases;
import dev.adjoint.worker.Evaluation;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Is told what happens, on the driver, by the thread that trains: what takes long delays the training. One that throws is
 * dropped with a warning to the others; the training goes on.
 */
public interface TrainingListener {
    /** A training begins, from {@code state}: with the first step, or where it was stopped. */
    default void began(Control training, TrainingState state) {}

    /** The training goes on from a checkpoint; told before it begins. */
    default void resumed(String path, TrainingState state) {}

    /** A round is over. The state's vectors are only to be read, and only before this returns. */
    default void round(RoundReport round, TrainingState state) {}

    /** An epoch is over; {@code state} is at the beginning of the next. */
    default void epoch(EpochReport epoch, TrainingState state) {}

    /** A checkpoint was written after so many steps. */
    default void saved(long step, String path) {}

    /** Something went wrong that the training survives. */
    default void warned(String warning) {}

    /** The training diverged, and goes on from {@code state}, which was before. */
    default void rolledBack(TrainingState state) {}

    /** The training is over: it came to its end, or was stopped, in {@code state}. It is not told of one that failed. */
    default void ended(TrainingState state) {}

    /** What a listener may do to a training. */
    interface Control {
        /** Asks it to end after the round that it is in; may be called by any thread. */
        void stop();

        /** Tells all listeners of a checkpoint that was gone on from. */
        void resumed(String path, TrainingState state);

        /** Tells all listeners of a checkpoint that was written. */
        void saved(long step, String path);

        /** Warns all listeners. */
        void warned(String warning);
    }

    /**
     * One round.
     *
     * @param step the last one made, from 1, over all epochs
     * @param round from 1, in this epoch
     * @param rounds how many the epoch has
     * @param loss the weighted mean loss of the round's examples, each before its update and without the penalty;
     *     NaN where none of them counts
     * @param examples so far in this epoch; where the training was resumed in it, since then
     * @param nanos likewise
     */
    record RoundReport(
            long step, int epoch, int epochs, int round, int rounds, double loss, long examples, long nanos) {}

    /**
     * One epoch.
     *
     * @param loss the weighted mean over the epoch's examples, each before its update; where steps are searched for along a
     *     line, at the parameters that the epoch came to
     * @param validation on the held-out examples, where there are some
     * @param learningRate of the last step; none where steps are searched for along a line, or each replica makes its own
     * @param examples of the epoch; where the training was resumed in it, since then
     * @param nanos likewise
     * @param phases of its rounds
     * @param health of the layers, where the epoch {@link #isTold}
     */
    record EpochReport(
            long step,
            int epoch,
            int epochs,
            double loss,
            Optional<Evaluation> validation,
            OptionalDouble learningRate,
            long examples,
            long nanos,
            Phases phases,
            Optional<Health> health) {
        private static final int MOST_TOLD = 100;

        /** Whether this is one of those that are told of where there are many: every so many epochs, and the last. */
        public boolean isTold() {
            return isTold(epoch, epochs);
        }

        static boolean isTold(int epoch, int epochs) {
            int every = (epochs - 1) / MOST_TOLD + 1;
            return epoch % every == 0 || epoch == epochs;
        }

        /** The mean loss of the examples that are not learned from. */
        public Optional<Double> validationLoss() {
            return validation.map(Evaluation::loss);
        }

        /** The share of these examples that is predicted right, of classes. */
        public Optional<Double> validationAccuracy() {
            return validation.filter(Evaluation::isClassification).map(Evaluation::accuracy);
        }

        /** The share of the time in which the slowest task of each round computed. */
        public double computeShare() {
            return (double) phases.compute() / nanos;
        }
    }
}
