package dev.adjoint.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class MlpEvaluatorTest {
    private static final String[] MEASURES = {"a", "b", "c", "d"};

    private static Dataset<Row> irises;
    /** By a net that is not yet good at it. */
    private static Dataset<Row> scored;

    @BeforeAll
    static void score() {
        irises = TestSpark.iris(TestSpark.plain())
                .withColumn("weight", functions.col("a").cast("int"));
        scored = classifier().fit(irises).transform(irises).cache();
    }

    private static MlpClassifier classifier() {
        return new MlpClassifier()
                .setFeaturesCols(MEASURES)
                .setLabelCol("kind")
                .setRecipe("plain")
                .setHidden(4)
                .setEpochs(3)
                .setLearningRate(0.03)
                .setSeed(1);
    }

    private static MlpEvaluator evaluator(String metric) {
        return new MlpEvaluator().setLabelCol("kind").setMetricName(metric);
    }

    private static void assertTold(String told, Executable failing) {
        String message = String.valueOf(assertThrows(Exception.class, failing).getMessage());
        assertTrue(message.contains(told), message);
    }

    @Test
    void metricsOfTextsAreThoseThatSparkHasOfTheSameRowsIndexed() {
        StringIndexerModel indexer = new StringIndexer()
                .setInputCol("kind")
                .setOutputCol("label")
                .setStringOrderType("alphabetAsc")
                .fit(irises);
        Dataset<Row> labelled = indexer.transform(scored);
        Dataset<Row> indexed =
                indexer.setInputCol("prediction").setOutputCol("index").transform(labelled);
        for (String metric :
                List.of("accuracy", "f1", "weightedPrecision", "weightedRecall", "hammingLoss", "logLoss")) {
            MulticlassClassificationEvaluator sparks = new MulticlassClassificationEvaluator()
                    .setPredictionCol("index")
                    .setWeightCol("weight")
                    .setMetricName(metric);
            MlpEvaluator ours = evaluator(metric).setWeightCol("weight");
            assertEquals(sparks.evaluate(indexed), ours.evaluate(scored), 1e-12, metric);
            assertEquals(sparks.isLargerBetter(), ours.isLargerBetter(), metric);
        }
        for (String metric : List.of("precisionByLabel", "recallByLabel", "fMeasureByLabel")) {
            double sparks = new MulticlassClassificationEvaluator()
                    .setPredictionCol("index")
                    .setMetricLabel(2)
                    .setMetricName(metric)
                    .evaluate(indexed);
            assertEquals(
                    sparks, evaluator(metric).setMetricLabel("Iris-virginica").evaluate(scored), 1e-12, metric);
        }
    }

    @Test
    void rankingsOfTwoClassesAreSparks() {
        Dataset<Row> two = irises.filter("kind <> 'Iris-setosa'")
                .withColumn("label", functions.expr("if(kind = 'Iris-virginica', 1D, 0D)"));
        Dataset<Row> ranked = classifier().fit(two).transform(two).cache();
        for (String metric : List.of("areaUnderROC", "areaUnderPR")) {
            BinaryClassificationEvaluator sparks = new BinaryClassificationEvaluator()
                    .setRawPredictionCol("probability")
                    .setMetricName(metric);
            assertEquals(sparks.evaluate(ranked), evaluator(metric).evaluate(ranked), 1e-12, metric);
        }
        assertTold(
                "areaUnderROC is of two classes, column \"probability\" has the probabilities of 3: [Iris-setosa,",
                () -> evaluator("areaUnderROC").evaluate(scored));
    }

    @Test
    void numbersAreMeasuredTheSameWay() {
        Dataset<Row> predicted = new MlpRegressor()
                .setFeaturesCols("a", "b", "c")
                .setLabelCol("d")
                .setRecipe("plain")
                .setEpochs(3)
                .setSeed(1)
                .fit(irises)
                .transform(irises)
                .cache();
        for (String metric : List.of("rmse", "mse", "mae", "r2")) {
            RegressionEvaluator sparks = new RegressionEvaluator()
                    .setLabelCol("d")
                    .setWeightCol("weight")
                    .setMetricName(metric);
            MlpEvaluator ours = evaluator(metric).setLabelCol("d").setWeightCol("weight");
            assertEquals(sparks.evaluate(predicted), ours.evaluate(predicted), 1e-12, metric);
            assertEquals(sparks.isLargerBetter(), ours.isLargerBetter(), metric);
        }
    }

    @Test
    void numbersAndFlagsMayBeClasses() {
        Dataset<Row> rows = irises.withColumn("long", functions.expr("if(kind = 'Iris-setosa', 7L, 5L)"))
                .withColumn("flag", functions.expr("kind = 'Iris-setosa'"));
        for (String label : List.of("long", "flag")) {
            Dataset<Row> predicted = classifier()
                    .setLabelCol(label)
                    .setEpochs(30)
                    .fit(rows)
                    .transform(rows)
                    .cache();
            for (String metric : List.of("accuracy", "recallByLabel", "areaUnderROC")) {
                double value = evaluator(metric)
                        .setLabelCol(label)
                        .setMetricLabel(label.equals("long") ? "7" : "true")
                        .evaluate(predicted);
                assertTrue(value > 0.95, label + " " + metric + " " + value);
            }
            assertTrue(evaluator("logLoss").setLabelCol(label).evaluate(predicted) < 0.3, label);
        }
    }

    @Test
    void aClassThatTheModelDoesNotKnowIsPredictedWrongly() {
        Dataset<Row> rows = scored.withColumn("kind", functions.expr("if(kind = 'Iris-setosa', 'Iris-lutea', kind)"));
        assertEquals(
                rows.filter("kind = prediction").count() / 150.0,
                evaluator("accuracy").evaluate(rows),
                1e-12);
        assertTold(
                "column \"kind\" holds a class that the probabilities of column \"probability\" are not of, which are of [Iris-setosa, Iris-v",
                () -> evaluator("logLoss").evaluate(rows));
    }

    @Test
    void settingsAreSearchedByTextsAndAllIsSaved(@TempDir Path directory) throws Exception {
        MlpClassifier mlp = classifier();
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(mlp.learningRate(), new double[] {1e-6, 0.1})
                .addGrid(mlp.epochs(), new int[] {10})
                .build();
        CrossValidator search = new CrossValidator()
                .setEstimator(mlp)
                .setEstimatorParamMaps(grid)
                .setEvaluator(evaluator("logLoss").setWeightCol("weight"))
                .setNumFolds(2);
        CrossValidatorModel best = search.fit(irises);
        assertTrue(best.avgMetrics()[1] < best.avgMetrics()[0], "the lesser loss is the better");
        assertEquals(
                0.1,
                best.bestModel()
                        .parent()
                        .extractParamMap()
                        .get(mlp.learningRate())
                        .get());

        String path = directory.resolve("search").toString();
        best.save(path);
        CrossValidatorModel loaded = CrossValidatorModel.load(path);
        MlpEvaluator evaluator = (MlpEvaluator) loaded.getEvaluator();
        assertEquals(search.getEvaluator().explainParams(), evaluator.explainParams());
        assertEquals(
                search.getEvaluator().evaluate(best.transform(irises)), evaluator.evaluate(loaded.transform(irises)));
        MlpEvaluator copy = evaluator.copy(new ParamMap().put(evaluator.metricName(), "f1"));
        assertEquals("f1", copy.getMetricName());
        assertEquals("logLoss", evaluator.getMetricName());
    }

    @Test
    void classesAreKnownFromFilesOfParquet(@TempDir Path directory) {
        String path = directory.resolve("scored").toString();
        scored.write().parquet(path);
        Dataset<Row> read = scored.sparkSession().read().parquet(path);
        assertEquals(evaluator("logLoss").evaluate(scored), evaluator("logLoss").evaluate(read), 1e-12);
    }

    @Test
    void columnsThatDoNotFitAreNamed() {
        assertTold("there is no column \"label\"; the nearest names are [kind", () -> new MlpEvaluator()
                .evaluate(scored.select("kind", "prediction")));
        assertTold("rmse: column \"kind\" has the type string, expected one number a row", () -> evaluator("rmse")
                .evaluate(scored));
        assertTold(
                "accuracy: column \"prediction\" has the type string, expected classes as \"a\" has them, double",
                () -> evaluator("accuracy").setLabelCol("a").evaluate(scored));
        assertTold(
                "logLoss: column \"a\" has the type double, expected a vector",
                () -> evaluator("logLoss").setProbabilityCol("a").evaluate(scored));
        assertTold("column \"p\" does not say which classes its numbers are of", () -> evaluator("logLoss")
                .setProbabilityCol("p")
                .evaluate(scored.withColumn(
                        "p", org.apache.spark.ml.functions.array_to_vector(functions.array(functions.lit(1.0))))));
        assertTold("metricLabel: expected the class that recallByLabel measures", () -> evaluator("recallByLabel")
                .evaluate(scored));
        assertTold(
                "metricLabel: no row has the class setosa, nor was it predicted",
                () -> evaluator("recallByLabel").setMetricLabel("setosa").evaluate(scored));
        assertTold("metricName: expected one of [accuracy, f1,", () -> evaluator("auc"));
    }

    @Test
    void rowsThatCannotBeMeasuredAreAnError() {
        assertTold("column \"prediction\" is null in a row; leave out such rows first", () -> evaluator("accuracy")
                .evaluate(scored.withColumn("prediction", functions.expr("nullif(prediction, 'Iris-setosa')"))));
        assertTold(
                "column \"weight\" holds a weight below 0",
                () -> evaluator("f1").setWeightCol("weight").evaluate(scored.withColumn("weight", functions.lit(-1))));
    }
}
