package dev.adjoint.worker;

import dev.adjoint.autodiff.kernel.Crew;
import java.io.Serializable;

/**
 * What is computed of every shard in a pass over all of them; sent once, for many passes.
 *
 * @param <B> what a pass begins with
 * @param <S> what it comes to, summed over the shards
 */
public interface Work<B, S extends Sum<S>> extends Serializable {
    /** Lays out the memory to do it, for one thread. */
    default ShardWork<B, S> layOut() {
        return layOut(Crew.ALONE);
    }

    /** For a crew, whose leader does it and is helped where that pays. */
    ShardWork<B, S> layOut(Crew crew);

    /** How many threads are of use to a shard at once: others would wait for it, and as they do so by spinning, not idly. */
    default int threads() {
        return 1;
    }

    /** The same beginning with arrays of its own. */
    B copy(B begin);
}
