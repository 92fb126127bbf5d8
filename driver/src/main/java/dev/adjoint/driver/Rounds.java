package dev.adjoint.driver;

import dev.adjoint.autodiff.Program;
import dev.adjoint.data.ShardedData;
import dev.adjoint.model.Network;
import dev.adjoint.worker.GradientSum;
import dev.adjoint.worker.Replica;
import dev.adjoint.worker.Shard;
import dev.adjoint.worker.TreeSum;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** Computes the gradient of one round after the other. How it does so changes no bit of it. */
interface Rounds extends AutoCloseable {
    /** The sum of the gradients of a round's rows, and the longest time that a core computed. */
    record Result(GradientSum sum, long computeNanos) {}

    /** A way to get at the gradients of a training. */
    interface Opener {
        Rounds open(JavaSparkContext context, Network network, ShardedData data, long batchSize);
    }

    /** The gradient at {@code parameters}, which are only read. */
    Result gradient(float[] parameters, Round round) throws InterruptedException;

    @Override
    void close();

    /**
     * The fastest way there is: threads of this JVM where all shards lie in its memory, or else a Spark job a round.
     *
     * @param batchSize examples a round, over all shards
     */
    static Rounds open(JavaSparkContext context, Network network, ShardedData data, long batchSize) {
        Program objective = objective(network, data, batchSize);
        Optional<List<Shard>> here = SharedShards.of(context, data);
        return here.isPresent()
                ? new LocalRounds(objective, here.get(), context.defaultParallelism(), data.shardCount())
                : new ClusterRounds(context, objective, data);
    }

    /** Takes as many rows at a time as a round has of a shard. */
    static Program objective(Network network, ShardedData data, long batchSize) {
        long rows = (batchSize + data.shardCount() - 1) / data.shardCount();
        return network.objective((int) Math.min(Replica.MOST_ROWS, rows));
    }

    /** The total along the tree, of what the runs of shards came to. */
    static Result total(List<PartitionSum> inOrder, int shards) {
        TreeSum<GradientSum> tree = new TreeSum<>();
        long longest = 0;
        for (PartitionSum partition : inOrder) {
            partition.nodes().forEach(tree::add);
            longest = Math.max(longest, partition.computeNanos());
        }
        return new Result(tree.total(shards), longest);
    }
}
