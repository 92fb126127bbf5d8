package dev.adjoint.worker;

import java.util.ArrayDeque;
import java.util.Iterator;

/** Work on the rows that a round takes of a shard, row by row. */
abstract class RowWork implements ShardWork<Begin, WeightedSum> {
    private final ArrayDeque<WeightedSum> spare = new ArrayDeque<>();

    @Override
    public final TreeSum.OfShard<Chunk, WeightedSum> begin(Begin begin) {
        load(begin);
        return (shard, chunks) -> sum(begin, shard, chunks);
    }

    private WeightedSum sum(Begin begin, int shard, Iterator<Chunk> chunks) {
        Round round = begin.round();
        WeightedSum sum = spare.isEmpty() ? new WeightedSum() : spare.pop();
        startShard(begin);
        while (chunks.hasNext()) {
            Chunk chunk = chunks.next();
            int from = Math.max(round.from(shard) - chunk.first(), 0);
            int to = Math.min(round.to(shard) - chunk.first(), chunk.rows());
            Permutation order = round.order(chunk);
            for (int place = from; place < to; place++) {
                take(chunk, (int) order.at(place), sum);
            }
        }
        endShard(sum);
        return sum;
    }

    @Override
    public final void recycle(WeightedSum sum) {
        sum.clear();
        spare.push(sum);
    }

    /** Takes over what all shards of the round begin with. */
    abstract void load(Begin begin);

    /** Begins with another shard. */
    abstract void startShard(Begin begin);

    /** Takes a row of {@code chunk}. */
    abstract void take(Chunk chunk, int row, WeightedSum sum);

    /** Adds what is left of the shard. */
    abstract void endShard(WeightedSum sum);
}
