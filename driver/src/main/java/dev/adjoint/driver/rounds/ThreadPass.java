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
    private final int shardCount;
    private final Optional<StandInJob> standIn;
    /** What the last pass came to, whose memory the next one uses. */
    private final List<PartitionSum<S>> last = new ArrayList<>();

    /**
     * Divides the shards into runs, and the threads among them.
     *
     * @param shards all of them, in order, each as its chunks
     * @param cores how many threads to use
     * @param standIn by which the passes are cancelled; closed with them
     */
    ThreadPass(Work<B, S> work, List<List<Chunk>> shards, int cores, Optional<StandInJob> standIn) {
        this.shardCount = shards.size();
        this.standIn = standIn;
        this.all = new Crew(cores);
        this.sweep = Sweep.by(all);
        for (int i = 1; i < cores; i++) {
            int member = i;
            Thread thread = new Thread(() -> all.serve(member), "adjoint pass");
            thread.setDaemon(true);
            thread.start();
        }
        int count = Math.max(1, Math.min(cores, shardCount));
        for (int i = 0; i < count; i++) {
            List<Chunk> chunks = new ArrayList<>();
            shards.subList(border(i, count, shardCount), border(i + 1, count, shardCount))
                    .forEach(chunks::addAll);
            int leader = border(i, count, cores);
            Crew crew = new Crew(border(i + 1, count, cores) - leader);
            runs.add(new Run<>(chunks, work.layOut(crew), crew, leader));
        }
    }

    /** Where run {@code i} of so many begins among shards or threads. */
    private static int border(int i, int runs, int among) {
        return (int) ((long) i * among / runs);
    }

    /**
     * Some shards in their order.
     *
     * @param crew who computes them, threads side by side
     * @param leader the first of these threads
     */
    private record Run<B, S extends Sum<S>>(List<Chunk> chunks, ShardWork<B, S> worker, Crew crew, int leader) {}

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

    /** What a thread does: lead the run that begins with it, or help in the one before. */
    private void compute(int thread, B begin, List<PartitionSum<S>> sums) {
        int number = runs.size() - 1;
        while (runs.get(number).leader() > thread) {
            number--;
        }
        Run<B, S> run = runs.get(number);
        if (thread > run.leader()) {
            run.crew().serve(thread - run.leader());
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
