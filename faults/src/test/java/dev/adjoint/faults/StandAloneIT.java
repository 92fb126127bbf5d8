package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A stand-alone cluster whose Master, Workers, executors and driver are processes of their own. */
@ExtendWith(FaultTable.class)
class StandAloneIT {
    private static String expected = "";
    private static double usual;

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void trainWithoutFaults(@TempDir Path logs) throws Exception {
        expected = Job.start(logs, arguments(logs, "local[2]", List.of())).checksum();
        try (StandAlone cluster = StandAlone.start(logs, Map.of())) {
            Job job = Job.start(logs, arguments(logs, cluster.url(), List.of("--executor-memory", "512m")));
            assertEquals(expected, job.checksum());
            usual = job.seconds();
        }
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

    private Job train(StandAlone cluster, List<String> more) throws IOException {
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
        all.addAll(EventLog.settings(folder.resolve("events")));
        all.addAll(more);
        return Job.start(folder, arguments(folder, cluster.url(), all));
    }

    /** What a test does to a cluster. */
    private interface Fault {
        void happen(StandAlone cluster) throws Exception;
    }

    /** Has a fault happen in the second epoch; the result has the same bits, and no step was made twice. */
    private EventLog survives(String name, Map<String, String> daemons, List<String> more, Fault fault)
            throws Exception {
        try (StandAlone cluster = StandAlone.start(folder, daemons)) {
            Job job = train(cluster, more);
            job.awaitLine("epoch  2/");
            fault.happen(cluster);
            assertEquals(expected, job.checksum(), job.err());
            EventLog log = EventLog.read(folder.resolve("events"));
            assertEquals(0, log.stepsRepeated());
            FaultTable.add("stand-alone: " + name, "equal bits", job.seconds() - usual, 0, log.tasksRunAgain());
            return log;
        }
    }

    @Test
    void aWorkerThatIsKilledChangesNoBit() throws Exception {
        EventLog log = survives("a Worker is killed", Map.of(), List.of(), cluster -> cluster.kill("worker-1"));
        assertTrue(log.tasksRunAgain() > 0, "the fault did not happen");
    }

    @Test
    void aWorkerThatComesBackIsUsedAgain() throws Exception {
        EventLog log = survives("all Workers are killed, one comes back", Map.of(), List.of(), cluster -> {
            cluster.kill("worker-1");
            cluster.kill("worker-2");
            cluster.startWorker(2, Map.of());
        });
        assertEquals(3, log.executors());
    }

    @Test
    void aTrainingThatRunsNeedsNoMaster() throws Exception {
        survives("the Master is killed", Map.of(), List.of(), cluster -> cluster.kill("master"));
    }

    @Test
    void aWorkerThatIsDecommissionedChangesNoBit() throws Exception {
        EventLog log = survives(
                "a Worker is decommissioned",
                Map.of("spark.decommission.enabled", "true"),
                List.of("--set", "spark.decommission.enabled=true", "--set", "spark.storage.decommission.enabled=true"),
                cluster -> cluster.decommission("worker-1"));
        assertTrue(
                log.events().stream()
                        .anyMatch(event -> event.path("Removed Reason").asText().contains("decommission")),
                "it was not decommissioned");
    }

    @Test
    void aDriverThatIsKilledIsResumed() throws Exception {
        try (StandAlone cluster = StandAlone.start(folder, Map.of())) {
            List<String> checkpoints = List.of(
                    "--set",
                    "checkpoint.directory=" + folder.resolve("c"),
                    "--set",
                    "checkpoint.every=5 steps",
                    "--set",
                    "training.resume=auto");
            Job first = train(cluster, checkpoints);
            first.awaitLine("epoch  3/");
            first.signal("KILL");
            first.await();
            Job second = train(cluster, checkpoints);
            assertEquals(expected, second.checksum());
            assertTrue(second.resumedAfter() > 0, second.err());
            EventLog log = EventLog.read(folder.resolve("events"));
            assertTrue(log.stepsRepeated() <= 5, log.stepsRepeated() + " steps were repeated");
            FaultTable.add(
                    "stand-alone: the driver is killed, and resumed",
                    "equal bits",
                    FaultTable.UNKNOWN,
                    log.stepsRepeated(),
                    log.tasksRunAgain());
        }
    }

    @Test
    void executorsComeAndGoByDynamicAllocation() throws Exception {
        EventLog log = survives(
                "dynamic allocation, speculation",
                Map.of(),
                List.of(
                        "--set",
                        "spark.dynamicAllocation.enabled=true",
                        "--set",
                        "spark.dynamicAllocation.minExecutors=0",
                        "--set",
                        "spark.dynamicAllocation.initialExecutors=1",
                        "--set",
                        "spark.dynamicAllocation.executorIdleTimeout=1s",
                        "--set",
                        "spark.dynamicAllocation.cachedExecutorIdleTimeout=1s",
                        "--set",
                        "spark.speculation=true"),
                cluster -> {});
        assertTrue(log.executors() > 1, "no executor came");
    }

    @Test
    void executorsOfAnotherKindAreWarnedOf() throws Exception {
        try (StandAlone cluster = StandAlone.withoutWorkers(folder, Map.of())) {
            cluster.startWorker(1, Map.of());
            cluster.startWorker(2, Map.of("OPENBLAS_CORETYPE", "Nehalem"));
            Job job = train(cluster, List.of());
            job.checksum();
            assertTrue(job.err().contains("warning: executors compute in different ways"), job.err());
            String arithmetic = job.json().get("blas").asText();
            assertTrue(arithmetic.contains(" | ") && arithmetic.contains("Nehalem"), arithmetic);
            FaultTable.add("stand-alone: executors of two kinds", "warned of");
        }
    }

    @Test
    void aClusterThatAsksForASecretAndEncryptsGivesTheSameBits() throws Exception {
        String secret = "not-for-logs-4711";
        Map<String, String> settings = Map.of(
                "spark.authenticate",
                "true",
                "spark.authenticate.secret",
                secret,
                "spark.network.crypto.enabled",
                "true",
                "spark.network.crypto.saslFallback",
                "false");
        Path file = folder.resolve("secret.conf");
        StringBuilder text = new StringBuilder("spark.io.encryption.enabled true\n");
        settings.forEach(
                (key, value) -> text.append(key).append(' ').append(value).append('\n'));
        Files.writeString(file, text);
        survives("authentication and encryption", settings, List.of("--properties-file", file.toString()), cluster -> {
            Job stranger = train(cluster, List.of("--set", "output.model=" + folder.resolve("other")));
            assertEquals(4, stranger.await(), stranger.err());
            FaultTable.add("stand-alone: a driver without the secret", "stated error");
        });
        for (Path log : logs()) {
            assertTrue(!Files.readString(log).contains(secret), log + " has the secret");
        }
    }

    private List<Path> logs() throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(f -> f.toString().matches(".*(\\.log|\\.err|\\.out|stderr|stdout|/events/.*)"))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }
}
