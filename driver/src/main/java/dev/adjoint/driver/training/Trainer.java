package dev.adjoint.driver.training;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.resident.ExchangeException;
import dev.adjoint.driver.resident.ResidentJob;
import dev.adjoint.driver.rounds.Pass;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.Phases;
import dev.adjoint.driver.rounds.Purpose;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.Every;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.model.Network;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Begin;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.Folds;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.RoundWork;
import dev.adjoint.worker.StandardMetric;
import dev.adjoint.worker.Vectors;
import dev.adjoint.worker.WeightedSum;
import dev.adjoint.worker.step.Lbfgs;
import dev.adjoint.worker.step.Momentum;
import dev.adjoint.worker.step.Schedule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network on packed examples: minibatch gradient descent, or L-BFGS, in rounds of all shards.
 *
 * <p>The result is a function of the data, the network and the settings; the bits do not depend on the cluster.
 */
public final class Trainer {
    private final Passes passes;
    private final Network network;
    private final Settings settings;
    private volatile boolean stopping;

    /**
     * Trains {@code network} as the settings say.
     *
     * @throws SettingsException when they say what the network cannot be trained by
     */
    public Trainer(Passes passes, Network network, Settings settings) {
        settings.requireFit(network);
        this.passes = passes;
        this.network = network;
        this.settings = settings;
    }

    /**
     * What a training came to.
     *
     * @param state after the last step
     * @param parameters those to keep: of the best epoch by the loss on held-out examples or folds, where {@code model.keep} says so
     *     and there are some, or else the last
     * @param keptEpoch whose parameters these are
     * @param ending why it is over; empty where {@link #stop} ended it before
     * @param numerics what computed: one kind where the bits can be had again
     */
    public record Result(
            TrainingState state, float[] parameters, int keptEpoch, Optional<Ending> ending, Set<String> numerics) {
        /** Whether it came to its end. */
        public boolean isWhole() {
            return ending.isPresent();
        }
    }

    /** Asks a training that runs in another thread to end after the round that it is in. */
    public void stop() {
        stopping = true;
    }

    /** Runs all epochs from the seed's initial parameters, as {@link #train(TrainingState, float[], ShardedData, Optional, List)}. */
    public Result train(ShardedData data, Optional<ShardedData> heldOut, TrainingListener... listeners) {
        float[] initial = network.initialParameters(settings.get(Keys.SEED));
        return train(begin(initial), initial, data, heldOut, List.of(listeners));
    }

    /** The state before the first step, from these parameters, which are copied. */
    public TrainingState begin(float[] initial) {
        return TrainingState.initial(initial.clone(), settings.minimiser().state());
    }

    /**
     * Runs all epochs, or those that are left.
     *
     * @param from what to begin with, or to go on from; its vectors are changed
     * @param initial the parameters before the first step, to which a training may be rolled back
     * @param heldOut evaluated after every epoch
     * @throws TrainingException when the loss or the gradient stops being a number, or Spark gives up
     */
    public Result train(
            TrainingState from,
            float[] initial,
            ShardedData data,
            Optional<ShardedData> heldOut,
            List<TrainingListener> listeners) {
        Algorithm algorithm = Algorithm.of(network, settings, data.examples(), data.shardCount(), data.entriesOfRow());
        Listeners told = new Listeners(listeners, this::stop);
        told.tell(listener -> listener.began(told, from));
        boolean lacksBest = keepsBest(heldOut)
                && from.best().isPresent()
                && from.best().get().vectors().isEmpty();
        if (lacksBest) {
            told.warned(
                    "the checkpoint lacks the parameters of the best epoch so far, %d: the best of those to come is kept"
                            .formatted(from.best().get().epoch()));
        }
        TrainingState start = lacksBest ? from.forgettingBest() : from;
        boolean isResident = isResident(algorithm, data, told);
        try (Pass<Begin, WeightedSum> rounds = passes.rounds(algorithm.work(), data);
                Validation validation = new Validation(data, heldOut);
                @Nullable
                        Resident resident = isResident
                                ? new Resident(
                                        passes,
                                        algorithm,
                                        validation.onTraining(),
                                        data,
                                        settings.get(Keys.ROUND_TIMEOUT))
                                : null) {
            Course course = new Course(algorithm, rounds, resident, data, validation, told, initial);
            TrainingState end = course.run(start);
            told.tell(listener -> listener.ended(end));
            Optional<TrainingState.Best> best = keepsBest(heldOut) ? end.best() : Optional.empty();
            Optional<Vectors> kept = best.flatMap(TrainingState.Best::vectors);
            return new Result(
                    end,
                    kept.orElse(end.vectors()).parameters(),
                    kept.isPresent()
                            ? best.get().epoch()
                            : end.position().round() > 0
                                    ? end.position().epoch()
                                    : end.position().epoch() - 1,
                    course.ending(end),
                    course.numerics());
        } catch (Exception e) {
            throw aborted(e);
        }
    }

