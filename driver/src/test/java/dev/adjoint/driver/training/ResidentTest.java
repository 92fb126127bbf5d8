package dev.adjoint.driver.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Vectors;
import dev.adjoint.worker.step.Adam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounds that stay inside a job, by the two tasks of local mode. */
@Timeout(300)
class ResidentTest {
    private static final Network NETWORK =
            Network.perceptron(4, List.of(5), Activation.TANH, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);

    private static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    }

    /** 100 rows in so many shards, in two partitions. */
    private static ShardedData examples(int shards, float scale) {
        List<Chunk> chunks = IntStream.range(0, shards)
                .mapToObj(shard -> {
                    Random random = new Random(shard);
                    int rows = 100 / shards;
                    float[] x = new float[rows * 4];
                    float[] y = new float[rows];
                    for (int i = 0; i < x.length; i++) {
                        x[i] = scale * (float) random.nextGaussian();
                    }
                    for (int i = 0; i < rows; i++) {
                        y[i] = x[4 * i] > 0 ? 2 : x[4 * i + 1] > 0 ? 1 : 0;
                    }
                    float[] weights = new float[rows];
                    Arrays.fill(weights, 1);
                    return new Chunk(shard, 0, rows, 4, x, y, weights);
                })
                .toList();
        return new ShardedData(
                context().parallelize(chunks, 2).persist(StorageLevel.MEMORY_ONLY()), shards, 100L / shards * shards);
    }

    private static Settings options() {
        return TestSettings.of(3, new BatchSize(30), 0.1, 0.9, 0.01);
    }

    private static Trainer.Result train(Settings settings, ShardedData data, TrainingListener... listeners) {
        return train(NETWORK, settings, data, listeners);
    }

    private static Trainer.Result train(
            Network network, Settings settings, ShardedData data, TrainingListener... listeners) {
        return new Trainer(Passes.of(context(), ReductionKind.AUTO), network, settings)
                .train(data, Optional.of(data), listeners);
    }

    private static Settings resident(Settings settings) {
        return settings.with(Keys.ROUNDS, Keys.Rounds.RESIDENT);
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "4, 0", "16, 0", "4, 2"})
    void residentRoundsHaveTheBitsOfTheDriversOwn(int shards, int localSteps) {
        Settings settings = TestSettings.local(options(), localSteps);
        ShardedData data = examples(shards, 1);
        Trainer.Result expected = train(settings, data);
        Trainer.Result actual = train(resident(settings), data);
        assertArrayEquals(expected.parameters(), actual.parameters());
        assertEquals(expected.state().step(), actual.state().step());
        assertEquals(expected.state().position(), actual.state().position());
        assertEquals(expected.state().convergence(), actual.state().convergence());
    }

    @Test
    void normsAndOptimisersWithStateHaveThemToo() {
        Settings settings = options()
                .without(Keys.MOMENTUM)
                .with(Keys.OPTIMISER, new Adam(0.9, 0.99, 1e-8))
                .withSome(Keys.CLIP_NORM, 0.1)
                .withSome(Keys.LEAST_GRADIENT, 1e-9);
        ShardedData data = examples(4, 1);
        assertArrayEquals(
                train(settings, data).parameters(),
                train(resident(settings), data).parameters());
    }

    /** Slices of 91,000 numbers, which are more than go into one message. */
    @Test
    void soDoVectorsThatTravelInPieces() {
        Network wide = Network.perceptron(4, List.of(300, 600), Activation.TANH, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        ShardedData data = examples(4, 1);
        assertArrayEquals(
                train(wide, options(), data).parameters(),
                train(wide, resident(options()), data).parameters());
    }

    @Test
    void manyEpochsAreOneJobAndNoStepIs() throws Exception {
        ShardedData data = examples(4, 1);
        int epochs = 24;
        Trainer trainer = new Trainer(
                Passes.of(context(), ReductionKind.AUTO),
                NETWORK,
                resident(options().with(Keys.EPOCHS, epochs)));
        List<String> jobs = jobsOf(() -> trainer.train(data, Optional.empty()));
        long ofRounds =
                jobs.stream().filter(job -> job.startsWith("rounds from epoch")).count();
        assertTrue(ofRounds >= 1 && ofRounds <= epochs / 4, jobs::toString);
    }

    @Test
    @Timeout(60)
    void aListenersJobGetsTheCores() throws Exception {
        ShardedData data = examples(4, 1);
        Trainer.Result expected = train(options(), data);
        List<Trainer.Result> actual = new ArrayList<>();
        List<String> jobs = jobsOf(() -> actual.add(train(resident(options()), data, new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                assertEquals(
                        8,
                        context().parallelize(List.of(1, 2, 3, 4, 5, 6, 7, 8)).count());
            }
        })));
        assertArrayEquals(expected.parameters(), actual.get(0).parameters());
        assertEquals(
                3,
                jobs.stream().filter(job -> job.startsWith("rounds from epoch")).count(),
                jobs::toString);
    }

    @Test
    @Timeout(60)
    void aTrainingIsCancelledWhileItsTasksWait() {
        ShardedData data = examples(4, 1);
        Trainer trainer = new Trainer(
                Passes.of(context(), ReductionKind.AUTO),
                NETWORK,
                resident(options().with(Keys.EPOCHS, 1_000)));
        TrainingListener canceller = new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                if (epoch.epoch() >= 5) { // again where it came too late, after the job
                    context().cancelJobGroup("cancelled while it waits");
                    awaitNoJob();
                }
            }
        };
        context().setJobGroup("cancelled while it waits", "a training");
        try {
            TrainingException e =
                    assertThrows(TrainingException.class, () -> trainer.train(data, Optional.empty(), canceller));
            assertTrue(
                    String.valueOf(e.getMessage()).startsWith("the training was cancelled: Spark job "), e::toString);
        } finally {
            context().clearJobGroup();
        }
    }

    private static void awaitNoJob() {
        while (context().sc().dagScheduler().activeJobs().nonEmpty()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void membersOfFoldsAreMeasuredWhereTheEpochEnds() throws Exception {
        Network three = NETWORK.withMembers(3);
        Settings folded = options().with(Keys.FOLDS, 4).withSome(Keys.PATIENCE, 2);
        ShardedData data = examples(4, 1);
        List<String> expected = new ArrayList<>();
        Trainer.Result byJobs = trainFolds(three, folded, data, expected);
        List<String> actual = new ArrayList<>();
        List<Trainer.Result> inRounds = new ArrayList<>();
        List<String> jobs = jobsOf(() -> inRounds.add(trainFolds(three, resident(folded), data, actual)));
        assertEquals(3, expected.size());
        assertEquals(expected, actual);
        assertArrayEquals(byJobs.parameters(), inRounds.get(0).parameters());
        assertEquals(byJobs.keptEpoch(), inRounds.get(0).keptEpoch());
        assertTrue(jobs.stream().noneMatch(job -> job.contains("validation")), jobs::toString);
    }

    /** The descriptions of the jobs that something starts. */
    private static List<String> jobsOf(Runnable what) throws Exception {
        List<String> jobs = new CopyOnWriteArrayList<>();
        SparkListener recorder = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.add(String.valueOf(start.properties().getProperty("spark.job.description")));
            }
        };
        context().sc().addSparkListener(recorder);
        try {
            what.run();
            context().sc().listenerBus().waitUntilEmpty();
        } finally {
            context().sc().removeSparkListener(recorder);
        }
        return jobs;
    }

    private static Trainer.Result trainFolds(
            Network network, Settings settings, ShardedData data, List<String> measured) {
        return new Trainer(Passes.of(context(), ReductionKind.AUTO), network, settings)
                .train(data, Optional.empty(), new TrainingListener() {
                    @Override
                    public void epoch(EpochReport epoch, TrainingState state) {
                        measured.add(epoch.validation()
                                .map(of -> of.loss() + " " + of.accuracy() + " " + of.examples())
                                .orElse("not measured"));
                    }
                });
    }

    /** A step made by the driver, or a state gone back to, is not what the tasks have kept. */
    @Test
    void whatATaskKeptIsTakenOnceAndOnlyWhereThatStretchWasTheLast() {
        Ends ends = new Ends();
        Vectors vectors = Vectors.initial(new float[] {1}, List.of());
        assertTrue(ends.take(0, 0).isEmpty());
        ends.keep(0, 1, vectors);
        assertTrue(ends.take(1, 1).isEmpty(), "of another task");
        assertSame(vectors, ends.take(0, 1).orElseThrow());
        assertTrue(ends.take(0, 1).isEmpty(), "it may have been changed");
        ends.keep(0, 2, vectors);
        assertTrue(ends.take(0, 1).isEmpty(), "of another stretch");
        assertTrue(ends.take(0, 2).isEmpty());
    }

    @Test
    void allStepsAreToldAndNoMoreThanAskedForAreMade() {
        List<Long> steps = new ArrayList<>();
        Settings settings = options().withSome(Keys.STEPS, 6L);
        ShardedData data = examples(4, 1);
        Trainer.Result result = train(resident(settings), data, new TrainingListener() {
            @Override
            public void round(RoundReport round, TrainingState state) {
                steps.add(round.step());
            }
        });
        assertEquals(List.of(4L, 6L), steps);
        assertArrayEquals(train(settings, data).parameters(), result.parameters());
    }

    @Test
    void whatDivergesIsToldAsByTheDriver() {
        ShardedData data = examples(4, 1e30f);
        Settings settings = options().with(Keys.LEARNING_RATE, Optional.of(1e30));
        TrainingException expected = assertThrows(TrainingException.class, () -> train(settings, data));
        TrainingException actual = assertThrows(TrainingException.class, () -> train(resident(settings), data));
        assertEquals(expected.getMessage(), actual.getMessage());
    }

    @Test
    void layersAreSeenAsTheyAre() {
        ShardedData data = examples(4, 1);
        List<Health> expected = new ArrayList<>();
        List<Health> actual = new ArrayList<>();
        train(options(), data, recording(expected));
        train(resident(options()), data, recording(actual));
        assertEquals(3, expected.size());
        assertEquals(expected, actual);
    }

    private static TrainingListener recording(List<Health> health) {
        return new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                health.add(epoch.health().orElseThrow());
            }
        };
    }

    @Test
    void whatCannotBeResidentIsToldBeforeTheFirstStep() {
        List<Chunk> chunks = examples(4, 1).chunks().collect();
        ShardedData wide = new ShardedData(context().parallelize(chunks, 4).cache(), 4, 100);
        SettingsException e = assertThrows(SettingsException.class, () -> train(resident(options()), wide));
        assertTrue(
                String.valueOf(e.getMessage())
                        .startsWith(
                                "training.rounds = resident: there are cores for 2 tasks at once, and the rows lie in 4 partitions"),
                e.getMessage());
    }
}
