package dev.adjoint.driver.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SparkGaugesTest {
    private static final Pattern GAUGE =
            Pattern.compile("metrics_\\w+_driver_adjoint_(\\d+_\\w+)_Value\\{[^}]*} (\\S+)");

    private static SparkSession session() {
        return TestSpark.session(
                "local[2]",
                Map.of(
                        "spark.ui.enabled", "true",
                        "spark.ui.port", "0",
                        "spark.metrics.conf.*.sink.prometheusServlet.class",
                                "org.apache.spark.metrics.sink.PrometheusServlet",
                        "spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus"));
    }

    private static Training training(SparkSession spark) {
        return Irises.training(spark, settings -> settings);
    }

    /** What Prometheus would fetch of us. */
    private static Map<String, Double> fetched(SparkSession spark) {
        URI uri = URI.create(spark.sparkContext().uiWebUrl().get() + "/metrics/prometheus/");
        try (var stream = uri.toURL().openStream()) {
            Matcher gauge = GAUGE.matcher(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            Map<String, Double> gauges = new TreeMap<>();
            while (gauge.find()) {
                gauges.put(gauge.group(1), Double.valueOf(gauge.group(2)));
            }
            return gauges;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does something after each epoch. */
    private static final class AfterEpoch implements TrainingListener {
        private final Consumer<EpochReport> then;

        AfterEpoch(Consumer<EpochReport> then) {
            this.then = then;
        }

        @Override
        public void epoch(EpochReport epoch, TrainingState state) {
            then.accept(epoch);
        }
    }

    @Test
    void aSinkOfSparksShowsATrainingWhileItRuns() {
        SparkSession spark = session();
        Map<Integer, Map<String, Double>> seen = new TreeMap<>();
        var trained = training(spark).train(new AfterEpoch(epoch -> seen.put(epoch.epoch(), fetched(spark))));
        assertEquals(3, seen.size());
        Map<String, Double> second = Objects.requireNonNull(seen.get(2));
        var before = trained.history().get(0);
        assertEquals(2.0, second.get("1_epoch"));
        assertEquals((double) trained.history().get(1).step(), second.get("1_step"));
        // Whoever listens is told in order, and the gauges after those that the caller brought.
        assertEquals(before.validation().orElseThrow().loss(), second.get("1_validationLoss"));
        assertEquals(before.validation().orElseThrow().accuracy(), second.get("1_validationAccuracy"));
        assertTrue(Double.isFinite(second.getOrDefault("1_loss", Double.NaN)), second::toString);
        assertTrue(second.getOrDefault("1_examplesPerSecond", 0.0) > 0, second::toString);
        assertEquals(Map.of(), fetched(spark), "after the end");
    }

    @Test
    void trainingsOfOneApplicationHaveGaugesOfTheirOwn() {
        SparkSession spark = session();
        Training outer = training(spark);
        Training inner = training(spark);
        List<Map<String, Double>> both = new ArrayList<>();
        List<Map<String, Double>> left = new ArrayList<>();
        outer.train(new AfterEpoch(epoch -> {
            if (epoch.epoch() == 2) {
                inner.train(new AfterEpoch(own -> both.add(fetched(spark))));
                left.add(fetched(spark));
            }
        }));
        assertEquals(
                List.of(2.0, 2.0, 2.0),
                both.stream().map(gauges -> gauges.get("1_epoch")).toList());
        assertEquals(
                List.of(1.0, 2.0, 3.0),
                both.stream().map(gauges -> gauges.get("2_epoch")).toList());
        assertEquals(
                Set.of("1"),
                left.get(0).keySet().stream()
                        .map(name -> name.substring(0, name.indexOf('_')))
                        .collect(Collectors.toSet()));
    }
}
