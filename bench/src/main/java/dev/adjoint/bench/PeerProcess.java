package dev.adjoint.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a peer in a JVM of its own, which has the flags and the class path of this one. */
final class PeerProcess {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PeerProcess() {}

    /** A peer did not come to its end. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1L;

        FailedException(String what) {
            super(what);
        }
    }

    /**
     * Measures.
     *
     * @param log where the JVM's stderr goes
     * @throws FailedException when it ended with an error, which the log tells
     */
    static List<Measurement> run(Workload workload, Path log)
            throws IOException, InterruptedException, FailedException {
        ProcessBuilder builder = new ProcessBuilder(command(workload)).redirectError(log.toFile());
        // Where a BLAS or OpenMP is not told by a property: a thread a core is what tasks are for.
        builder.environment().put("OPENBLAS_NUM_THREADS", "1");
        Process process = builder.start();
        List<Measurement> measurements = new ArrayList<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                measurements.add(JSON.readValue(line, Measurement.class));
            }
            int code = process.waitFor();
            if (code != 0) {
                throw new FailedException("%s failed on %s with exit code %d: %s (%s)"
                        .formatted(workload.peer(), workload.net(), code, reason(log), log));
            }
        } finally {
            process.destroy();
        }
        return measurements;
    }

    private static List<String> command(Workload workload) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(workload.peer().jvmFlags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(workload.peer().main(), workload.json()));
        return command;
    }

    /** The exception that ended it, as a JVM prints it. */
    private static String reason(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains("Exception") || line.contains("Error"))
                .findFirst()
                .orElse("no exception is told");
    }
}
