package dev.adjoint.driver;

import dev.adjoint.autodiff.Program;
import dev.adjoint.data.ShardedData;
import dev.adjoint.model.Network;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.Replica;
import dev.adjoint.worker.Shard;
import dev.adjoint.worker.TreeSum;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;

/** Evaluates parameters on packed examples, on the cluster; summed along the tree of shards, as gradients are. */
public final class Evaluate {
    private Evaluate() {}

    /** The measures over all examples of {@code data}. */
    public static Evaluation evaluate(JavaSparkContext context, Network network, float[] parameters, ShardedData data) {
        int rows = (int) Math.max(1, Math.min(Replica.MOST_ROWS, data.largestShard()));
        Broadcast<Job> job = context.broadcast(
                new Job(network.evaluation(rows), network.loss().isClassification(), parameters.clone()));
        try {
            TreeSum<Evaluation> total = new TreeSum<>();
            data.shards().mapPartitions(new Task(job)).collect().forEach(total::add);
            return total.total(data.shardCount());
        } finally {
            job.destroy();
        }
    }

    record Job(Program program, boolean classes, float[] parameters) implements Serializable {}

    private record Task(Broadcast<Job> job) implements FlatMapFunction<Iterator<Shard>, TreeSum.Node<Evaluation>> {
        @Override
        public Iterator<TreeSum.Node<Evaluation>> call(Iterator<Shard> shards) {
            Job j = job.value();
            Evaluation.Evaluator evaluator = new Evaluation.Evaluator(j.program(), j.classes(), j.parameters());
            TreeSum<Evaluation> tree = new TreeSum<>();
            while (shards.hasNext()) {
                Shard shard = shards.next();
                tree.add(shard.index(), evaluator.evaluate(shard));
            }
            return tree.nodes().iterator();
        }
    }
}