    /**
     * Whether the executors make rounds without the driver: not where that cannot be. Whether it would be faster, whoever sets
     * {@code training.rounds} knows.
     *
     * @throws SettingsException when it cannot be, and was asked for
     */
    private boolean isResident(Algorithm algorithm, ShardedData data, Listeners told) {
        Keys.Rounds asked = settings.get(Keys.ROUNDS);
        boolean pays = !passes.areInDriver() && passes.reduction() == ReductionKind.AUTO && algorithm.rounds() > 1;
        if (asked == Keys.Rounds.JOBS || (asked == Keys.Rounds.AUTO && !pays)) {
            return false;
        }
        Optional<String> obstacle = ResidentJob.obstacle(passes.context(), data);
        if (obstacle.isEmpty()) {
            return true;
        }
        if (asked == Keys.Rounds.RESIDENT) {
            throw new SettingsException("%s = resident: %s".formatted(Keys.ROUNDS, obstacle.get()));
        }
        told.warned("each step is a Spark job (%s = jobs): %s".formatted(Keys.ROUNDS, obstacle.get()));
        return false;
    }

    private boolean keepsBest(Optional<ShardedData> heldOut) {
        return (heldOut.isPresent() || !folds().areNone()) && settings.get(Keys.KEEP) == Keys.Keep.BEST;
    }

    private Folds folds() {
        return settings.folds(network);
    }

    /** The metrics on the held-out examples, or of each member on its fold, epoch by epoch. */
    private final class Validation implements AutoCloseable {
        private final boolean keepsBest;
        private final Optional<Evaluation.OfModel> onTraining;
        private final Optional<Pass<float[], Evaluation>> pass;
        private final long examples;
        /** By executors that had just made the step, and not by a pass. */
        private Optional<Known> known = Optional.empty();

        private record Known(long step, Evaluation evaluation) {}

        Validation(ShardedData training, Optional<ShardedData> heldOut) {
            this.keepsBest = Trainer.this.keepsBest(heldOut);
            this.examples = heldOut.orElse(training).examples();
            boolean full = settings.get(Keys.METRIC).looksAtClasses();
            this.onTraining = heldOut.isEmpty() && !folds().areNone()
                    ? Optional.of(evaluation(network, folds(), training, full, 0))
                    : Optional.empty();
            this.pass = onTraining
                    .map(work -> passes.open(work, training))
                    .or(() -> heldOut.map(data -> passes.open(evaluation(network, Folds.NONE, data, full, 0), data)));
        }

        /** What is evaluated on the rows that are learned from, each by those that have not seen it. */
        Optional<Evaluation.OfModel> onTraining() {
            return onTraining;
        }

        /** What the parameters after a step come to. */
        void know(TrainingState state, Evaluation evaluation) {
            known = Optional.of(new Known(state.step(), evaluation));
        }

        /** Whether {@link #of} has it evaluated first. */
        boolean takesJob(TrainingState state) {
            return pass.isPresent() && knownOf(state).isEmpty();
        }

        private Optional<Evaluation> knownOf(TrainingState state) {
            return known.filter(last -> last.step() == state.step()).map(Known::evaluation);
        }

        Optional<Evaluation> of(TrainingState state) throws InterruptedException {
            Optional<Evaluation> told = knownOf(state);
            known = Optional.empty(); // after a rollback there may be other parameters after as many steps
            if (pass.isEmpty() || told.isPresent()) {
                return told;
            }
            int epoch = state.position().epoch();
            Purpose purpose = new Purpose(
                    Purpose.Phase.EVALUATION, epoch, state.step(), () -> "validation of epoch %d, %,d examples"
                            .formatted(epoch, examples));
            return Optional.of(
                    pass.get().run(state.vectors().parameters(), purpose).sum());
        }

