package dev.adjoint.driver;

import dev.adjoint.data.ShardedData;
import dev.adjoint.model.Network;
import dev.adjoint.worker.GradientSum;
import dev.adjoint.worker.Replica;
import dev.adjoint.worker.Shard;
import dev.adjoint.worker.TreeSum;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;

/** Computes the gradient of one round on the cluster: one Spark job, one task a partition. */
final class Synchronous implements AutoCloseable {
    private final JavaSparkContext context;
    private final ShardedData data;
    private final Broadcast<Replicas> replicas;

    /**
     * Sends the objective to the executors.
     *
     * @param batchSize examples a round, over all shards
     */
    Synchronous(JavaSparkContext context, Network network, ShardedData data, long batchSize) {
        this.context = context;
        this.data = data;
        long rows = (batchSize + data.shardCount() - 1) / data.shardCount();
        this.replicas = context.broadcast(new Replicas(network.objective((int) Math.min(Replica.MOST_ROWS, rows))));
    }

    /** The sum of the gradients of a round's rows, and the longest time that a task computed. */
    record Result(GradientSum sum, long computeNanos) {}

    Result gradient(float[] parameters, Round round) {
        // A copy: in local mode the tasks read the very array, and the optimiser is about to change it.
        Broadcast<float[]> broadcast = context.broadcast(parameters.clone());
        try {
            List<PartitionSum> partitions = data.shards()
                    .mapPartitions(new Task(replicas, broadcast, round))
                    .collect();
            TreeSum<GradientSum> tree = new TreeSum<>();
            long longest = 0;
            for (PartitionSum partition : partitions) { // in the order of the partitions, whatever finished first
                partition.nodes().forEach(tree::add);
                longest = Math.max(longest, partition.computeNanos());
            }
            return new Result(tree.total(data.shardCount()), longest);
        } finally {
            broadcast.destroy();
        }
    }

    @Override
    public void close() {
        replicas.destroy();
    }

    private record Task(Broadcast<Replicas> replicas, Broadcast<float[]> parameters, Round round)
            implements FlatMapFunction<Iterator<Shard>, PartitionSum> {
        @Override
        public Iterator<PartitionSum> call(Iterator<Shard> shards) {
            long start = System.nanoTime();
            Replica replica = replicas.value().borrow();
            replica.load(parameters.value());
            TreeSum<GradientSum> tree = new TreeSum<>();
            while (shards.hasNext()) {
                Shard shard = shards.next();
                GradientSum sum = new GradientSum();
                replica.addGradient(shard, round.order(shard), round.from(shard), round.to(shard), sum);
                tree.add(shard.index(), sum);
            }
            replicas.value().giveBack(replica);
            return List.of(new PartitionSum(tree.nodes(), System.nanoTime() - start))
                    .iterator();
        }
    }
}
