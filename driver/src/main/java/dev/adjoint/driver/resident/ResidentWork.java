package dev.adjoint.driver.resident;

import dev.adjoint.worker.Chunk;
import java.io.Serializable;
import java.util.List;

/**
 * What each task of a job does with its shards, together with the others.
 *
 * @param <B> what all begin with
 * @param <R> what a task comes to
 */
public interface ResidentWork<B, R> extends Serializable {
    /**
     * Does it.
     *
     * @param begin only read
     * @param chunks of the task's shards, in order
     * @param exchange to which all tasks bring as many sums
     */
    R run(B begin, List<Chunk> chunks, Exchange exchange);
}
