package dev.adjoint.driver.training;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.resident.ResidentJob;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.Phases;
import dev.adjoint.driver.rounds.Purpose;
import dev.adjoint.driver.rounds.Reduction;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.Sweep;
import dev.adjoint.worker.Vectors;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Runs rounds in stretches that take about a second: long beside the start of a job, short for whoever waits for news. */
final class Resident implements AutoCloseable {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(4);

    private final ResidentJob<Stretch.From, Vectors, Stretch.To> job;
    private final int shards;
    private final boolean evaluates;
    private final Set<String> numerics = new TreeSet<>();
    /** How many rounds the next stretch has at most. */
    private int rounds = 16;
    /** How many were tried: each has a number of its own, that of its attempts. */
    private long tried;
    /** Of the last one that came to one. */
    private Optional<End> end = Optional.empty();

    /** What the stretch with this number came to. */
    private record End(long stretch, TrainingState state) {}

    /** @param evaluation of the parameters that an epoch ends with, on the same rows, where that is asked for */
    Resident(
            Passes passes,
            Algorithm algorithm,
            Optional<Evaluation.OfModel> evaluation,
            ShardedData data,
            long limitSeconds) {
        this.shards = data.shardCount();
        this.evaluates = evaluation.isPresent();
        this.job = new ResidentJob<>(
                passes.context(),
                Stretch.of(algorithm, evaluation),
                data,
                algorithm.work().length(),
                limitSeconds);
    }

    /**
     * What a stretch came to.
     *
     * @param rounds how many it made: fewer than it should where the next one's sum is not finite
     * @param before the parameters before the last round, where they were asked for
     * @param loss of the last one, the mean
     * @param evaluation of the parameters, where the stretch evaluated them
     * @param exchangeNanos that the first task took to exchange sums, waiting included
     */
    record Stretched(
            TrainingState state,
            int rounds,
            Optional<float[]> before,
            double loss,
            Optional<Evaluation> evaluation,
            long exchangeNanos,
            Phases phases) {}

    /**
     * Makes some rounds.
     *
     * @param most how many are left to make before the driver has to do something
     * @param endsEpoch whether the last of these is the epoch's
     * @param tellsBefore whether the parameters before that are asked for
     * @throws TrainingException when tasks came to different parameters
     */
    Stretched run(TrainingState state, int most, boolean endsEpoch, boolean tellsBefore, Purpose purpose)
            throws InterruptedException {
        int count = most <= 2 * rounds ? most : rounds; // no short one at the end
        boolean isLast = count == most;
        long follows = followed(state);
        Stretch.From from = new Stretch.From(
                ++tried,
                follows,
                state.step(),
                state.position(),
                state.learning(),
                state.convergence(),
                count,
                tellsBefore && isLast,
                evaluates && endsEpoch && isLast);
        long start = System.nanoTime();
        List<Stretch.To> ends = job.run(from, state.vectors(), follows > 0, purpose);
        long nanos = System.nanoTime() - start;
        Stretch.To first = ends.get(0);
        long computed = 0;
        long updated = 0;
        long evaluated = 0;
        for (Stretch.To end : ends) {
            numerics.add(end.numerics());
            computed = Math.max(computed, end.computeNanos());
            updated = Math.max(updated, end.updateNanos());
            evaluated = Math.max(evaluated, end.evaluated().computeNanos());
            if (end.digest() != first.digest()) {
                throw new TrainingException(
                        "the executors came to different parameters from the same sums, by %s; set training.rounds = jobs, where the driver makes all steps"
                                .formatted(numerics));
            }
        }
        int made = first.position().round() - state.position().round();
        long inRounds = Math.max(0, nanos - evaluated);
        if (made == count) {
            double perSecond = (double) made * NANOS / Math.max(1, inRounds);
            // The first ones are slow, as compilers are at work: that is no reason for more of them, with a start each.
            double least = inRounds < PATIENCE ? Math.min(count, rounds) : 1;
            rounds = (int) Math.max(least, Math.min(1 << 20, perSecond));
        }
        Phases phases = new Phases(0, computed, Math.max(0, inRounds - computed - updated), 0, updated);
        TrainingState after = Stretch.To.after(state, ends);
        end = Optional.of(new End(from.number(), after));
        return new Stretched(
                after,
                made,
                Stretch.To.before(ends),
                first.loss() / first.weight(),
                evaluation(ends),
                first.exchangeNanos(),
                phases);
    }

    /** The number of the stretch that came to this state, if nobody has gone on from it, or back; or else 0. */
    @SuppressWarnings("ReferenceEquality") // equal numbers in other arrays may be about to change
    private long followed(TrainingState state) {
        return end.filter(last -> last.state.vectors() == state.vectors() && last.state.step() == state.step())
                .map(End::stretch)
                .orElse(0L);
    }

    private Optional<Evaluation> evaluation(List<Stretch.To> ends) {
        List<PartitionSum<Evaluation>> sums =
                ends.stream().map(Stretch.To::evaluated).toList();
        return sums.stream().allMatch(of -> of.nodes().isEmpty())
                ? Optional.empty()
                : Optional.of(Reduction.total(sums, shards, Sweep.PARALLEL).sum());
    }

    /** Whether there are cores for a stretch now. */
    boolean hasRoom() {
        return job.hasRoom();
    }

    /** Lets the cores go: a Spark job comes. */
    void release() {
        job.release();
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
