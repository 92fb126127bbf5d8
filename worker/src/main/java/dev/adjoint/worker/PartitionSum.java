package dev.adjoint.worker;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/** The sums of a run of shards, as far as they are complete, and how long it took to compute them. */
public record PartitionSum(List<TreeSum.Node<WeightedSum>> nodes, long computeNanos) implements Serializable {
    /** Does {@code work} on the rows that {@code round} takes of each shard. */
    public static PartitionSum of(Iterator<Chunk> chunks, ShardWork work, Round round) {
        long start = System.nanoTime();
        TreeSum<WeightedSum> tree = new TreeSum<>((left, right) -> {
            left.add(right);
            work.giveBack(right);
        });
        tree.addShards(chunks, new RowsOfRound(work, round));
        return new PartitionSum(tree.nodes(), System.nanoTime() - start);
    }

    /** Does {@code work} on the rows that {@code round} takes of a shard. */
    record RowsOfRound(ShardWork work, Round round) implements TreeSum.OfShard<Chunk, WeightedSum> {
        @Override
        public void start() {
            work.start();
        }

        @Override
        public void add(Chunk chunk) {
            int from = Math.max(round.from(chunk.shard()) - chunk.first(), 0);
            int to = Math.min(round.to(chunk.shard()) - chunk.first(), chunk.rows());
            Permutation order = round.order(chunk);
            for (int place = from; place < to; place++) {
                work.take(chunk, (int) order.at(place));
            }
        }

        @Override
        public WeightedSum finish() {
            return work.finish();
        }
    }
}
