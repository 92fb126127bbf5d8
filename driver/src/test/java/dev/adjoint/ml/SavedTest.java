package dev.adjoint.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is saved is loaded as it was, also years later. */
class SavedTest {
    /** The models in it are of release 0.1, in format 4, with the predictions that they made then; they are never made anew. */
    private static final Path EARLIER = Path.of("src/test/resources/models");

    @TempDir
    private Path directory = Path.of("");

    /** What is saved is loaded by the session that there is. */
    @BeforeEach
    void open() {
        spark();
    }

    private static SparkSession spark() {
        return TestSpark.plain();
    }

    private static Dataset<Row> flowers() {
        return TestSpark.iris(spark());
    }

    @Test
    void aClassifierOfAnEarlierReleasePredictsAsItDid() {
        PipelineModel model =
                PipelineModel.load(EARLIER.resolve("classifier/model").toString());
        Dataset<Row> known = spark().read()
                .schema("a double, b double, c double, d double, kind string, likely array<double>")
                .json(EARLIER.resolve("classifier/predictions.json").toString());
        Dataset<Row> scored = model.transform(known);
        List<Row> rows = scored.select(
                        scored.col("kind"), scored.col("prediction"), scored.col("likely"), array(scored))
                .collectAsList();
        assertEquals(13, rows.size());
        for (Row row : rows) {
            assertEquals(row.getString(0), row.getString(1));
            assertArrayEquals(numbers(row, 2), numbers(row, 3), 1e-5);
        }
        MlpClassificationModel own = (MlpClassificationModel) model.stages()[1];
        assertEquals(20, own.history().count());
        assertArrayEquals(new double[] {1, 2, 1}, own.getThresholds());
    }

    private static Column array(Dataset<Row> scored) {
        return functions.vector_to_array(scored.col("probability"), "float64");
    }

    private static double[] numbers(Row row, int column) {
        return row.<Double>getList(column).stream().mapToDouble(x -> x).toArray();
    }

    @Test
    void aRegressorOfAnEarlierReleasePredictsAsItDid() {
        PipelineModel model =
                PipelineModel.load(EARLIER.resolve("regressor/model").toString());
        Dataset<Row> known = spark().read()
                .schema("size double, shape string, day string, pair array<long>, label double")
                .json(EARLIER.resolve("regressor/predictions.json").toString());
        List<Row> rows = model.transform(known).select("label", "prediction").collectAsList();
        assertEquals(8, rows.size());
        for (Row row : rows) {
            assertEquals(1, row.getDouble(1) / row.getDouble(0), 1e-5);
        }
    }

    @Test
    void aModelOfANewerReleaseIsRefused() throws IOException {
        MlpClassificationModel model = new MlpClassifier()
                .setRecipe("plain")
                .setHidden(2)
                .setEpochs(1)
                .setFeaturesCols("a")
                .setLabelCol("kind")
                .fit(flowers());
        Path saved = directory.resolve("model");
        model.save(saved.toString());
        Path json = saved.resolve("model/model.json");
        String text = Files.readString(json);
        String newer = text.replaceFirst("\"format\" : \\d+", "\"format\" : 99");
        assertTrue(!newer.equals(text), text);
        Files.writeString(json, newer);
        Files.delete(saved.resolve("model/.model.json.crc"));
        Exception error =
                assertThrows(IllegalArgumentException.class, () -> MlpClassificationModel.load(saved.toString()));
        String message = String.valueOf(error.getMessage());
        assertTrue(
                message.contains(saved.toString())
                        && message.contains("has format 99, and this version of Adjoint reads up to")
                        && message.contains("made by a newer one"),
                message);

        Path pipeline = directory.resolve("pipeline");
        new Pipeline().setStages(new PipelineStage[] {model}).fit(flowers()).save(pipeline.toString());
        Path stage;
        try (Stream<Path> stages = Files.list(pipeline.resolve("stages"))) {
            stage = stages.findFirst().orElseThrow();
        }
        Files.writeString(stage.resolve("model/model.json"), newer);
        Files.delete(stage.resolve("model/.model.json.crc"));
        error = assertThrows(IllegalArgumentException.class, () -> PipelineModel.load(pipeline.toString()));
        assertTrue(String.valueOf(error.getMessage()).contains("made by a newer one"), error.toString());
    }

    @Test
    void everyParamIsSavedAndLoaded() throws IOException {
        assertAllAreKept(new MlpClassifier(), MlpClassifier::load);
        assertAllAreKept(new MlpRegressor(), MlpRegressor::load);
        assertAllAreKept(new MlpEvaluator(), MlpEvaluator::load);
        assertAllAreKept(
                MlpClassificationModel.load(
                        EARLIER.resolve("classifier/model/stages/1_classifier").toString()),
                MlpClassificationModel::load);
        assertAllAreKept(
                MlpRegressionModel.load(
                        EARLIER.resolve("regressor/model/stages/0_regressor").toString()),
                MlpRegressionModel::load);
    }

    private <P extends Params & MLWritable> void assertAllAreKept(P saved, Function<String, P> load)
            throws IOException {
        for (Param<?> param : saved.params()) {
            setAnother(saved, param);
        }
        String path = directory.resolve(saved.uid()).toString();
        saved.write().save(path);
        P loaded = load.apply(path);
        assertEquals(saved.uid(), loaded.uid());
        for (Param<?> param : saved.params()) {
            assertTrue(loaded.isSet(loaded.getParam(param.name())), param.name());
            assertEquals(
                    param.name() + " " + text(saved.getOrDefault(param)),
                    param.name() + " " + text(loaded.getOrDefault(loaded.getParam(param.name()))));
        }
    }

    private static String text(Object value) {
        return Arrays.deepToString(new Object[] {value});
    }

    /** Sets a value that is not the default. */
    @SuppressWarnings("unchecked") // a Param's class says what it holds
    private static void setAnother(Params owner, Param<?> param) {
        List<String> refused = new ArrayList<>();
        for (Object value : candidates(param)) {
            boolean usual = owner.hasDefault(param) && value.equals(owner.getOrDefault(param));
            if (!usual) {
                try {
                    owner.set((Param<Object>) param, value);
                    return;
                } catch (IllegalArgumentException e) {
                    refused.add(String.valueOf(e.getMessage()));
                }
            }
        }
        throw new AssertionError(param.name() + " takes none of the values: " + refused);
    }

    private static List<Object> candidates(Param<?> param) {
        if (param instanceof DoubleParam) {
            return List.of(0.375, 2.5);
        }
        if (param instanceof IntParam) {
            return List.of(3, 4);
        }
        if (param instanceof LongParam) {
            return List.of(7_000_000_000L);
        }
        if (param instanceof BooleanParam) {
            return List.of(false);
        }
        if (param instanceof IntArrayParam) {
            return List.of(new int[] {3, 2});
        }
        if (param instanceof DoubleArrayParam) {
            return List.of(new double[] {1, 2, 0.5});
        }
        if (param instanceof StringArrayParam) {
            return Collections.singletonList(new String[] {"x", "y\"z"});
        }
        List<Object> texts = new ArrayList<>(List.of(
                "[{\"layer\": \"affine\", \"units\": 3}]",
                "{\"optimiser\": \"adam\", \"beta2\": 0.95}",
                "7",
                "3 epochs",
                ",",
                "{1: 0.5}",
                "a/b",
                "x"));
        // What a choice is between, its sentence says.
        Collections.addAll(texts, (Object[]) param.doc().split("[^\\w-]+"));
        return List.copyOf(texts);
    }
}
