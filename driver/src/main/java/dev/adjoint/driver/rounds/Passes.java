package dev.adjoint.driver.rounds;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.worker.Begin;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.RoundWork;
import dev.adjoint.worker.Sum;
import dev.adjoint.worker.WeightedSum;
import dev.adjoint.worker.Work;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.apache.spark.SparkException;
import org.apache.spark.SparkThrowable;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Opens passes over data, the fastest that there are: by threads of this JVM where all shards lie in its memory, or else by a
 * Spark job each.
 *
 * @param reduction how the sums of a training's rounds are added; whoever asks for executors to do so asks for jobs
 * @param threads the most threads, 0 for jobs everywhere
 */
public record Passes(JavaSparkContext context, ReductionKind reduction, int threads) {
    /** With a thread a core. */
    public static Passes of(JavaSparkContext context, ReductionKind reduction) {
        return new Passes(context, reduction, context.defaultParallelism());
    }

    /** By a Spark job each, in local mode too: what a cluster's passes cost can be measured without a cluster. */
    public Passes byJobs() {
        return new Passes(context, reduction, 0);
    }

    /** For the rounds of a training. */
    public Pass<Begin, WeightedSum> rounds(RoundWork work, ShardedData data) {
        boolean threadsWill = reduction == ReductionKind.AUTO || reduction == ReductionKind.IN_ORDER;
        Reduction<WeightedSum> added =
                Reduction.of(reduction, work.length(), data.chunks().getNumPartitions());
        return open(work, data, threadsWill, true, added);
    }

    /** For anything else that can be summed. */
    public <B, S extends Sum<S>> Pass<B, S> open(Work<B, S> work, ShardedData data) {
        return open(work, data, true, false, new Reduction.Collected<>());
    }

    private <B, S extends Sum<S>> Pass<B, S> open(
            Work<B, S> work, ShardedData data, boolean threadsWill, boolean isLong, Reduction<S> added) {
        Optional<List<List<Chunk>>> shards =
                threadsWill && threads > 0 ? LocalShards.of(context, data) : Optional.empty();
        return shards.isPresent()
                ? new ThreadPass<>(
                        work, shards.get(), threads, isLong ? Optional.of(new StandInJob(context)) : Optional.empty())
                : new JobPass<>(context, work, data, added);
    }

    /** The sum that a single pass comes to. */
    public <B, S extends Sum<S>> S once(Work<B, S> work, ShardedData data, B begin, Purpose purpose)
            throws InterruptedException {
        try (Pass<B, S> pass = open(work, data)) {
            return pass.run(begin, purpose).sum();
        }
    }

    /** Whether tasks run in this JVM. */
    public boolean areInDriver() {
        return context.isLocal();
    }

    /** Whether threads of this JVM have all shards in their memory. */
    public boolean areLocal(ShardedData data) {
        return LocalShards.of(context, data).isPresent();
    }

    /** Whether somebody cancelled the Spark job that failed so. */
    public static boolean isCancelled(Throwable failure) {
        return failure instanceof SparkThrowable known && "SPARK_JOB_CANCELLED".equals(known.getCondition());
    }

    /** Why passes could not be run, in a line. */
    public static String explain(Exception e) {
        boolean tellsOfAnother = e instanceof CancellationException || e instanceof CompletionException;
        Throwable told = tellsOfAnother && e.getCause() != null ? e.getCause() : e;
        if (told instanceof SparkThrowable known && isCancelled(told)) {
            Map<String, String> job = known.getMessageParameters();
            return "the training was cancelled: Spark job %s, %s".formatted(job.get("jobId"), job.get("reason"));
        }
        if (told instanceof SparkException) {
            String message = told.getMessage() == null ? told.toString() : told.getMessage();
            return "Spark gave up: " + message.lines().findFirst().orElse("");
        }
        return "the training failed: " + told;
    }
}
