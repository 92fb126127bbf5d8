package dev.adjoint.driver;

import dev.adjoint.checkpoint.TrainingState;
import dev.adjoint.data.ShardedData;
import dev.adjoint.model.Network;
import dev.adjoint.rounds.Phases;
import dev.adjoint.rounds.Rounds;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.WeightedSum;
import dev.adjoint.worker.Work;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains a network on packed examples: minibatch gradient descent with momentum, in rounds of all shards.
 *
 * <p>The result is a function of the data, the network and the options; the bits do not depend on the cluster.
 */
public final class Trainer {
    private final JavaSparkContext context;
    private final Network network;
    private final TrainingOptions options;
    private final Rounds.Opener opener;
    private volatile boolean stopping;

    public Trainer(JavaSparkContext context, Network network, TrainingOptions options) {
        this(context, network, options, (spark, work, data) -> Rounds.open(spark, work, data, options.reduction()));
    }

    Trainer(JavaSparkContext context, Network network, TrainingOptions options, Rounds.Opener opener) {
        this.context = context;
        this.network = network;
        this.options = options;
        this.opener = opener;
    }

    /**
     * A trainer whose every step is a Spark job, in local mode too, where threads of this JVM would compute it faster. It
     * measures what the rounds of a cluster cost, without a cluster. The bits are those of any other trainer.
     */
    public static Trainer withJobPerRound(JavaSparkContext context, Network network, TrainingOptions options) {
        return new Trainer(
                context,
                network,
                options,
                (spark, work, data) -> Rounds.byJobs(spark, work, data, options.reduction()));
    }

    /**
     * What a training came to.
     *
     * @param parameters after the last step
     * @param isWhole whether it came to its end; {@link #stop} ends it before
     * @param arithmetic the kinds that computed, one where the bits can be had again
     */
    public record Result(float[] parameters, long steps, boolean isWhole, Set<String> arithmetic) {}

    /** Asks a training that runs in another thread to end after the round that it is in. */
    public void stop() {
        stopping = true;
    }

    /**
     * Runs all epochs.
     *
     * @param heldOut evaluated after every epoch
     * @throws TrainingException when the loss or the gradient stops being a number, or Spark gives up
     */
    public Result train(ShardedData data, Optional<ShardedData> heldOut, TrainingListener listener) {
        return train(
                network.initialParameters(options.seed()),
                Optional.empty(),
                data,
                heldOut,
                listener,
                Checkpoints.none());
    }

    /**
     * Runs all epochs, or those that are left.
     *
     * @param initial the parameters before the first step; copied
     * @param resumed what to go on from, whose arrays are changed
     *
     * @param heldOut evaluated after every epoch
     * @throws TrainingException when the loss or the gradient stops being a number, or Spark gives up
     */
    public Result train(
            float[] initial,
            Optional<TrainingState> resumed,
            ShardedData data,
            Optional<ShardedData> heldOut,
            TrainingListener listener,
            Checkpoints checkpoints) {
        TrainingState state = resumed.orElseGet(() -> TrainingState.initial(initial.clone()));
        checkpoints.begin(state);
        Set<String> arithmetic = new TreeSet<>();
        try {
            while (true) {
                Algorithm algorithm = algorithm(data, state.learning());
                try (Rounds rounds = opener.open(context, algorithm.work(), data)) {
                    Course course = new Course(algorithm, rounds, data, heldOut, listener, checkpoints, arithmetic);
                    TrainingState end = course.run(state);
                    checkpoints.last(end);
                    return new Result(
                            end.parameters(), end.step(), end.position().epoch() > options.epochs(), arithmetic);
                } catch (DivergedException e) {
                    state = rolledBack(e, initial, listener);
                    checkpoints.rolledBack(state);
                }
            }
        } catch (Exception e) {
            throw aborted(e);
        }
    }

    /** At one learning rate, from one state to the end. */
    private final class Course {
        private final Algorithm algorithm;
        private final Rounds rounds;
        private final ShardedData data;
        private final Optional<ShardedData> heldOut;
        private final TrainingListener listener;
        private final Checkpoints checkpoints;
        private final Set<String> arithmetic;

        Course(
                Algorithm algorithm,
                Rounds rounds,
                ShardedData data,
                Optional<ShardedData> heldOut,
                TrainingListener listener,
                Checkpoints checkpoints,
                Set<String> arithmetic) {
            this.algorithm = algorithm;
            this.rounds = rounds;
            this.data = data;
            this.heldOut = heldOut;
            this.listener = listener;
            this.checkpoints = checkpoints;
            this.arithmetic = arithmetic;
        }

