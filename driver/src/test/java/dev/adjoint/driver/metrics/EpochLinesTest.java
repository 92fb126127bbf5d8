package dev.adjoint.driver.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.Trained;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EpochLinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder = Path.of("");

    private Trained train(Path file, TrainingListener... listeners) {
        Training training =
                Irises.training(TestSpark.plain(), settings -> settings.withSome(Keys.OUTPUT_EPOCHS, file.toString()));
        return training.train(listeners);
    }

    private static List<JsonNode> lines(Path file) {
        try {
            List<JsonNode> lines = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                lines.add(JSON.readTree(line));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLineAnEpochSaysWhatTheHistorySays() {
        Path file = folder.resolve("new/epochs.jsonl");
        Trained trained = train(file);
        List<JsonNode> lines = lines(file);
        assertEquals(trained.history().size(), lines.size());
        for (int i = 0; i < lines.size(); i++) {
            JsonNode line = lines.get(i);
            TrainingListener.EpochReport report = trained.history().get(i);
            assertEquals(report.epoch(), line.get("epoch").asInt());
            assertEquals(report.step(), line.get("step").asLong());
            assertEquals(report.loss(), line.get("loss").asDouble());
            assertEquals(
                    report.validation().orElseThrow().loss(),
                    line.at("/validation/loss").asDouble());
            assertEquals(
                    report.validation().orElseThrow().accuracy(),
                    line.at("/validation/accuracy").asDouble());
            assertTrue(line.get("learningRate").asDouble() > 0, line.toString());
            assertEquals(report.examples(), line.get("examples").asLong());
            assertEquals(report.nanos() / 1e9, line.get("seconds").asDouble());
        }
    }

    @Test
    void theLinesSoFarAreReadWhileItTrains() {
        Path file = folder.resolve("epochs.jsonl");
        List<Integer> counts = new ArrayList<>();
        train(file, new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                counts.add(lines(file).size());
            }
        });
        // The caller's listeners are told first.
        assertEquals(List.of(0, 1, 2), counts);
    }

    @Test
    void theLinesOfAnotherTrainingFollowUnderAnotherRun() {
        Path file = folder.resolve("epochs.jsonl");
        train(file);
        train(file);
        List<JsonNode> lines = lines(file);
        assertEquals(
                List.of(1, 2, 3, 1, 2, 3),
                lines.stream().map(line -> line.get("epoch").asInt()).toList());
        assertEquals(2, lines.stream().map(line -> line.get("run")).distinct().count());
    }

    @Test
    void aPlaceThatCannotBeWrittenToIsWarnedOfOnceAndChangesNoBits() throws IOException {
        Path blocked = Files.createFile(folder.resolve("file")).resolve("epochs.jsonl");
        List<String> warnings = new ArrayList<>();
        Trained trained = train(blocked, Irises.warnings(warnings));
        assertEquals(train(folder.resolve("epochs.jsonl")).checksum(), trained.checksum());
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).startsWith("output.epochs = " + blocked), warnings::toString);
    }

    /** Hadoop's own file system that cannot append. */
    public static final class Checksummed extends ChecksumFileSystem {
        public Checksummed() {
            super(new RawLocalFileSystem());
        }
    }

    @Test
    void whereNothingCanBeAppendedAFileThatExistsIsLeftAlone() throws IOException {
        Configuration configuration = new Configuration(false);
        configuration.setClass("fs.file.impl", Checksummed.class, org.apache.hadoop.fs.FileSystem.class);
        configuration.setBoolean("fs.file.impl.disable.cache", true);
        Path file = folder.resolve("epochs.jsonl");
        var path = new org.apache.hadoop.fs.Path(file.toUri());
        try (AppendedFile made = AppendedFile.open(path, configuration)) {
            made.write(new byte[] {'1'});
        }
        IOException refused = assertThrows(IOException.class, () -> AppendedFile.open(path, configuration));
        assertTrue(String.valueOf(refused.getMessage()).contains("name another one"), refused::toString);
        assertEquals("1", Files.readString(file));
    }
}
