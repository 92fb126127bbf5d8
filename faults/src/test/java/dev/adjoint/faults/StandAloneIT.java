package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.driver.TrainingOptions.ReductionKind;
import dev.adjoint.faults.Fault.Action;
import dev.adjoint.faults.Fault.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A stand-alone cluster whose Master, Workers and executors are processes of their own. */
@ExtendWith(FaultTable.class)
class StandAloneIT {
    private static final Rig RIG = new Rig();

    @TempDir
    private Path folder = Path.of("");

    @AfterAll
    static void stop() {
        RIG.close();
    }

    /** What a test does to a cluster. */
    private interface Deed {
        void happen(StandAlone cluster) throws Exception;
    }

    private Rig.Outcome survives(
            String name, Map<String, String> daemons, Map<String, String> more, Deed deed, Fault... faults)
            throws Exception {
        try (StandAlone cluster = StandAlone.start(folder, daemons, Map.of())) {
            try {
                RIG.open(cluster.url(), 2, more);
                return RIG.survives("stand-alone: " + name, ReductionKind.AUTO, () -> deed.happen(cluster), faults);
            } finally {
                RIG.leave();
            }
        }
    }

    @Test
    void aWorkerThatIsKilledChangesNoBit() throws Exception {
        Rig.Outcome outcome =
                survives("a Worker is killed", Map.of(), Map.of(), cluster -> cluster.kill("worker-1"), slow());
        assertTrue(outcome.tasksRunAgain() > 0, "the fault did not happen");
    }

    /** The training lasts until the fault has happened. */
    private static Fault slow() {
        return new Fault(Action.DELAY, Phase.START, 2, -1, -1, 1, 200);
    }

    @Test
    void aWorkerThatComesBackIsUsedAgain() throws Exception {
        survives(
                "all Workers are killed, one comes back",
                Map.of(),
                Map.of(),
                cluster -> {
                    cluster.kill("worker-1");
                    cluster.kill("worker-2");
                    cluster.startWorker(2, Map.of());
                },
                slow());
        assertEquals(3, RIG.executorsAdded());
    }

    @Test
    void aTrainingThatRunsNeedsNoMaster() throws Exception {
        survives("the Master is killed", Map.of(), Map.of(), cluster -> cluster.kill("master"), slow());
    }

    @Test
    void aWorkerThatIsDecommissionedChangesNoBit() throws Exception {
        survives(
                "a Worker is decommissioned",
                Map.of("spark.decommission.enabled", "true"),
                Map.of("spark.decommission.enabled", "true", "spark.storage.decommission.enabled", "true"),
                cluster -> {
                    cluster.decommission("worker-1");
                    while (RIG.removals().isEmpty()) { // the watchdog ends this
                        Thread.sleep(50);
                    }
                },
                slow());
        assertTrue(
                RIG.removals().get(0).contains("decommission"), RIG.removals().toString());
    }

    @Test
    void aStragglersTaskIsCopiedAndItsBitsAreTheSame() throws Exception {
        // Spark copies no task to the host that it is slow on.
        Rig.Outcome outcome = survives(
                "a straggler, with speculation",
                Map.of(),
                Map.of("spark.speculation", "true", "spark.speculation.interval", "50ms"),
                cluster -> {},
                new Fault(Action.DELAY, Phase.START, 2, -1, 1, 1, 1_000));
        assertTrue(outcome.tasksRunAgain() > 0, "no task was copied");
    }

    @Test
    void executorsComeAndGoByDynamicAllocation() throws Exception {
        survives(
                "executors come and go by dynamic allocation",
                Map.of(),
                Map.of(
                        "spark.dynamicAllocation.enabled", "true",
                        "spark.dynamicAllocation.minExecutors", "0",
                        "spark.dynamicAllocation.initialExecutors", "2",
                        "spark.dynamicAllocation.shuffleTracking.timeout", "1s",
                        "spark.dynamicAllocation.executorIdleTimeout", "1s",
                        "spark.dynamicAllocation.cachedExecutorIdleTimeout", "1s"),
                cluster -> {},
                // One executor has nothing to do meanwhile.
                new Fault(Action.DELAY, Phase.START, 2, -1, 1, 1, 3_000));
        assertTrue(RIG.executorsAdded() > 2 && !RIG.removals().isEmpty(), "no executor went, or none came");
    }

