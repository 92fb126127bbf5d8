package dev.adjoint.rounds;

import dev.adjoint.data.ShardedData;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.Snapshot;
import dev.adjoint.worker.Work;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Rounds on a cluster: one Spark job each, one task a partition. */
final class ClusterRounds implements Rounds {
    private final JavaSparkContext context;
    private final ShardedData data;
    private final Broadcast<Workers> workers;
    private final Arithmetic arithmetic;
    private final Reduction reduction;

    /** Sends the work to the executors. */
    ClusterRounds(JavaSparkContext context, Work work, ShardedData data, Reduction reduction) {
        this.reduction = reduction;
        this.context = context;
        this.data = data;
        this.workers = context.broadcast(new Workers(work));
        this.arithmetic = Arithmetic.in(context);
    }

    @Override
    public Result run(Snapshot state, Round round) {
        long start = System.nanoTime();
        // A copy: in local mode the tasks read the very arrays, and the optimiser is about to change them.
        Snapshot copy =
                new Snapshot(state.parameters().clone(), state.velocity().clone());
        Broadcast<Snapshot> broadcast = context.broadcast(copy);
        long sent = System.nanoTime();
        Result result;
        long done;
        try {
            result = JobDescription.during(
                    context,
                    "epoch %d, examples %d to %d".formatted(round.epoch(), round.first(), round.last() - 1),
                    () -> reduction.reduce(data, new RoundTask(workers, arithmetic, broadcast, round)));
        } finally {
            done = System.nanoTime();
            broadcast.destroy();
        }
        long send = sent - start + System.nanoTime() - done;
        return new Result(result.sum(), Phases.ofJob(send, done - sent, result));
    }

    @Override
    public Set<String> arithmetic() {
        return arithmetic.value();
    }

    @Override
    public void close() {
        workers.destroy();
    }
}
