package dev.adjoint.rounds;

import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.Snapshot;
import dev.adjoint.worker.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

    /** What the last round came to, whose memory the next one uses. */
    private List<PartitionSum> last = List.of();

    /**
     * Divides the shards into runs.
     *
     * @param shards all of them, in order, each as its chunks
     * @param cores the most threads to use
     */
    LocalRounds(Work work, List<List<Chunk>> shards, int cores) {
        this.shardCount = shards.size();
        int count = Math.max(1, Math.min(cores, shardCount));
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) i * shardCount / count);
            int to = (int) ((i + 1L) * shardCount / count);
            List<Chunk> chunks = new ArrayList<>();
            shards.subList(from, to).forEach(chunks::addAll);
            runs.add(new Run(chunks, work.layOut()));
        }
        this.threads = Executors.newFixedThreadPool(Math.max(1, count - 1), task -> {
            Thread thread = new Thread(task, "adjoint rounds");
            thread.setDaemon(true);
            return thread;
        });
    }

    private record Run(List<Chunk> chunks, ShardWork worker) {
        PartitionSum compute(Snapshot state, Round round) {
            worker.load(state);
            return PartitionSum.of(chunks.iterator(), worker, round);
        }
    }

    @Override
    public Result run(Snapshot state, Round round) throws InterruptedException {
        for (int i = 0; i < last.size(); i++) {
            ShardWork worker = runs.get(i).worker();
            last.get(i).nodes().forEach(node -> worker.giveBack(node.sum()));
        }
        long start = System.nanoTime();
        List<Future<PartitionSum>> others = new ArrayList<>();
        for (Run run : runs.subList(1, runs.size())) {
            others.add(threads.submit(() -> run.compute(state, round)));
        }
        List<PartitionSum> sums = new ArrayList<>();
        // The first by this thread, which would have to be woken otherwise.
        sums.add(runs.get(0).compute(state, round));
        for (Future<PartitionSum> sum : others) {
            try {
                sums.add(sum.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a thread failed: " + e.getCause(), e);
            }
        }
        last = sums;
        Result result = Reduction.total(sums, shardCount);
        return new Result(result.sum(), Phases.ofJob(0, System.nanoTime() - start, result));
    }

    @Override
    public Set<String> arithmetic() {
        return Set.of(Kernels.description());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