    @Test
    void executorsOfTwoKindsAreWarnedOf() throws Exception {
        try (StandAlone cluster = StandAlone.start(folder, Map.of(), Map.of("OPENBLAS_CORETYPE", "Nehalem"))) {
            RIG.open(cluster.url(), 2, Map.of());
            Rig.Outcome outcome = RIG.train(ReductionKind.AUTO, Rig.Deed.NONE);
            assertEquals(2, outcome.arithmetic().size(), outcome.arithmetic().toString());
            assertTrue(
                    outcome.warnings().get(0).startsWith("executors compute in different ways"),
                    outcome.warnings().toString());
            FaultTable.add("stand-alone: executors of two kinds", "warned of");
        } finally {
            RIG.leave();
        }
    }

    @Test
    void authenticationAndEncryptionChangeNoBitAndLogNoSecret() throws Exception {
        String secret = "not-for-logs-4711";
        Map<String, String> settings = Map.of(
                "spark.authenticate", "true",
                "spark.authenticate.secret", secret,
                "spark.network.crypto.enabled", "true",
                "spark.network.crypto.saslFallback", "false",
                "spark.io.encryption.enabled", "true");
        Map<String, String> daemons = new HashMap<>(settings);
        daemons.put("spark.master.rest.enabled", "false"); // it knows no secret, and the Master refuses to start
        survives("authentication and encryption", daemons, settings, cluster -> {
            Job stranger = Job.start(folder, train(cluster, List.of()));
            assertEquals(4, stranger.await(), stranger.err());
            FaultTable.add("stand-alone: a driver without the secret", "stated error");
        });
        for (Path log : logs()) {
            assertFalse(Files.readString(log).contains(secret), log + " has the secret");
        }
    }

    private List<Path> logs() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().matches(".*(\\.log|\\.err|\\.out|stderr|stdout)"))
                    .toList();
        }
    }

    @Test
    void aDriverThatIsKilledIsResumed() throws Exception {
        try (StandAlone cluster = StandAlone.start(folder, Map.of(), Map.of())) {
            List<String> checkpoints = new ArrayList<>(List.of(
                    "--set",
                    "checkpoint.directory=" + folder.resolve("c"),
                    "--set",
                    "checkpoint.every=5 steps",
                    "--set",
                    "training.resume=auto"));
            checkpoints.addAll(EventLog.settings(folder.resolve("events")));
            Job first = Job.start(folder, train(cluster, checkpoints));
            first.awaitLine("epoch 2/");
            first.signal("KILL");
            first.await();
            Job second = Job.start(folder, train(cluster, checkpoints));
            String resumed = second.checksum();
            assertTrue(second.resumedAfter() > 0, second.err());
            EventLog log = EventLog.read(folder.resolve("events"));
            assertTrue(log.stepsRepeated() <= 5, log.stepsRepeated() + " steps were repeated");
            FaultTable.add(
                    "stand-alone: the driver is killed, and resumed",
                    "equal bits",
                    FaultTable.UNKNOWN,
                    log.stepsRepeated(),
                    log.tasksRunAgain());
            String[] alone = train(cluster, List.of("--master", "local[2]", "--overwrite"));
            assertEquals(Job.start(folder, alone).checksum(), resumed);
        }
    }

    private String[] train(StandAlone cluster, List<String> more) {
        List<String> all = new ArrayList<>(List.of(
                "train",
                "--conf",
                "conf/optdigits.conf",
                "--master",
                cluster.url(),
                "--executor-memory",
                "512m",
                "--set",
                "training.epochs=5",
                "--set",
                "training.batch-size=512",
                "--set",
                "output.model=" + folder.resolve("model")));
        all.addAll(more);
        return all.toArray(String[]::new);
    }
}
