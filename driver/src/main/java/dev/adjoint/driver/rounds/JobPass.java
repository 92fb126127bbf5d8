package dev.adjoint.driver.rounds;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.worker.Sum;
import dev.adjoint.worker.Work;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Passes by a Spark job each, one task a partition. */
final class JobPass<B, S extends Sum<S>> implements Pass<B, S> {
    private final JavaSparkContext context;
    private final Work<B, S> work;
    private final ShardedData data;
    private final Broadcast<Workers<B, S>> workers;
    private final Numerics numerics;
    private final Reduction<S> reduction;

    /** Sends the work to the executors. */
    JobPass(JavaSparkContext context, Work<B, S> work, ShardedData data, Reduction<S> reduction) {
        this.context = context;
        this.work = work;
        this.data = data;
        this.workers = context.broadcast(new Workers<>(work));
        this.numerics = Numerics.in(context);
        this.reduction = reduction;
    }

    @Override
    public Result<S> run(B begin, Purpose purpose) {
        long start = System.nanoTime();
        // A copy: in local mode the tasks read the very arrays, and the optimiser is about to change them.
        Broadcast<B> broadcast = context.broadcast(work.copy(begin));
        long sent = System.nanoTime();
        Result<S> result;
        long done;
        try {
            result =
                    purpose.during(context, () -> reduction.reduce(data, new PassTask<>(workers, numerics, broadcast)));
        } finally {
            done = System.nanoTime();
            broadcast.destroy();
        }
        long send = sent - start + System.nanoTime() - done;
        return new Result<>(result.sum(), Phases.ofJob(send, done - sent, result.phases()));
    }

    @Override
    public Set<String> numerics() {
        return numerics.value();
    }

    @Override
    public void close() {
        workers.destroy();
    }
}
