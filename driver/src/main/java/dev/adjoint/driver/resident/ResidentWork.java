package dev.adjoint.driver.resident;

import dev.adjoint.worker.Chunk;
import java.io.Serializable;
import java.util.List;
import java.util.function.Supplier;

/**
 * What each task of a job does with its shards, together with the others.
 *
 * @param <B> what all begin with
 * @param <S> the large part of that, which a task may have already
 * @param <R> what a task comes to
 */
public interface ResidentWork<B, S, R> extends Serializable {
    /**
     * Does it.
     *
     * @param begin only read
     * @param state fetches the large part, once it is asked for; only read
     * @param chunks of the task's shards, in order
     * @param exchange to which all tasks bring as many sums
     */
    R run(B begin, Supplier<S> state, List<Chunk> chunks, Exchange exchange);
}
