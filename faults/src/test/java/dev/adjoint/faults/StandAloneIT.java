package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.faults.Fault.Action;
import dev.adjoint.faults.Fault.Phase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A stand-alone cluster whose Master, Workers and executors are processes of their own. */
@ExtendWith(FaultTable.class)
class StandAloneIT {
    private static final Rig RIG = new Rig();
    /** So that a training lasts until something has happened to it. */
    private static final Fault SLOW = new Fault(Action.DELAY, Phase.START, 2, 0, -1, 1, 200);

    @TempDir
    private static Path folder = Path.of("");

    @AfterAll
    static void stop() {
        RIG.close();
    }

    /** One thing after the other, to one cluster; the Master, which all others need, goes last. */
    @TestFactory
    Stream<DynamicTest> whateverHappensToTheClusterTheBitsAreTheSame() throws Exception {
        StandAlone cluster = StandAlone.start(
                folder,
                Map.of(
                        "spark.decommission.enabled", "true",
                        "spark.history.fs.logDirectory", events().toUri().toString(),
                        "spark.history.ui.port", "0"));
        return Stream.of(
                        dynamicTest("the driver is killed", () -> theDriverIsKilled(cluster)),
                        dynamicTest("both drivers in the history server", () -> bothDriversAreHistory(cluster)),
                        dynamicTest("executors come and go", () -> executorsComeAndGo(cluster)),
                        dynamicTest("a straggler", () -> aStraggler(cluster)),
                        dynamicTest("a Worker is decommissioned", () -> aWorkerIsDecommissioned(cluster)),
                        dynamicTest("a Worker is killed", () -> aWorkerIsKilled(cluster)),
                        dynamicTest("a Worker is killed, resident", () -> aWorkerIsKilledWithResidentRounds(cluster)),
                        dynamicTest("all Workers are killed", () -> allWorkersAreKilled(cluster)),
                        dynamicTest("executors of two kinds", () -> executorsOfTwoKinds(cluster)),
                        dynamicTest("the Master is killed", () -> {
                            open(cluster);
                            survives("the Master is killed", () -> cluster.kill("master"), SLOW);
                        }))
                .onClose(() -> {
                    RIG.leave();
                    cluster.close();
                });
    }

    private static void open(StandAlone cluster) {
        RIG.open(
                cluster.url(),
                2,
                Map.of(
                        "spark.decommission.enabled", "true",
                        "spark.storage.decommission.enabled", "true",
                        "spark.storage.decommission.replicationReattemptInterval", "1s",
                        "spark.speculation", "true",
                        "spark.speculation.interval", "50ms",
                        "spark.speculation.minTaskRuntime", "500ms"));
        RIG.awaitExecutors();
    }

    private static Rig.Outcome survives(String name, Rig.Deed deed, Fault... faults) {
        return RIG.survives("stand-alone: " + name, Rig.Way.JOBS, deed, faults);
    }

    private static void theDriverIsKilled(StandAlone cluster) throws Exception {
        List<String> more = new ArrayList<>(EventLog.settings(events()));
        for (String setting : List.of(
                "training.resume=auto",
                "checkpoint.every=5 steps",
                "checkpoint.directory=" + folder.resolve("c"),
                "training.epochs=5",
                "model.hidden=[32]",
                "training.batch-size=512",
                "output.model=" + folder.resolve("model"))) {
            more.addAll(List.of("--set", setting));
        }
        Job first = train(cluster.url(), more);
        first.awaitLine("epoch 2/");
        first.signal("KILL");
        first.await();
        Job second = train(cluster.url(), more);
        double restart = second.awaitLine("resuming after step");
        String resumed = second.checksum();
        assertTrue(second.resumedAfter() > 0, second.err());
        EventLog log = EventLog.read(events());
        assertTrue(log.stepsRepeated() <= 5, log.stepsRepeated() + " steps were repeated");
        more.addAll(List.of("--set", "checkpoint.directory=" + folder.resolve("other"), "--overwrite"));
        assertEquals(train("local[2]", more).checksum(), resumed);
        FaultTable.add(
                "stand-alone: the driver is killed, and resumed",
                "equal bits",
                restart,
                log.stepsRepeated(),
                log.tasksRunAgain());
    }

    private static Path events() {
        return folder.resolve("events");
    }

    /** The one that was killed as far as it came, the other to its end. */
    private static void bothDriversAreHistory(StandAlone cluster) throws Exception {
        String server = cluster.startHistoryServer();
        List<String> applications = new ArrayList<>();
        try (Stream<Path> logs = Files.list(events())) {
            logs.map(log -> log.getFileName().toString())
                    .filter(name -> name.startsWith("app-"))
                    .sorted()
                    .forEach(applications::add);
        }
        assertEquals(2, applications.size(), applications.toString());
        assertTrue(applications.get(0).endsWith(".inprogress"), applications.toString());
        String killed = applications.get(0).replace(".inprogress", "");
        // Spark takes a question about an application that it has not found yet for one about logs in another form.
        awaitPage(server + "/api/v1/applications", killed);
        awaitPage(server + "/api/v1/applications", applications.get(1));
        awaitPage("%s/history/%s/training/".formatted(server, killed), "epoch 2 of 5");
        awaitPage("%s/history/%s/training/".formatted(server, applications.get(1)), "all epochs are done");
    }

