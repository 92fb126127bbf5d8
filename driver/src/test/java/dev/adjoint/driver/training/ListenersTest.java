package dev.adjoint.driver.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private static final Network NETWORK =
            Network.perceptron(3, List.of(4), Activation.TANH, 2, StandardLoss.SOFTMAX_CROSS_ENTROPY);
    private static final Settings SETTINGS = TestSettings.of(4, new BatchSize(16), 0.1, 0.9, 0);

    @Test
    void oneThatThrowsIsWarnedOfOnceAndDropped() {
        List<String> told = new ArrayList<>();
        TrainingListener bad = new TrainingListener() {
            @Override
            public void round(RoundReport round, TrainingState state) {
                told.add("bad " + round.step());
                throw new IllegalStateException("no more");
            }
        };
        Trainer.Result result = train(SETTINGS, bad, recording(told));
        assertTrue(result.isWhole());
        assertEquals(List.of("began", "bad 1"), told.subList(0, 2));
        assertEquals(
                1,
                told.stream()
                        .filter(line ->
                                line.matches("warned the listener .* failed, and is told nothing more: .*no more"))
                        .count());
        assertEquals(1, told.stream().filter(line -> line.startsWith("bad")).count());
        assertEquals(
                4 * 2, told.stream().filter(line -> line.startsWith("round")).count());
        assertEquals("ended", told.get(told.size() - 1));
        assertArrayEquals(train(SETTINGS).parameters(), result.parameters());
    }

    @Test
    void oneThatAsksToStopEndsTheTrainingAfterTheRound() {
        List<String> told = new ArrayList<>();
        TrainingListener stopping = new TrainingListener() {
            @Override
            public void began(Control training, TrainingState state) {
                training.stop();
            }
        };
        Trainer.Result result = train(SETTINGS, recording(told), stopping);
        assertFalse(result.isWhole());
        assertEquals(List.of("began", "ended"), told);
        assertEquals(0, result.state().step());
    }

    @Test
    void aLossThatIsNoNumberIsNeverTheBest() {
        TrainingState state = TrainingState.initial(new float[] {1}, List.of()).afterEpoch(end(Double.NaN), true);
        assertTrue(state.best().isEmpty());
        TrainingState better = state.afterEpoch(end(2), true).afterEpoch(end(Double.NaN), true);
        assertEquals(2, better.best().orElseThrow().loss());
        assertEquals(2, better.best().orElseThrow().epoch());
    }

    private static TrainingState.EpochEnd end(double judged) {
        return new TrainingState.EpochEnd(1, judged, 0);
    }

    @Test
    void theModelKeptIsTheBestEpochsOrTheLast() {
        // At such a rate the loss goes up and down.
        Settings wild = TestSettings.of(30, new BatchSize(16), 3, 0.9, 0);
        ShardedData data = examples(1);
        List<float[]> epochs = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        TrainingListener noting = new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                epochs.add(state.vectors().parameters().clone());
                losses.add(epoch.validation().orElseThrow().loss());
            }
        };
        Trainer.Result best = trainer(wild).train(data, Optional.of(examples(2)), noting);
        int first = losses.indexOf(losses.stream().min(Double::compare).orElseThrow());
        assertTrue(first < 29, "the last epoch is the best: " + losses);
        assertEquals(first + 1, best.keptEpoch());
        assertArrayEquals(epochs.get(first), best.parameters());
        Trainer.Result last = trainer(wild.with(Keys.KEEP, Keys.Keep.LAST)).train(data, Optional.of(examples(2)));
        assertEquals(30, last.keptEpoch());
        assertArrayEquals(epochs.get(29), last.parameters());
        assertArrayEquals(
                epochs.get(29), trainer(wild).train(data, Optional.empty()).parameters());
    }

    @Test
    void listenersSeeTheVectorsThatAreTrained() {
        List<Vectors> seen = new ArrayList<>();
        Trainer.Result result = train(SETTINGS, new TrainingListener() {
            @Override
            public void ended(TrainingState state) {
                seen.add(state.vectors());
            }
        });
        assertArrayEquals(result.parameters(), seen.get(0).parameters());
        assertEquals(List.of("velocity"), seen.get(0).names());
    }

    private static TrainingListener recording(List<String> told) {
        return new TrainingListener() {
            @Override
            public void began(Control training, TrainingState state) {
                told.add("began");
            }

            @Override
            public void round(RoundReport round, TrainingState state) {
                told.add("round " + round.step());
            }

            @Override
            public void warned(String warning) {
                told.add("warned " + warning);
            }

            @Override
            public void ended(TrainingState state) {
                told.add("ended");
            }
        };
    }

    private static Trainer.Result train(Settings settings, TrainingListener... listeners) {
        return trainer(settings).train(examples(1), Optional.empty(), listeners);
    }

    private static Trainer trainer(Settings settings) {
        return new Trainer(Passes.of(context(), ReductionKind.AUTO), NETWORK, settings);
    }

    private static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    }

    /** 32 rows in a shard. */
    private static ShardedData examples(long seed) {
        Random random = new Random(seed);
        float[] x = new float[32 * 3];
        float[] y = new float[32];
        float[] weights = new float[32];
        Arrays.fill(weights, 1);
        for (int i = 0; i < x.length; i++) {
            y[i / 3] = i / 3 % 2;
            x[i] = (float) random.nextGaussian() + y[i / 3];
        }
        List<Chunk> shards = List.of(new Chunk(0, 0, 32, 3, x, y, weights));
        return new ShardedData(context().parallelize(shards, 1).cache(), 1, 32);
    }
}