        TrainingState run(TrainingState from) throws InterruptedException, DivergedException {
            TrainingState state = from;
            while (state.position().epoch() <= options.epochs() && !stopping) {
                EpochMeter meter = new EpochMeter(state, options.epochs(), algorithm.rounds());
                while (state.position().round() < algorithm.rounds()) {
                    if (stopping) {
                        return state;
                    }
                    state = round(state, meter);
                }
                Optional<Evaluation> validation = evaluate(heldOut, state.parameters());
                TrainingListener.EpochReport report = meter.epoch(state, validation);
                state = state.afterEpoch(
                        validation.map(Evaluation::loss).orElse(report.loss()),
                        options.divergence().mayRollBack(state.learning()));
                listener.epoch(report);
                checkpoints.afterEpoch(state, state.best().orElseThrow().step() == state.step());
            }
            return state;
        }

        private TrainingState round(TrainingState state, EpochMeter meter)
                throws InterruptedException, DivergedException {
            int number = state.position().round() + 1;
            Round round = algorithm.round(state.position().epoch(), number);
            Rounds.Result result = rounds.run(algorithm.snapshot(state), round);
            watchArithmetic();
            WeightedSum sum = result.sum();
            double loss = sum.loss() / sum.weight();
            long reduced = System.nanoTime();
            int steps;
            try {
                steps = algorithm.update(state, number, sum);
            } catch (Algorithm.NotFiniteException e) {
                String where = Diagnosis.of(context, network, algorithm, algorithm.snapshot(state), round, data);
                throw new DivergedException(state, String.valueOf(e.getMessage()), where);
            }
            TrainingState next = state.afterRound(steps, sum.examples(), loss * sum.examples());
            Phases phases = result.phases().withUpdate(System.nanoTime() - reduced);
            listener.round(meter.round(next, loss, phases));
            if (number < algorithm.rounds()) {
                checkpoints.afterRound(next);
            }
            return next;
        }

        private void watchArithmetic() {
            if (arithmetic.addAll(rounds.arithmetic()) && arithmetic.size() > 1) {
                listener.warned(
                        "executors compute in different ways, so the bits may differ from run to run: " + arithmetic);
            }
        }
    }

    /** The training diverged, in the round after {@code state}. */
    private static final class DivergedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient TrainingState state;

        DivergedException(TrainingState state, String what, String where) {
            super("the %s is not a finite number at step %d (epoch %d)%s: the training diverged"
                    .formatted(what, state.step() + 1, state.position().epoch(), where.isEmpty() ? "" : ", " + where));
            this.state = state;
        }
    }

    private TrainingState rolledBack(DivergedException diverged, float[] initial, TrainingListener listener) {
        TrainingState state = diverged.state;
        double rate = state.learning().rate() * options.learningRate();
        if (!options.divergence().mayRollBack(state.learning())) {
            String after = state.learning().rollbacks() == 0
                    ? ""
                    : ", after %d rollbacks".formatted(state.learning().rollbacks());
            throw new TrainingException(
                    "%s; lower training.learning-rate (now %s%s)%s"
                            .formatted(
                                    diverged.getMessage(),
                                    rate,
                                    after,
                                    options.momentum() > 0
                                            ? " or training.momentum (now " + options.momentum() + ")"
                                            : ""),
                    diverged);
        }

        TrainingState back = state.rolledBack(initial, options.divergence().factor());
        listener.warned("%s; back to the beginning of epoch %d, learning rate %s from now on (rollback %d of %d)"
                .formatted(
                        diverged.getMessage(),
                        back.position().epoch(),
                        back.learning().rate() * options.learningRate(),
                        back.learning().rollbacks(),
                        options.divergence().rollbacks()));
        return back;
    }

    /**
     * Times rounds in which everything moves as it does in a training on {@code data}, and nothing is computed: what a
     * round costs at least.
     *
     * @return nanoseconds of each
     */
    public long[] emptyRounds(ShardedData data, int count) {
        TrainingState state = TrainingState.initial(network, options.seed());
        Algorithm algorithm = algorithm(data, state.learning());
        long[] nanos = new long[count];
        try (Rounds rounds =
                opener.open(context, new Work.Nothing(algorithm.work().length()), data)) {
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                rounds.run(algorithm.snapshot(state), algorithm.round(1, 1));
                nanos[i] = System.nanoTime() - start;
            }
        } catch (Exception e) {
            throw aborted(e);
        }
        return nanos;
    }

    private Algorithm algorithm(ShardedData data, TrainingState.Learning learning) {
        TrainingOptions now = options.withLearningRate(options.learningRate() * learning.rate());
        return Algorithm.of(network, now, data.examples(), data.shardCount(), data.entriesOfRow());
    }

    private Optional<Evaluation> evaluate(Optional<ShardedData> heldOut, float[] parameters) {
        return heldOut.map(set -> Evaluate.evaluate(context, network, parameters, set));
    }

    private static TrainingException aborted(Exception e) {
        if (e instanceof TrainingException training) {
            return training;
        }
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new TrainingException("the training was interrupted", e);
        }
        if (e instanceof SparkException) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            return new TrainingException(
                    "Spark gave up: " + message.lines().findFirst().orElse(""), e);
        }
        return new TrainingException("the training failed: " + e, e);
    }
}
