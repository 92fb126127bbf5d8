package dev.adjoint.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures in a JVM of its own, which has the flags and the class path of this one: it is told a task, as JSON, and prints a
 * measurement a line.
 */
final class PeerProcess {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PrintStream STDOUT = System.out;

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
     * @param what for people, when it fails
     * @param jvmFlags beside those of this JVM
     * @param main the class whose main method measures
     * @param task what it is told, as JSON
     * @param measured takes each measurement, as soon as it is printed
     * @param log where the JVM's stderr goes
     * @throws FailedException when it ended with an error, which the log tells
     */
    static <M> void run(
            String what, List<String> jvmFlags, String main, Object task, Class<M> type, Consumer<M> measured, Path log)
            throws IOException, InterruptedException, FailedException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(main, JSON.writeValueAsString(task)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        // Where a BLAS or OpenMP is not told by a property: a thread a core is what tasks are for.
        builder.environment().put("OPENBLAS_NUM_THREADS", "1");
        Process process = builder.start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                measured.accept(JSON.readValue(line, type));
            }
            int code = process.waitFor();
            if (code != 0) {
                throw new FailedException(
                        "%s failed with exit code %d: %s (%s)".formatted(what, code, reason(log), log));
            }
        } finally {
            process.destroy();
        }
    }

    /** In the JVM that measures: what it is told. Keeps stdout for measurements; what a framework prints goes to stderr. */
    static <T> T task(String[] arguments, Class<T> type) throws JsonProcessingException {
        System.setOut(System.err);
        return JSON.readValue(arguments[0], type);
    }

    /** In the JVM that measures: prints a measurement. */
    static void report(Object measurement) throws JsonProcessingException {
        STDOUT.println(JSON.writeValueAsString(measurement));
        STDOUT.flush();
    }

    /** The exception that ended it, as a JVM prints it. */
    private static String reason(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains("Exception") || line.contains("Error"))
                .findFirst()
                .orElse("no exception is told");
    }
}
