package dev.adjoint.driver;

import dev.adjoint.autodiff.Program;
import dev.adjoint.worker.Replica;
import dev.adjoint.worker.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Rounds within one JVM, without a Spark job each: a thread a core, and each thread a run of the shards. A job costs some
 * ten milliseconds, and a small net's round a tenth of one.
 */
final class LocalRounds implements Rounds {
    private final ExecutorService threads;
    private final List<Run> runs = new ArrayList<>();
    private final int shardCount;

    /**
     * Divides the shards into runs.
     *
     * @param shards all of them, in order
     * @param cores the most threads to use
     */
    LocalRounds(Program objective, List<Shard> shards, int cores, int shardCount) {
        this.shardCount = shardCount;
        int count = Math.max(1, Math.min(cores, shards.size()));
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) i * shards.size() / count);
            int to = (int) ((i + 1L) * shards.size() / count);
            runs.add(new Run(shards.subList(from, to), new Replica(objective)));
        }
        this.threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "adjoint rounds");
            thread.setDaemon(true);
            return thread;
        });
    }

    private record Run(List<Shard> shards, Replica replica) {}

    @Override
    public Result gradient(float[] parameters, Round round) throws InterruptedException {
        List<Callable<PartitionSum>> tasks = new ArrayList<>();
        for (Run run : runs) {
            tasks.add(() -> PartitionSum.of(run.shards().iterator(), run.replica(), parameters, round));
        }
        List<PartitionSum> sums = new ArrayList<>();
        for (Future<PartitionSum> sum : threads.invokeAll(tasks)) {
            try {
                sums.add(sum.get());
            } catch (ExecutionException e) {
                throw new TrainingException("the training failed: " + e.getCause(), e);
            }
        }
        return Rounds.total(sums, shardCount);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
