package dev.adjoint.driver.training;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.resident.ResidentJob;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.Phases;
import dev.adjoint.driver.rounds.Purpose;
import dev.adjoint.driver.rounds.Workers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Runs rounds in stretches that take about a second: long beside the start of a job, short for whoever waits for news. */
final class Resident implements AutoCloseable {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ResidentJob<Stretch.From, Stretch.To> job;
    private final Set<String> numerics = new TreeSet<>();
    /** How many rounds the next stretch has at most. */
    private int rounds = 16;

    Resident(Passes passes, Algorithm algorithm, ShardedData data, long limitSeconds) {
        Stretch work = new Stretch(algorithm, new Workers<>(algorithm.work()));
        this.job =
                new ResidentJob<>(passes.context(), work, data, algorithm.work().length(), limitSeconds);
    }

    /**
     * What a stretch came to.
     *
     * @param rounds how many it made: fewer than it should where the next one's sum is not finite
     * @param before the parameters before the last round, where they were asked for
     * @param loss of the last one, the mean
     * @param exchangeNanos that the first task took to exchange sums, waiting included
     */
    record Stretched(
            TrainingState state,
            int rounds,
            Optional<float[]> before,
            double loss,
            long exchangeNanos,
            Phases phases) {}

    /**
     * Makes some rounds.
     *
     * @param most how many are left to make before the driver has to do something
     * @param tellsBefore whether the parameters before the last of these are asked for
     * @throws TrainingException when tasks came to different parameters
     */
    Stretched run(TrainingState state, int most, boolean tellsBefore, Purpose purpose) throws InterruptedException {
        int count = Math.min(most, rounds);
        long start = System.nanoTime();
        List<Stretch.To> ends = job.run(Stretch.From.of(state, count, tellsBefore && count == most), purpose);
        long nanos = System.nanoTime() - start;
        Stretch.To first = ends.get(0);
        long computed = 0;
        long updated = 0;
        for (Stretch.To end : ends) {
            numerics.add(end.numerics());
            computed = Math.max(computed, end.computeNanos());
            updated = Math.max(updated, end.updateNanos());
            if (end.digest() != first.digest()) {
                throw new TrainingException(
                        "the executors came to different parameters from the same sums, by %s; set training.rounds = jobs, where the driver makes all steps"
                                .formatted(numerics));
            }
        }
        int made = first.position().round() - state.position().round();
        if (made == count) {
            rounds = (int) Math.max(1, Math.min(1 << 20, (double) made * NANOS / nanos));
        }
        Phases phases = new Phases(0, computed, Math.max(0, nanos - computed - updated), 0, updated);
        return new Stretched(
                first.after(state),
                made,
                first.before().stream().findFirst(),
                first.loss() / first.weight(),
                first.exchangeNanos(),
                phases);
    }

    /** Whether there are cores for a stretch now. */
    boolean hasRoom() {
        return job.hasRoom();
    }

    /** What computed so far. */
    Set<String> numerics() {
        return numerics;
    }

    @Override
    public void close() {
        job.close();
    }
}
