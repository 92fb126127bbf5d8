package dev.adjoint.worker;

/**
 * What a replica does with the rows that a round takes of a shard: {@link #start}, {@link #take} each row, {@link #finish}.
 * Not for use by two threads at once.
 */
public interface ShardWork {
    /** Takes over the state to begin each shard with. */
    void load(Snapshot state);

    /** Begins with another shard. */
    void start();

    /** Takes a row of {@code chunk}. */
    void take(Chunk chunk, int row);

    /** The sum over the rows taken since {@link #start}. */
    WeightedSum finish();

    /** Gives back a sum whose memory may be used again. */
    void giveBack(WeightedSum sum);
}
