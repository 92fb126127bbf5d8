package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.data.Reader;
import dev.adjoint.data.RowOrder;
import dev.adjoint.data.TrainingData;
import dev.adjoint.driver.TrainingOptions.BatchSize;
import dev.adjoint.driver.TrainingOptions.Synchronise;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.Source;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.rounds.Arithmetic;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.spark.TestUtils$;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** One training, from the file to the last parameter, on different clusters: executors here are real processes. */
class SameBitsTest {
    /** Functions of the test's own, which executors are never sent: what travels is the program that they record. */
    private static final Layer OWN_LAYER = (scope, x, units) -> scope.affine(x, units)
            .tanh()
            .multiply(x.matmul(scope.weights("V", x.columns(), units)).logistic());

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
        Set<String> arithmetic = Arithmetic.ofCluster(JavaSparkContext.fromSparkContext(cluster.sparkContext()));
        assertTrue(
                arithmetic.size() == 1 && arithmetic.iterator().next().startsWith("OpenBLAS"), arithmetic.toString());
        cluster.stop();
    }

    private static String train(SparkSession spark) {
        return train(spark, new Synchronise.EveryStep()) + train(spark, new Synchronise.EverySteps(2));
    }

    private static String train(SparkSession spark, Synchronise synchronise) {
        return train(
                        spark,
                        synchronise,
                        "../conf/data/optdigits-train.csv",
                        new Source("csv", true, List.of()),
                        "Class",
                        new Network(64, List.of(32), Activation.LOGISTIC, 10, StandardLoss.SOFTMAX_CROSS_ENTROPY))
                + train(
                        spark,
                        synchronise,
                        "../conf/data/abalone.csv",
                        new Source("csv", false, List.of()),
                        "_c8",
                        new Network(10, List.of(32), OWN_LAYER, 1, OWN_LOSS));
    }

    private static String train(
            SparkSession spark, Synchronise synchronise, String path, Source source, String label, Network network) {
        TrainingOptions options =
                new TrainingOptions(2, new BatchSize.Of(256), synchronise, 0.01, 0.9, 0.0005, 1, OptionalInt.of(8));
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
                        options::shardCount));
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        float[] parameters = new Trainer(context, network, options)
                .train(data.training(), data.heldOut(), TrainingListener.NONE)
                .parameters();
        double heldOut = Evaluate.evaluate(
                        context, network, parameters, data.heldOut().orElseThrow())
                .loss();
        return "%s: %s, held out %s%n".formatted(path, Model.checksum(parameters), heldOut);
    }
}
