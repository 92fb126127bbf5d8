package dev.adjoint.bench;

import dev.adjoint.data.ShardedData;
import dev.adjoint.driver.Executors;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.TrainingListener;
import dev.adjoint.driver.TrainingOptions;
import dev.adjoint.worker.Chunk;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** Adjoint on local Spark, epoch by epoch. */
final class AdjointPeer {
    private AdjointPeer() {}

    public static void main(String[] arguments) throws Exception {
        Workload workload = Workload.of(arguments);
        try (SparkSession spark = Sessions.open(Map.of("spark.master", "local[" + workload.cores() + "]"))) {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            String arithmetic = "Spark " + spark.version() + "; " + Executors.arithmetic(context, System.err::println);
            for (Mode mode : workload.modes()) {
                for (Batch batch : workload.batches()) {
                    int rows = mode.rows(workload.rows(), batch);
                    workload.report(mode, batch, rows, measure(workload, context, mode, batch, rows), arithmetic);
                }
            }
        }
    }

    private static Windows measure(Workload workload, JavaSparkContext context, Mode mode, Batch batch, int rows) {
        Windows windows = workload.windows();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch) {
                windows.add((double) epoch.examples(), epoch.nanos() / 1e9);
            }
        };
        ShardedData data = examples(workload.net(), context, mode.options(batch, 1, workload.cores()), rows);
        for (int epochs = 2; !windows.complete(); epochs = windows.missing()) {
            mode.trainer(context, workload.net().network(), mode.options(batch, epochs, workload.cores()))
                    .train(data, Optional.empty(), listener);
        }
        data.chunks().unpersist();
        return windows;
    }

    private static ShardedData examples(Net net, JavaSparkContext context, TrainingOptions options, int rows) {
        int count = options.shardCount(rows);
        List<Integer> numbers = IntStream.range(0, count).boxed().toList();
        JavaRDD<Chunk> chunks = context.parallelize(numbers, Math.min(count, context.defaultParallelism()))
                .flatMap(number -> chunks(net, number, (rows - number + count - 1) / count));
        return new ShardedData(chunks.persist(StorageLevel.MEMORY_AND_DISK()), count, rows);
    }

    private static Iterator<Chunk> chunks(Net net, int shard, int rows) {
        int most = Chunk.rows(net.inputs());
        return IntStream.range(0, Math.max(1, (rows + most - 1) / most))
                .mapToObj(i -> chunk(net, shard, i * most, Math.min(most, rows - i * most)))
                .iterator();
    }

    private static Chunk chunk(Net net, int shard, int first, int rows) {
        SyntheticExamples examples = SyntheticExamples.of(net, rows, shard + ((long) first << 20));
        float[] weights = new float[rows];
        Arrays.fill(weights, 1f);
        return new Chunk(shard, first, rows, net.inputs(), examples.features(), examples.targets(), weights);
    }
}
