package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Recipe;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.driver.training.Trainer;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.Chunk;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many rounds, a Spark job each: what each leaves behind would add up. */
@ExtendWith(FaultTable.class)
class SoakIT {
    private static final Network NETWORK =
            Network.perceptron(5, List.of(1000), Activation.TANH, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
    private static final int SAMPLES = 5;

    @TempDir
    private Path folder = Path.of("");

    /**
     * What is there after so many rounds.
     *
     * @param heap bytes, after a collection
     * @param storage bytes that Spark's block manager holds in memory
     * @param files that Spark has on its local disk
     * @param open files of the process
     */
    private record Sample(long heap, long storage, long files, long open, int threads) {}

    @ParameterizedTest
    @CsvSource({"IN_ORDER, 10000", "SLICED, 1000"})
    void nothingGrows(ReductionKind kind, int rounds) throws Exception {
        soak("%,d rounds, reduction %s".formatted(rounds, kind), kind, settings -> settings.with(Keys.EPOCHS, rounds)
                .with(Keys.BATCH_SIZE, BatchSize.FULL));
    }

    /** Four rounds an epoch, and most epochs in one job. */
    @Test
    void nothingGrowsWhereRoundsAreResident() throws Exception {
        soak("10,000 rounds, resident", ReductionKind.AUTO, settings -> settings.with(Keys.EPOCHS, 2_500)
                .with(Keys.BATCH_SIZE, new BatchSize(8))
                .with(Keys.ROUNDS, Keys.Rounds.RESIDENT));
    }

    private void soak(String name, ReductionKind kind, UnaryOperator<Settings> how) throws Exception {
        try (SparkSession spark = Sessions.open(Map.of(
                "spark.master",
                "local[2]",
                "spark.ui.enabled",
                "false",
                "spark.local.dir",
                folder.toString(),
                // Nothing may wait for the collection that this brings.
                "spark.ui.retainedJobs",
                "100",
                "spark.ui.retainedStages",
                "100",
                "spark.cleaner.periodicGC.interval",
                "10h"))) {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            Settings settings = how.apply(Settings.of(Task.CLASSIFICATION)
                    .with(Keys.RECIPE, Recipe.PLAIN)
                    .with(Keys.L2, 0.0)
                    .withSome(Keys.LEARNING_RATE, 0.01)
                    .withSome(Keys.SHARDS, 4));
            int epochs = settings.get(Keys.EPOCHS);
            List<Sample> samples = new ArrayList<>();
            new Trainer(Passes.of(context, kind).byJobs(), NETWORK, settings)
                    .train(examples(context), Optional.empty(), new TrainingListener() {
                        @Override
                        public void epoch(EpochReport epoch, TrainingState state) {
                            if (epoch.epoch() % (epochs / SAMPLES) == 0) {
                                samples.add(sample());
                            }
                        }
                    });
            Sample first = samples.get(0);
            Sample last = samples.get(samples.size() - 1);
            String told = samples.toString();
            // 4 MB is what each fifth of the rounds would leave of a broadcast in a thousand.
            assertTrue(last.heap - first.heap < 4 << 20, told);
            assertTrue(last.storage - first.storage < 1 << 20, told);
            assertTrue(last.files - first.files < 50, told);
            assertTrue(last.open - first.open < 10, told);
            assertTrue(last.threads - first.threads < 10, told);
            FaultTable.add(name, "no growth of heap, disk, files or threads");
        }
    }

    private Sample sample() {
        System.gc();
        long storage = SparkEnv.get().memoryManager().storageMemoryUsed();
        Runtime runtime = Runtime.getRuntime();
        try (Stream<Path> files = Files.walk(folder)) {
            String[] open = new File("/proc/self/fd").list();
            return new Sample(
                    runtime.totalMemory() - runtime.freeMemory(),
                    storage,
                    files.filter(Files::isRegularFile).count(),
                    open == null ? 0 : open.length,
                    Thread.activeCount());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ShardedData examples(JavaSparkContext context) {
        List<Chunk> shards = new ArrayList<>();
        for (int shard = 0; shard < 4; shard++) {
            float[] x = new float[8 * 5];
            for (int i = 0; i < x.length; i++) {
                x[i] = (i * 37 + shard) % 11 - 5;
            }
            float[] y = new float[8];
            for (int i = 0; i < y.length; i++) {
                y[i] = i % 3;
            }
            float[] weights = new float[8];
            Arrays.fill(weights, 1);
            shards.add(new Chunk(shard, 0, 8, 5, x, y, weights));
        }
        return new ShardedData(context.parallelize(shards, 2).cache(), 4, 32);
    }
}
