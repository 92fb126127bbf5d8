package dev.adjoint.driver.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.driver.Trained;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.ml.MlpClassifier;
import dev.adjoint.worker.ClassMetrics;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.Metric;
import dev.adjoint.worker.StandardMetric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What says which epoch is kept. */
class MetricTest {
    private static final String OWN = Missed.class.getName();

    /** What a user's class may be: errors, of which those of one kind cost more. */
    public record Missed(double cost) implements Metric {
        @Override
        public double of(Evaluation evaluation) {
            ClassMetrics classes = evaluation.classMetrics().orElseThrow();
            return cost * classes.confusion(1, 2) + classes.confusion(2, 1);
        }
    }

    /** What it may be as well. */
    public record Unknown() implements Metric {
        @Override
        public double of(Evaluation evaluation) {
            return Double.NaN;
        }
    }

    /** Two measures hardly tell two of the kinds apart. */
    private static Dataset<Row> rows() {
        return TestSpark.iris(TestSpark.session());
    }

    private static MlpClassifier estimator() {
        return new MlpClassifier()
                .setFeaturesCols("a", "b")
                .setLabelCol("kind")
                .setRecipe("plain")
                .setHidden(8)
                .setEpochs(20)
                .setLearningRate(0.05)
                .setBatchSize("16")
                .setValidationFraction(0.4)
                .setSeed(3);
    }

    private static Trained train(Settings settings, TrainingListener... listeners) {
        return Training.of(TestSpark.session(), settings, rows()).train(listeners);
    }

    private static Evaluation kept(Trained trained) {
        return Objects.requireNonNull(trained.metrics().get(Trained.VALIDATION));
    }

    @Test
    void theEpochIsKeptThatIsBestByTheMetricOfTheTraining() {
        List<Integer> kept = new ArrayList<>();
        for (Metric metric : List.of(
                StandardMetric.LOSS,
                StandardMetric.ACCURACY,
                StandardMetric.BALANCED_ACCURACY,
                StandardMetric.F1,
                StandardMetric.ROC_AUC,
                StandardMetric.PR_AUC,
                new Missed(7))) {
            Trained trained = train(estimator().settings().with(Keys.METRIC, metric));
            TrainingListener.EpochReport best = trained.history().stream()
                    .min(Comparator.comparingDouble(
                            epoch -> metric.of(epoch.validation().orElseThrow())))
                    .orElseThrow();
            assertEquals(
                    best.epoch(), trained.result().state().best().orElseThrow().epoch(), metric.toString());
            assertEquals(
                    metric.of(best.validation().orElseThrow()), metric.of(kept(trained)), 1e-12, metric.toString());
            kept.add(best.epoch());
        }
        assertTrue(kept.stream().distinct().count() > 1, "epochs " + kept);
    }

    @Test
    void aMetricIsNamedWithItsOptionsInFilesAndByTheEstimator() {
        Settings inFile = Settings.parse(
                Map.of(
                        "task",
                        "classification",
                        "data.label",
                        "kind",
                        "training.metric",
                        Map.of("metric", OWN, "cost", 7)),
                key -> "",
                List.of(Keys.LABEL));
        assertEquals(new Missed(7), inFile.get(Keys.METRIC));
        Settings ofEstimator = estimator()
                .setMetric("{\"metric\": \"%s\", \"cost\": 7}".formatted(OWN))
                .settings();
        assertEquals(new Missed(7), ofEstimator.get(Keys.METRIC));
        assertEquals("{\"metric\":\"%s\",\"cost\":7.0}".formatted(OWN), ofEstimator.said(Keys.METRIC));
        assertEquals("roc-auc", estimator().setMetric("roc-auc").settings().said(Keys.METRIC));
        String told = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> estimator().setMetric("auc"))
                        .getMessage());
        assertEquals(
                "metric: metric auc: expected one of loss, accuracy, balanced-accuracy, f1, roc-auc, pr-auc, or the name of a class",
                told);
    }

    @Test
    void aMetricThatFailsIsToldAndOneThatIsNoNumberWarnedOf() {
        Metric failing = evaluation -> evaluation.rmse(0);
        TrainingException failed = assertThrows(
                TrainingException.class, () -> train(estimator().settings().with(Keys.METRIC, failing)));
        assertTrue(String.valueOf(failed.getMessage()).startsWith("training.metric = "), failed.toString());

        List<String> warnings = new ArrayList<>();
        Trained trained = train(estimator().settings().with(Keys.METRIC, new Unknown()), new TrainingListener() {
            @Override
            public void warned(String warning) {
                warnings.add(warning);
            }
        });
        assertEquals(20, trained.history().size());
        assertEquals(
                1,
                warnings.stream()
                        .filter(one -> one.startsWith("training.metric is no number"))
                        .count());
    }
}
