package dev.adjoint.driver;

import dev.adjoint.autodiff.Program;
import dev.adjoint.data.ShardedData;
import dev.adjoint.model.BatchShape;
import dev.adjoint.model.Network;
import dev.adjoint.rounds.JobDescription;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Evaluation;
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
        BatchShape batch = BatchShape.of(data.largestShard(), network.inputs(), data.entriesOfRow());
        Broadcast<Job> job = context.broadcast(
                new Job(network.evaluation(batch), network.loss().isClassification(), parameters.clone()));
        try {
            TreeSum<Evaluation> total = new TreeSum<>();
            JobDescription.during(context, "evaluation of %,d examples".formatted(data.examples()), () -> data.chunks()
                            .mapPartitions(new Task(job))
                            .collect())
                    .forEach(total::add);
            return total.total(data.shardCount());
        } finally {
            job.destroy();
        }
    }

    record Job(Program program, boolean classes, float[] parameters) implements Serializable {}

    private record Task(Broadcast<Job> job) implements FlatMapFunction<Iterator<Chunk>, TreeSum.Node<Evaluation>> {
        @Override
        public Iterator<TreeSum.Node<Evaluation>> call(Iterator<Chunk> chunks) {
            Job j = job.value();
            TreeSum<Evaluation> tree = new TreeSum<>();
            tree.addShards(chunks, new Evaluation.Evaluator(j.program(), j.classes(), j.parameters()));
            return tree.nodes().iterator();
        }
    }
}