        boolean keepsBest() {
            return keepsBest;
        }

        @Override
        public void close() {
            pass.ifPresent(Pass::close);
        }
    }

    private static Evaluation.OfModel evaluation(
            Network network, Folds folds, ShardedData data, boolean full, int groups) {
        BatchShape batch = BatchShape.of(data.largestShard(), network.inputs(), data.entriesOfRow());
        return new Evaluation.OfModel(
                network.evaluation(batch, folds),
                network.loss().isClassification(),
                full,
                groups,
                Evaluation.Shuffle.NONE);
    }

    /** All metrics of members on the examples of their folds; there must be folds. */
    public Evaluation outOfFold(float[] parameters, ShardedData data) {
        return evaluate(passes, network, folds(), parameters, data, 0);
    }

    /** All metrics of parameters over all examples of {@code data}. */
    public static Evaluation evaluate(Passes passes, Network network, float[] parameters, ShardedData data) {
        return evaluate(passes, network, parameters, data, 0);
    }

    /** The same, and those of each of so many groups that the examples are in. */
    public static Evaluation evaluate(
            Passes passes, Network network, float[] parameters, ShardedData data, int groups) {
        return evaluate(passes, network, Folds.NONE, parameters, data, groups);
    }

    /** The metrics where some features tell nothing. */
    public static Evaluation evaluate(
            Passes passes, Network network, float[] parameters, ShardedData data, Evaluation.Shuffle shuffle) {
        Evaluation.OfModel work = evaluation(network, Folds.NONE, data, false, 0);
        return evaluate(
                passes, new Evaluation.OfModel(work.objective(), work.classes(), false, 0, shuffle), parameters, data);
    }

    private static Evaluation evaluate(
            Passes passes, Network network, Folds folds, float[] parameters, ShardedData data, int groups) {
        return evaluate(passes, evaluation(network, folds, data, true, groups), parameters, data);
    }

    private static Evaluation evaluate(Passes passes, Evaluation.OfModel work, float[] parameters, ShardedData data) {
        try {
            return passes.once(work, data, parameters, Purpose.evaluation(data.examples()));
        } catch (InterruptedException e) {
            throw aborted(e);
        }
    }

    /** One training from a state to its end: epochs of rounds, and what becomes of one that diverges. */
    private final class Course {
        private final Algorithm algorithm;
        private final Pass<Begin, WeightedSum> rounds;
        private final @Nullable Resident resident;
        private final ShardedData data;
        private final Validation validation;
        private final Listeners listeners;
        private final float[] initial;
        private final int epochs;
        private final Optional<Long> deadline = settings.get(Keys.MINUTES)
                .map(minutes -> System.nanoTime() + Math.round(minutes * TimeUnit.MINUTES.toNanos(1)));
        private final Set<String> numerics = new TreeSet<>();
        private boolean lacksRoom;
        private boolean gaveUpExchange;
        private final HealthCheck check;
        private final Concerns concerns = new Concerns(
                !(settings.minimiser() instanceof Lbfgs),
                settings.get(Keys.DIFFICULTY).isEmpty(),
                settings.get(Keys.PATIENCE).isPresent() || settings.get(Keys.METRIC) != StandardMetric.LOSS);

        Course(
                Algorithm algorithm,
                Pass<Begin, WeightedSum> rounds,
                @Nullable Resident resident,
                ShardedData data,
                Validation validation,
                Listeners listeners,
                float[] initial) {
            this.algorithm = algorithm;
            this.epochs = settings.epochs(algorithm.stepsOfEpoch());
            this.rounds = rounds;
            this.resident = resident;
            this.data = data;
            this.validation = validation;
            this.listeners = listeners;
            this.initial = initial;
            this.check = new HealthCheck(network, data);
        }

        TrainingState run(TrainingState from) throws InterruptedException {
            TrainingState state = from;
            if (resident != null) {
                check.prepare(); // executors are at work meanwhile
            }
            while (ending(state).isEmpty() && !stopping) {
                try {
                    state = epoch(state);
                } catch (DivergedException e) {
                    state = rolledBack(e);
                }
            }
            return state;
        }

