package dev.adjoint.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever comes from Spark's own perceptron changes a name or two. */
class FromMllibTest {
    /** What has another name here, or none: the page on Spark ML says which. */
    private static final Set<String> OTHERWISE =
            Set.of("maxIter", "solver", "stepSize", "tol", "blockSize", "initialWeights");

    @Test
    void whatItSetsHasACounterpart() {
        MlpClassifier own = new MlpClassifier();
        List<String> lacking = Arrays.stream(new MultilayerPerceptronClassifier().params())
                .map(Param::name)
                .filter(name -> !own.hasParam(name) && !OTHERWISE.contains(name))
                .toList();
        assertEquals(List.of(), lacking);
    }

    /** In the format of Spark's own example: LIBSVM, labels from 0, sparse vectors. */
    private static Dataset<Row> libsvm(Path directory) throws IOException {
        List<String> kinds = List.of("Iris-setosa", "Iris-versicolor", "Iris-virginica");
        List<String> lines = Files.readAllLines(Path.of("../conf/data/iris.csv")).stream()
                .filter(line -> !line.isBlank())
                .map(line -> {
                    String[] cells = line.split(",", -1);
                    return kinds.indexOf(cells[4]) + " "
                            + IntStream.range(0, 4)
                                    .mapToObj(i -> (i + 1) + ":"
                                            + String.format(Locale.ROOT, "%.3f", Double.parseDouble(cells[i]) / 4 - 1))
                                    .collect(Collectors.joining(" "));
                })
                .toList();
        Path file = directory.resolve("iris.txt");
        Files.write(file, lines);
        return TestSpark.plain().read().format("libsvm").load(file.toString());
    }

    @Test
    void itsExampleRunsWithBoth(@TempDir Path directory) throws IOException {
        Dataset<Row>[] splits = libsvm(directory).randomSplit(new double[] {0.6, 0.4}, 1234);
        MulticlassClassificationEvaluator accuracy = new MulticlassClassificationEvaluator().setMetricName("accuracy");

        MultilayerPerceptronClassificationModel theirs = new MultilayerPerceptronClassifier()
                .setLayers(new int[] {4, 5, 4, 3})
                .setBlockSize(128)
                .setSeed(1234)
                .setMaxIter(100)
                .fit(splits[0]);
        MlpClassificationModel ours = new MlpClassifier()
                .setRecipe("plain")
                .setHidden(5, 4)
                .setActivation("logistic")
                .setOptimiser("lbfgs")
                .setBatchSize("full")
                .setSeed(1234)
                .setEpochs(100)
                .fit(splits[0]);
        MlpClassificationModel untuned = new MlpClassifier().fit(splits[0]);

        double baseline = accuracy.evaluate(theirs.transform(splits[1]));
        double same = accuracy.evaluate(ours.transform(splits[1]));
        double defaults = accuracy.evaluate(untuned.transform(splits[1]));
        assertTrue(same > 0.9, baseline + " by MLlib, " + same + " here");
        assertTrue(defaults >= baseline - 0.02, baseline + " by MLlib, " + defaults + " by default");
        assertEquals(
                Set.of("label", "features", "rawPrediction", "probability", "prediction"),
                Set.of(ours.transform(splits[1]).columns()));
    }
}
