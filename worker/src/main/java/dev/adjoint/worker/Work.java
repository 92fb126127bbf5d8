package dev.adjoint.worker;

import java.io.Serializable;

/**
 * What is computed of every shard in a pass over all of them; sent once, for many passes.
 *
 * @param <B> what a pass begins with
 * @param <S> what it comes to, summed over the shards
 */
public interface Work<B, S extends Sum<S>> extends Serializable {
    /** Lays out the memory to do it. */
    ShardWork<B, S> layOut();

    /** The same beginning with arrays of its own. */
    B copy(B begin);
}
