package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A stand-alone cluster whose Master, Workers, executors and driver are processes of their own. */
@ExtendWith(FaultTable.class)
class StandAloneIT {
    private static String expected = "";

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void trainWithoutFaults(@TempDir Path logs) throws Exception {
        expected = Job.start(logs, arguments(logs, "local[2]", List.of())).checksum();
    }

    private static String[] arguments(Path folder, String master, List<String> more) {
        List<String> all = new ArrayList<>(List.of(
                "train",
                "--conf",
                "conf/optdigits.conf",
                "--master",
                master,
                "--set",
                "training.epochs=12",
                "--set",
                "training.batch-size=512",
                "--set",
                "output.model=" + folder.resolve("model"),
                "--overwrite"));
        all.addAll(more);
        return all.toArray(String[]::new);
    }

    private Job train(StandAlone cluster, String... more) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "--executor-memory",
                "512m",
                "--set",
                "spark.executor.cores=1",
                "--set",
                "spark.network.timeout=10s",
                "--set",
                "spark.network.timeoutInterval=2s",
                "--set",
                "spark.executor.heartbeatInterval=1s"));
        all.addAll(List.of(more));
        return Job.start(folder, arguments(folder, cluster.url(), all));
    }

    @Test
    void aWorkerThatIsKilledChangesNoBit() throws Exception {
        try (StandAlone cluster = StandAlone.start(folder)) {
            Job job = train(cluster);
            job.awaitLine("epoch  2/");
            cluster.kill("worker-1");
            assertEquals(expected, job.checksum());
            FaultTable.add("stand-alone: a Worker is killed", "equal bits");
        }
    }

    @Test
    void aWorkerThatComesBackIsUsedAgain() throws Exception {
        try (StandAlone cluster = StandAlone.start(folder)) {
            Job job = train(cluster);
            job.awaitLine("epoch  2/");
            cluster.kill("worker-1");
            cluster.kill("worker-2");
            cluster.startWorker(2);
            assertEquals(expected, job.checksum());
            FaultTable.add("stand-alone: all Workers are killed, one comes back", "equal bits");
        }
    }

    @Test
    void aTrainingThatRunsNeedsNoMaster() throws Exception {
        try (StandAlone cluster = StandAlone.start(folder)) {
            Job job = train(cluster);
            job.awaitLine("epoch  2/");
            cluster.kill("master");
            assertEquals(expected, job.checksum());
            FaultTable.add("stand-alone: the Master is killed", "equal bits");
        }
    }

    @Test
    void aDriverThatIsKilledIsResumed() throws Exception {
        try (StandAlone cluster = StandAlone.start(folder)) {
            String checkpoints = "checkpoint.directory=" + folder.resolve("c");
            Job first = train(cluster, "--set", checkpoints);
            first.awaitLine("epoch  3/");
            first.signal("KILL");
            first.await();
            Job second = train(cluster, "--set", checkpoints, "--resume");
            assertEquals(expected, second.checksum());
            assertTrue(second.resumedAfter() > 0, second.err());
            FaultTable.add("stand-alone: the driver is killed, and resumed", "equal bits");
        }
    }

    @Test
    void executorsComeAndGoByDynamicAllocation() throws Exception {
        try (StandAlone cluster = StandAlone.start(folder)) {
            Job job = train(
                    cluster,
                    "--set",
                    "spark.dynamicAllocation.enabled=true",
                    "--set",
                    "spark.dynamicAllocation.minExecutors=0",
                    "--set",
                    "spark.dynamicAllocation.executorIdleTimeout=1s",
                    "--set",
                    "spark.dynamicAllocation.cachedExecutorIdleTimeout=1s",
                    "--set",
                    "spark.speculation=true");
            assertEquals(expected, job.checksum());
            FaultTable.add("stand-alone: dynamic allocation, speculation", "equal bits");
        }
    }
}
