package dev.adjoint.driver.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.ModelStore;
import dev.adjoint.driver.data.EvaluationData;
import dev.adjoint.driver.data.Predictions;
import dev.adjoint.driver.data.Reader;
import dev.adjoint.driver.data.RowOrder;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.data.TrainingData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.Model;
import dev.adjoint.model.ModelFormatException;
import dev.adjoint.model.Network;
import dev.adjoint.model.Scorer;
import dev.adjoint.model.Source;
import dev.adjoint.model.features.Features;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From vectors of mostly zeros to a model that scores them: nothing on the way fills in the zeros. */
class SparseTrainingTest {
    private static final int WIDTH = 2000;
    private static final int ROWS = 400;
    private static final Source SOURCE = new Source("libsvm", false, List.of());
    private static final Settings SETTINGS =
            TestSettings.of(6, new BatchSize(32), 0.1, 0.9, 0.0005).withSome(Keys.SHARDS, 4);

    @TempDir
    private Path folder = Path.of("");

    private String path = "";

    /** A row of class 1 has the feature 7, one of class 0 the feature 8; ten others are noise. */
    @BeforeEach
    void write() throws IOException {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ROWS; i++) {
            int label = random.nextInt(2);
            TreeMap<Integer, Double> entries = new TreeMap<>();
            for (int k = 0; k < 10; k++) {
                entries.put(9 + random.nextInt(WIDTH - 9), random.nextGaussian());
            }
            entries.put(8 - label, 3 + random.nextGaussian());
            text.append(label);
            entries.forEach((column, value) -> text.append(" %d:%.4f".formatted(column, value)));
            text.append('\n');
        }
        path = Files.writeString(folder.resolve("data.libsvm"), text).toString();
    }

    private Dataset<Row> rows() {
        return new Reader(TestSpark.session()).read(path, SOURCE, OptionalInt.of(WIDTH));
    }

    private TrainingData prepare() {
        return TrainingData.prepare(rows(), path, options());
    }

    private static TrainingData.Options options() {
        return new TrainingData.Options(
                true, "label", List.of(), List.of(), RowOrder.OF_FILES, 0.25, 1, SETTINGS::shardCount);
    }

    private static Network network(TrainingData data) {
        return Network.predicting(
                2, 1, data.features().width(), List.of(new Affine(8, Activation.TANH)), Optional.empty());
    }

    private static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    }

    private static Passes passes() {
        return Passes.of(context(), ReductionKind.AUTO);
    }

    private static float[] train(TrainingData data, ShardedData shards) {
        return new Trainer(passes(), network(data), SETTINGS)
                .train(shards, data.heldOut())
                .parameters();
    }

    @Test
    void aWideVectorOfMostlyZerosStaysSparseTrainsEvaluatesAndScores() throws IOException, ModelFormatException {
        TrainingData data = prepare();
        assertInstanceOf(Features.Sparse.class, data.features().columns().get(0), "zeros do not survive centring");
        assertTrue(data.training().entriesOfRow() <= 11);
        long entries = 0;
        for (Chunk chunk : data.training().chunks().collect()) {
            entries += assertInstanceOf(Rows.Sparse.class, chunk.features()).values().length;
        }
        assertTrue(entries <= 11 * 300, entries + " entries");

        float[] parameters = train(data, data.training());
        ShardedData heldOut = data.heldOut().orElseThrow();
        double accuracy =
                Trainer.evaluate(passes(), network(data), parameters, heldOut).accuracy();
        assertTrue(accuracy > 0.9, "accuracy " + accuracy);

        Model trained = new Model(network(data), data.features(), data.label(), SOURCE, Map.of(), parameters);
        ModelStore store = new ModelStore(context().hadoopConfiguration());
        store.save(trained, folder.resolve("model").toString());
        Model model = store.load(folder.resolve("model").toString());
        assertEquals(data.features(), model.features());
        ShardedData again = EvaluationData.heldOut(
                        rows(), path, model.features(), model.label(), options(), Optional.empty())
                .examples();
        assertEquals(
                accuracy,
                Trainer.evaluate(passes(), model.network(), parameters, again).accuracy());

        Scorer scorer = new Scorer(model, 1);
        for (Row row :
                Predictions.of(rows(), path, model).rows().collectAsList().subList(0, 20)) {
            double[] numbers = ((Vector) row.get(1)).toArray();
            List<Double> probability = row.getList(3);
            double[] expected = probability.stream().mapToDouble(p -> p).toArray();
            assertArrayEquals(expected, scorer.predict(numbers), 1e-6);
        }
    }

    @Test
    void mixingSparseRowsIsRefused() {
        TrainingData data = prepare();
        Trainer mixing = new Trainer(passes(), network(data), SETTINGS.with(Keys.MIXUP, 0.2));
        assertEquals(
                "training.mixup: the features are sparse, and a mixed row has the entries of two; leave it out, or give the"
                        + " features as columns of numbers",
                assertThrows(SettingsException.class, () -> mixing.train(data.training(), data.heldOut()))
                        .getMessage());
    }

    @Test
    void sparseShardsOnDiskTrainToTheSameBits() {
        TrainingData data = prepare();
        float[] expected = train(data, data.training());
        JavaRDD<Chunk> onDisk = data.training().chunks().map(chunk -> chunk).persist(StorageLevel.DISK_ONLY());
        ShardedData shards = new ShardedData(
                onDisk,
                data.training().shardCount(),
                data.training().examples(),
                data.training().entriesOfRow());
        assertFalse(TrainerTest.areShared(context(), shards));
        assertArrayEquals(expected, train(data, shards));
    }

    @Test
    void aVectorWithFewZerosIsStandardisedInFull() throws IOException {
        StringBuilder text = new StringBuilder();
        Random random = new Random(2);
        for (int i = 0; i < 30; i++) {
            text.append(i % 2);
            for (int column = 1; column <= 600; column++) {
                if (random.nextInt(10) == 0) {
                    text.append(" %d:%.3f".formatted(column, random.nextGaussian()));
                }
            }
            text.append('\n');
        }
        Files.writeString(Path.of(path), text);
        TrainingData data = TrainingData.prepare(
                new Reader(TestSpark.session()).read(path, SOURCE, OptionalInt.of(600)),
                path,
                new TrainingData.Options(
                        true, "label", List.of(), List.of(), RowOrder.OF_FILES, 0, 1, SETTINGS::shardCount));
        assertInstanceOf(Features.Numeric.class, data.features().columns().get(0));
        assertEquals(0, data.training().entriesOfRow());
        assertFalse(data.features().areSparse());
    }
}
