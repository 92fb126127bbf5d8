package dev.adjoint.driver.rounds;

import dev.adjoint.worker.Sum;
import dev.adjoint.worker.Sweep;
import java.util.Set;

/**
 * One pass over all shards after the other: each has the shards do their work, and adds up what they come to along the fixed
 * tree. How it does so changes no bit of the sums.
 *
 * @param <B> what a pass begins with
 * @param <S> what it comes to
 */
public interface Pass<B, S extends Sum<S>> extends AutoCloseable {
    /**
     * What a pass came to.
     *
     * @param sum over all shards, valid until the next pass
     */
    record Result<S>(S sum, Phases phases) {}

    /**
     * Goes over all shards.
     *
     * @param begin what to begin with, only read
     */
    Result<S> run(B begin, Purpose purpose) throws InterruptedException;

    /** By what to go over long vectors between two passes. */
    default Sweep sweep() {
        return Sweep.PARALLEL;
    }

    /** What computed so far, by {@link Numerics}. */
    Set<String> numerics();

    @Override
    void close();
}
