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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A stand-alone cluster, a Master and two Workers of a core each, all processes of their own. */
final class StandAlone implements AutoCloseable {
    private static final String SPARK = System.getenv("SPARK_HOME") + "/jars/*";

    private final Path folder;
    private final Path properties;
    private final String url;
    private final Map<String, Process> daemons = new HashMap<>();

    private StandAlone(Path folder, Path properties, String url) {
        this.folder = folder;
        this.properties = properties;
        this.url = url;
    }

    /**
     * Starts it; logs and what executors write go to {@code folder}.
     *
     * @param settings Spark's, of the daemons
     */
    static StandAlone start(Path folder, Map<String, String> settings) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<String> lines = new ArrayList<>();
        settings.forEach((key, value) -> lines.add(key + " " + value));
        Path properties = Files.write(folder.resolve("daemons.conf"), lines);
        StandAlone cluster = new StandAlone(folder, properties, "spark://127.0.0.1:" + port);
        cluster.daemon(
                "master",
                "I have been elected leader",
                SPARK,
                Map.of(),
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--webui-port",
                "0");
        cluster.startWorker(1, Map.of());
        cluster.startWorker(2, Map.of());
        return cluster;
    }

    String url() {
        return url;
    }

    /**
     * Each on a host of its own, as far as Spark can tell.
     *
     * @param environment of its executors too
     */
    void startWorker(int number, Map<String, String> environment) throws IOException, InterruptedException {
        String name = "worker-" + number;
        daemon(
                name,
                "Successfully registered with master",
                SPARK,
                environment,
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

    /**
     * Starts Spark's history server, with our jar where {@code SPARK_DAEMON_CLASSPATH} puts it. Whose logs it reads, the settings of the
     * daemons say.
     *
     * @return where its pages are
     */
    String startHistoryServer() throws IOException, InterruptedException {
        String log = daemon(
                "history",
                "Bound HistoryServer",
                "../jobs/target/adjoint.jar:" + SPARK,
                Map.of(),
                "org.apache.spark.deploy.history.HistoryServer");
        Matcher address =
                Pattern.compile("Bound HistoryServer .* (http://\\S+)").matcher(log);
        assertTrue(address.find(), log);
        return address.group(1);
    }

    /** What it has logged when it is ready. */
    private String daemon(String name, String ready, String classPath, Map<String, String> environment, String... main)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, name, ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(System.getProperty("jvm.flags"));
        command.addAll(List.of(Job.SHORT_LIVED, "-Xmx512m", "-cp", classPath));
        command.addAll(List.of(main));
        command.addAll(List.of("--properties-file", properties.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        daemons.put(name, process);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(log).contains(ready)) {
            assertTrue(process.isAlive() && System.nanoTime() < end, Files.readString(log));
            Thread.sleep(50);
        }
        return Files.readString(log);
    }

    /** {@code kill -9} of "master", "worker-1" or "worker-2". */
    void kill(String name) {
        Objects.requireNonNull(daemons.get(name)).destroyForcibly().onExit().join();
    }

    /** Tells a Worker that its machine is about to go, as a cloud does. */
    void decommission(String name) throws IOException, InterruptedException {
        long pid = Objects.requireNonNull(daemons.get(name)).pid();
        new ProcessBuilder("kill", "-PWR", String.valueOf(pid)).start().waitFor();
    }

    @Override
    public void close() {
        List.copyOf(daemons.keySet()).forEach(this::kill);
    }
}
