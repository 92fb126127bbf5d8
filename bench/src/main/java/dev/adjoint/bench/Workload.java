package dev.adjoint.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a JVM is to measure: the one argument of its main method, as JSON.
 *
 * @param round from 1
 * @param rows examples an epoch
 * @param modes for Adjoint
 * @param warmUpSeconds how long to run before it counts, at least
 * @param firstWarmUpSeconds the same where compilers are at work, in processes that have just begun
 * @param seconds how long to measure, at least
 */
record Workload(
        int round,
        Peer peer,
        Net net,
        int rows,
        List<Batch> batches,
        List<Mode> modes,
        int cores,
        double warmUpSeconds,
        double firstWarmUpSeconds,
        double seconds) {
    static final double LEARNING_RATE = 0.01;
    static final double MOMENTUM = 0.9;

    /** Of a batch; compilers are at work with the first. */
    Windows windows(Batch batch) {
        return batch.equals(batches.get(0)) ? firstWindows() : new Windows(warmUpSeconds, seconds);
    }

    /** Where compilers are at work. */
    Windows firstWindows() {
        return new Windows(firstWarmUpSeconds, seconds);
    }

    /**
     * Prints what came of it.
     *
     * @param batch null where it makes no difference
     * @param arithmetic what computed, with versions
     */
    void report(@Nullable Mode mode, @Nullable Batch batch, int rowsOfEpoch, Windows windows, String arithmetic)
            throws JsonProcessingException {
        PeerProcess.report(new Measurement(
                round,
                peer,
                mode,
                net,
                batch,
                rowsOfEpoch,
                windows.median(),
                windows.count(),
                windows.seconds(),
                net.flopsPerExample(),
                arithmetic));
    }
}