    private static void awaitPage(String page, String wanted) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        String shown = "";
        for (int tries = 0; tries < 200 && !shown.contains(wanted); tries++) {
            shown = http.send(HttpRequest.newBuilder(URI.create(page)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            Thread.sleep(100);
        }
        assertTrue(shown.contains(wanted), "no \"%s\" in %s:\n%s".formatted(wanted, page, shown));
    }

    private static Job train(String master, List<String> more) throws IOException {
        List<String> all = new ArrayList<>(Job.DIGITS);
        all.addAll(List.of("--master", master, "--executor-memory", "512m"));
        all.addAll(more);
        return Job.start(folder, all.toArray(String[]::new));
    }

    private static void executorsComeAndGo(StandAlone cluster) throws InterruptedException {
        RIG.open(
                cluster.url(),
                2,
                Map.of(
                        "spark.dynamicAllocation.enabled", "true",
                        "spark.dynamicAllocation.minExecutors", "0",
                        "spark.dynamicAllocation.initialExecutors", "2",
                        "spark.dynamicAllocation.shuffleTracking.timeout", "1s",
                        "spark.dynamicAllocation.executorIdleTimeout", "1s",
                        "spark.dynamicAllocation.cachedExecutorIdleTimeout", "1s"));
        RIG.awaitRemovals(2);
        survives("executors come and go by dynamic allocation", Rig.Deed.NONE);
        assertTrue(RIG.executorsAdded() > 2, "no executor came");
    }

    /** Spark copies no task to the host that it is slow on. */
    private static void aStraggler(StandAlone cluster) {
        open(cluster);
        Rig.Outcome outcome = survives(
                "a straggler, with speculation",
                Rig.Deed.NONE,
                new Fault(Action.DELAY, Phase.START, 2, 0, 1, 1, 2_000));
        assertTrue(outcome.tasksRunAgain() > 0, "no task was copied");
    }

    private static void aWorkerIsDecommissioned(StandAlone cluster) throws Exception {
        open(cluster);
        int before = RIG.removals().size();
        survives(
                "a Worker is decommissioned",
                () -> {
                    cluster.decommission("worker-1");
                    RIG.awaitRemovals(before + 1);
                },
                SLOW);
        assertTrue(
                RIG.removals().get(before).contains("decommission"),
                RIG.removals().toString());
        cluster.kill("worker-1");
        cluster.startWorker(1, Map.of());
    }

    private static void aWorkerIsKilled(StandAlone cluster) throws Exception {
        open(cluster);
        Rig.Outcome outcome = survives("a Worker is killed", () -> cluster.kill("worker-1"), SLOW);
        assertTrue(outcome.tasksRunAgain() > 0, "the fault did not happen");
        cluster.startWorker(1, Map.of());
    }

    private static void aWorkerIsKilledWithResidentRounds(StandAlone cluster) throws Exception {
        open(cluster);
        Rig.Outcome outcome = RIG.survives(
                "stand-alone: resident, a Worker is killed, one comes back",
                Rig.Way.RESIDENT,
                () -> {
                    Thread.sleep(600); // until the driver has dawdled, and the tasks of the next job are there
                    cluster.kill("worker-1");
                    cluster.startWorker(1, Map.of());
                },
                new Fault(Action.DELAY, Phase.START, 0, 0, -1, 1, 1_500));
        assertTrue(outcome.tasksRunAgain() > 0, "the fault did not happen");
    }

    private static void allWorkersAreKilled(StandAlone cluster) throws Exception {
        open(cluster);
        survives(
                "all Workers are killed, one comes back",
                () -> {
                    cluster.kill("worker-1");
                    cluster.kill("worker-2");
                    cluster.startWorker(2, Map.of());
                },
                SLOW);
        cluster.startWorker(1, Map.of());
    }

    /** The second kind comes in the middle of a training. */
    private static void executorsOfTwoKinds(StandAlone cluster) throws Exception {
        open(cluster);
        Rig.Outcome outcome = RIG.train(
                Rig.Way.JOBS,
                () -> {
                    cluster.kill("worker-2");
                    cluster.startWorker(2, Map.of("OPENBLAS_CORETYPE", "Nehalem"));
                    RIG.awaitExecutors();
                },
                new Fault(Action.DELAY, Phase.START, 0, 0, -1, 1, 700));
        assertEquals(2, outcome.arithmetic().size(), outcome.arithmetic().toString());
        assertTrue(
                outcome.warnings().get(0).startsWith("executors compute in different ways"),
                outcome.warnings().toString());
        FaultTable.add("stand-alone: an executor of another kind joins", "warned of");
        cluster.kill("worker-2");
        cluster.startWorker(2, Map.of());
    }

    @Test
    void authenticationAndEncryptionChangeNoBitAndLogNoSecret(@TempDir Path own) throws Exception {
        String secret = "not-for-logs-4711";
        Map<String, String> settings = Map.of(
                "spark.authenticate", "true",
                "spark.authenticate.secret", secret,
                "spark.network.crypto.enabled", "true",
                "spark.network.crypto.saslFallback", "false",
                "spark.io.encryption.enabled", "true");
        Map<String, String> daemons = new HashMap<>(settings);
        daemons.put("spark.master.rest.enabled", "false"); // it knows no secret, and the Master refuses to start
        try (StandAlone cluster = StandAlone.start(own, daemons)) {
            RIG.open(cluster.url(), 2, settings);
            survives("authentication and encryption", Rig.Deed.NONE);
            RIG.survives("stand-alone: resident, authentication and encryption", Rig.Way.RESIDENT, Rig.Deed.NONE);
            RIG.leave();
        }
        try (Stream<Path> files = Files.walk(own)) {
            for (Path log : files.filter(file -> file.toString().matches(".*(\\.log|stderr|stdout)"))
                    .toList()) {
                assertFalse(Files.readString(log).contains(secret), log + " has the secret");
            }
        }
    }
}
