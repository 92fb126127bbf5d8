package dev.adjoint.worker;

import dev.adjoint.autodiff.kernel.CounterRandom;
import java.io.Serializable;

/**
 * Which rows one round takes: places {@code first} to {@code last}, exclusive, of an epoch's order. Place {@code p} is in
 * shard {@code p mod shards}.
 */
public record Round(long seed, int epoch, long first, long last, int shards) implements Serializable {
    /** The stream of {@link CounterRandom} that the orders are drawn from. */
    private static final long STREAM = 0x5148L;

    /** Where the round begins among the places of a shard. */
    public int from(int shard) {
        return placesBefore(first, shard);
    }

    /** Where the round ends among the places of a shard, exclusive. */
    public int to(int shard) {
        return placesBefore(last, shard);
    }

    /**
     * The order in which the epoch goes through the rows of a chunk. The chunks of a shard come one after the other: rows
     * were dealt to them at random, and chunks on a disk are read as they lie there.
     */
    public Permutation order(Chunk chunk) {
        long stream = (long) chunk.first() << 20 | chunk.shard();
        return new Permutation(chunk.rows(), CounterRandom.bits(seed, STREAM, epoch), stream);
    }

    private int placesBefore(long place, int shard) {
        return (int) ((place - shard + shards - 1) / shards);
    }
}
