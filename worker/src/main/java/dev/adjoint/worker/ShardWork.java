package dev.adjoint.worker;

/**
 * {@link Work} with its memory laid out, for one thread at a time.
 *
 * @param <B> what a pass begins with
 * @param <S> what it comes to
 */
public interface ShardWork<B, S> {
    /**
     * Takes over what the pass begins with; what it returns does the work on one shard after the other. A sum may stand in the
     * memory of this work until the next one or the next pass begins, or it is {@link Sum#keep kept}.
     */
    TreeSum.OfShard<Chunk, S> begin(B begin);

    /** Takes a sum that nobody needs any more, whose memory may be used again. */
    default void recycle(S sum) {}
}
