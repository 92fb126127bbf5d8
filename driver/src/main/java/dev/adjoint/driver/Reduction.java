package dev.adjoint.driver;

import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.Slices;
import dev.adjoint.worker.TreeSum;
import dev.adjoint.worker.WeightedSum;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/** Adds up what the tasks of a round came to, along the tree of shards. All ways give the same bits. */
interface Reduction {
    /** Runs the tasks; of the phases, what they computed and what the driver added. */
    Rounds.Result reduce(JavaRDD<PartitionSum> partitions, int shards);

    /**
     * Few numbers are added by the driver, and many by the executors: the driver can receive about as many a second as one
     * of them, so collecting grows with the partitions and a shuffle does not.
     *
     * @param length of a task's vector
     */
    static Reduction of(int length, int partitions) {
        return (long) length * partitions <= MOST_COLLECTED ? new Collected() : new Sliced(length, partitions);
    }

    /** 256 megabytes of a round's sums, a quarter of what Spark lets a job return. */
    long MOST_COLLECTED = 1 << 26;

    /** The driver receives every task's sum. */
    record Collected() implements Reduction {
        @Override
        public Rounds.Result reduce(JavaRDD<PartitionSum> partitions, int shards) {
            // In the order of the partitions, whatever finished first.
            List<PartitionSum> sums = partitions.collect();
            return total(sums, shards);
        }
    }

    /** The total along the tree, of what the runs of shards came to. */
    static Rounds.Result total(List<PartitionSum> inOrder, int shards) {
        long start = System.nanoTime();
        TreeSum<WeightedSum> tree = new TreeSum<>((left, right) -> left.add(right, Slices.PARALLEL));
        long longest = 0;
        for (PartitionSum partition : inOrder) {
            partition.nodes().forEach(tree::add);
            longest = Math.max(longest, partition.computeNanos());
        }
        return new Rounds.Result(tree.total(shards), new Phases(0, longest, 0, System.nanoTime() - start, 0));
    }
}
