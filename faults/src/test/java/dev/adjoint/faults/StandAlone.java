package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A stand-alone cluster, a Master and two Workers of a core each, all processes of their own. */
final class StandAlone implements AutoCloseable {
    private final Path folder;
    private final String url;
    private final Map<String, Process> daemons = new HashMap<>();

    private StandAlone(Path folder, String url) {
        this.folder = folder;
        this.url = url;
    }

    /** Starts it; logs and what executors write go to {@code folder}. */
    static StandAlone start(Path folder) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        StandAlone cluster = new StandAlone(folder, "spark://127.0.0.1:" + port);
        cluster.daemon(
                "master",
                "I have been elected leader",
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--webui-port",
                "0");
        cluster.startWorker(1);
        cluster.startWorker(2);
        return cluster;
    }

    String url() {
        return url;
    }

    /** Each on a host of its own, as far as Spark can tell. */
    void startWorker(int number) throws IOException, InterruptedException {
        String name = "worker-" + number;
        daemon(
                name,
                "Successfully registered with master",
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                "127.0.0." + number,
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

    private void daemon(String name, String ready, String... main) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, name, ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("jvm.flags").split(" ")));
        command.addAll(List.of("-Xmx512m", "-cp", System.getenv("SPARK_HOME") + "/jars/*"));
        command.addAll(List.of(main));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        daemons.put(name, process);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(log).contains(ready)) {
            assertTrue(process.isAlive() && System.nanoTime() < end, Files.readString(log));
            Thread.sleep(50);
        }
    }

    /** {@code kill -9} of "master", "worker-1" or "worker-2". */
    void kill(String name) {
        Objects.requireNonNull(daemons.get(name)).destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        List.copyOf(daemons.keySet()).forEach(this::kill);
    }
}
