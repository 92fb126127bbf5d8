package dev.adjoint.driver.rounds;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.TreeSum;
import dev.adjoint.worker.TreeSum.Node;
import dev.adjoint.worker.WeightedSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.api.java.JavaPairRDD;
import scala.Tuple2;

/**
 * The vectors are cut into slices, as many as there are tasks; one shuffle brings each slice of all vectors to one task,
 * in the order of the shards, and it adds them along the tree. The driver receives each number once.
 */
record Sliced(int length, int slices) implements Reduction<WeightedSum>, Serializable {
    /** A key is the slice's number above, the first shard of the node below. */
    private static final int SHARD_BITS = 32;

    /** A slice of a node's vector, with the sums of the node in the first slice of all, and how long its task computed. */
    record Part(Node<WeightedSum> node, long computeNanos) implements Serializable {}

    @Override
    public <B> Pass.Result<WeightedSum> reduce(ShardedData data, PassTask<B, WeightedSum> task) {
        Sliced self = this;
        int shards = data.shardCount();
        JavaPairRDD<Long, Part> parts = data.chunks()
                .mapPartitionsToPair(chunks -> self.cut(task.compute(chunks)))
                .repartitionAndSortWithinPartitions(new BySlice(slices));
        try {
            List<Tuple2<Long, Part>> added =
                    parts.mapPartitions(sorted -> add(sorted, shards)).collect();
            return joined(added);
        } finally {
            int shuffle =
                    ((ShuffleDependency<?, ?, ?>) parts.rdd().dependencies().head()).shuffleId();
            // Now, not when the driver next collects garbage: a round leaves as many bytes on the disks as it reduces.
            parts.rdd().context().cleaner().get().doCleanupShuffle(shuffle, false);
        }
    }

    private Iterator<Tuple2<Long, Part>> cut(PartitionSum<WeightedSum> partition) {
        List<Tuple2<Long, Part>> parts = new ArrayList<>();
        for (int slice = 0; slice < slices; slice++) {
            int from = from(slice);
            int to = from(slice + 1);
            for (Node<WeightedSum> node : partition.nodes()) {
                Node<WeightedSum> part =
                        new Node<>(node.level(), node.index(), node.sum().slice(from, to, slice == 0));
                long key = (long) slice << SHARD_BITS | (long) node.index() << node.level();
                parts.add(new Tuple2<>(key, new Part(part, partition.computeNanos())));
            }
        }
        return parts.iterator();
    }

    private static Iterator<Tuple2<Long, Part>> add(Iterator<Tuple2<Long, Part>> sorted, int shards) {
        List<Tuple2<Long, Part>> added = new ArrayList<>();
        TreeSum<WeightedSum> tree = new TreeSum<>();
        long longest = 0;
        long slice = -1;
        while (sorted.hasNext()) {
            Tuple2<Long, Part> next = sorted.next();
            slice = next._1() >>> SHARD_BITS;
            tree.add(next._2().node());
            longest = Math.max(longest, next._2().computeNanos());
        }
        if (slice >= 0) {
            added.add(new Tuple2<>(slice, new Part(new Node<>(0, 0, tree.total(shards)), longest)));
        }
        return added.iterator();
    }

    private Pass.Result<WeightedSum> joined(List<Tuple2<Long, Part>> added) {
        long start = System.nanoTime();
        float[] vector = new float[length];
        WeightedSum total = new WeightedSum();
        long longest = 0;
        for (Tuple2<Long, Part> part : added) {
            WeightedSum sum = part._2().node().sum();
            System.arraycopy(sum.vector(), 0, vector, from(Math.toIntExact(part._1())), sum.vector().length);
            total.addLoss(sum.loss(), sum.weight(), sum.examples());
            longest = Math.max(longest, part._2().computeNanos());
        }
        WeightedSum whole = new WeightedSum(vector, total.loss(), total.weight(), total.examples());
        return new Pass.Result<>(whole, new Phases(0, longest, 0, System.nanoTime() - start, 0));
    }

    private int from(int slice) {
        return (int) ((long) length * slice / slices);
    }

    /** A slice a partition. */
    private static final class BySlice extends Partitioner {
        private static final long serialVersionUID = 1L;
        private final int slices;

        BySlice(int slices) {
            this.slices = slices;
        }

        @Override
        public int numPartitions() {
            return slices;
        }

        @Override
        public int getPartition(Object key) {
            return (int) ((Long) key >>> SHARD_BITS);
        }
    }
}