        Optional<Ending> ending(TrainingState state) {
            return Ending.of(state, epochs, settings)
                    .or(() -> state.position().round() == 0 && isTimeUp()
                            ? Optional.of(Ending.MINUTES)
                            : Optional.empty());
        }

        private boolean isTimeUp() {
            return deadline.map(end -> System.nanoTime() - end >= 0).orElse(false);
        }

        /** What is left of an epoch, which ends before its last round where the training's steps or its time do. */
        private TrainingState epoch(TrainingState from) throws InterruptedException, DivergedException {
            TrainingState state = from;
            EpochMeter meter = new EpochMeter(state, epochs, algorithm.rounds());
            while (state.position().round() < algorithm.rounds() && !isSpent(state)) {
                if (stopping) {
                    return state;
                }
                state = resident == null ? round(state, meter) : stretch(resident, state, meter);
            }
            if (validation.takesJob(state)) {
                releaseCores();
            }
            Optional<Evaluation> metrics = validation.of(state);
            TrainingListener.EpochReport report =
                    meter.epoch(state, metrics, algorithm.learningRate(state), health(state));
            boolean mayRollBack = state.learning().rollbacks() < settings.rollbacks();
            TrainingState.EpochEnd end = new TrainingState.EpochEnd(
                    report.loss(), metrics.map(this::judged).orElse(report.loss()), settings.get(Keys.LEAST_CHANGE));
            TrainingState learned = state.afterEpoch(end, mayRollBack || validation.keepsBest());
            TrainingState next = settings.get(Keys.SCHEDULE) instanceof Schedule.Plateau plateau
                    ? learned.reducing(plateau)
                    : learned;
            listeners.tell(listener -> listener.epoch(report, next));
            concerns.of(report, next).forEach(listeners::warned);
            return next;
        }

        /** The metric may be a user's. */
        private double judged(Evaluation metrics) {
            try {
                return settings.get(Keys.METRIC).of(metrics);
            } catch (RuntimeException e) {
                throw new TrainingException(
                        "%s = %s failed: %s".formatted(Keys.METRIC, settings.said(Keys.METRIC), e), e);
            }
        }

        private Optional<Health> health(TrainingState state) {
            if (!TrainingListener.EpochReport.isTold(state.position().epoch(), epochs)) {
                return Optional.empty();
            }
            if (check.takesJob()) {
                releaseCores();
            }
            return check.after(state.vectors().parameters());
        }

        /** Where executors keep them for a moment. */
        private void releaseCores() {
            if (resident != null) {
                resident.release();
            }
        }

        private boolean isSpent(TrainingState state) {
            return state.position().round() > 0 && (Ending.isSpent(state, settings) || isTimeUp());
        }

        private TrainingState round(TrainingState state, EpochMeter meter)
                throws InterruptedException, DivergedException {
            int epoch = state.position().epoch();
            int number = state.position().round() + 1;
            Round round = algorithm.round(epoch, number);
            releaseCores();
            if (number == algorithm.rounds() && TrainingListener.EpochReport.isTold(epoch, epochs)) {
                check.before(state.vectors().parameters());
            }
            Begin begin = algorithm.begin(state, round);
            Pass.Result<WeightedSum> result = rounds.run(
                    begin,
                    new Purpose(Purpose.Phase.ROUND, epoch, state.step() + 1, () -> "epoch %d of %d, round %d of %d%s"
                            .formatted(epoch, epochs, number, algorithm.rounds(), lossSoFar(state))));
            watchNumerics(rounds.numerics());
            WeightedSum sum = result.sum();
            long reduced = System.nanoTime();
            TrainingState next;
            try {
                next = algorithm.update(state, number, sum, rounds.sweep());
            } catch (Algorithm.NotFiniteException e) {
                String where = Diagnosis.of(passes, network, algorithm.work(), begin, data);
                throw new DivergedException(state, String.valueOf(e.getMessage()), where);
            }
            Phases phases = result.phases().withUpdate(System.nanoTime() - reduced);
            TrainingListener.RoundReport report = meter.round(next, sum.loss() / sum.weight(), phases);
            listeners.tell(listener -> listener.round(report, next));
            return next;
        }

