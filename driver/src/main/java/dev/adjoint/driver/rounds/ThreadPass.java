package dev.adjoint.driver.rounds;

import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.Sum;
import dev.adjoint.worker.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Passes within one JVM, without a Spark job each: a thread a core, and each thread a run of the shards. A job costs some
 * ten milliseconds, and a small net's round a tenth of one.
 */
final class ThreadPass<B, S extends Sum<S>> implements Pass<B, S> {
    private final ExecutorService threads;
    private final List<Run<B, S>> runs = new ArrayList<>();
    private final int shardCount;
    private final Optional<StandInJob> standIn;
    /** What the last pass came to, whose memory the next one uses. */
    private List<PartitionSum<S>> last = List.of();

    /**
     * Divides the shards into runs.
     *
     * @param shards all of them, in order, each as its chunks
     * @param cores the most threads to use
     * @param standIn by which the passes are cancelled; closed with them
     */
    ThreadPass(Work<B, S> work, List<List<Chunk>> shards, int cores, Optional<StandInJob> standIn) {
        this.shardCount = shards.size();
        this.standIn = standIn;
        int count = Math.max(1, Math.min(cores, shardCount));
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) i * shardCount / count);
            int to = (int) ((i + 1L) * shardCount / count);
            List<Chunk> chunks = new ArrayList<>();
            shards.subList(from, to).forEach(chunks::addAll);
            runs.add(new Run<>(chunks, work.layOut()));
        }
        this.threads = Executors.newFixedThreadPool(Math.max(1, count - 1), task -> {
            Thread thread = new Thread(task, "adjoint pass");
            thread.setDaemon(true);
            return thread;
        });
    }

    private record Run<B, S extends Sum<S>>(List<Chunk> chunks, ShardWork<B, S> worker) {
        PartitionSum<S> compute(B begin) {
            return PartitionSum.of(chunks.iterator(), worker, begin);
        }
    }

    @Override
    public Result<S> run(B begin, Purpose purpose) throws InterruptedException {
        if (Thread.interrupted()) { // else noticed by a thread alone that waits for others
            throw new InterruptedException();
        }
        if (standIn.isPresent()) {
            standIn.get().check();
        }
        for (int i = 0; i < last.size(); i++) {
            ShardWork<B, S> worker = runs.get(i).worker();
            last.get(i).nodes().forEach(node -> worker.recycle(node.sum()));
        }
        long start = System.nanoTime();
        List<Future<PartitionSum<S>>> others = new ArrayList<>();
        for (Run<B, S> run : runs.subList(1, runs.size())) {
            others.add(threads.submit(() -> run.compute(begin)));
        }
        List<PartitionSum<S>> sums = new ArrayList<>();
        // The first by this thread, which would have to be woken otherwise.
        sums.add(runs.get(0).compute(begin));
        for (Future<PartitionSum<S>> sum : others) {
            try {
                sums.add(sum.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a thread failed: " + e.getCause(), e);
            }
        }
        last = sums;
        Result<S> result = Reduction.total(sums, shardCount);
        return new Result<>(result.sum(), Phases.ofJob(0, System.nanoTime() - start, result.phases()));
    }

    @Override
    public Set<String> numerics() {
        return Set.of(Kernels.description());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        standIn.ifPresent(StandInJob::close);
    }
}
