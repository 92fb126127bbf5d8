package dev.adjoint.driver.rounds;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.TreeSum;
import dev.adjoint.worker.WeightedSum;
import java.util.List;

/**
 * Spark's own {@code treeReduce}: executors add what comes first to what comes next, so the last bits differ from run to run.
 * For comparison.
 */
record TreeAggregated() implements Reduction<WeightedSum> {
    private static final int DEPTH = 2;

    @Override
    public <B> Pass.Result<WeightedSum> reduce(ShardedData data, PassTask<B, WeightedSum> task) {
        PartitionSum<WeightedSum> total = data.chunks()
                .mapPartitions(chunks -> List.of(task.compute(chunks)).iterator())
                .treeReduce(TreeAggregated::add, DEPTH);
        return new Pass.Result<>(sum(total), new Phases(0, total.computeNanos(), 0, 0, 0));
    }

    private static PartitionSum<WeightedSum> add(PartitionSum<WeightedSum> left, PartitionSum<WeightedSum> right) {
        WeightedSum sum = sum(left);
        sum.add(sum(right));
        return new PartitionSum<>(
                List.of(new TreeSum.Node<>(0, 0, sum)), Math.max(left.computeNanos(), right.computeNanos()));
    }

    /** Of all its nodes, wherever in the tree they stand. */
    private static WeightedSum sum(PartitionSum<WeightedSum> partition) {
        WeightedSum sum = new WeightedSum();
        partition.nodes().forEach(node -> sum.add(node.sum()));
        return sum;
    }
}