        /** Some rounds, made by the executors; the driver makes one itself whose sum is not finite, and finds out why. */
        private TrainingState stretch(Resident made, TrainingState state, EpochMeter meter)
                throws InterruptedException, DivergedException {
            int epoch = state.position().epoch();
            int number = state.position().round() + 1;
            if (gaveUpExchange || (lacksRoom && !made.hasRoom())) {
                return round(state, meter);
            }
            int most = roundsUntilDue(state);
            boolean endsEpoch = state.position().round() + most == algorithm.rounds();
            boolean isTold = endsEpoch && TrainingListener.EpochReport.isTold(epoch, epochs);
            Resident.Stretched stretch;
            try {
                stretch = made.run(
                        state,
                        most,
                        endsEpoch,
                        isTold,
                        new Purpose(
                                Purpose.Phase.ROUND,
                                epoch,
                                state.step() + 1,
                                () -> "rounds from epoch %d of %d, round %d of %d, on%s"
                                        .formatted(epoch, epochs, number, algorithm.rounds(), lossSoFar(state))));
            } catch (ExchangeException e) {
                if (settings.get(Keys.ROUNDS) == Keys.Rounds.RESIDENT) {
                    throw e;
                }
                listeners.warned(
                        "the executors could not exchange their sums, and each step is a Spark job from now on: "
                                + e.getMessage());
                gaveUpExchange = true;
                return round(state, meter);
            } catch (ResidentJob.NoRoomException e) {
                if (!lacksRoom) {
                    listeners.warned("steps are Spark jobs until there are cores again: " + e.getMessage());
                }
                lacksRoom = true;
                return round(state, meter);
            }
            lacksRoom = false;
            watchNumerics(made.numerics());
            if (stretch.rounds() == 0) {
                return round(state, meter);
            }
            stretch.before().ifPresent(check::before);
            stretch.evaluation().ifPresent(evaluation -> validation.know(stretch.state(), evaluation));
            TrainingListener.RoundReport report = meter.round(stretch.state(), stretch.loss(), stretch.phases());
            listeners.tell(listener -> listener.round(report, stretch.state()));
            return stretch.state();
        }

        /** How many rounds there are until the epoch, the training or a checkpoint's interval is over. */
        private int roundsUntilDue(TrainingState state) {
            int left = algorithm.rounds() - state.position().round();
            Optional<Long> steps = settings.get(Keys.STEPS).map(most -> most - state.step());
            Every every = settings.get(Keys.CHECKPOINT_EVERY);
            if (every.unit() == Every.Unit.STEPS) {
                long due = every.count() - state.step() % every.count();
                steps = Optional.of(Math.min(due, steps.orElse(due)));
            }
            long rounds = steps.map(many -> many * algorithm.rounds() / algorithm.stepsOfEpoch())
                    .orElse((long) left);
            return (int) Math.max(1, Math.min(left, rounds));
        }

        /** Of this epoch's rounds, or else of the epoch before. */
        private static String lossSoFar(TrainingState state) {
            TrainingState.Position position = state.position();
            double loss = position.round() > 0
                    ? position.loss() / position.weight()
                    : state.convergence().loss();
            return Double.isFinite(loss) ? " · loss %.4g".formatted(loss) : "";
        }

        /** What computed. */
        Set<String> numerics() {
            return numerics;
        }

        private void watchNumerics(Set<String> kinds) {
            if (numerics.addAll(kinds) && numerics.size() > 1) {
                listeners.warned(
                        "executors compute in different ways, so the bits may differ from run to run: " + numerics);
            }
        }

        private TrainingState rolledBack(DivergedException diverged) {
            TrainingState state = diverged.state;
            int before = state.learning().rollbacks();
            if (before >= settings.rollbacks()) {
                throw new TrainingException(diverged.getMessage() + "; " + remedy(state), diverged);
            }
            TrainingState back = state.rolledBack(initial, settings.get(Keys.ROLLBACK_FACTOR));
            listeners.warned("%s; back to the beginning of epoch %d, learning rate %s from now on (rollback %d of %d)"
                    .formatted(
                            diverged.getMessage(),
                            back.position().epoch(),
                            back.learning().factor() * settings.learningRate(),
                            back.learning().rollbacks(),
                            settings.rollbacks()));
            listeners.tell(listener -> listener.rolledBack(back));
            return back;
        }

