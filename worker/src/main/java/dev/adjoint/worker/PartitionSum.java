package dev.adjoint.worker;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/** The sums of a run of shards, as far as they are complete, and how long it took to compute them. */
public record PartitionSum<S extends Sum<S>>(List<TreeSum.Node<S>> nodes, long computeNanos) implements Serializable {
    /** Does {@code work} on each shard, whose chunks come side by side, and the shards in their order. */
    public static <B, S extends Sum<S>> PartitionSum<S> of(Iterator<Chunk> chunks, ShardWork<B, S> work, B begin) {
        long start = System.nanoTime();
        TreeSum<S> tree = new TreeSum<>((left, right) -> {
            left.add(right);
            work.recycle(right);
            return left;
        });
        tree.addShards(chunks, work.begin(begin));
        return new PartitionSum<>(tree.nodes(), System.nanoTime() - start);
    }
}
