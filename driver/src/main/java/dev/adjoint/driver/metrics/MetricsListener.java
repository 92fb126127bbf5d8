package dev.adjoint.driver.metrics;

import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** Tells one destination of a training. Where that fails it warns, once, and the training goes on without. */
public final class MetricsListener implements TrainingListener {
    private final String name;
    private final Destination destination;

    private @Nullable Control training;
    private boolean isOver;

    /**
     * Of one training.
     *
     * @param name what a warning calls the destination
     */
    MetricsListener(String name, Destination destination) {
        this.name = name;
        this.destination = destination;
    }

    /**
     * One for each destination that a training has.
     *
     * @param run what the training is called there
     * @param parameters what is to be known of the training
     * @param environment of the process
     */
    public static List<MetricsListener> of(
            String run,
            Settings settings,
            Map<String, String> parameters,
            Configuration configuration,
            Map<String, String> environment) {
        List<MetricsListener> listeners = new ArrayList<>();
        listeners.add(new MetricsListener("Spark's metrics system", new SparkGauges()));
        settings.get(Keys.OUTPUT_EPOCHS)
                .ifPresent(path -> listeners.add(
                        new MetricsListener("output.epochs = " + path, new EpochLines(path, configuration, run))));
        settings.get(Keys.OUTPUT_TENSORBOARD)
                .ifPresent(directory -> listeners.add(new MetricsListener(
                        "output.tensorboard = " + directory, new EventFile(directory, configuration, run))));
        MlflowRun.of(environment, run, parameters)
                .ifPresent(destination -> listeners.add(new MetricsListener("MLflow", destination)));
        return listeners;
    }

    @Override
    public void began(Control control, TrainingState state) {
        training = control;
        attempt(() -> destination.began(state.step()));
    }

    @Override
    public void round(RoundReport round, TrainingState state) {
        attempt(() -> destination.round(round));
    }

    @Override
    public void epoch(EpochReport epoch, TrainingState state) {
        attempt(() -> destination.epoch(EpochMetrics.of(epoch)));
    }

    @Override
    public void rolledBack(TrainingState state) {
        attempt(() -> destination.rolledBack(state.step()));
    }

    /** The training is over, however that came. */
    public void over(Outcome outcome) {
        attempt(() -> destination.over(outcome));
        attempt(this::close);
    }

    private interface Telling {
        void tell() throws IOException;
    }

    private void attempt(Telling telling) {
        if (training == null || isOver) {
            return;
        }
        try {
            telling.tell();
        } catch (Exception | LinkageError e) {
            fail(training, e);
        }
    }

    private void fail(Control control, Throwable cause) {
        String why = cause instanceof IOException ? String.valueOf(cause.getMessage()) : cause.toString();
        control.warned("%s: %s; nothing more is sent there, which does not touch the training".formatted(name, why));
        try {
            close();
        } catch (IOException e) {
            // What is closed after a failure may well fail again; that was warned of.
        }
    }

    private void close() throws IOException {
        isOver = true;
        destination.close();
    }
}
