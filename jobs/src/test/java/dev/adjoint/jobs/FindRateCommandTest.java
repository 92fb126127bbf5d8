package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.adjoint.jobs.report.drawing.Svg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code find-rate} as a user meets it. */
class FindRateCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private String conf = "";

    @BeforeEach
    void writeAJobFile() throws IOException {
        conf = Files.writeString(folder.resolve("iris.conf"), """
                        task = classification
                        data { train = "../conf/data/iris.csv", label = _c4 }
                        output.model = "%s"
                        checkpoint.directory = "%s"
                        spark.master = "local[2]"
                        """.formatted(
                                folder.resolve("model"), folder.resolve("checkpoints")))
                .toString();
    }

    @Test
    void theSuggestionIsWhatAJobFileMaySayAndThePictureMarksIt() throws Exception {
        Path file = folder.resolve("rates.svg");
        Run run = find("--plot", file.toString(), "--steps", "100", "--set", "model.recipe=plain");
        assertEquals(0, run.code(), run.err());
        JsonNode summary = run.json();
        assertEquals("find-rate", summary.get("job").asText());
        assertEquals("found", summary.get("outcome").asText());
        assertEquals(file.toString(), summary.get("plot").asText());
        double rate = summary.get("learning_rate").asDouble();
        assertTrue(rate > 1e-3 && rate < 1, run.out());
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.get(0).matches("rate +loss"), run.out());
        for (String row : lines.subList(1, 13)) {
            assertTrue(row.matches("\\d\\.\\de[-+]\\d\\d +\\S+"), row);
        }
        String said = "training.learning-rate = " + rate;
        assertEquals(List.of("", "suggested: " + said), lines.subList(13, 15));
        Svg svg = Svg.parse(Files.readString(file));
        assertTrue(
                svg.texts("suggestion").get(0).startsWith("suggested: 0."),
                svg.texts("suggestion").toString());
        assertTrue(
                svg.texts("rate").containsAll(List.of("1e-5", "1e-4", "0.01", "1")),
                svg.texts("rate").toString());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(
                    List.of("iris.conf", "rates.svg"),
                    left.map(p -> p.getFileName().toString()).sorted().toList(),
                    "nothing is kept of the training");
        }
    }

    @Test
    void theRecipesStepsAreSaidWithTheRateSinceItWouldLeaveThemOut() throws IOException {
        Run run = find("--steps", "100");
        assertEquals(0, run.code(), run.err());
        List<String> settings = run.out()
                .lines()
                .map(String::strip)
                .map(line -> line.replaceFirst("^suggested: ", ""))
                .filter(line -> line.startsWith("training."))
                .toList();
        assertTrue(settings.get(0).startsWith("training.learning-rate = "), run.out());
        assertTrue(settings.contains("training.decay = 0.1"), run.out());
        String own = Files.writeString(
                        folder.resolve("own.conf"), Files.readString(Path.of(conf)) + String.join("\n", settings))
                .toString();
        Run again = Run.of("find-rate", "--conf", own, "--steps", "100");
        assertEquals(0, again.code(), again.err());
        assertEquals(run.json(), again.json(), "the same steps");
    }

    @Test
    void aRangeWithoutAGoodRateSaysWhereToLook() throws IOException {
        Run low = find("--from", "1e-12", "--to", "1e-9", "--set", "model.recipe=plain");
        assertEquals(0, low.code(), low.err());
        assertEquals("too-low", low.json().get("outcome").asText());
        assertTrue(low.json().get("learning_rate").isNull(), low.out());
        assertTrue(low.out().contains("look at higher rates, --from 1.0e-12 --to 1.0e-06"), low.out());
        Run high = find("--from", "1000", "--to", "1e6", "--set", "model.recipe=plain");
        assertEquals("too-high", high.json().get("outcome").asText());
        assertTrue(high.out().contains("look at lower rates, --from 1.0e+00 --to 1.0e+03"), high.out());
    }

    @Test
    void wrongUsageIsToldBeforeTheDataIsRead() throws IOException {
        String none = "data.train=none.csv";
        find("--set", none, "--from", "1", "--to", "0.1")
                .assertProblem(2, "rates from 1.0 to 0.1: expected the first less than the second");
        find("--set", none, "--steps", "20").assertProblem(2, "20 steps: expected 100 to 100000");
        find("--set", none, "--plot", "rates.png")
                .assertProblem(2, "--plot rates.png: expected a name that ends in .svg");
        Path taken = Files.writeString(folder.resolve("taken.svg"), "old");
        find("--set", none, "--plot", taken.toString()).assertProblem(2, taken + " exists");
        find("--set", none, "--plot", taken + "/rates.svg").assertProblem(2, taken + " is no directory");
        find("--set", none, "--plot", taken.toString(), "--overwrite").assertProblem(3, "there is no file at none.csv");
        assertEquals("old", Files.readString(taken));
        find("--set", "training.synchronise.every=2 steps")
                .assertProblem(2, "training.synchronise.every = 2 steps: rates are tried out with steps");
    }

    private Run find(String... arguments) {
        List<String> all = new ArrayList<>(List.of("find-rate", "--conf", conf));
        all.addAll(List.of(arguments));
        return Run.of(all.toArray(String[]::new));
    }
}
