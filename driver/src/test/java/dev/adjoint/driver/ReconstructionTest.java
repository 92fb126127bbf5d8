package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.checkpoint.Checkpointing;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.Predictions;
import dev.adjoint.driver.data.Preprocessing;
import dev.adjoint.driver.data.Reader;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.ml.Adjoint;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.Dropout;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Model;
import dev.adjoint.model.Noise;
import dev.adjoint.model.Scorer;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.Rows;
import dev.adjoint.worker.step.Adam;
import dev.adjoint.worker.step.Lbfgs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Autoencoders, from a file to a score, and what is trained further of them. */
class ReconstructionTest {
    private static final String DIGITS = "../conf/data/optdigits-train.csv";

    @TempDir
    private Path folder = Path.of("");

    private static SparkSession spark() {
        return TestSpark.session();
    }

    private static Settings settings(String path) {
        return TestSettings.plain(Task.RECONSTRUCTION).withSome(Keys.TRAIN, path);
    }

    /** Kernels of wheat, 7 numbers each; the eighth is their variety. */
    private static Settings wheat() {
        return settings("../conf/data/wheat-seeds.csv").with(Keys.EXCLUDE, List.of("_c7"));
    }

    private static Settings digits() {
        return settings(DIGITS).with(Keys.HEADER, true).with(Keys.EXCLUDE, List.of("Class"));
    }

    /** Shells of abalones: a category, 7 numbers and their rings. */
    private static Settings abalone() {
        return settings("../conf/data/abalone.csv");
    }

    private static Training read(Settings settings) {
        return Training.read(spark(), settings, Optional.empty());
    }

    private static Evaluation metrics(Trained trained) {
        return Objects.requireNonNull(trained.metrics().get(Trained.TRAINING));
    }

    private static SettingsException refused(Settings settings, Model origin) {
        return assertThrows(SettingsException.class, () -> Training.read(spark(), settings, Optional.of(origin)));
    }

