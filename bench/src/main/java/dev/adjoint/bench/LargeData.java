package dev.adjoint.bench;

import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.BlockStatus;
import org.apache.spark.storage.RDDBlockId;
import scala.Option;

/** Trains on packed examples of which most are on disk, since the heap is smaller, and on some that are in memory. */
final class LargeData {
    static final Net NET = Net.IMAGES;

    private static final Batch BATCH = new Batch(1024);

    private LargeData() {}

    /**
     * What to do.
     *
     * @param bytes of packed features; of several data sets, one after the other
     * @param folder where Spark keeps what it has on disk
     */
    record Task(List<Long> bytes, int epochs, int cores, String folder) {}

    /**
     * One epoch.
     *
     * @param batch of a replica's step, or the whole epoch
     * @param inMemory bytes of examples that Spark keeps there
     * @param onDisk bytes of examples that Spark keeps there
     */
    record Epoch(
            long rows,
            long inMemory,
            long onDisk,
            Mode mode,
            Batch batch,
            int epoch,
            double loss,
            double examplesPerSecond,
            HeapMeter.Peak heap) {}

    public static void main(String[] arguments) throws Exception {
        Task task = PeerProcess.task(arguments, Task.class);
        HeapMeter heap = HeapMeter.start();
        Map<String, String> settings =
                Map.of("spark.master", "local[" + task.cores() + "]", "spark.local.dir", task.folder());
        try (SparkSession spark = Sessions.open(settings)) {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            for (long bytes : task.bytes()) {
                long rows = bytes / ((long) Float.BYTES * NET.inputs());
                int shards = Integer.highestOneBit(task.cores());
                ShardedData data = PackedExamples.of(context, NET.inputs(), NET.outputs(), shards, rows);
                train(context, data, Mode.LOCAL_STEPS, BATCH, task, heap);
                train(context, data, Mode.JOB_A_STEP, Batch.FULL, task, heap);
                data.chunks().unpersist(true);
            }
        }
    }

    private static void train(
            JavaSparkContext context, ShardedData data, Mode mode, Batch batch, Task task, HeapMeter heap) {
        heap.take();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                try {
                    PeerProcess.report(new Epoch(
                            data.examples(),
                            blocks(data).stream()
                                    .mapToLong(BlockStatus::memSize)
                                    .sum(),
                            blocks(data).stream()
                                    .mapToLong(BlockStatus::diskSize)
                                    .sum(),
                            mode,
                            batch,
                            epoch.epoch(),
                            epoch.loss(),
                            epoch.examples() / (epoch.nanos() / 1e9),
                            heap.take()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        mode.trainer(context, NET, mode.settings(batch, task.epochs(), task.cores()))
                .train(data, Optional.empty(), listener);
    }

    private static List<BlockStatus> blocks(ShardedData data) {
        return IntStream.range(0, data.chunks().getNumPartitions())
                .mapToObj(partition -> SparkEnv.get()
                        .blockManager()
                        .getStatus(new RDDBlockId(data.chunks().id(), partition)))
                .filter(Option::isDefined)
                .map(Option::get)
                .toList();
    }
}
