package dev.adjoint.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.driver.training.TrainingException;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fits beside each other, within each other, and that end before they should. */
@Timeout(300)
class FitsTest {
    private static Dataset<Row> iris() {
        return TestSpark.iris(TestSpark.plain());
    }

    private static MlpClassifier small() {
        return new MlpClassifier()
                .setRecipe("plain")
                .setHidden(8)
                .setEpochs(10)
                .setFeaturesCols("a", "b", "c", "d")
                .setLabelCol("kind");
    }

    @Test
    void fitsOfOneApplicationDoNotDisturbEachOther() {
        String alone = small().fit(iris()).checksum();
        List<CompletableFuture<String>> fits = Stream.generate(() ->
                        CompletableFuture.supplyAsync(() -> small().fit(iris()).checksum()))
                .limit(3)
                .toList();
        fits.forEach(fit -> assertEquals(alone, fit.join()));
    }

    @Test
    void aListenerMayFit() {
        String alone = small().fit(iris()).checksum();
        List<String> within = new ArrayList<>();
        String outer = small().setListeners(new TrainingListener() {
                    @Override
                    public void epoch(EpochReport epoch, TrainingState state) {
                        if (epoch.epoch() == 3) {
                            within.add(small().fit(iris()).checksum());
                        }
                    }
                })
                .fit(iris())
                .checksum();
        assertEquals(alone, outer);
        assertEquals(List.of(alone), within);
    }

    /** Of rounds by a job each, and by threads of the driver. */
    @ParameterizedTest
    @ValueSource(strings = {"sliced", "auto"})
    void aFitWhoseJobsAreCancelledEndsAndGoesOnFromItsCheckpoint(String reduction, @TempDir Path directory)
            throws Exception {
        SparkSession spark = TestSpark.plain();
        MlpClassifier estimator = small().setEpochs(30).setReduction(reduction);
        String whole = estimator.fit(iris()).checksum();
        MlpClassifier kept =
                estimator.setCheckpointDirectory(directory.resolve("kept").toString());
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Exception> fit = CompletableFuture.supplyAsync(() -> {
            spark.sparkContext().setJobGroup("fits", "to be cancelled", true);
            MlpClassifier watched = kept.copy(ParamMap.empty()).setListeners(new Slow(running));
            return assertThrows(TrainingException.class, () -> watched.fit(iris()));
        });
        running.await();
        while (!fit.isDone()) {
            spark.sparkContext().cancelJobGroup("fits");
            Thread.sleep(5);
        }
        String message = String.valueOf(fit.get().getMessage());
        assertTrue(
                message.matches("the training was cancelled: Spark job \\d+, part of cancelled job group fits"),
                message);
        try (Stream<Path> files = Files.list(directory.resolve("kept"))) {
            assertFalse(files.toList().isEmpty());
        }
        assertEquals(whole, kept.fit(iris()).checksum());
    }

    @Test
    void aFitWhoseThreadIsInterruptedEnds() {
        MlpClassifier fit = small().setEpochs(1_000_000).setListeners(new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                if (epoch.epoch() == 3) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        Exception e = assertThrows(Exception.class, () -> fit.fit(iris()));
        assertEquals("the training was interrupted", e.getMessage());
        assertTrue(Thread.interrupted(), "the thread still knows");
    }

    @Test
    void theJobsOfAFitAreAGroupAndSayWhatTheyAreFor() throws Exception {
        SparkContext context = TestSpark.plain().sparkContext();
        List<Properties> jobs = new CopyOnWriteArrayList<>();
        SparkListener recorder = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.add(start.properties());
            }
        };
        context.addSparkListener(recorder);
        try {
            small().setEpochs(3).setReduction("sliced").fit(iris());
            context.listenerBus().waitUntilEmpty();
        } finally {
            context.removeSparkListener(recorder);
        }
        Set<String> groups = new HashSet<>();
        List<String> rounds = new ArrayList<>();
        for (Properties job : jobs) {
            String description = job.getProperty("spark.job.description");
            assertNotNull(description, job::toString);
            if (description.startsWith("epoch")) {
                rounds.add(description);
                groups.add(job.getProperty("spark.jobGroup.id"));
            }
        }
        assertTrue(jobs.get(0).getProperty("spark.job.description").startsWith("reading "), jobs::toString);
        assertTrue(rounds.get(0).matches("epoch 1 of 3, round 1 of \\d+"), rounds::toString);
        assertTrue(
                rounds.get(rounds.size() - 1).matches("epoch 3 of 3, round \\d+ of \\d+ · loss 0\\.\\d+"),
                rounds::toString);
        assertEquals(1, groups.size());
        assertTrue(groups.iterator().next().matches("adjoint \\d{8}-\\d{6}-\\p{XDigit}{8}"), groups::toString);
        assertNull(context.getLocalProperty("spark.jobGroup.id"), "those that come after are not of it");
    }

    /** Has a training take a while, and tells when an epoch is over. */
    private record Slow(CountDownLatch running) implements TrainingListener {
        @Override
        public void epoch(EpochReport epoch, TrainingState state) {
            running.countDown();
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The job that stands for a training by threads makes room, though Spark has one core. */
    @Test
    void jobsOfOthersRunBesideAFitOnOneCore() throws Exception {
        SparkSession spark = TestSpark.session("local[1]", Map.of());
        CountDownLatch running = new CountDownLatch(10);
        CompletableFuture<String> fit = CompletableFuture.supplyAsync(() -> small().setEpochs(30)
                .setListeners(new Slow(running))
                .fit(TestSpark.iris(spark))
                .checksum());
        running.await();
        assertEquals(1000, spark.range(1000).count());
        assertFalse(fit.isDone());
        assertEquals(small().setEpochs(30).fit(TestSpark.iris(spark)).checksum(), fit.get());
    }

    @Test
    void rowsOfACachedDataSetArePackedOnce() {
        Dataset<Row> cached = iris().cache();
        cached.count();
        int before = cached.javaRDD().id();
        MlpClassifier estimator = small();
        String first = estimator.fit(cached).checksum();
        assertEquals(1, packedSince(before));
        assertEquals(first, estimator.fit(cached).checksum());
        assertEquals(1, packedSince(before), "the same rows");
        String other = small().setHidden(4).fit(cached).checksum();
        assertNotEquals(first, other);
        assertEquals(1, packedSince(before), "another net learns from the same rows");
        small().setScale("standard").fit(cached);
        assertEquals(2, packedSince(before), "another scale, other rows");
        small().setValidationFraction(0.2).fit(cached);
        assertEquals(4, packedSince(before), "some are held out");
        cached.unpersist();
        assertEquals(first, small().fit(iris()).checksum());
        assertEquals(4, packedSince(before), "what nobody caches is given back");
    }

    /** How many sets of rows are packed now, of those that were packed after an RDD. */
    private static long packedSince(int id) {
        return JavaSparkContext.fromSparkContext(TestSpark.plain().sparkContext()).getPersistentRDDs().values().stream()
                .filter(rdd -> rdd.id() > id && rdd.name() == null)
                .count();
    }
}
