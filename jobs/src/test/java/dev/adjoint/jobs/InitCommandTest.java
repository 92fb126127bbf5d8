package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.jobs.config.JobConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command {@code init} as a user meets it: the file that it writes runs. */
class InitCommandTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "iris.csv, classification, _c4, false",
        "abalone.csv, regression, _c8, false",
        "optdigits-train.csv, classification, Class, true",
        "adult-train.csv.gz, classification, _c14, false"
    })
    void theFileRunsAsItStands(String name, String task, String label, boolean header) throws IOException {
        Path data = Files.copy(Path.of("../conf/data", name), folder.resolve(name));
        Path file = folder.resolve("job.conf");
        Run init = Run.of("init", data.toString(), "--output", file.toString());
        assertEquals(0, init.code(), init.err());
        JsonNode json = init.json();
        assertEquals(task, json.get("task").asText());
        assertEquals(label, json.get("label").asText());
        assertTrue(init.err().contains("guessed: data.label = [" + label + "]"), init.err());
        Settings settings = JobConfig.load(file, List.of()).settings();
        assertEquals(header, settings.get(Keys.HEADER));
        assertTrue(Files.readString(file).contains("label = \"" + label + "\"  # guessed: "));
        Run train = Run.of(
                "train",
                "--conf",
                file.toString(),
                "--set",
                "training.epochs=1",
                "--set",
                "output.model=" + folder.resolve("model"));
        assertEquals(0, train.code(), train.err());
        assertTrue(train.json().get("validation").get("examples").asInt() > 0);
    }

    @Test
    void suspiciousColumnsAndCodesAreCommentsAndNamesMayBeAnything() throws IOException {
        String odd = "a \"b\" ${c} # // \\u0041";
        String rows = IntStream.range(0, 100)
                .mapToObj(i -> "%d,%d,%s,%d,%s,%s"
                        .formatted(i, i % 3, i % 7 + .5, i % 12, i % 10 == 0 ? "n.a." : i / 7.0, i % 4))
                .collect(Collectors.joining("\n"));
        String header = "id,zone,m,month,rate,\"" + odd.replace("\"", "\"\"") + "\"";
        Path data = Files.writeString(folder.resolve("t.csv"), header + "\n" + rows);
        Path file = folder.resolve("deep/er/job.conf");
        Run init = Run.of("init", data.toString(), "--label", odd, "--output", file.toString());
        assertEquals(0, init.code(), init.err());
        String text = Files.readString(file);
        assertTrue(
                text.contains(
                        "\n  # few whole numbers, perhaps codes without an order; then: categorical = [\"zone\", \"month\"]\n"),
                text);
        assertTrue(text.contains("\n  # column \"id\" looks like an id (it counts from 0 to 99); "), text);
        Settings settings = JobConfig.load(file, List.of()).settings();
        assertEquals(List.of(odd), settings.get(Keys.LABEL));
        assertTrue(settings.get(Keys.NULL_VALUES).contains("n.a."));
        assertFalse(init.err().contains("guessed: data.label"), init.err());
        Run data1 = Run.of("data", "--conf", file.toString());
        assertEquals(0, data1.code(), data1.err());
    }

    @Test
    void whatIsThereIsKeptAndNothingIsLeftWhereThereIsNoJob() throws IOException {
        Path data = Files.writeString(folder.resolve("t.csv"), "a,y\n1,x\n2,x\n3,x\n");
        Path file = Files.writeString(folder.resolve("job.conf"), "mine");
        Run.of("init", data.toString(), "--output", file.toString())
                .assertProblem(2, "choose another name, or add --overwrite to replace it");
        Run.of("init", data.toString(), "--output", file.toString(), "--overwrite")
                .assertProblem(3, "has one class only");
        assertEquals("mine", Files.readString(file));
        Path other = folder.resolve("other.conf");
        Run.of("init", data.toString(), "--label", "z", "--output", other.toString())
                .assertProblem(3, "the label column \"z\" is not in the data; the nearest names are [a, y]");
        Run.of("init", folder.resolve("nowhere.csv").toString(), "--output", other.toString())
                .assertProblem(3, "there is no file at");
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(2, files.count());
        }
    }
}