    /** No affine map of rank k loses less than the first k principal components (Eckart and Young 1936). */
    @Test
    void aLinearAutoencoderLosesWhatThePrincipalComponentsLose() {
        int k = 2;
        // Spark's own classes travel here.
        SparkSession spark = TestSpark.session("local[2]", Map.of("spark.kryo.registrationRequired", "false"));
        Training training = Training.read(
                spark,
                wheat().with(Keys.SCALE, Preprocessing.Scale.STANDARD)
                        .with(Keys.LAYERS, List.of(new Affine(k, Activation.IDENTITY)))
                        .with(Keys.OPTIMISER, new Lbfgs(10))
                        .with(Keys.BATCH_SIZE, BatchSize.FULL)
                        .with(Keys.L2, 0.0)
                        .with(Keys.EPOCHS, 400)
                        .withSome(Keys.SHARDS, 1),
                Optional.empty());
        Chunk chunk = training.data().training().firstChunk();
        assertEquals(210, chunk.rows());
        float[] row = new float[7];
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 210; i++) {
            ((Rows.Full) chunk.features()).write(i, row, 0);
            rows.add(RowFactory.create(
                    Vectors.dense(IntStream.range(0, 7).mapToDouble(j -> row[j]).toArray())));
        }
        StructType schema = new StructType().add("x", SQLDataTypes.VectorType());
        double explained = Arrays.stream(new PCA()
                        .setInputCol("x")
                        .setK(k)
                        .fit(spark.createDataFrame(rows, schema))
                        .explainedVariance()
                        .toArray())
                .sum();
        double lost = 1 - metrics(training.train()).r2(0, 7);
        assertTrue(
                lost > (1 - explained) * (1 - 1e-4) && lost < (1 - explained) * 1.005,
                "lost %s, least %s".formatted(lost, 1 - explained));
    }

    @Test
    void theUsualStepsLearnANetWithANarrowMiddle() {
        Trained plain = read(wheat().with(Keys.HIDDEN, List.of(16, 4, 16)).with(Keys.ACTIVATION, Activation.TANH))
                .train();
        assertTrue(metrics(plain).r2(0, 7) > 0.8, "plain: r2 " + metrics(plain).r2(0, 7));
        Training usual = read(digits().without(Keys.RECIPE).with(Keys.EPOCHS, 5));
        assertEquals("62-248-16-248-62", usual.network().widths());
        assertEquals(1, usual.network().members());
        assertEquals(10, usual.settings().folds(usual.network()).count());
    }

    @Test
    void theErrorOfARowIsThatOfItsScoreAndOfAllRowsThatOfTheModel() {
        Trained trained = read(abalone().with(Keys.HIDDEN, List.of(8, 3, 8)).with(Keys.EPOCHS, 3))
                .train();
        Model model = trained.model();
        int width = model.features().width();
        assertEquals(11, width, "three sexes, seven numbers, the rings");
        assertEquals(
                List.of(3, 1),
                ((Label.Reconstruction) model.label())
                        .parts().stream()
                                .limit(2)
                                .map(Label.Reconstruction.Part::width)
                                .toList());
        Dataset<Row> rows = new Reader(spark()).read("../conf/data/abalone.csv", model.source(), model.features());
        List<Row> scored = Predictions.of(rows, "abalone", model).rows().collectAsList();
        Adjoint.register(spark(), "unusual", model);
        List<Row> asked =
                rows.selectExpr("unusual(struct(*)) as made").limit(20).collectAsList();
        Scorer scorer = new Scorer(model, 1);
        double squares = 0;
        for (Row row : scored) {
            double error = row.getAs("reconstruction_error");
            squares += error * error;
        }
        for (int place = 0; place < 20; place++) {
            Row row = scored.get(place);
            Row inSql = asked.get(place).getStruct(0);
            double[] numbers = new double[8];
            for (int i = 0; i < 8; i++) {
                numbers[i] = Double.parseDouble(row.getString(i + 1));
            }
            double[] alone = scorer.predict(numbers, row.getString(0));
            List<Double> reconstruction = row.getList(row.fieldIndex("reconstruction"));
            assertArrayEquals(
                    alone, reconstruction.stream().mapToDouble(number -> number).toArray(), 1e-5);
            assertEquals(row.<Double>getAs("reconstruction_error"), scorer.reconstructionError(0), 1e-5);
            assertEquals(scorer.reconstructionError(0), inSql.getDouble(0), 0);
            assertArrayEquals(
                    alone,
                    inSql.<Double>getList(1).stream()
                            .mapToDouble(number -> number)
                            .toArray(),
                    0);
        }
        assertEquals(metrics(trained).rmse(0, width), Math.sqrt(squares / scored.size()), 1e-6);
        assertEquals(metrics(trained).loss(), Math.pow(metrics(trained).rmse(0, width), 2), 1e-6);
    }

    /** As docs/spark-ml.md shows it. */
    @Test
    void theRowOfAQueryThatIsUnlikeTheOthersHasTheLargestError() {
        Dataset<Row> irises = TestSpark.iris(spark());
        Dataset<Row> rows = irises.union(irises.limit(1).withColumn("c", functions.lit(6.5)));
        Settings settings = TestSettings.plain(Task.RECONSTRUCTION)
                .with(Keys.EXCLUDE, List.of("kind"))
                .with(Keys.HIDDEN, List.of(2))
                .with(Keys.ACTIVATION, Activation.IDENTITY);
        Adjoint.register(
                spark(), "unusual", Training.of(spark(), settings, rows).train().model());
        Row first = rows.selectExpr("*", "unusual(struct(*)).reconstruction_error AS error")
                .orderBy(functions.desc("error"))
                .first();
        assertEquals(6.5, first.<Double>getAs("c"), first.toString());
    }

    /** Twice as wide as its rows: without noise it learns to hand everything on, noise as well (Vincent et al. 2008). */
    @Test
    void behindNoiseItLearnsToTakeNoiseAway() {
        Settings wide = digits().with(Keys.SCALE, Preprocessing.Scale.STANDARD)
                .with(Keys.OPTIMISER, new Adam(0.9, 0.999, 1e-8))
                .with(Keys.EPOCHS, 10);
        Layer hidden = new Affine(124, Activation.TANH);
        double plain = errorBehindNoise(wide.with(Keys.LAYERS, List.of(hidden)));
        double denoising = errorBehindNoise(wide.with(Keys.LAYERS, List.of(new Noise(1, 0), hidden)));
        assertTrue(denoising < 0.8 * plain, "%s, without noise %s".formatted(denoising, plain));
    }

    /** The mean squared error of what is made of noisy rows, to the rows without the noise. */
    private static double errorBehindNoise(Settings settings) {
        Model model = read(settings).train().model();
        Scorer scorer = new Scorer(model, 1);
        List<Row> rows = new Reader(spark())
                .read(DIGITS, model.source(), model.features())
                .takeAsList(200);
        Random random = new Random(1);
        double squares = 0;
        for (Row row : rows) {
            List<Double> clean = new ArrayList<>();
            List<Double> noisy = new ArrayList<>();
            for (Features.Column column : model.features().columns()) {
                if (column instanceof Features.Numeric numeric) {
                    double number = Double.parseDouble(row.getAs(column.name()));
                    double spread = numeric.spreads().get(0);
                    clean.add((number - numeric.centers().get(0)) / spread);
                    noisy.add(number + spread * random.nextGaussian());
                }
            }
            double[] made =
                    scorer.predict(noisy.stream().mapToDouble(number -> number).toArray());
            for (int k = 0; k < made.length; k++) {
                squares += (made[k] - clean.get(k)) * (made[k] - clean.get(k)) / made.length;
            }
        }
        return squares / rows.size();
    }

    @Test
    void coresAndPausesChangeNoBit() throws Exception {
        Settings settings = abalone()
                .with(Keys.LAYERS, List.of(new Noise(0.5, 0), new Affine(9, Activation.TANH), new Dropout(0.1)))
                .with(Keys.FOLDS, 4)
                .with(Keys.OUTPUT_BIAS, Keys.OutputBias.LABEL)
                .with(Keys.EPOCHS, 3)
                .withSome(Keys.SHARDS, 8)
                .withSome(Keys.CHECKPOINT_DIRECTORY, folder.resolve("states").toString());
        String expected = describe(Training.read(
                        TestSpark.session("local[1]", Map.of("spark.sql.files.maxPartitionBytes", "16384")),
                        settings,
                        Optional.empty())
                .train());
        assertEquals(expected, describe(read(settings).train()));
        Trained part = trainUntil(settings, 70);
        assertFalse(part.result().isWhole());
        assertEquals(expected, describe(trainUntil(settings, Long.MAX_VALUE)));
    }

    private static Trained trainUntil(Settings settings, long step) throws Exception {
        TrainingListener stopping = new TrainingListener() {
            private @Nullable Control control;

            @Override
            public void began(Control training, TrainingState state) {
                control = training;
            }

            @Override
            public void round(RoundReport round, TrainingState state) {
                if (state.step() >= step) {
                    Objects.requireNonNull(control).stop();
                }
            }
        };
        try (Checkpointing checkpointing =
                Checkpointing.open(settings, step == Long.MAX_VALUE, false, new Configuration())) {
            return read(settings).train(checkpointing, List.of(stopping));
        }
    }

    private static String describe(Trained trained) {
        return trained.checksum()
                + trained.metrics().entrySet().stream()
                        .map(set -> "%s %s %s"
                                .formatted(
                                        set.getKey(),
                                        set.getValue().loss(),
                                        set.getValue().r2(0, 11)))
                        .collect(Collectors.joining(", "));
    }

    /** Of many digits without a label, and of 200 with one. */
    @Test
    void aClassifierTakesTheLayersThatItBeginsWith() throws IOException {
        List<Layer> layers = List.of(
                new Noise(0.5, 0),
                new Affine(40, Activation.TANH),
                new Affine(12, Activation.TANH),
                new Affine(40, Activation.TANH));
        Model trained = read(digits().with(Keys.LAYERS, layers).with(Keys.EPOCHS, 2))
                .train()
                .model();
        Settings few = TestSettings.plain(Task.CLASSIFICATION)
                .withSome(Keys.TRAIN, firstRows(201))
                .with(Keys.HEADER, true)
                .with(Keys.LABEL, List.of("Class"))
                .with(
                        Keys.LAYERS,
                        List.of(new Affine(40, Activation.TANH), new Dropout(0.2), new Affine(12, Activation.TANH)))
                .with(Keys.RATE_FACTORS, Map.of(1, 0.0))
                .with(Keys.EPOCHS, 40);
        Training training = Training.read(spark(), few, Optional.of(trained));
        assertEquals(
                List.of(1, 3),
                training.taken().orElseThrow().taken().stream()
                        .map(layer -> layer.to())
                        .toList());
        assertEquals(trained.features(), training.data().features());
        assertEquals("62-40-40-12-10", training.network().widths());
        Trained tuned = training.train();
        int frozen = 62 * 40 + 40;
        assertArrayEquals(
                Arrays.copyOf(trained.parameters(), frozen),
                Arrays.copyOf(tuned.model().parameters(), frozen),
                "the frozen layer is the autoencoder's");
        int second = frozen + 40 * 12 + 12;
        assertFalse(
                Arrays.equals(
                        Arrays.copyOfRange(trained.parameters(), frozen, second),
                        Arrays.copyOfRange(tuned.model().parameters(), frozen, second)),
                "the second one is trained further");
        assertTrue(metrics(tuned).accuracy() > 0.9, "accuracy " + metrics(tuned).accuracy());
        assertEquals(
                tuned.checksum(),
                Training.read(spark(), few, Optional.of(trained)).train().checksum());
    }

    private String firstRows(int lines) throws IOException {
        List<String> all = Files.readAllLines(Path.of(DIGITS));
        return Files.write(folder.resolve("few.csv"), all.subList(0, lines)).toString();
    }

    @Test
    void whatAModelCannotBeginIsRefused() {
        Model trained = read(wheat().with(Keys.HIDDEN, List.of(5)).with(Keys.EPOCHS, 1))
                .train()
                .model();
        Settings labelled = wheat().without(Keys.EXCLUDE)
                .withSome(Keys.TASK, Task.CLASSIFICATION)
                .with(Keys.LABEL, List.of("_c7"));
        String nothing = String.valueOf(
                refused(labelled.with(Keys.HIDDEN, List.of(6)), trained).getMessage());
        assertTrue(nothing.contains("--init-from: there is nothing to take"), nothing);
        String same = String.valueOf(
                refused(wheat().with(Keys.HIDDEN, List.of(6)), trained).getMessage());
        assertTrue(same.contains("--init-from: the model has the layers"), same);
        String seen = String.valueOf(refused(
                        labelled.with(Keys.HIDDEN, List.of(5)),
                        read(wheat().without(Keys.EXCLUDE)
                                        .with(Keys.HIDDEN, List.of(5))
                                        .with(Keys.EPOCHS, 1))
                                .train()
                                .model())
                .getMessage());
        assertTrue(seen.contains("was trained on the label too (_c7); train it anew with data.exclude = [_c7]"), seen);
        Model regression = Training.read(
                        spark(),
                        labelled.withSome(Keys.TASK, Task.REGRESSION)
                                .with(Keys.HIDDEN, List.of(5))
                                .with(Keys.EPOCHS, 1),
                        Optional.empty())
                .train()
                .model();
        String other = String.valueOf(
                refused(wheat().with(Keys.HIDDEN, List.of(5)), regression).getMessage());
        assertTrue(other.contains("--init-from: the model is not for reconstruction"), other);
        Trained further = Training.read(spark(), wheat().with(Keys.EPOCHS, 1), Optional.of(trained))
                .train();
        assertEquals(trained.network(), further.model().network());
    }

    @Test
    void vectorsOfMostlyZerosAreRefused() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Vector vector = Vectors.sparse(600, new int[] {i, i + 40}, new double[] {1 + i % 3, 2});
            rows.add(RowFactory.create((double) i, vector));
        }
        StructType schema = new StructType().add("x", "double").add("words", SQLDataTypes.VectorType());
        Dataset<Row> table = spark().createDataFrame(rows, schema);
        Settings settings = TestSettings.plain(Task.RECONSTRUCTION);
        DataException refused = assertThrows(DataException.class, () -> Training.of(spark(), settings, table));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .contains("column \"words\" has vectors of 600 numbers, mostly zeros, and their reconstruction"
                                + " would have no zeros; leave it out by data.exclude"),
                refused.getMessage());
        Training without = Training.of(spark(), settings.with(Keys.EXCLUDE, List.of("words")), table);
        assertEquals(1, without.network().outputs());
    }
}
