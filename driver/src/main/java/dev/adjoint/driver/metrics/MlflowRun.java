package dev.adjoint.driver.metrics;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A training as a run of MLflow. A thread beside the training asks the server, and takes what it tells from a queue; what does not fit
 * in the queue is lost, and so the training waits at its end alone, and there not for long.
 */
final class MlflowRun implements Destination {
    /** So many of these have less than the 1000 numbers that a request may have. */
    private static final int MOST_EPOCHS = 100;

    private static final int MOST_PARAMETERS = 100;
    /** What the oldest servers take. */
    private static final int LONGEST_PARAMETER = 250;

    private static final int QUEUE = 10 * MOST_EPOCHS;

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Map<String, String> environment;
    private final String run;
    private final Map<String, String> parameters;
    private final Duration timeout;
    private final BlockingQueue<Told> queue = new ArrayBlockingQueue<>(QUEUE);
    private @Nullable Thread thread;
    private volatile @Nullable IOException failure;
    private volatile boolean isSent;
    private long lost;

    private sealed interface Told {
        record Epoch(EpochMetrics metrics) implements Told {}

        record Over(Outcome outcome, long millis) implements Told {}
    }

    /** A training, where the environment names a server. */
    static Optional<Destination> of(Map<String, String> environment, String run, Map<String, String> parameters) {
        return !environment.getOrDefault(Mlflow.URI_VARIABLE, "").isBlank()
                ? Optional.of(new MlflowRun(environment, run, parameters, TIMEOUT))
                : Optional.empty();
    }

    /**
     * Of one training.
     *
     * @param run what it is called
     * @param parameters what is to be known of it
     * @param timeout of a request; the end of a training waits for two of them at most
     */
    MlflowRun(Map<String, String> environment, String run, Map<String, String> parameters, Duration timeout) {
        this.environment = environment;
        this.run = run;
        this.parameters = parameters;
        this.timeout = timeout;
    }

    @Override
    public void began(long step) throws IOException {
        Mlflow server = Mlflow.of(environment, timeout);
        // Here, as a short training can be over before a slow server has made the run.
        long millis = System.currentTimeMillis();
        thread = new Thread(() -> send(server, millis), "mlflow");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void epoch(EpochMetrics epoch) throws IOException {
        requireSent();
        if (!queue.offer(new Told.Epoch(epoch))) {
            lost++;
        }
    }

    @Override
    public void over(Outcome outcome) throws IOException {
        requireSent();
        try {
            Told.Over end = new Told.Over(outcome, System.currentTimeMillis());
            boolean fits = queue.offer(end, timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (thread != null) {
                thread.join(timeout.toMillis());
            }
            requireSent();
            if (!fits || !isSent) {
                throw new IOException("the server was not told all within %.1f seconds of the training's end"
                        .formatted(2 * timeout.toMillis() / 1e3));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the server was told all", e);
        }
        if (lost > 0) {
            throw new IOException("the server was too slow to be told of %,d epochs".formatted(lost));
        }
    }

    private void requireSent() throws IOException {
        IOException cause = failure;
        if (cause != null) {
            throw cause;
        }
    }

    private void send(Mlflow server, long began) {
        try {
            String experiment;
            // One training at a time: two that find no experiment would both make it.
            synchronized (MlflowRun.class) {
                experiment = server.experiment(environment.getOrDefault("MLFLOW_EXPERIMENT_NAME", "Default"));
            }
            String id = server.createRun(experiment, run, began);
            sendParameters(server, id);
            while (!isSent) {
                isSent = sendMetrics(server, id);
            }
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new IOException(e.toString(), e);
        } catch (InterruptedException e) {
            // By close: nobody waits for what is left.
        }
    }

    private void sendParameters(Mlflow server, String id) throws IOException, InterruptedException {
        Map<String, String> part = new LinkedHashMap<>();
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            String value = parameter.getValue();
            part.put(parameter.getKey(), value.substring(0, Math.min(value.length(), LONGEST_PARAMETER)));
            if (part.size() == MOST_PARAMETERS) {
                server.logParameters(id, part);
                part.clear();
            }
        }
        if (!part.isEmpty()) {
            server.logParameters(id, part);
        }
    }

    /** Sends what waits, at least one thing; returns whether that was the end. */
    private boolean sendMetrics(Mlflow server, String id) throws IOException, InterruptedException {
        List<Told> told = new ArrayList<>();
        told.add(queue.take());
        queue.drainTo(told, MOST_EPOCHS - 1);
        List<EpochMetrics> epochs = new ArrayList<>();
        for (Told one : told) {
            if (one instanceof Told.Epoch epoch) {
                epochs.add(epoch.metrics());
            }
        }
        if (!epochs.isEmpty()) {
            server.logMetrics(id, epochs);
        }
        if (told.get(told.size() - 1) instanceof Told.Over over) {
            server.endRun(id, over.outcome(), over.millis());
            return true;
        }
        return false;
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