        private String remedy(TrainingState state) {
            if (settings.minimiser() instanceof Lbfgs) {
                return "the initial parameters have no loss on these numbers: look for far too large ones among features and"
                        + " labels (adjoint data shows them), or set data.scale = robust";
            }
            int rollbacks = state.learning().rollbacks();
            return "lower training.learning-rate (now %s%s)%s"
                    .formatted(
                            state.learning().factor() * settings.learningRate(),
                            rollbacks == 0 ? "" : ", after %d rollbacks".formatted(rollbacks),
                            settings.minimiser() instanceof Momentum with && with.momentum() > 0
                                    ? " or training.momentum (now " + with.momentum() + ")"
                                    : "");
        }
    }

    /** The training diverged, in the round after {@code state}. */
    static final class DivergedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient TrainingState state;

        DivergedException(TrainingState state, String what, String where) {
            super("the %s is not a finite number at step %d (epoch %d)%s: the training diverged"
                    .formatted(what, state.step() + 1, state.position().epoch(), where.isEmpty() ? "" : ", " + where));
            this.state = state;
        }
    }

    /**
     * Times rounds in which everything moves as it does in a training on {@code data}, and nothing is computed: what a
     * round costs at least.
     *
     * @return nanoseconds of each
     */
    public long[] emptyRounds(ShardedData data, int count) {
        TrainingState state = begin(network.initialParameters(settings.get(Keys.SEED)));
        Algorithm algorithm = Algorithm.of(network, settings, data.examples(), data.shardCount(), data.entriesOfRow());
        long[] nanos = new long[count];
        RoundWork nothing = new RoundWork.Nothing(algorithm.work().length());
        try (Pass<Begin, WeightedSum> rounds = passes.rounds(nothing, data)) {
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                rounds.run(
                        algorithm.begin(state, algorithm.round(1, 1)),
                        new Purpose(Purpose.Phase.ROUND, 0, 0, () -> "a round without work"));
                nanos[i] = System.nanoTime() - start;
            }
        } catch (Exception e) {
            throw aborted(e);
        }
        return nanos;
    }

    /**
     * What a resident round takes in which nothing is computed.
     *
     * @param exchange seconds to add up the sums of all tasks
     * @param update seconds to make the step
     */
    public record EmptyRound(double exchange, double update) {}

    /**
     * Times resident rounds in which nothing is computed, in a stretch after others.
     *
     * @param warmUpSeconds how long the others take, at least: in processes that have just begun, compilers need half of the time
     * @throws SettingsException when there can be none
     */
    public EmptyRound emptyResidentRound(ShardedData data, int warmUpSeconds) {
        Optional<String> obstacle = ResidentJob.obstacle(passes.context(), data);
        if (obstacle.isPresent()) {
            throw new SettingsException(obstacle.get());
        }
        TrainingState state = begin(network.initialParameters(settings.get(Keys.SEED)));
        Algorithm idle =
                new Idle(Algorithm.of(network, settings, data.examples(), data.shardCount(), data.entriesOfRow()));
        Purpose purpose = new Purpose(Purpose.Phase.ROUND, 0, 0, () -> "rounds without work");
        try (Resident resident = new Resident(passes, idle, Optional.empty(), data, settings.get(Keys.ROUND_TIMEOUT))) {
            long start = System.nanoTime();
            Resident.Stretched last;
            do {
                last = resident.run(state, Integer.MAX_VALUE, false, false, purpose);
            } while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(warmUpSeconds));
            last = resident.run(state, Integer.MAX_VALUE, false, false, purpose);
            return new EmptyRound(
                    last.exchangeNanos() / 1e9 / last.rounds(), last.phases().update() / 1e9 / last.rounds());
        } catch (Exception e) {
            throw aborted(e);
        }
    }

    private static TrainingException aborted(Exception e) {
        if (e instanceof TrainingException training) {
            return training;
        }
        if (e instanceof ExchangeException) {
            return new TrainingException("the executors could not exchange their sums: " + e.getMessage(), e);
        }
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new TrainingException("the training was interrupted", e);
        }
        return new TrainingException(Passes.explain(e), e);
    }
}
