package dev.adjoint.bench;

import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Numerics;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Adjoint on local Spark, epoch by epoch. */
final class AdjointPeer {
    private AdjointPeer() {}

    public static void main(String[] arguments) throws Exception {
        Workload workload = PeerProcess.task(arguments, Workload.class);
        for (Mode mode : workload.modes()) {
            try (SparkSession spark = Sessions.open(settings(mode.master(workload.cores())))) {
                JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
                String arithmetic = "Spark " + spark.version() + "; " + Numerics.describe(Numerics.ofCluster(context));
                for (Batch batch : workload.batches()) {
                    int rows = mode.rows(workload.rows(), batch);
                    workload.report(mode, batch, rows, measure(workload, context, mode, batch, rows), arithmetic);
                }
            }
        }
    }

    private static Map<String, String> settings(String master) {
        return Map.of(
                "spark.master",
                master,
                "spark.executor.cores",
                "1",
                "spark.executor.extraClassPath",
                System.getProperty("java.class.path"));
    }

    private static Windows measure(Workload workload, JavaSparkContext context, Mode mode, Batch batch, int rows) {
        // Of small batches there is one shard, and nothing is exchanged: executors compile that with a later one.
        Windows windows = mode == Mode.RESIDENT ? workload.firstWindows() : workload.windows(batch);
        TrainingListener listener = new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                windows.add((double) epoch.examples(), epoch.nanos() / 1e9);
            }
        };
        Net net = workload.net();
        int shards = mode.settings(batch, 1, workload.cores()).shardCount(rows);
        ShardedData data = PackedExamples.of(context, net.inputs(), net.outputs(), shards, rows);
        for (int epochs = 2; !windows.complete(); epochs = windows.missing()) {
            mode.trainer(context, net, mode.settings(batch, epochs, workload.cores()))
                    .train(data, Optional.empty(), listener);
        }
        data.chunks().unpersist();
        return windows;
    }
}
