package dev.adjoint.driver.ui;

import dev.adjoint.driver.rounds.Phases;
import dev.adjoint.driver.training.Health;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/** Tells Spark's listener bus of a training, and so the event log; and ends it where the tab was asked to. */
public final class TrainingReporter implements TrainingListener {
    /** Those that run in this JVM, by their identity: whom the tab may ask to stop. */
    private static final Map<String, TrainingReporter> RUNNING = new ConcurrentHashMap<>();

    private final SparkContext context;
    private final String run;
    private final String title;
    private final Map<String, String> facts;
    private final int epochs;
    private volatile boolean stopping;
    private @Nullable Control training;

    /**
     * Of one training.
     *
     * @param run its identity
     * @param facts what is worth knowing of it, in this order
     */
    public TrainingReporter(SparkContext context, String run, String title, int epochs, Map<String, String> facts) {
        this.context = context;
        this.run = run;
        this.title = title;
        this.epochs = epochs;
        this.facts = facts;
    }

    /** Asks a training to end after its epoch; false where none of that identity runs here. */
    static boolean stop(String run) {
        TrainingReporter reporter = RUNNING.get(run);
        if (reporter == null) {
            return false;
        }
        reporter.stopping = true;
        reporter.post(new TrainingEvent.Note(
                run, System.currentTimeMillis(), "warning", "asked to stop after the epoch that it is in"));
        return true;
    }

    static boolean isRunning(String run) {
        return RUNNING.containsKey(run);
    }

    static boolean isStopping(String run) {
        TrainingReporter reporter = RUNNING.get(run);
        return reporter != null && reporter.stopping;
    }

    private void post(TrainingEvent event) {
        context.listenerBus().post(event);
    }

    @Override
    public void began(Control control, TrainingState state) {
        training = control;
        RUNNING.put(run, this);
        post(new TrainingEvent.Began(run, System.currentTimeMillis(), title, epochs, facts));
    }

    @Override
    public void epoch(EpochReport epoch, TrainingState state) {
        if (epoch.isTold()) {
            post(event(epoch));
        }
        if (stopping) {
            Objects.requireNonNull(training, "began is told first").stop();
        }
    }

    private TrainingEvent event(EpochReport epoch) {
        Phases phases = epoch.phases();
        double nanos = Math.max(1, epoch.nanos());
        OptionalDouble last = epoch.learningRate();
        return new TrainingEvent.Epoch(
                run,
                System.currentTimeMillis(),
                epoch.epoch(),
                epoch.step(),
                epoch.loss(),
                epoch.validationLoss().orElse(null),
                epoch.validationAccuracy().orElse(null),
                last.isPresent() ? (Double) last.getAsDouble() : null,
                epoch.examples() / nanos * 1e9,
                phases.compute() / nanos,
                (phases.send() + phases.move() + phases.reduce()) / nanos,
                phases.update() / nanos,
                epoch.health().stream()
                        .flatMap(health -> health.layers().stream())
                        .map(TrainingReporter::layer)
                        .toList());
    }

    private static TrainingEvent.Layer layer(Health.OfLayer layer) {
        return new TrainingEvent.Layer(
                layer.number(),
                layer.kind(),
                layer.outputs().rootMeanSquare(),
                layer.gradients().rootMeanSquare(),
                layer.dead(),
                layer.saturated(),
                layer.update());
    }

    @Override
    public void resumed(String path, TrainingState state) {
        note("checkpoint", "went on from %s, step %,d".formatted(path, state.step()));
    }

    @Override
    public void saved(long step, String path) {
        note("checkpoint", "step %,d: %s".formatted(step, path));
    }

    @Override
    public void warned(String warning) {
        note("warning", warning);
    }

    @Override
    public void rolledBack(TrainingState state) {
        note("warning", "diverged, and goes on from step %,d".formatted(state.step()));
    }

    private void note(String kind, String text) {
        post(new TrainingEvent.Note(run, System.currentTimeMillis(), kind, text));
    }

    /** The training is over, however that came. */
    public void over(String how) {
        if (RUNNING.remove(run, this)) {
            post(new TrainingEvent.Ended(run, System.currentTimeMillis(), how));
        }
    }
}
