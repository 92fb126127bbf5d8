package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A stand-alone cluster whose Master, Workers, executors and driver are processes of their own. */
@ExtendWith(FaultTable.class)
class StandAloneIT {
    private static String expected = "";

    @TempDir
    private Path folder = Path.of("");

    private String url = "";
    private Process master = dead();
    private Process worker1 = dead();
    private Process worker2 = dead();

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
                "output.model=" + folder.resolve("model"),
                "--overwrite"));
        all.addAll(more);
        return all.toArray(String[]::new);
    }

    private Job train(String... more) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "--executor-memory",
                "512m",
                "--set",
                "spark.executor.cores=1",
                "--set",
                "spark.network.timeout=10s",
                "--set",
                "spark.executor.heartbeatInterval=1s"));
        all.addAll(List.of(more));
        return Job.start(folder, arguments(folder, url, all));
    }

    @BeforeEach
    void startCluster() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        url = "spark://127.0.0.1:" + port;
        master = daemon(
                "master",
                "I have been elected leader",
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--webui-port",
                "0");
        worker1 = worker("worker1");
        worker2 = worker("worker2");
    }

    @AfterEach
    void stopCluster() throws InterruptedException {
        for (Process process : List.of(worker1, worker2, master)) {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    private Process worker(String name) throws Exception {
        return daemon(
                name,
                "Successfully registered with master",
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                "127.0.0.1",
                "--cores",
                "1",
                "--memory",
                "1g",
                "--webui-port",
                "0",
                "--work-dir",
                folder.resolve(name).toString(),
                url);
    }

    private Process daemon(String name, String ready, String... main) throws Exception {
        Path log = folder.resolve(name + ".log");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(System.getProperty("jvm.flags").split(" ")));
        command.addAll(List.of("-Xmx512m", "-cp", System.getenv("SPARK_HOME") + "/jars/*"));
        command.addAll(List.of(main));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(log).contains(ready)) {
            assertTrue(process.isAlive() && System.nanoTime() < end, Files.readString(log));
            Thread.sleep(50);
        }
        return process;
    }

    @Test
    void aWorkerThatIsKilledChangesNoBit() throws Exception {
        Job job = train();
        job.awaitLine("epoch  2/");
        kill(worker1);
        assertEquals(expected, job.checksum());
        FaultTable.add("stand-alone: a Worker is killed", "equal bits", 0, 0, 0);
    }

    @Test
    void aWorkerThatComesBackIsUsedAgain() throws Exception {
        Job job = train();
        job.awaitLine("epoch  2/");
        kill(worker1);
        kill(worker2);
        worker2 = worker("worker2-again");
        assertEquals(expected, job.checksum());
        FaultTable.add("stand-alone: all Workers are killed, one comes back", "equal bits", 0, 0, 0);
    }

    @Test
    void aTrainingThatRunsNeedsNoMaster() throws Exception {
        Job job = train();
        job.awaitLine("epoch  2/");
        kill(master);
        assertEquals(expected, job.checksum());
        FaultTable.add("stand-alone: the Master is killed", "equal bits", 0, 0, 0);
    }

    @Test
    void aDriverThatIsKilledIsResumed() throws Exception {
        String checkpoints = "checkpoint.directory=" + folder.resolve("c");
        Job first = train("--set", checkpoints);
        first.awaitLine("epoch  3/");
        first.signal("KILL");
        first.await();
        Job second = train("--set", checkpoints, "--resume");
        assertEquals(expected, second.checksum());
        assertTrue(second.resumedAfter() > 0, second.err());
        FaultTable.add("stand-alone: the driver is killed, and resumed", "equal bits", 0, 0, 0);
    }

    @Test
    void executorsComeAndGoByDynamicAllocation() throws Exception {
        Job job = train(
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
        FaultTable.add("stand-alone: dynamic allocation, speculation", "equal bits", 0, 0, 0);
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    private static Process dead() {
        try {
            Process process = new ProcessBuilder("true").start();
            process.waitFor();
            return process;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
