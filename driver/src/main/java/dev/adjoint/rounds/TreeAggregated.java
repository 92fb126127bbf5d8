package dev.adjoint.rounds;

import dev.adjoint.data.ShardedData;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.TreeSum;
import dev.adjoint.worker.WeightedSum;
import java.util.List;

/**
 * Spark's own {@code treeReduce}: executors add what comes first to what comes next, so the last bits differ from run to run.
 * For comparison.
 */
record TreeAggregated() implements Reduction {
    private static final int DEPTH = 2;

    @Override
    public Rounds.Result reduce(ShardedData data, RoundTask task) {
        PartitionSum total = data.chunks()
                .mapPartitions(chunks -> List.of(task.compute(chunks)).iterator())
                .treeReduce(TreeAggregated::add, DEPTH);
        return new Rounds.Result(sum(total), new Phases(0, total.computeNanos(), 0, 0, 0));
    }

    private static PartitionSum add(PartitionSum left, PartitionSum right) {
        WeightedSum sum = sum(left);
        sum.add(sum(right));
        return new PartitionSum(
                List.of(new TreeSum.Node<>(0, 0, sum)), Math.max(left.computeNanos(), right.computeNanos()));
    }

    /** Of all its nodes, wherever in the tree they stand. */
    private static WeightedSum sum(PartitionSum partition) {
        WeightedSum sum = new WeightedSum();
        partition.nodes().forEach(node -> sum.add(node.sum()));
        return sum;
    }
}
