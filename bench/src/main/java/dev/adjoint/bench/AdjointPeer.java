package dev.adjoint.bench;

import dev.adjoint.data.ShardedData;
import dev.adjoint.driver.Executors;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.TrainingListener;
import dev.adjoint.driver.TrainingOptions;
import dev.adjoint.worker.Shard;
import java.util.Arrays;
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
        ShardedData data = examples(workload.net(), context, mode.options(batch, 1), rows);
        for (int epochs = 2; !windows.complete(); epochs = windows.missing()) {
            mode.trainer(context, workload.net().network(), mode.options(batch, epochs))
                    .train(data, Optional.empty(), listener);
        }
        data.shards().unpersist();
        return windows;
    }

    private static ShardedData examples(Net net, JavaSparkContext context, TrainingOptions options, int rows) {
        int count = options.shardCount(rows);
        List<Integer> numbers = IntStream.range(0, count).boxed().toList();
        JavaRDD<Shard> shards = context.parallelize(numbers, Math.min(count, context.defaultParallelism()))
                .map(number -> shard(net, number, (rows - number + count - 1) / count));
        return new ShardedData(shards.persist(StorageLevel.MEMORY_AND_DISK()), count, rows);
    }

    private static Shard shard(Net net, int number, int rows) {
        SyntheticExamples examples = SyntheticExamples.of(net, rows, number);
        float[] weights = new float[rows];
        Arrays.fill(weights, 1f);
        return new Shard(number, rows, net.inputs(), examples.features(), examples.targets(), weights);
    }
}
