package dev.adjoint.rounds;

import dev.adjoint.data.ShardedData;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.Snapshot;
import dev.adjoint.worker.WeightedSum;
import dev.adjoint.worker.Work;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;

/** Has the shards do their work, one round after the other. How it does so changes no bit of the sums. */
public interface Rounds extends AutoCloseable {
    /**
     * What a round came to.
     *
     * @param sum over all shards, valid until the next round
     */
    record Result(WeightedSum sum, Phases phases) {}

    /** A way to get at the sums of a training. */
    interface Opener {
        Rounds open(JavaSparkContext context, Work work, ShardedData data);
    }

    /** Runs a round from {@code state}, which is only read. */
    Result run(Snapshot state, Round round) throws InterruptedException;

    /** The kinds of arithmetic that computed so far, by {@link Arithmetic}. */
    Set<String> arithmetic();

    @Override
    void close();

    /** The fastest way there is: threads of this JVM where all shards lie in its memory, or else a Spark job a round. */
    static Rounds open(JavaSparkContext context, Work work, ShardedData data, ReductionKind kind) {
        boolean threadsWill = kind == ReductionKind.AUTO || kind == ReductionKind.IN_ORDER;
        Optional<Rounds> threads =
                threadsWill ? byThreads(context, work, data, context.defaultParallelism()) : Optional.empty();
        return threads.orElseGet(() -> byJobs(context, work, data, kind));
    }

    /** By so many threads of this JVM, where all shards lie in its memory. */
    static Optional<Rounds> byThreads(JavaSparkContext context, Work work, ShardedData data, int threads) {
        return SharedShards.of(context, data).map(shards -> new LocalRounds(work, shards, threads));
    }

    /** By a Spark job each. */
    static Rounds byJobs(JavaSparkContext context, Work work, ShardedData data, ReductionKind kind) {
        Reduction reduction = Reduction.of(kind, work.length(), data.chunks().getNumPartitions());
        return new ClusterRounds(context, work, data, reduction);
    }
}
