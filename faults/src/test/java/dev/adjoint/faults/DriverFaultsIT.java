package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The driver is a process of the launcher's; it is killed, stopped and resumed. */
@ExtendWith(FaultTable.class)
class DriverFaultsIT {
    /** Each is a start of the launcher. */
    private static final int KILLS = Integer.getInteger("faults.kills", 20);

    private static String expected = "";

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void trainWithoutFaults(@TempDir Path logs) throws Exception {
        expected = Job.start(logs, arguments(logs, List.of())).checksum();
    }

    private static String[] arguments(Path folder, List<String> more) {
        List<String> all = new ArrayList<>(Job.DIGITS);
        all.addAll(List.of(
                "--set",
                "training.epochs=30",
                "--set",
                "model.hidden=[32]",
                "--set",
                "data.validation-fraction=0.1",
                "--set",
                "output.model=" + folder.resolve("model")));
        all.addAll(more);
        return all.toArray(String[]::new);
    }

    private Job train(String... more) throws IOException {
        List<String> all = new ArrayList<>(
                List.of("--set", "checkpoint.directory=" + folder.resolve("c"), "--set", "checkpoint.every=20 steps"));
        all.addAll(List.of(more));
        return Job.start(folder, arguments(folder, all));
    }

    @Test
    void aDriverThatIsKilledManyTimesComesToTheSameBits() throws Exception {
        long seed = 7;
        Random random = new Random(seed);
        int kills = 0;
        List<Double> restarts = new ArrayList<>();
        for (int run = 0; kills < KILLS && run < 3 * KILLS; run++) {
            Job job = train("--set", "training.resume=auto");
            if (random.nextInt(4) == 0) {
                Thread.sleep(random.nextInt(3000)); // while it starts and reads
            } else {
                restarts.add(job.awaitLine("epoch "));
                Thread.sleep(random.nextInt(150));
            }
            if (job.endsWithin(0)) {
                assertEquals(expected, job.checksum());
                clear();
                continue;
            }
            job.signal("KILL");
            job.await();
            kills++;
        }
        assertEquals(KILLS, kills, "seed " + seed);
        Job last = train("--set", "training.resume=auto");
        assertEquals(expected, last.checksum(), "seed " + seed);
        FaultTable.add(
                "the driver is killed again and again, and resumed each time",
                "equal bits",
                restarts.stream().mapToDouble(Double::doubleValue).average().orElse(FaultTable.UNKNOWN),
                FaultTable.UNKNOWN,
                FaultTable.UNKNOWN);
        assertFalse(Files.exists(folder.resolve("c/in-use.json")));
        try (Stream<Path> files = Files.list(folder.resolve("c"))) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith(".part")));
        }
    }

    @Test
    void whereTheNewestCheckpointsAreDamagedAnEarlierOneServes() throws Exception {
        Job first = train();
        first.awaitLine("epoch  3/");
        first.signal("KILL");
        first.await();
        List<Path> steps = checkpoints();
        assertTrue(steps.size() >= 3, steps::toString);
        try (RandomAccessFile file = new RandomAccessFile(steps.get(0).toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        try (RandomAccessFile file = new RandomAccessFile(steps.get(1).toFile(), "rw")) {
            file.seek(file.length() / 2);
            file.write(1);
        }
        Job second = train("--resume");
        double restart = second.awaitLine("resuming after step");
        assertEquals(expected, second.checksum());
        assertTrue(
                second.err()
                        .contains("passed over the checkpoint " + steps.get(0).getFileName()),
                second.err());
        long newest = Long.parseLong(steps.get(0).getFileName().toString().replaceAll("\\D", ""));
        FaultTable.add(
                "the newest checkpoint is cut short, the next garbled",
                "equal bits",
                restart,
                newest - second.resumedAfter(),
                FaultTable.UNKNOWN);
    }

    @Test
    void aSignalLeavesACheckpointAndItsExitCode() throws Exception {
        for (String signal : List.of("TERM", "INT")) {
            clear();
            Job first = train();
            first.awaitLine("epoch ");
            first.signal(signal);
            assertEquals(signal.equals("TERM") ? 143 : 130, first.await(), first.err());
            assertTrue(first.err().contains("stopped after step "), first.err());
            assertTrue(first.err().contains("go on from it with --resume"), first.err());
            assertTrue(first.json().get("stopped").asBoolean());
            long stopped = first.json().get("steps").asLong();
            Job second = train("--resume");
            double restart = second.awaitLine("resuming after step");
            assertEquals(expected, second.checksum());
            assertEquals(stopped, second.resumedAfter());
            FaultTable.add(
                    "the driver gets SIG" + signal + ", and is resumed",
                    "equal bits",
                    restart,
                    stopped - second.resumedAfter(),
                    FaultTable.UNKNOWN);
        }
    }

    @Test
    void aSecondTrainingInTheSameDirectoryIsRefused() throws Exception {
        Job first = train();
        first.awaitLine("epoch ");
        first.signal("STOP"); // it is there for as long as the second one takes to start
        Job second = train("--resume", "--set", "output.model=" + folder.resolve("other"));
        assertEquals(2, second.await(), second.err());
        first.signal("CONT");
        assertTrue(second.err().contains("another training has the checkpoint directory"), second.err());
        assertEquals(expected, first.checksum());
        FaultTable.add("a second training on the same checkpoints", "stated error");
    }

    /** The newest first, of whatever kind. */
    private List<Path> checkpoints() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("c"))) {
            return files.filter(file -> file.toString().endsWith(".checkpoint"))
                    .sorted(Comparator.comparing(
                                    (Path file) -> file.getFileName().toString().substring("step-".length()))
                            .reversed())
                    .toList();
        }
    }

    /** For a training from its first step. */
    private void clear() throws IOException {
        for (String name : List.of("c", "model")) {
            if (Files.exists(folder.resolve(name))) {
                try (Stream<Path> files = Files.walk(folder.resolve(name))) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
    }
}
