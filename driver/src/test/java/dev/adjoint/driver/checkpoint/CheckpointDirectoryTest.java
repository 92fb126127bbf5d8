package dev.adjoint.driver.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.driver.training.Identity;
import dev.adjoint.driver.training.TrainingState;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDirectoryTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void theNewestAndTheBestAreKept() throws Exception {
        try (CheckpointDirectory directory = open()) {
            for (int step = 10; step <= 50; step += 10) {
                directory.save(at(step), 2);
                if (step <= 20) {
                    directory.saveBest(at(step));
                }
            }
            assertEquals(
                    List.of(
                            "best-000000000020.checkpoint",
                            "in-use.json",
                            "step-000000000040.checkpoint",
                            "step-000000000050.checkpoint"),
                    files());
            assertEquals(50, newest(directory));
        }
        assertFalse(files().contains("in-use.json"));
    }

    @Test
    void damagedOnesArePassedOverWithTheReason() throws Exception {
        try (CheckpointDirectory directory = open()) {
            for (int step = 1; step <= 4; step++) {
                directory.save(at(step), 9);
            }
            damage(4, 0);
            damage(3, 40);
            CheckpointDirectory.Found found = directory.newest().orElseThrow();
            assertEquals(2, found.checkpoint().state().step());
            assertEquals(2, found.passedOver().size());
            assertTrue(
                    found.passedOver().get(0).startsWith("step-000000000004.checkpoint: it has 0 bytes"),
                    found.passedOver().get(0));
            assertTrue(
                    found.passedOver().get(1).contains("cut short"),
                    found.passedOver().get(1));
        }
    }

    @Test
    void whereAllAreDamagedEachIsNamedWithItsReason() throws Exception {
        try (CheckpointDirectory directory = open()) {
            directory.save(at(1), 9);
            directory.saveBest(at(1));
            for (String name : List.of("step-000000000001.checkpoint", "best-000000000001.checkpoint")) {
                Files.delete(folder.resolve("c").resolve("." + name + ".crc")); // Hadoop's own
                Files.writeString(
                        folder.resolve("c").resolve(name), "nonsense that is longer than the fixed part of a file ...");
            }
            String message = message(assertThrows(CheckpointException.class, directory::newest));
            assertTrue(message.contains("step-000000000001.checkpoint: it "), message);
            assertTrue(message.contains("best-000000000001.checkpoint: it "), message);
        }
    }

    @Test
    void anEmptyDirectoryHasNone() throws Exception {
        try (CheckpointDirectory directory = open()) {
            assertTrue(directory.isEmpty());
            assertEquals(Optional.empty(), directory.newest());
            directory.save(at(3), 1);
            assertFalse(directory.isEmpty());
            directory.clear();
            assertTrue(directory.isEmpty());
        }
    }

    @Test
    void aSecondTrainingIsRefused() throws Exception {
        try (CheckpointDirectory directory = open()) {
            String message = message(assertThrows(CheckpointException.class, this::open));
            assertTrue(message.contains("another training has the checkpoint directory"), message);
            directory.save(at(1), 1);
        }
        open().close();
    }

    @Test
    void whatAKilledTrainingLeftIsTakenOver() throws Exception {
        Files.createDirectories(folder.resolve("c"));
        Process other = new ProcessBuilder("sleep", "100").start();
        String host = InetAddress.getLocalHost().getHostName();
        String started = other.toHandle().info().startInstant().orElseThrow().toString();
        String lock = "{\"id\":\"x\",\"host\":\"%s\",\"process\":%d,\"started\":\"%s\"}"
                .formatted(host, other.pid(), started);
        Files.writeString(folder.resolve("c/in-use.json"), lock);
        Files.writeString(folder.resolve("c/.step-000000000009.checkpoint.part"), "half");
        assertThrows(CheckpointException.class, this::open, "it lives");
        other.destroyForcibly().waitFor();
        try (CheckpointDirectory directory = open()) {
            assertTrue(directory.isEmpty());
            assertEquals(List.of("in-use.json"), files(), "the half-written one is gone");
        }
        Files.writeString(
                folder.resolve("c/in-use.json"),
                lock.replace(started, "1970-01-01T00:00:00Z").replace("" + other.pid(), "1"));
        open().close();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsToldAtOnce() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        String message = message(assertThrows(
                CheckpointException.class,
                () -> CheckpointDirectory.open(
                        new Configuration(), folder.resolve("file/c").toString())));
        assertTrue(message.contains("cannot be used"), message);
        try (CheckpointDirectory directory = open()) {
            assertThrows(CheckpointException.class, () -> directory.requireRoom(Long.MAX_VALUE));
            directory.requireRoom(1000);
        }
    }

    @Test
    void aCourseThatWasGivenUpIsDeleted() throws Exception {
        try (CheckpointDirectory directory = open()) {
            for (int step = 1; step <= 4; step++) {
                directory.save(at(step), 9);
            }
            directory.deleteAfter(2);
            assertEquals(2, newest(directory));
        }
    }

    private CheckpointDirectory open() throws CheckpointException, InterruptedException {
        return CheckpointDirectory.open(new Configuration(), folder.resolve("c").toString());
    }

    private static long newest(CheckpointDirectory directory) throws Exception {
        return directory.newest().orElseThrow().checkpoint().state().step();
    }

    private void damage(int step, int length) throws IOException {
        Path file = folder.resolve("c").resolve("step-%012d.checkpoint".formatted(step));
        byte[] bytes =
                Arrays.copyOf(Files.readAllBytes(file), length == 0 ? 0 : Files.readAllBytes(file).length - length);
        Files.write(file, bytes);
        Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc")); // Hadoop's own
    }

    private static Checkpoint at(long step) {
        TrainingState fresh = TrainingState.initial(new float[] {1, 2, 3}, List.of("velocity"));
        TrainingState state = new TrainingState(
                step,
                fresh.position(),
                fresh.learning(),
                fresh.convergence(),
                fresh.best(),
                fresh.search(),
                fresh.vectors());
        return new Checkpoint(state, new Identity(Map.of()), "");
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> list = Files.list(folder.resolve("c"))) {
            return list.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".crc"))
                    .sorted()
                    .toList();
        }
    }
}
