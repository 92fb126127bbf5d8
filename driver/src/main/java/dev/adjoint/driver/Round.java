package dev.adjoint.driver;

import dev.adjoint.autodiff.kernel.CounterRandom;
import dev.adjoint.worker.Permutation;
import dev.adjoint.worker.Shard;
import java.io.Serializable;

/**
 * Which rows one step takes: places {@code first} to {@code last}, exclusive, of an epoch's order. Place {@code p} is in
 * shard {@code p mod shards}.
 */
record Round(long seed, int epoch, long first, long last, int shards) implements Serializable {
    /** The stream of {@link CounterRandom} that the orders are drawn from. */
    private static final long STREAM = 0x5148L;

    /** Where the round begins among the places of a shard. */
    int from(Shard shard) {
        return placesBefore(first, shard);
    }

    /** Where it ends. */
    int to(Shard shard) {
        return placesBefore(last, shard);
    }

    /** The order in which the epoch goes through the rows of a shard. */
    Permutation order(Shard shard) {
        return new Permutation(shard.rows(), CounterRandom.bits(seed, STREAM, epoch), shard.index());
    }

    private int placesBefore(long place, Shard shard) {
        return (int) ((place - shard.index() + shards - 1) / shards);
    }
}
