package dev.adjoint.driver.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.adjoint.driver.training.TrainingListener.RoundReport;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import org.jspecify.annotations.Nullable;

/**
 * Gauges of a running training in Spark's metrics system, {@code adjoint.1.loss} say, whose sinks send them on. The number is the
 * least that no other running training has, so that of one at a time it is always 1. What is not known is NaN.
 */
final class SparkGauges implements Destination {
    /** Of the applications in which something trains; guarded by itself. */
    private static final Map<MetricsSystem, Trainings> REGISTERED = new HashMap<>();

    /** One source for all trainings: Spark removes every metric whose name begins as the source's does. */
    private static final class Trainings implements Source {
        private final MetricRegistry registry = new MetricRegistry();
        private final Set<Integer> numbers = new HashSet<>();

        @Override
        public String sourceName() {
            return "adjoint";
        }

        @Override
        public MetricRegistry metricRegistry() {
            return registry;
        }
    }

    private volatile double epoch = Double.NaN;
    private volatile double step = Double.NaN;
    private volatile double loss = Double.NaN;
    private volatile double validationLoss = Double.NaN;
    private volatile double validationAccuracy = Double.NaN;
    private volatile double examplesPerSecond = Double.NaN;
    private @Nullable MetricsSystem system;
    private int number = 1;

    @Override
    public void began(long from) {
        step = from;
        MetricsSystem running = SparkEnv.get().metricsSystem();
        synchronized (REGISTERED) {
            Trainings trainings = REGISTERED.computeIfAbsent(running, SparkGauges::registered);
            while (!trainings.numbers.add(number)) {
                number++;
            }
            system = running;
            gauges().forEach((name, gauge) -> trainings.registry.register(name(name), gauge));
        }
    }

    private static Trainings registered(MetricsSystem system) {
        Trainings trainings = new Trainings();
        system.registerSource(trainings);
        return trainings;
    }

    private Map<String, Gauge<Double>> gauges() {
        return Map.of(
                "epoch", () -> epoch,
                "step", () -> step,
                "loss", () -> loss,
                "validationLoss", () -> validationLoss,
                "validationAccuracy", () -> validationAccuracy,
                "examplesPerSecond", () -> examplesPerSecond);
    }

    private String name(String gauge) {
        return MetricRegistry.name(String.valueOf(number), gauge);
    }

    @Override
    public void round(RoundReport round) {
        epoch = round.epoch();
        step = round.step();
        loss = round.loss();
        examplesPerSecond = round.examples() * 1e9 / Math.max(1, round.nanos());
    }

    @Override
    public void epoch(EpochMetrics metrics) {
        loss = metrics.loss().orElse(Double.NaN);
        validationLoss = metrics.validationLoss().orElse(Double.NaN);
        validationAccuracy = metrics.validationAccuracy().orElse(Double.NaN);
    }

    @Override
    public void close() {
        synchronized (REGISTERED) {
            Trainings trainings = REGISTERED.get(system);
            if (system == null || trainings == null) {
                return;
            }
            gauges().keySet().forEach(name -> trainings.registry.remove(name(name)));
            trainings.numbers.remove(number);
            if (trainings.numbers.isEmpty()) {
                REGISTERED.remove(system);
                system.removeSource(trainings);
            }
        }
    }
}
