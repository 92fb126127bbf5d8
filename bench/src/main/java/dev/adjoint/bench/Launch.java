package dev.adjoint.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A training by the launcher, timed by what it prints.
 *
 * @param seconds of each phase
 */
record Launch(Map<Phase, Double> seconds) {
    /** What a training by the launcher is doing. */
    enum Phase {
        SESSION("to Spark's session", "reading "),
        READING("reading", "network "),
        FIRST_EPOCH("packing, first epoch", "epoch "),
        REST("the rest", "");

        private final String title;
        private final String end;

        /** @param end how the line begins that is printed when it is over; of the last, that is the process's end */
        Phase(String title, String end) {
            this.title = title;
            this.end = end;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    double of(Phase phase) {
        return seconds.getOrDefault(phase, 0.0);
    }

    double total() {
        return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /**
     * Trains.
     *
     * @param options beside those that replace the model
     * @param log where the summary goes
     * @throws PeerProcess.FailedException when it ended with an error
     */
    static Launch run(String conf, List<String> options, Path log)
            throws IOException, InterruptedException, PeerProcess.FailedException {
        List<String> command = Stream.concat(
                        Stream.of("scripts/adjoint", "train", "--conf", conf, "--overwrite"), options.stream())
                .toList();
        Map<Phase, Double> seconds = new EnumMap<>(Phase.class);
        Iterator<Phase> phases = List.of(Phase.values()).iterator();
        Phase phase = phases.next();
        long start = System.nanoTime();
        String last = "";
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(log.toFile());
        // That of scripts/bench, for executors; the launcher takes one that is set for a whole Spark.
        builder.environment().remove("SPARK_HOME");
        Process process = builder.start();
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                last = line;
                if (phase != Phase.REST && line.startsWith(phase.end)) {
                    seconds.put(phase, since(start, seconds));
                    phase = phases.next();
                }
            }
            int code = process.waitFor();
            if (code != 0 || phase != Phase.REST) {
                throw new PeerProcess.FailedException(
                        "%s ended with exit code %d: %s".formatted(String.join(" ", command), code, last));
            }
            seconds.put(phase, since(start, seconds));
        } finally {
            process.destroy();
        }
        return new Launch(seconds);
    }

    /** The seconds since the start that are no earlier phase's. */
    private static double since(long start, Map<Phase, Double> earlier) {
        return (System.nanoTime() - start) / 1e9
                - earlier.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
