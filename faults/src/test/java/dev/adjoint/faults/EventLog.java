package dev.adjoint.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.driver.rounds.Purpose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What Spark wrote down of one or more drivers' jobs and tasks: {@code spark.eventLog}. */
record EventLog(List<JsonNode> events) {
    /** For {@code --set}. */
    static List<String> settings(Path directory) throws IOException {
        Files.createDirectories(directory);
        return List.of(
                "--set",
                "spark.eventLog.enabled=true",
                "--set",
                "spark.eventLog.dir=" + directory.toUri(),
                "--set",
                "spark.eventLog.compress=false",
                "--set",
                "spark.eventLog.rolling.enabled=false");
    }

    static EventLog read(Path directory) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String text = Files.readString(file);
                // A driver that was killed may have written half a line.
                for (String line :
                        text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                    events.add(new ObjectMapper().readTree(line));
                }
            }
        }
        return new EventLog(events);
    }

    private Stream<JsonNode> named(String name) {
        return events.stream().filter(event -> event.path("Event").asText().equals(name));
    }

    /** Steps whose job was started a second time. */
    long stepsRepeated() {
        Set<String> seen = new HashSet<>();
        return named("SparkListenerJobStart")
                .map(job -> job.path("Properties"))
                .filter(job -> job.path(Purpose.PHASE).asText().equals(Purpose.Phase.ROUND.name()))
                .map(job -> job.path(Purpose.STEP).asText())
                .filter(step -> !seen.add(step))
                .count();
    }

    /** Attempts at tasks after their first ones. */
    long tasksRunAgain() {
        return named("SparkListenerTaskStart")
                .filter(task -> task.path("Stage Attempt ID").asInt()
                                + task.path("Task Info").path("Attempt").asInt()
                        > 0)
                .count();
    }
}
