package dev.adjoint.driver;

import dev.adjoint.autodiff.Program;
import dev.adjoint.data.ShardedData;
import dev.adjoint.worker.Replica;
import dev.adjoint.worker.Shard;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;

/** Rounds on a cluster: one Spark job each, one task a partition. */
final class ClusterRounds implements Rounds {
    private final JavaSparkContext context;
    private final ShardedData data;
    private final Broadcast<Replicas> replicas;

    /** Sends the objective to the executors. */
    ClusterRounds(JavaSparkContext context, Program objective, ShardedData data) {
        this.context = context;
        this.data = data;
        this.replicas = context.broadcast(new Replicas(objective));
    }

    @Override
    public Result gradient(float[] parameters, Round round) {
        // A copy: in local mode the tasks read the very array, and the optimiser is about to change it.
        Broadcast<float[]> broadcast = context.broadcast(parameters.clone());
        try {
            // In the order of the partitions, whatever finished first.
            List<PartitionSum> partitions = data.shards()
                    .mapPartitions(new Task(replicas, broadcast, round))
                    .collect();
            return Rounds.total(partitions, data.shardCount());
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
            Replica replica = replicas.value().borrow();
            PartitionSum sum = PartitionSum.of(shards, replica, parameters.value(), round);
            replicas.value().giveBack(replica);
            return List.of(sum).iterator();
        }
    }
}
