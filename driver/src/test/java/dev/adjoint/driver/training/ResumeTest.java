package dev.adjoint.driver.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.checkpoint.CheckpointDirectory;
import dev.adjoint.driver.checkpoint.CheckpointWriter;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Every;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Recipe;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.step.Adam;
import dev.adjoint.worker.step.Lbfgs;
import dev.adjoint.worker.step.Schedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a training comes to when it is stopped, and goes on in another trainer, from the file. */
class ResumeTest {
    private static final Network NETWORK =
            Network.perceptron(5, List.of(7), Activation.TANH, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
    private static final Identity IDENTITY = new Identity(Map.of("training.seed", "1"));

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({"30, 0, 1, momentum", "30, 0, 5, adam", "7, 2, 1, adam", "200, 0, 1, rmsprop"})
    void stoppingAfterAnyRoundChangesNoBit(int batch, int localSteps, int every, String optimiser) throws Exception {
        Settings options = options(batch, localSteps, 0.1, 0, 1)
                .with(Keys.OPTIMISER, Keys.OPTIMISER.parser().parse(optimiser))
                .with(Keys.SCHEDULE, new Schedule.Cosine(0.1))
                .with(Keys.WARM_UP, 0.5);
        ShardedData data = examples(1);
        List<String> told = new ArrayList<>();
        Trainer.Result whole = trainer(options).train(data, Optional.of(data), recording(told, Integer.MAX_VALUE));
        assertTrue(whole.isWhole());
        for (int stop = 1; stop < course(told).size(); stop++) {
            String where = folder.resolve("stop-" + stop).toString();
            List<String> again = new ArrayList<>();
            Trainer first = trainer(options);
            Trainer.Result part = run(first, where, every, data, recording(again, stop));
            assertFalse(part.isWhole() && stop < course(told).size() - 1, "stopped after event " + stop);
            Trainer second = trainer(options);
            Trainer.Result result = run(second, where, every, data, recording(again, Integer.MAX_VALUE));
            assertArrayEquals(whole.parameters(), result.parameters(), "stopped after event " + stop);
            assertEquals(whole.state().step(), result.state().step());
            assertEquals(
                    course(told), course(again), "what listeners hear of both parts is what they hear of the whole");
        }
    }

    @Test
    void membersOfFoldsGoOnToTheSameBitsAndTheSameBestEpoch() throws Exception {
        ShardedData data = examples(1);
        Network three = NETWORK.withMembers(3);
        Settings folded = options(30, 0, 0.1, 0, 1)
                .with(Keys.FOLDS, 4)
                .with(Keys.MIXUP, 0.3)
                .with(Keys.OPTIMISER, new Adam(0.9, 0.999, 1e-8))
                .with(Keys.EPOCHS, 6)
                .withSome(Keys.PATIENCE, 2);
        List<String> told = new ArrayList<>();
        Trainer.Result whole = trainer(three, folded).train(data, Optional.empty(), recording(told, Integer.MAX_VALUE));
        for (int stop = 1; stop < told.size(); stop += 7) {
            String where = folder.resolve("stop-" + stop).toString();
            run(trainer(three, folded), three, where, 1, data, Optional.empty(), recording(new ArrayList<>(), stop));
            Trainer.Result result = run(trainer(three, folded), three, where, 1, data, Optional.empty());
            assertArrayEquals(whole.parameters(), result.parameters(), "stopped after event " + stop);
            assertEquals(whole.keptEpoch(), result.keptEpoch());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aCurriculumGoesOnFromItsMiddleToTheSameBits(int localSteps) throws Exception {
        ShardedData plain = examples(1);
        ShardedData data = new ShardedData(
                plain.chunks()
                        .map(chunk -> {
                            float[] ranks = new float[chunk.rows()];
                            for (int row = 0; row < ranks.length; row++) {
                                ranks[row] = (float) row / ranks.length;
                            }
                            return chunk.withRanks(ranks);
                        })
                        .cache(),
                plain.shardCount(),
                plain.examples());
        Settings options = options(15, localSteps, 0.1, 0, 1)
                .withSome(Keys.DIFFICULTY, "d")
                .withSome(Keys.CURRICULUM, 2.5);
        List<String> told = new ArrayList<>();
        Trainer.Result whole = trainer(options).train(data, Optional.of(data), recording(told, Integer.MAX_VALUE));
        assertFalse(Arrays.equals(
                whole.parameters(),
                trainer(options(15, localSteps, 0.1, 0, 1))
                        .train(data, Optional.of(data))
                        .parameters()));
        for (int stop = 2; stop < told.size(); stop += 3) {
            String where = folder.resolve("stop-" + stop).toString();
            List<String> again = new ArrayList<>();
            run(trainer(options), where, 1, data, recording(again, stop));
            Trainer.Result result = run(trainer(options), where, 1, data, recording(again, Integer.MAX_VALUE));
            assertArrayEquals(whole.parameters(), result.parameters(), "stopped after event " + stop);
            assertEquals(course(told), course(again));
        }
    }

    @Test
    void aLineSearchGoesOnToTheSameBitsFromAnyEvaluation() throws Exception {
        ShardedData data = examples(1);
        Settings searching = TestSettings.plain(Task.CLASSIFICATION)
                .with(Keys.BATCH_SIZE, BatchSize.FULL)
                .with(Keys.OPTIMISER, new Lbfgs(3))
                .with(Keys.EPOCHS, 14);
        List<String> told = new ArrayList<>();
        Trainer.Result whole = trainer(searching).train(data, Optional.of(data), recording(told, Integer.MAX_VALUE));
        assertEquals(28, told.size(), "a round and an epoch each");
        for (int stop = 1; stop < told.size(); stop += 5) {
            String where = folder.resolve("stop-" + stop).toString();
            List<String> again = new ArrayList<>();
            run(trainer(searching), where, 1, data, recording(again, stop));
            Trainer.Result result = run(trainer(searching), where, 1, data, recording(again, Integer.MAX_VALUE));
            assertArrayEquals(whole.parameters(), result.parameters(), "stopped after event " + stop);
            assertEquals(whole.state().search(), result.state().search());
            assertEquals(told, again);
        }
    }

    @Test
    void aTrainingThatWentOnForLongerIsTheLongerOne() throws Exception {
        ShardedData data = examples(1);
        Settings three = options(30, 0, 0.1, 0, 1);
        Settings five = three.with(Keys.EPOCHS, 5);
        float[] whole = trainer(five).train(data, Optional.empty()).parameters();
        run(trainer(three), folder.toString(), 1, data);
        assertArrayEquals(whole, run(trainer(five), folder.toString(), 1, data).parameters());
    }

    @Test
    void aRolledBackTrainingResumesToTheSameBits() throws Exception {
        ShardedData data = examples(1);
        Settings options = options(30, 0, 1e18, 10, 1e-6);
        List<String> told = new ArrayList<>();
        Trainer.Result whole = trainer(options).train(data, Optional.of(data), recording(told, Integer.MAX_VALUE));
        long rollbacks = told.stream().filter(line -> line.contains("rollback")).count();
        assertTrue(rollbacks >= 2, told::toString);
        int rounds =
                (int) told.stream().filter(line -> line.startsWith("round")).count();
        for (int stop = 1; stop < rounds; stop += 3) {
            String where = folder.resolve("stop-" + stop).toString();
            Trainer first = trainer(options);
            run(first, where, 1, data, recording(new ArrayList<>(), stop));
            float[] resumed = run(trainer(options), where, 1, data).parameters();
            assertArrayEquals(whole.parameters(), resumed, "stopped after event " + stop);
        }
    }

    @Test
    void withoutABetterLossATrainingEndsAndAResumedOneEndsThere() throws Exception {
        ShardedData data = examples(1);
        ShardedData other = examples(-1); // the better the one is learned, the worse is the other
        Settings patient = options(30, 0, 0.1, 0, 1).with(Keys.EPOCHS, 20).withSome(Keys.PATIENCE, 3);
        Trainer.Result whole = trainer(patient).train(data, Optional.of(other));
        assertTrue(whole.isWhole());
        assertEquals(1, whole.keptEpoch());
        assertEquals(5, whole.state().position().epoch(), "three epochs after the first, which was the best");
        assertArrayEquals(
                trainer(patient.with(Keys.EPOCHS, 1))
                        .train(data, Optional.of(other))
                        .parameters(),
                whole.parameters());
        assertEquals(
                21,
                trainer(patient)
                        .train(data, Optional.of(data))
                        .state()
                        .position()
                        .epoch(),
                "as long as it gets better it goes on");

        Trainer first = trainer(patient);
        run(first, folder.toString(), 1, data, other, recording(new ArrayList<>(), 9));
        Trainer.Result resumed = run(trainer(patient), folder.toString(), 1, data, other);
        assertArrayEquals(whole.parameters(), resumed.parameters());
        assertEquals(whole.state().step(), resumed.state().step());
    }

    @ParameterizedTest
    @CsvSource({
        "training.steps, 9, STEPS",
        "training.least-gradient, 0.6, GRADIENT",
        "training.least-improvement, 0.05, IMPROVEMENT",
        "training.schedule, plateau, EPOCHS"
    })
    void aTrainingThatEndsByItselfEndsThereToTheSameBitsWhenResumed(String key, String value, Ending ending)
            throws Exception {
        ShardedData data = examples(1);
        ShardedData other = examples(-1); // never better after the first epoch
        Settings options = Settings.parse(Map.of("task", "classification", key, value), k -> "", List.of(Keys.TASK))
                .with(Keys.RECIPE, Recipe.PLAIN)
                .with(Keys.BATCH_SIZE, new BatchSize(30))
                .with(Keys.KEEP, Keys.Keep.LAST);
        Settings limited = key.equals("training.schedule")
                ? options.with(Keys.SCHEDULE, new Schedule.Plateau(0.5, 2)).with(Keys.EPOCHS, 7)
                : options;
        List<String> told = new ArrayList<>();
        Trainer.Result whole = trainer(limited).train(data, Optional.of(other), recording(told, Integer.MAX_VALUE));
        assertEquals(Optional.of(ending), whole.ending());
        assertTrue(whole.state().step() < 30 * 4, "before all epochs are done");
        for (int stop = 1; stop < told.size(); stop += 7) { // each epoch has 5 events: all places in one
            String where = folder.resolve("stop-" + stop).toString();
            run(trainer(limited), where, 1, data, other, recording(new ArrayList<>(), stop));
            Trainer.Result resumed = run(trainer(limited), where, 1, data, other);
            assertArrayEquals(whole.parameters(), resumed.parameters(), "stopped after event " + stop);
            assertEquals(whole.ending(), resumed.ending());
            assertEquals(whole.state().step(), resumed.state().step());
            assertEquals(whole.state().learning(), resumed.state().learning());
        }
    }

    @Test
    void divergenceIsToldWithStepShardAndParameters() {
        ShardedData data = examples(1e30f);
        TrainingException e = assertThrows(TrainingException.class, () -> trainer(options(30, 0, 1e30, 0, 1))
                .train(data, Optional.empty()));
        String message = String.valueOf(e.getMessage());
        assertTrue(
                message.matches(
                        "(?s)the (loss|gradient) is not a finite number at step \\d+ \\(epoch \\d+\\), in shard .*"),
                message);
        assertTrue(message.contains("lower training.learning-rate (now 1.0E30)"), message);
    }

    @Test
    void anEpochTellsTheRateThatItsLastStepHad() {
        ShardedData data = examples(1);
        List<Double> rates = new ArrayList<>();
        Trainer.Result result = trainer(options(30, 0, 1e18, 10, 1e-6))
                .train(data, Optional.of(data), new TrainingListener() {
                    @Override
                    public void epoch(EpochReport epoch, TrainingState state) {
                        rates.add(epoch.learningRate().orElseThrow());
                    }
                });
        double factor = result.state().learning().factor();
        assertTrue(factor < 1e-10, "it was rolled back twice at least");
        assertEquals(1e18 * factor, rates.get(rates.size() - 1));
    }

    @Test
    void rollbacksEnd() {
        ShardedData data = examples(1e30f);
        List<String> told = new ArrayList<>();
        TrainingException e = assertThrows(TrainingException.class, () -> trainer(options(30, 0, 1e30, 2, 0.9))
                .train(data, Optional.empty(), recording(told, Integer.MAX_VALUE)));
        assertTrue(String.valueOf(e.getMessage()).contains("after 2 rollbacks"), e.getMessage());
        assertEquals(2, told.stream().filter(line -> line.contains("rollback")).count());
    }

    @Test
    void aCheckpointThatCannotBeWrittenIsNoReasonToStop() throws Exception {
        ShardedData data = examples(1);
        List<String> told = new ArrayList<>();
        try (CheckpointDirectory directory = CheckpointDirectory.open(new Configuration(), folder.toString())) {
            CheckpointWriter checkpoints = new CheckpointWriter(
                    directory, new Every(1, Every.Unit.EPOCHS), 2, tooLong(), "", Optional.empty(), List.of());
            Trainer trainer = trainer(options(30, 0, 0.1, 0, 1));
            float[] initial = NETWORK.initialParameters(1);
            Trainer.Result result = trainer.train(
                    trainer.begin(initial),
                    initial,
                    data,
                    Optional.of(data),
                    List.of(checkpoints, recording(told, Integer.MAX_VALUE)));
            assertTrue(result.isWhole());
            assertTrue(checkpoints.lastFailed());
            assertTrue(
                    told.stream()
                                    .filter(line -> line.contains("could not be written"))
                                    .count()
                            >= 3,
                    told::toString);
            assertTrue(directory.isEmpty(), "nothing half-written");
        }
    }

    /** Without the warnings, each of which a part tells once. */
    private static List<String> course(List<String> told) {
        return told.stream()
                .filter(line -> line.matches("(?s)(round|epoch) .*"))
                .toList();
    }

    /** Whose header cannot be read again. */
    private static Identity tooLong() {
        return new Identity(Map.of("name", "x".repeat(1 << 20)));
    }

    @ParameterizedTest
    @CsvSource({"IN_ORDER", "SLICED", "TREE_AGGREGATE"})
    void theReductionsAgree(ReductionKind kind) {
        Settings options = options(30, 0, 0.1, 0, 1);
        ShardedData data = examples(1);
        float[] expected = trainer(options).train(data, Optional.empty()).parameters();
        float[] actual = new Trainer(Passes.of(context(), kind), NETWORK, options.with(Keys.REDUCTION, kind))
                .train(data, Optional.empty())
                .parameters();
        if (kind == ReductionKind.TREE_AGGREGATE) {
            assertArrayEquals(expected, actual, 1e-4f); // in the order of arrival
        } else {
            assertArrayEquals(expected, actual);
        }
    }

    /** From the newest checkpoint, if there is one. */
    private static Trainer.Result run(
            Trainer trainer, String where, int every, ShardedData data, TrainingListener... listeners)
            throws Exception {
        return run(trainer, where, every, data, data, listeners);
    }

    private static Trainer.Result run(
            Trainer trainer,
            String where,
            int every,
            ShardedData data,
            ShardedData heldOut,
            TrainingListener... listeners)
            throws Exception {
        return run(trainer, NETWORK, where, every, data, Optional.of(heldOut), listeners);
    }

    private static Trainer.Result run(
            Trainer trainer,
            Network network,
            String where,
            int every,
            ShardedData data,
            Optional<ShardedData> heldOut,
            TrainingListener... listeners)
            throws Exception {
        try (CheckpointDirectory directory = CheckpointDirectory.open(new Configuration(), where)) {
            Optional<CheckpointDirectory.Found> found = directory.newest();
            List<TrainingListener> all = new ArrayList<>();
            all.add(new CheckpointWriter(
                    directory, new Every(every, Every.Unit.STEPS), 2, IDENTITY, "", found, List.of()));
            all.addAll(List.of(listeners));
            float[] initial = network.initialParameters(1);
            TrainingState state = found.map(it -> it.checkpoint().state()).orElseGet(() -> trainer.begin(initial));
            return trainer.train(state, initial, data, heldOut, all);
        }
    }

    /** Notes what is told, without times, and stops the training after so many rounds and epochs. */
    private static TrainingListener recording(List<String> told, int stopAfter) {
        return new TrainingListener() {
            private @Nullable Control training;
            private int heard;

            @Override
            public void began(Control begun, TrainingState state) {
                training = begun;
            }

            @Override
            public void round(RoundReport round, TrainingState state) {
                told.add("round %d of epoch %d, step %d: %s"
                        .formatted(round.round(), round.epoch(), round.step(), round.loss()));
                hear();
            }

            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                told.add("epoch %d, step %d: %s, %s"
                        .formatted(
                                epoch.epoch(),
                                epoch.step(),
                                epoch.loss(),
                                epoch.validation().orElseThrow().loss()));
                hear();
            }

            @Override
            public void warned(String warning) {
                told.add(warning);
            }

            private void hear() {
                heard++;
                if (heard == stopAfter && training != null) {
                    training.stop();
                }
            }
        };
    }

    private static Trainer trainer(Settings options) {
        return trainer(NETWORK, options);
    }

    private static Trainer trainer(Network network, Settings options) {
        return new Trainer(Passes.of(context(), ReductionKind.AUTO), network, options);
    }

    private static Settings options(int batch, int localSteps, double rate, int rollbacks, double factor) {
        Settings settings = TestSettings.local(TestSettings.of(3, new BatchSize(batch), rate, 0.9, 0.01), localSteps);
        return rollbacks == 0
                ? settings
                : settings.with(Keys.ON_DIVERGENCE, Keys.OnDivergence.ROLLBACK)
                        .with(Keys.ROLLBACKS, rollbacks)
                        .with(Keys.ROLLBACK_FACTOR, factor);
    }

    private static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    }

    /** 100 rows in 4 shards. */
    private static ShardedData examples(float scale) {
        List<Chunk> shards = IntStream.range(0, 4)
                .mapToObj(shard -> {
                    Random random = new Random(shard);
                    float[] x = new float[25 * 5];
                    float[] y = new float[25];
                    float[] weights = new float[25];
                    Arrays.fill(weights, 1);
                    for (int i = 0; i < x.length; i++) {
                        y[i / 5] = i / 5 % 3;
                        x[i] = scale * (float) (random.nextGaussian() + y[i / 5]);
                    }
                    return new Chunk(shard, 0, 25, 5, x, y, weights);
                })
                .toList();
        return new ShardedData(context().parallelize(shards, 2).cache(), 4, 100);
    }
}
