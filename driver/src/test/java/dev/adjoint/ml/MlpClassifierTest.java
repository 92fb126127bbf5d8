package dev.adjoint.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.driver.Trained;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.Predictions;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.training.TrainingException;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.model.Scorer;
import dev.adjoint.model.features.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.spark.SparkException;
import org.apache.spark.SparkRuntimeException;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class MlpClassifierTest {
    private static final String[] MEASURES = {"a", "b", "c", "d"};

    /** Estimators are saved and loaded by the session that there is. */
    @BeforeEach
    void open() {
        spark();
    }

    private static SparkSession spark() {
        return TestSpark.plain();
    }

    private static Dataset<Row> iris() {
        return TestSpark.iris(spark());
    }

    private static Dataset<Row> assembled() {
        return new VectorAssembler()
                .setInputCols(MEASURES)
                .setOutputCol("features")
                .transform(iris());
    }

    /** Quick. */
    private static MlpClassifier small() {
        return new MlpClassifier()
                .setRecipe("plain")
                .setHidden(8)
                .setEpochs(40)
                .setLearningRate(0.1)
                .setSeed(1)
                .setLabelCol("kind");
    }

    private static String message(Class<? extends Exception> type, Executable failing) {
        return String.valueOf(assertThrows(type, failing).getMessage());
    }

    private static double accuracy(Dataset<Row> scored) {
        return scored.filter("kind = prediction").count() / (double) scored.count();
    }

    @Test
    void aVectorAndColumnsAsTheyComeAreLearnedFrom() {
        MlpClassificationModel ofColumns = small().setFeaturesCols(MEASURES).fit(iris());
        MlpClassificationModel ofVector = small().fit(assembled());
        assertTrue(accuracy(ofColumns.transform(iris())) > 0.93);
        assertTrue(accuracy(ofVector.transform(assembled())) > 0.93);
        assertEquals(List.of("Iris-setosa", "Iris-versicolor", "Iris-virginica"), ofVector.labels());
        assertEquals(4, ofVector.numFeatures());
        assertEquals(List.of("features"), ofVector.features());
    }

    @Test
    void rowsInOtherOrderAndPartitionsGiveTheSameBits() {
        String once = small().setFeaturesCols(MEASURES).fit(iris()).checksum();
        String again = small().setFeaturesCols(MEASURES)
                .fit(iris().repartition(5).sort("b"))
                .checksum();
        assertEquals(once, again);
    }

    @Test
    void theFitIsThatOfTheUseCaseAndItsBitsThoseOfPredictAndOfTheScorer() {
        MlpClassifier estimator = small().setFeaturesCols(MEASURES);
        MlpClassificationModel model = estimator.fit(iris());
        Trained trained = Training.of(spark(), estimator.settings(), iris()).train();
        assertEquals(trained.checksum(), model.checksum());
        assertEquals(trained.history().size(), model.history().count());

        List<Row> scored = model.transform(iris()).collectAsList();
        List<Row> predicted =
                Predictions.of(iris(), "iris", trained.model()).rows().collectAsList();
        Scorer scorer = new Scorer(model.model(), 512);
        for (int i = 0; i < scored.size(); i++) {
            double[] probability = scored.get(i).<Vector>getAs("probability").toArray();
            assertEquals(
                    predicted.get(i).<Object>getAs("prediction"), scored.get(i).getAs("prediction"));
            assertEquals(
                    predicted.get(i).getList(predicted.get(i).fieldIndex("probability")),
                    Arrays.stream(probability).boxed().toList());
            Row row = scored.get(i);
            scorer.set(0, new double[] {row.getDouble(0), row.getDouble(1), row.getDouble(2), row.getDouble(3)});
            scorer.run();
            assertArrayEquals(probability, scorer.prediction(0));
        }
    }

    @Test
    void rawPredictionsAreLogits() {
        Row row =
                small().setFeaturesCols(MEASURES).fit(iris()).transform(iris()).first();
        double[] raw = row.<Vector>getAs("rawPrediction").toArray();
        double[] probability = row.<Vector>getAs("probability").toArray();
        double sum = Arrays.stream(raw).map(Math::exp).sum();
        assertArrayEquals(Arrays.stream(raw).map(z -> Math.exp(z) / sum).toArray(), probability, 1e-6);
    }

    @Test
    void labelsThatAreNumbersComeBackAsNumbers() {
        Dataset<Row> indexed = new StringIndexer()
                .setInputCol("kind")
                .setOutputCol("label")
                .fit(iris())
                .transform(assembled());
        MlpClassificationModel model = small().setLabelCol("label").fit(indexed);
        Dataset<Row> scored = model.transform(indexed);
        assertEquals(DataTypes.DoubleType, scored.schema().apply("prediction").dataType());
        double accuracy = new MulticlassClassificationEvaluator()
                .setMetricName("accuracy")
                .evaluate(scored);
        assertTrue(accuracy > 0.93, "accuracy " + accuracy);
        assertEquals(
                indexed.schema().apply("label").metadata(),
                scored.schema().apply("label").metadata());
    }

    @Test
    void theSchemaIsKnownBeforeAnythingRuns() {
        MlpClassifier estimator = small().setFeaturesCols(MEASURES);
        MlpClassificationModel model = estimator.fit(iris());
        StructType ofEstimator = estimator.transformSchema(iris().schema());
        assertEquals(
                model.transformSchema(iris().schema()), model.transform(iris()).schema());
        assertArrayEquals(
                ofEstimator.fieldNames(), model.transform(iris()).schema().fieldNames());
        for (String name : ofEstimator.fieldNames()) {
            assertEquals(
                    ofEstimator.apply(name).dataType(),
                    model.transform(iris()).schema().apply(name).dataType(),
                    name);
        }
    }

    @Test
    void outputsWithoutANameAreNotMade() {
        MlpClassificationModel model = small().setFeaturesCols(MEASURES)
                .setRawPredictionCol("")
                .setProbabilityCol("p")
                .setPredictionCol("guess")
                .fit(iris());
        assertEquals(
                List.of("a", "b", "c", "d", "kind", "p", "guess"),
                List.of(model.transform(iris()).columns()));
        Dataset<Row> other = model.transform(iris(), model.predictionCol().w("again"));
        assertTrue(List.of(other.columns()).contains("again"));
    }

    @Test
    void thresholdsShiftTheChoice() {
        MlpClassificationModel model = small().setFeaturesCols(MEASURES).fit(iris());
        long usual =
                model.transform(iris()).filter("prediction = 'Iris-virginica'").count();
        model.setThresholds(1, 1, 1e-6);
        long eager =
                model.transform(iris()).filter("prediction = 'Iris-virginica'").count();
        assertTrue(usual <= 60 && eager > 90, usual + ", then " + eager);
        model.setThresholds(1, 1);
        String message = message(IllegalArgumentException.class, () -> model.transform(iris()));
        assertEquals("2 thresholds for a model of 3 classes, expected one each", message);
    }

    @Test
    void aPipelineIsSavedAndLoaded(@TempDir Path directory) throws IOException {
        VectorAssembler assembler = new VectorAssembler().setInputCols(MEASURES).setOutputCol("features");
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {assembler, small().setThresholds(1, 2, 1)});
        PipelineModel model = pipeline.fit(iris());
        model.write().overwrite().save(directory.resolve("model").toString());
        PipelineModel loaded = PipelineModel.load(directory.resolve("model").toString());
        assertEquals(
                model.transform(iris()).collectAsList(),
                loaded.transform(iris()).collectAsList());
        MlpClassificationModel own = (MlpClassificationModel) loaded.stages()[1];
        assertArrayEquals(new double[] {1, 2, 1}, own.getThresholds());
        assertEquals(40, own.history().count());
        assertEquals(4, own.provenance().count());

        pipeline.write().overwrite().save(directory.resolve("pipeline").toString());
        MlpClassifier estimator = (MlpClassifier)
                Pipeline.load(directory.resolve("pipeline").toString()).getStages()[1];
        assertEquals(estimator.settings().toString(), small().settings().toString());
    }

    @Test
    void overwritingReplacesAndNotOverwritingRefuses(@TempDir Path directory) throws IOException {
        String path = directory.resolve("model").toString();
        MlpClassificationModel model = small().setFeaturesCols(MEASURES).fit(iris());
        model.save(path);
        String message = message(FileAlreadyExistsException.class, () -> model.save(path));
        assertTrue(message.contains("overwrite()"), message);
        MlpClassificationModel other =
                small().setFeaturesCols(MEASURES).setSeed(2).fit(iris());
        other.write().overwrite().save(path);
        assertEquals(other.checksum(), MlpClassificationModel.load(path).checksum());
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(
                    List.of("model"),
                    left.map(file -> file.getFileName().toString())
                            .filter(name -> !name.endsWith(".crc"))
                            .toList());
        }
    }

    @Test
    void everyKeyThatIsNotAboutFilesHasAParam() {
        MlpClassifier estimator = new MlpClassifier();
        List<String> without = Keys.ALL.stream()
                .filter(key -> !estimator.hasParam(KeyParams.name(key)))
                .map(Object::toString)
                .toList();
        assertEquals(
                List.of(
                        "task",
                        "data.train",
                        "data.test",
                        "data.format",
                        "data.header",
                        "data.columns",
                        "data.separator",
                        "data.encoding",
                        "data.quote",
                        "data.label",
                        "data.weight",
                        "data.difficulty",
                        "data.features",
                        "data.missing-label",
                        "data.split",
                        "data.group",
                        "output.model"),
                without);
        List<String> setters = Arrays.stream(MlpClassifier.class.getMethods())
                .map(method -> method.getName())
                .toList();
        for (var param : estimator.params()) {
            String setter = "set" + param.name().substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                    + param.name().substring(1);
            assertTrue(setters.contains(setter), setter);
        }
        assertTrue(estimator.explainParams().contains("learningRate: A number, or auto"), estimator.explainParams());
    }

    /** How Spark Connect's server finds them. */
    @Test
    void estimatorsAndTheEvaluatorAreFoundAsServices() {
        Set<Class<?>> found = Stream.of(Estimator.class, Evaluator.class)
                .flatMap(type -> ServiceLoader.load(type).stream())
                .map(ServiceLoader.Provider::type)
                .collect(Collectors.toSet());
        assertTrue(
                found.containsAll(Set.of(MlpClassifier.class, MlpRegressor.class, MlpEvaluator.class)),
                found.toString());
    }

    @Test
    void aValueThatIsNoneIsRefusedWhenItIsSet() {
        MlpClassifier estimator = new MlpClassifier();
        String epochs = message(IllegalArgumentException.class, () -> estimator.setEpochs(-1));
        assertTrue(epochs.startsWith("epochs: expected"), epochs);
        String layers = message(IllegalArgumentException.class, () -> estimator.setLayers("[{\"layer\": \"afine\"}]"));
        assertTrue(layers.startsWith("layers: ") && layers.contains("affine"), layers);
        String invalid = message(IllegalArgumentException.class, () -> estimator.setHandleInvalid("drop"));
        assertEquals("handleInvalid: expected one of [error, skip, keep], not drop", invalid);
    }

    @Test
    void cloneOfDefaultsHasAUidOfItsOwnKind() {
        assertTrue(new MlpClassifier().uid().startsWith("mlpClassifier_"));
        MlpClassifier copy = small().copy(ParamMap.empty());
        assertEquals(small().settings().toString(), copy.settings().toString());
    }

    @Test
    void settingsAreSearchedByCrossValidation() {
        Dataset<Row> indexed = new StringIndexer()
                .setInputCol("kind")
                .setOutputCol("label")
                .fit(iris())
                .transform(iris());
        MlpClassifier estimator =
                small().setFeaturesCols(MEASURES).setLabelCol("label").setEpochs(5);
        ParamMap[] grid = new ParamGridBuilder()
                .addGrid(estimator.learningRate(), new double[] {1e-6, 0.1})
                .addGrid(estimator.epochs(), new int[] {1, 10})
                .build();
        MulticlassClassificationEvaluator accuracy = new MulticlassClassificationEvaluator().setMetricName("accuracy");
        CrossValidatorModel best = new CrossValidator()
                .setEstimator(estimator)
                .setEstimatorParamMaps(grid)
                .setEvaluator(accuracy)
                .setNumFolds(2)
                .setParallelism(2)
                .fit(indexed);
        assertEquals(10, ((MlpClassificationModel) best.bestModel()).history().count());
        assertTrue(accuracy.evaluate(best.transform(indexed)) > 0.8);
        assertTrue(new TrainValidationSplit()
                        .setEstimator(estimator)
                        .setEstimatorParamMaps(grid)
                        .setEvaluator(accuracy)
                        .fit(indexed)
                        .validationMetrics()
                        .length
                == 4);
    }

    @Test
    void streamsAreScored(@TempDir Path directory) throws Exception {
        MlpClassificationModel model = small().setFeaturesCols(MEASURES).fit(iris());
        iris().repartition(3).write().parquet(directory.resolve("in").toString());
        Dataset<Row> stream = spark().readStream()
                .schema(iris().schema())
                .option("maxFilesPerTrigger", 1)
                .parquet(directory.resolve("in").toString());
        StreamingQuery query = model.transform(stream)
                .writeStream()
                .format("memory")
                .queryName("scored")
                .option("checkpointLocation", directory.resolve("checkpoint").toString())
                .start();
        query.processAllAvailable();
        query.stop();
        String columns = "a, b, c, d, kind, prediction, probability";
        assertEquals(
                sorted(model.transform(iris()).selectExpr(columns.split(", "))),
                sorted(spark().sql("select " + columns + " from scored")));
    }

    private static List<String> sorted(Dataset<Row> rows) {
        return rows.collectAsList().stream().map(Row::toString).sorted().collect(Collectors.toList());
    }

    @Test
    void transformRunsNoJobBeforeItsRowsAreUsed() {
        MlpClassificationModel model = small().setFeaturesCols(MEASURES).fit(iris());
        Dataset<Row> failing = iris().selectExpr("raise_error('read') a", "b", "c", "d", "kind")
                .selectExpr("cast(a as double) a", "b", "c", "d", "kind");
        Dataset<Row> scored = model.transform(failing);
        assertThrows(SparkRuntimeException.class, scored::collectAsList);
    }

    @Test
    void rowsThatCannotBeScoredAreAnErrorOrLeftOutOrKept() {
        MlpClassificationModel model = small().setFeaturesCols(MEASURES).fit(iris());
        Dataset<Row> bad = spark().sql("select '1' a, 2d b, 3d c, 4d d union all select 'one', 2d, 3d, 4d"
                + " union all select '2', double('infinity'), 3d, 4d");
        // One of them alone: of two in different partitions, either may be told.
        Dataset<Row> one = bad.filter("a <> '2'");
        SparkException error =
                assertThrows(SparkException.class, () -> model.transform(one).collectAsList());
        assertTrue(
                Stream.iterate((Throwable) error, e -> e != null, Throwable::getCause)
                        .anyMatch(e -> e instanceof DataException
                                && String.valueOf(e.getMessage())
                                        .contains("column \"a\" holds \"one\", expected a number")),
                error.toString());
        model.setHandleInvalid("skip");
        assertEquals(1, model.transform(bad).count());
        model.setHandleInvalid("keep");
        List<Row> kept = model.transform(bad).collectAsList();
        assertEquals(3, kept.size());
        assertNotNull(kept.get(0).getAs("prediction"));
        assertTrue(kept.get(1).isNullAt(4) && kept.get(2).isNullAt(6), kept.toString());
    }

    @Test
    void columnsThatDoNotFitAreNamed() {
        MlpClassificationModel model = small().setFeaturesCols(MEASURES).fit(iris());
        String lacking = message(DataException.class, () -> model.transform(iris().drop("b")));
        assertTrue(lacking.contains("\"b\""), lacking);
        String there =
                message(DataException.class, () -> model.transform(iris().withColumnRenamed("kind", "prediction")));
        assertTrue(there.startsWith("there is a column \"prediction\" already"), there);
        String fit = message(DataException.class, () -> small().fit(iris()));
        assertTrue(fit.contains("\"features\""), fit);
        String typed = message(DataException.class, () -> small().setFeaturesCols("a", "kinds")
                .fit(iris().selectExpr("a", "kind", "map(1, 2) kinds")));
        assertTrue(typed.contains("\"kinds\" has the type map<int,int>"), typed);
        MlpClassificationModel ofVectors = small().fit(assembled());
        Dataset<Row> shorter = new VectorAssembler()
                .setInputCols(new String[] {"a", "b"})
                .setOutputCol("features")
                .transform(iris());
        SparkException size = assertThrows(
                SparkException.class, () -> ofVectors.transform(shorter).collectAsList());
        assertTrue(
                String.valueOf(size.getMessage()).contains("holds a vector of 2 numbers, expected 4")
                        || String.valueOf(size.getCause()).contains("holds a vector of 2 numbers, expected 4"),
                size.toString());
    }

    @Test
    void rowsWithoutALabelAreAnErrorOrLeftOut() {
        Dataset<Row> gap = iris().selectExpr("a", "b", "c", "d", "if(a > 7.5, null, kind) kind");
        String message = message(
                DataException.class, () -> small().setFeaturesCols(MEASURES).fit(gap));
        assertTrue(message.contains("without a label"), message);
        assertNotNull(small().setFeaturesCols(MEASURES).setHandleInvalid("skip").fit(gap));
    }

    @Test
    void weightsAndRowsThatValidateAreTaken() {
        Dataset<Row> rows = iris().selectExpr("*", "if(kind = 'Iris-setosa', 0d, 1d) w", "a < 5.5 and b < 3.5 v");
        MlpClassificationModel model = small().setFeaturesCols(MEASURES)
                .setWeightCol("w")
                .setValidationIndicatorCol("v")
                .fit(rows);
        assertEquals(0, model.history().filter("validationLoss is null").count());
        assertFalse(model.history().filter("validationAccuracy > 0").isEmpty());
        String message = message(DataException.class, () -> small().setFeaturesCols(MEASURES)
                .setValidationIndicatorCol("w")
                .fit(rows));
        assertTrue(message.startsWith("validationIndicatorCol: expected a column \"w\" of flags"), message);
    }

    @Test
    void aFitGoesOnFromAModel() {
        MlpClassificationModel first = small().setFeaturesCols(MEASURES).fit(iris());
        MlpClassificationModel further =
                small().setFeaturesCols(MEASURES).setInitialModel(first).fit(iris());
        double before = first.history().orderBy("epoch").first().getAs("loss");
        double after = further.history().orderBy("epoch").first().getAs("loss");
        assertTrue(after < before / 2, before + " before, " + after + " after");
    }

    @Test
    void aStoppedFitGoesOnFromItsCheckpointToTheSameBits(@TempDir Path directory) {
        String whole = small().setFeaturesCols(MEASURES).fit(iris()).checksum();
        MlpClassifier kept = small().setFeaturesCols(MEASURES)
                .setCheckpointDirectory(directory.resolve("checkpoints").toString());
        List<String> told = new ArrayList<>();
        TrainingListener stopping = new TrainingListener() {
            private @Nullable Control control;

            @Override
            public void began(Control training, TrainingState state) {
                control = training;
            }

            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                told.add("epoch " + epoch.epoch());
                if (epoch.epoch() == 10) {
                    Objects.requireNonNull(control).stop();
                }
            }
        };
        String message = message(
                TrainingException.class,
                () -> kept.copy(ParamMap.empty()).setListeners(stopping).fit(iris()));
        assertTrue(message.contains("fit again to go on"), message);
        assertEquals(10, told.size());
        assertEquals(whole, kept.fit(iris()).checksum());
    }

    @Test
    void aListenerThatThrowsDoesNotEndAFit() {
        MlpClassifier estimator = small().setFeaturesCols(MEASURES).setListeners(new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                throw new IllegalStateException("on purpose");
            }
        });
        assertEquals(
                small().setFeaturesCols(MEASURES).fit(iris()).checksum(),
                estimator.fit(iris()).checksum());
    }

    @Test
    void gapsTextsAndFlagsNeedNoPreparation() {
        Dataset<Row> rows = spark().sql(
                        "select if(id % 7 = 0, null, cast(id % 10 as double)) n,"
                                + " if(id % 3 = 0, 'x', if(id % 11 = 0, null, 'y')) t, id % 2 = 0 f, if(id % 3 = 0, 'yes', 'no') kind from range(300)");
        MlpClassificationModel model = small().setFeaturesCols("n", "t", "f").fit(rows);
        assertTrue(accuracy(model.transform(rows)) > 0.95);
        assertEquals("string", ((Label.Classes) model.model().label()).type());
        Settings settings = small().setFeaturesCols("n", "t", "f").settings();
        assertEquals(List.of("n", "t", "f"), settings.get(Keys.FEATURES));
    }
}
