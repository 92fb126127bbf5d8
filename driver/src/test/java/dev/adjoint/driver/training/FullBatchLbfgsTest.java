package dev.adjoint.driver.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
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
import dev.adjoint.driver.settings.Task;
import dev.adjoint.model.Activation;
import dev.adjoint.model.BatchNorm;
import dev.adjoint.model.Dropout;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Network;
import dev.adjoint.model.Source;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Rows;
import dev.adjoint.worker.step.Descent;
import dev.adjoint.worker.step.Lbfgs;
import dev.adjoint.worker.step.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntPredicate;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings by L-BFGS, beside Spark's own models of the same rows. */
class FullBatchLbfgsTest {
    private static final double L2 = 0.01;

    @Test
    void aLinearRegressionIsTheClosedForm() {
        ShardedData data = read("../conf/data/abalone.csv", "_c8", Task.REGRESSION);
        Network network = linear(data, 1);
        Trainer.Result result = trainer(network, settings(Task.REGRESSION, 300)).train(data, Optional.empty());
        assertTrue(result.state().isConverged(), "before its epochs were over");
        assertArrayEquals(closedForm(data, row -> true, L2), result.parameters(), 1e-3f);
    }

    @Test
    void aLogisticRegressionIsSparks() {
        ShardedData data = read("../conf/data/iris.csv", "_c4", Task.CLASSIFICATION);
        Network network = new Network(data.chunks().first().width(), List.of(), 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        Trainer.Result result =
                trainer(network, settings(Task.CLASSIFICATION, 200)).train(data, Optional.empty());
        assertTrue(result.state().isConverged(), "before its epochs were over");
        LogisticRegressionModel expected = new LogisticRegression()
                .setFamily("multinomial")
                .setRegParam(L2)
                .setStandardization(false)
                .setTol(1e-12)
                .setMaxIter(500)
                .fit(frame(data, row -> true));
        float[] actual = result.parameters(); // [features x classes], then the intercepts
        int features = network.inputs();
        for (int feature = 0; feature < features; feature++) {
            for (int k = 0; k < 3; k++) {
                assertEquals(
                        expected.coefficientMatrix().apply(k, feature),
                        actual[feature * 3 + k],
                        1e-3,
                        "feature %d of class %d".formatted(feature, k));
            }
        }
        for (int k = 0; k < 3; k++) {
            assertEquals(expected.interceptVector().apply(k), actual[3 * features + k], 1e-3, "intercept " + k);
        }
    }

    /** Loss and gradient of several members must be those of one function: their sum. */
    @ParameterizedTest
    @CsvSource({"0", "2", "5"})
    void eachMemberIsTheClosedFormOfTheRowsThatItLearnsFrom(int folds) {
        ShardedData data = line(101, 4);
        Network network = linear(data, 2);
        Settings settings = settings(Task.REGRESSION, 100)
                .with(Keys.L2, 0.0)
                .with(Keys.FOLDS, folds)
                .with(Keys.KEEP, Keys.Keep.LAST);
        float[] actual =
                trainer(network, settings).train(data, Optional.empty()).parameters();
        int ofMember = actual.length / 2;
        for (int member = 0; member < 2; member++) {
            int own = member;
            float[] expected = closedForm(data, place -> folds == 0 || place % folds != own, 0);
            float[] found = Arrays.copyOfRange(actual, member * ofMember, (member + 1) * ofMember);
            assertArrayEquals(expected, found, 1e-3f, "member " + member);
        }
    }

    @Test
    void aFrozenLayerStaysAsItIsAndTheOthersAreLearned() {
        ShardedData data = line(100, 2);
        Network network = Network.perceptron(
                data.chunks().first().width(), List.of(5), Activation.TANH, 1, StandardLoss.HALF_SQUARED_ERROR);
        float[] initial = network.initialParameters(1);
        float[] trained = trainer(network, settings(Task.REGRESSION, 20).with(Keys.RATE_FACTORS, Map.of(1, 0.0)))
                .train(data, Optional.empty())
                .parameters();
        int first =
                network.parameters().get(0).size() + network.parameters().get(1).size();
        for (int i = 0; i < trained.length; i++) {
            assertEquals(i < first, initial[i] == trained[i], "parameter " + i);
        }
    }

    @Test
    void theLossOfAnEpochIsThatOfItsModelAndDoesNotRise() {
        ShardedData data = line(100, 4);
        Network network = Network.perceptron(
                data.chunks().first().width(), List.of(7), Activation.TANH, 1, StandardLoss.HALF_SQUARED_ERROR);
        Settings settings = settings(Task.REGRESSION, 40);
        Passes passes = passes();
        List<Double> losses = new ArrayList<>();
        new Trainer(passes, network, settings).train(data, Optional.empty(), new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                assertEquals(epoch.epoch(), epoch.step(), "one evaluation an epoch");
                assertEquals(
                        Trainer.evaluate(passes, network, state.vectors().parameters(), data)
                                .loss(),
                        epoch.loss(),
                        1e-5);
                losses.add(epoch.loss() + penalty(network, state.vectors().parameters()));
            }
        });
        for (int i = 1; i < losses.size(); i++) {
            assertTrue(losses.get(i) <= losses.get(i - 1) * (1 + 1e-6), losses::toString);
        }
        assertTrue(losses.get(losses.size() - 1) < losses.get(0) / 2, losses::toString);
    }

    private static double penalty(Network network, float[] parameters) {
        double squares = 0;
        for (Descent.Stretch stretch : network.stretches()) {
            for (int i = stretch.from(); stretch.role() == Role.PENALISED && i < stretch.to(); i++) {
                squares += parameters[i] * parameters[i];
            }
        }
        return L2 / 2 * squares;
    }

    /** The first step, of length 1, goes to where there is no logarithm. */
    @Test
    void aStepWithoutALossIsShortened() {
        Loss.OfNumbers barrier = (outputs, targets) -> outputs.multiply(50)
                .subtract(outputs.log())
                .add(targets.multiply(0))
                .sumColumns();
        Network network = new Network(1, List.of(), 1, barrier);
        Chunk ones = new Chunk(0, 0, 2, 1, new float[] {1, 1}, new float[2], new float[] {1, 1});
        ShardedData data =
                new ShardedData(context().parallelize(List.of(ones), 1).cache(), 1, 2);
        List<Double> tried = new ArrayList<>();
        float[] initial = {0.5f, 0.5f};
        Trainer trainer = trainer(network, settings(Task.REGRESSION, 60).with(Keys.L2, 0.0));
        TrainingListener noting = new TrainingListener() {
            @Override
            public void round(RoundReport round, TrainingState state) {
                tried.add(round.loss());
            }
        };
        float[] trained = trainer.train(trainer.begin(initial), initial, data, Optional.empty(), List.of(noting))
                .parameters();
        assertTrue(Double.isNaN(tried.get(1)), tried::toString);
        assertEquals(1.0 / 50, trained[0] + trained[1], 1e-5);
    }

    @Test
    void noLossAtTheBeginningIsTheEnd() {
        ShardedData data = line(100, 2);
        Layer endless = (scope, x) -> scope.affine(x, 3).multiply(1e6).exp();
        Network network =
                new Network(data.chunks().first().width(), List.of(endless), 1, StandardLoss.HALF_SQUARED_ERROR);
        TrainingException e =
                assertThrows(TrainingException.class, () -> trainer(network, settings(Task.REGRESSION, 60))
                        .train(data, Optional.empty()));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith("the loss is not a finite number at step 1 (epoch 1)"), message);
        assertTrue(message.contains("look for far too large ones among features and labels"), message);
    }

    @Test
    void aConvergedTrainingEndsBeforeItsEpochsAndStaysThere() {
        ShardedData data = line(100, 2);
        Settings settings = settings(Task.REGRESSION, 1000);
        Trainer trainer = trainer(linear(data, 1), settings);
        Trainer.Result result = trainer.train(data, Optional.empty());
        assertTrue(result.isWhole());
        assertTrue(
                result.state().step() < 60,
                "after %d evaluations".formatted(result.state().step()));
        Trainer.Result again =
                trainer.train(result.state(), result.parameters().clone(), data, Optional.empty(), List.of());
        assertEquals(result.state().step(), again.state().step());
    }

    @Test
    void layersThatAreAnotherFunctionAtEveryLookAreRefused() {
        Network network =
                new Network(4, List.of(new Dropout(0.1), new BatchNorm()), 1, StandardLoss.HALF_SQUARED_ERROR);
        SettingsException e =
                assertThrows(SettingsException.class, () -> trainer(network, settings(Task.REGRESSION, 1)));
        assertEquals(
                List.of(
                        "training.optimiser: lbfgs needs a loss that is the same at every look, and some layers draw random numbers"
                                + " (the network's layers are dropout, batch-norm); say layers without dropout by model.hidden"
                                + " or model.layers, or take adam",
                        "training.optimiser: lbfgs follows a gradient, and some parameters follow statistics of the rows"
                                + " (the network's layers are dropout, batch-norm); take layer-norm in place of batch-norm, or adam"),
                e.problems());
    }

    private static Settings settings(Task task, int epochs) {
        return TestSettings.plain(task)
                .with(Keys.OPTIMISER, new Lbfgs(10))
                .with(Keys.BATCH_SIZE, BatchSize.FULL)
                .with(Keys.L2, L2)
                .with(Keys.EPOCHS, epochs);
    }

    private static Network linear(ShardedData data, int members) {
        return new Network(data.chunks().first().width(), List.of(), 1, StandardLoss.HALF_SQUARED_ERROR, members);
    }

    /** Spark's own models send what is registered nowhere. */
    private static SparkSession session() {
        return TestSpark.session("local[2]", Map.of("spark.kryo.registrationRequired", "false"));
    }

    private static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(session().sparkContext());
    }

    private static Passes passes() {
        return Passes.of(context(), ReductionKind.AUTO);
    }

    private static Trainer trainer(Network network, Settings settings) {
        return new Trainer(passes(), network, settings);
    }

    private static ShardedData read(String path, String label, Task task) {
        return TrainingData.prepare(
                        new Reader(session()).read(path, new Source("csv", false, List.of()), OptionalInt.empty()),
                        path,
                        new TrainingData.Options(
                                task == Task.CLASSIFICATION,
                                label,
                                List.of(),
                                List.of(),
                                RowOrder.OF_FILES,
                                0,
                                1,
                                examples -> 4))
                .training();
    }

    /** So many rows of three features and a number that depends on them, with noise. */
    private static ShardedData line(int rows, int shards) {
        Random random = new Random(5);
        List<Chunk> chunks = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            int count = (rows - shard + shards - 1) / shards;
            float[] x = new float[3 * count];
            float[] y = new float[count];
            float[] weights = new float[count];
            for (int i = 0; i < count; i++) {
                weights[i] = 1;
                for (int j = 0; j < 3; j++) {
                    x[3 * i + j] = (float) random.nextGaussian();
                    y[i] += (j + 1) * x[3 * i + j] / 3;
                }
                y[i] += (float) (1 + random.nextGaussian());
            }
            chunks.add(new Chunk(shard, 0, count, 3, x, y, weights));
        }
        return new ShardedData(context().parallelize(chunks, 2).cache(), shards, rows);
    }

    /** The rows whose places (shard plus row of the shard, by which they are in folds) are wanted, as Spark takes them. */
    private static Dataset<Row> frame(ShardedData data, IntPredicate wanted) {
        List<Row> rows = new ArrayList<>();
        for (Chunk chunk : data.chunks().collect()) {
            Rows.Full features = (Rows.Full) chunk.features();
            for (int row = 0; row < chunk.rows(); row++) {
                float[] x = new float[chunk.width()];
                features.write(row, x, 0);
                if (wanted.test(chunk.shard() + chunk.first() + row)) {
                    double[] wide = new double[x.length];
                    Arrays.setAll(wide, i -> x[i]);
                    rows.add(RowFactory.create((double) chunk.targets()[row], Vectors.dense(wide)));
                }
            }
        }
        StructType type =
                new StructType().add("label", DataTypes.DoubleType).add("features", SQLDataTypes.VectorType());
        return session().createDataFrame(rows, type);
    }

    /** Weights and intercept by the normal equations. */
    private static float[] closedForm(ShardedData data, IntPredicate wanted, double l2) {
        Dataset<Row> rows = frame(data, wanted);
        // Spark's penalty is one of the label by its deviation.
        double deviation = rows.selectExpr("stddev(label)").first().getDouble(0);
        LinearRegressionModel model = new LinearRegression()
                .setSolver("normal")
                .setRegParam(l2 * deviation)
                .setStandardization(false)
                .fit(rows);
        double[] weights = model.coefficients().toArray();
        float[] all = new float[weights.length + 1];
        for (int i = 0; i < weights.length; i++) {
            all[i] = (float) weights[i];
        }
        all[weights.length] = (float) model.intercept();
        return all;
    }
}
