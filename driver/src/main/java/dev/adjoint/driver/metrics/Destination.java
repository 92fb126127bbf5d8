package dev.adjoint.driver.metrics;

import dev.adjoint.driver.training.TrainingListener.RoundReport;
import java.io.Closeable;
import java.io.IOException;

/**
 * Where the metrics of one training go. It is told by the thread that trains; after a failure it is closed and told nothing more.
 */
interface Destination extends Closeable {
    /** The training begins, after so many steps: 0, or those of the checkpoint that it goes on from. */
    void began(long step) throws IOException;

    /** A round is over. */
    default void round(RoundReport round) throws IOException {}

    /** An epoch is over. */
    void epoch(EpochMetrics epoch) throws IOException;

    /** The training diverged and goes on from this step: what was told of later ones is void. */
    default void rolledBack(long step) throws IOException {}

    /** The training is over; {@link #close} follows. */
    default void over(Outcome outcome) throws IOException {}
}
