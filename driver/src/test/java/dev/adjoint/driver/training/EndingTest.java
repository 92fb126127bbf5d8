package dev.adjoint.driver.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.step.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

/** When a training is over, and what it notes on the way there. */
class EndingTest {
    /** {@code loss = (w x + b - y)^2 / 2}. */
    private static final Network LINE =
            Network.perceptron(1, List.of(), Activation.IDENTITY, 1, StandardLoss.HALF_SQUARED_ERROR);

    private static final float[] X = {-1, 0, 1, 2};
    private static final float[] Y = {-1, 1, 3, 5};

    private static ShardedData line(float[] y) {
        JavaSparkContext context =
                JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
        Chunk chunk = new Chunk(0, 0, 4, 1, X, y, new float[] {1, 1, 1, 1});
        return new ShardedData(context.parallelize(List.of(chunk), 1).cache(), 1, 4);
    }

    private static Settings full(double rate, double l2) {
        return TestSettings.of(1000, new BatchSize(4), rate, 0, l2);
    }

    private static Trainer trainer(Settings settings) {
        return new Trainer(
                Passes.of(JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext()), ReductionKind.AUTO),
                LINE,
                settings);
    }

    private static Trainer.Result train(Settings settings, Optional<ShardedData> heldOut) {
        return trainer(settings).train(line(Y), heldOut);
    }

    @Test
    void theGradientThatEndsATrainingIsThatOfLossAndPenalty() {
        double l2 = 0.1;
        Settings settings = full(0.1, l2).withSome(Keys.LEAST_GRADIENT, 1e-4);
        List<Double> norms = new ArrayList<>();
        List<Double> expected = new ArrayList<>();
        float[][] before = {LINE.initialParameters(settings.get(Keys.SEED))};
        Trainer.Result result = trainer(settings).train(line(Y), Optional.empty(), new TrainingListener() {
            @Override
            public void round(RoundReport round, TrainingState state) {
                norms.add(state.convergence().gradient());
                double w = before[0][0];
                double b = before[0][1];
                double byW = l2 * w;
                double byB = 0;
                for (int i = 0; i < 4; i++) {
                    double error = w * X[i] + b - Y[i];
                    byW += error * X[i] / 4;
                    byB += error / 4;
                }
                expected.add(Math.hypot(byW, byB));
                before[0] = state.vectors().parameters().clone();
            }
        });
        assertEquals(Optional.of(Ending.GRADIENT), result.ending());
        for (int i = 0; i < norms.size(); i++) {
            assertEquals(expected.get(i), norms.get(i), 2e-6);
            assertEquals(i == norms.size() - 1, norms.get(i) < 1e-4, "it ends with the first that is small");
        }
    }

    @Test
    void aTrainingEndsWhenTheLossHardlyChanges() {
        List<Double> losses = new ArrayList<>();
        Trainer.Result result = trainer(full(0.1, 0.1).withSome(Keys.LEAST_IMPROVEMENT, 0.01))
                .train(line(Y), Optional.empty(), new TrainingListener() {
                    @Override
                    public void epoch(EpochReport epoch, TrainingState state) {
                        losses.add(epoch.loss());
                    }
                });
        assertEquals(Optional.of(Ending.IMPROVEMENT), result.ending());
        for (int i = 1; i < losses.size(); i++) {
            double share = (losses.get(i - 1) - losses.get(i)) / losses.get(i - 1);
            assertEquals(i == losses.size() - 1, share < 0.01, "epoch " + (i + 1) + ": " + share);
        }
    }

    @Test
    void stepsEndWithinAnEpochWhoseRestIsMeasured() {
        Settings settings = full(0.1, 0).with(Keys.BATCH_SIZE, new BatchSize(1)).withSome(Keys.STEPS, 6L);
        List<Long> examples = new ArrayList<>();
        Trainer.Result result = trainer(settings).train(line(Y), Optional.of(line(Y)), new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                assertTrue(epoch.validation().isPresent());
                assertEquals(2, epoch.epochs());
                examples.add(epoch.examples());
            }
        });
        assertEquals(Optional.of(Ending.STEPS), result.ending());
        assertEquals(6, result.state().step());
        assertEquals(List.of(4L, 2L), examples);
    }

    @Test
    void stepsGoOnForAsManyEpochsAsTheyTakeUnlessEpochsAreSaidToo() {
        Settings steps = Settings.of(Task.REGRESSION).withSome(Keys.STEPS, 1000L);
        assertEquals(250, steps.epochs(4));
        assertEquals(251, steps.withSome(Keys.STEPS, 1001L).epochs(4));
        assertEquals(7, steps.with(Keys.EPOCHS, 7).epochs(4));
        assertEquals(250, steps.with(Keys.EPOCHS, 700).epochs(4));
    }

    @Test
    void minutesEndATrainingWhoseModelIsWhole() {
        Trainer.Result result =
                train(full(0.1, 0).with(Keys.EPOCHS, 1_000_000).withSome(Keys.MINUTES, 0.02), Optional.empty());
        assertEquals(Optional.of(Ending.MINUTES), result.ending());
        assertTrue(result.state().step() > 0);
        assertTrue(result.state().position().epoch() <= 1_000_000);
    }

    @Test
    void aPlateauLowersTheRateAsOftenAsItsPatienceEnds() {
        // The held-out rows are the opposite, and get worse from the first epoch on.
        Settings settings = full(0.01, 0).with(Keys.EPOCHS, 8).with(Keys.SCHEDULE, new Schedule.Plateau(0.5, 3));
        ShardedData opposite = line(new float[] {1, -1, -3, -5});
        assertEquals(
                0.25, train(settings, Optional.of(opposite)).state().learning().factor());
        assertEquals(1, train(settings, Optional.of(line(Y))).state().learning().factor());
    }

    @Test
    void aChangeThatIsTooSmallIsNoBetterEpoch() {
        Settings settings = full(0.01, 0).with(Keys.EPOCHS, 100).withSome(Keys.PATIENCE, 3);
        Trainer.Result any = train(settings, Optional.of(line(Y)));
        assertEquals(Optional.of(Ending.EPOCHS), any.ending());
        assertEquals(100, any.keptEpoch());
        Trainer.Result large = train(settings.with(Keys.LEAST_CHANGE, 1.0), Optional.of(line(Y)));
        assertEquals(Optional.of(Ending.PATIENCE), large.ending());
        assertTrue(large.keptEpoch() < 100, "epoch " + large.keptEpoch());
    }
}
