package dev.adjoint.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One measurement of one round.
 *
 * @param mode for Adjoint
 * @param batch null where it makes no difference
 * @param rows examples an epoch
 * @param examplesPerSecond the median of the windows
 * @param seconds the time of all windows
 * @param flopsPerExample of the net's matrix products
 * @param arithmetic what computed, with versions
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Measurement(
        int round,
        Peer peer,
        @Nullable Mode mode,
        Net net,
        @Nullable Batch batch,
        int rows,
        double examplesPerSecond,
        int windows,
        double seconds,
        long flopsPerExample,
        String arithmetic) {
    Series series() {
        return new Series(peer, mode);
    }

    /** Whether it says something of steps of {@code size}. */
    boolean holdsFor(Batch size) {
        return batch == null || batch.equals(size);
    }
}
