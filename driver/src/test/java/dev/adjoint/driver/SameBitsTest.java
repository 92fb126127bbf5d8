package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.EvaluationData;
import dev.adjoint.driver.data.Reader;
import dev.adjoint.driver.data.RowOrder;
import dev.adjoint.driver.data.TrainingData;
import dev.adjoint.driver.rounds.Numerics;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Synchronise;
import dev.adjoint.driver.training.Trainer;
import dev.adjoint.model.Activation;
import dev.adjoint.model.BatchNorm;
import dev.adjoint.model.Dropout;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.Source;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.step.Adam;
import dev.adjoint.worker.step.Lbfgs;
import dev.adjoint.worker.step.Schedule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.spark.TestUtils$;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** One training, from the file to the last parameter, on different clusters: executors here are real processes. */
class SameBitsTest {
    /** Functions of the test's own, which executors are never sent: what travels is the program that they record. */
    private static final Layer OWN_LAYER = (scope, x) -> scope.affine(x, 32)
            .tanh()
            .multiply(x.matmul(scope.weights("V", x.columns(), 32)).logistic());

    private static final Loss.OfNumbers OWN_LOSS = (outputs, targets) ->
            outputs.subtract(targets).power(2).add(1).log().sumColumns();

    @Test
    void theClusterDoesNotChangeABit() {
        String expected = train(TestSpark.session("local[1]", Map.of()));
        assertEquals(expected, train(TestSpark.session("local[2]", Map.of())), "local[2]");
        // Blocks of 8 kB: the file comes in many partitions.
        assertEquals(
                expected,
                train(TestSpark.session("local[2]", Map.of("spark.sql.files.maxPartitionBytes", "8192"))),
                "small blocks");
        SparkSession cluster = TestSpark.session("local-cluster[2,1,1024]", Map.of());
        TestUtils$.MODULE$.waitUntilExecutorsUp(cluster.sparkContext(), 2, 60_000);
        assertEquals(expected, train(cluster), "local-cluster[2,1,1024]");
        Set<String> arithmetic = Numerics.ofCluster(JavaSparkContext.fromSparkContext(cluster.sparkContext()));
        assertTrue(
                arithmetic.size() == 1 && arithmetic.iterator().next().startsWith("OpenBLAS"), arithmetic.toString());
        cluster.stop();
    }

    private static String train(SparkSession spark) {
        return train(spark, Synchronise.EVERY_STEP) + train(spark, new Synchronise(2)) + trainByLbfgs(spark);
    }

    private static String train(SparkSession spark, Synchronise synchronise) {
        return train(
                        spark,
                        settings(synchronise),
                        "../conf/data/optdigits-train.csv",
                        new Source("csv", true, List.of()),
                        "Class",
                        Network.perceptron(
                                62, List.of(32), Activation.LOGISTIC, 10, StandardLoss.SOFTMAX_CROSS_ENTROPY))
                + train(
                        spark,
                        settings(synchronise)
                                .without(Keys.MOMENTUM)
                                .with(Keys.OPTIMISER, new Adam(0.9, 0.99, 1e-8))
                                .with(Keys.SCHEDULE, new Schedule.Cosine(0))
                                .with(Keys.WARM_UP, 0.5)
                                .with(Keys.DECAY, 0.1)
                                .with(Keys.FOLDS, 4)
                                .with(Keys.MIXUP, 0.4)
                                .withSome(Keys.CLIP_NORM, 0.5),
                        "../conf/data/abalone.csv",
                        new Source("csv", false, List.of()),
                        "_c8",
                        new Network(10, List.of(new Dropout(0.1, 20), OWN_LAYER, new BatchNorm()), 1, OWN_LOSS)
                                .withMembers(2));
    }

    private static String trainByLbfgs(SparkSession spark) {
        return train(
                spark,
                settings(Synchronise.EVERY_STEP)
                        .with(Keys.OPTIMISER, new Lbfgs(3))
                        .with(Keys.BATCH_SIZE, BatchSize.FULL)
                        .with(Keys.EPOCHS, 8)
                        .with(Keys.FOLDS, 4),
                "../conf/data/abalone.csv",
                new Source("csv", false, List.of()),
                "_c8",
                new Network(10, List.of(OWN_LAYER), 1, OWN_LOSS).withMembers(2));
    }

    private static Settings settings(Synchronise synchronise) {
        return TestSettings.of(2, new BatchSize(256), 0.01, 0.9, 0.0005)
                .with(Keys.SYNCHRONISE, synchronise)
                .with(Keys.KEEP, Keys.Keep.LAST)
                .withSome(Keys.SHARDS, 8);
    }

    private static String train(
            SparkSession spark, Settings settings, String path, Source source, String label, Network network) {
        TrainingData data = TrainingData.prepare(
                new Reader(spark).read(path, source, OptionalInt.empty()),
                path,
                new TrainingData.Options(
                        network.loss().isClassification(),
                        label,
                        List.of(),
                        List.of(),
                        RowOrder.OF_FILES,
                        0.1,
                        1,
                        settings::shardCount));
        Passes passes = Passes.of(JavaSparkContext.fromSparkContext(spark.sparkContext()), ReductionKind.AUTO);
        float[] parameters = new Trainer(passes, network, settings)
                .train(data.training(), data.heldOut())
                .parameters();
        Evaluation heldOut =
                Trainer.evaluate(passes, network, parameters, data.heldOut().orElseThrow());
        EvaluationData.Labelled all = EvaluationData.at(
                new Reader(spark),
                path,
                source,
                data.features(),
                data.label(),
                EvaluationData.Reading.of(source).by(Optional.of(label)));
        Evaluation byLabel = Trainer.evaluate(
                passes, network, parameters, all.examples(), all.groups().size());
        return "%s: %s, held out %s, %s: %s%n"
                .formatted(
                        path,
                        Model.checksum(parameters),
                        describe(heldOut),
                        all.groups(),
                        byLabel.groups().stream()
                                .map(group -> group.map(SameBitsTest::describe))
                                .toList());
    }

    private static String describe(Evaluation evaluation) {
        return evaluation
                .classMetrics()
                .map(metrics -> List.of(
                                evaluation.loss(),
                                metrics.logLoss(),
                                metrics.rocAuc(),
                                metrics.prAuc(),
                                metrics.macroF1(),
                                metrics.calibrationError())
                        .toString())
                .orElseGet(() -> List.of(evaluation.loss(), evaluation.rmse(0), evaluation.mae(0))
                        .toString());
    }
}
