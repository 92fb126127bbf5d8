package dev.adjoint.driver.rounds;

import dev.adjoint.autodiff.kernel.Crew;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.Sum;
import dev.adjoint.worker.Sweep;
import dev.adjoint.worker.Work;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Passes within one JVM, without a Spark job each: a thread a core, and each thread a run of the shards; where there are more
 * cores than shards, a few threads work on each together. A job costs some ten milliseconds, and a small net's round a tenth of one.
 */
final class ThreadPass<B, S extends Sum<S>> implements Pass<B, S> {
    private final Crew all;
    private final Sweep sweep;
    private final List<Run<B, S>> runs = new ArrayList<>();
    private final int threadsOfRun;
    private final int shardCount;
    private final Optional<StandInJob> standIn;
    /** What the last pass came to, whose memory the next one uses. */
    private final List<PartitionSum<S>> last = new ArrayList<>();

    /**
     * Divides the shards into runs, and the threads among them.
     *
     * @param shards all of them, in order, each as its chunks
     * @param cores how many threads there may be
     * @param standIn by which the passes are cancelled; closed with them
     */
    ThreadPass(Work<B, S> work, List<List<Chunk>> shards, int cores, Optional<StandInJob> standIn) {
        this.shardCount = shards.size();
        this.standIn = standIn;
        int count = Math.max(1, Math.min(cores, shardCount));
        this.threadsOfRun = Math.max(1, Math.min(cores / count, work.threads()));
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) i * shardCount / count);
            int to = (int) ((i + 1L) * shardCount / count);
            List<Chunk> chunks = new ArrayList<>();
            shards.subList(from, to).forEach(chunks::addAll);
            Crew crew = new Crew(threadsOfRun);
            runs.add(new Run<>(chunks, work.layOut(crew), crew));
        }
        this.all = new Crew(count * threadsOfRun);
        this.sweep = Sweep.by(all);
        for (int i = 1; i < all.size(); i++) {
            int member = i;
            Thread thread = new Thread(() -> all.serve(member), "adjoint pass");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Some shards in their order, and the threads that compute them. */
    private record Run<B, S extends Sum<S>>(List<Chunk> chunks, ShardWork<B, S> worker, Crew crew) {}

    @Override
    public Result<S> run(B begin, Purpose purpose) throws InterruptedException {
        if (Thread.interrupted()) { // nobody here waits in a way that is interrupted
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
        List<PartitionSum<S>> sums = new ArrayList<>(Collections.nCopies(runs.size(), null));
        all.run(member -> compute(member, begin, sums));
        last.clear();
        last.addAll(sums);
        Result<S> result = Reduction.total(sums, shardCount, sweep);
        return new Result<>(result.sum(), Phases.ofJob(0, System.nanoTime() - start, result.phases()));
    }

    /** What a thread does: lead a run, or help in one. */
    private void compute(int thread, B begin, List<PartitionSum<S>> sums) {
        int number = thread / threadsOfRun;
        Run<B, S> run = runs.get(number);
        int member = thread % threadsOfRun;
        if (member > 0) {
            run.crew().serve(member);
            return;
        }
        try {
            sums.set(number, PartitionSum.of(run.chunks().iterator(), run.worker(), begin));
        } finally {
            run.crew().dismiss();
        }
    }

    @Override
    public Sweep sweep() {
        return sweep;
    }

    @Override
    public Set<String> numerics() {
        return Set.of(Kernels.description());
    }

    @Override
    public void close() {
        all.dismiss();
        standIn.ifPresent(StandInJob::close);
    }
}
