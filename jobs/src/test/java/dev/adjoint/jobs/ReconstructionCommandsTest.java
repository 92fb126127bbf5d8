package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An autoencoder as a user meets it: every command that takes a job file or a model. */
class ReconstructionCommandsTest {
    @TempDir
    private Path folder = Path.of("");

    private String conf = "";

    @BeforeEach
    void writeAJobFile() throws IOException {
        conf = Files.writeString(folder.resolve("job.conf"), """
                        task = reconstruction
                        data { train = "../conf/data/abalone.csv", exclude = [_c8], validation-fraction = 0.2 }
                        model { recipe = plain, hidden = [8, 3, 8], activation = tanh }
                        training { epochs = 3, batch-size = 64 }
                        output.model = "%s"
                        spark.master = "local[2]"
                        """.formatted(folder.resolve("model")))
                .toString();
    }

    private Run run(String command, String... more) {
        return Run.of(Stream.concat(Stream.of(command, "--conf", conf), Stream.of(more))
                .toArray(String[]::new));
    }

    private String model() {
        return folder.resolve("model").toString();
    }

    @Test
    void itIsTrainedMeasuredAndApplied() throws IOException {
        Run train = run("train");
        assertEquals(0, train.code(), train.err());
        assertTrue(train.err().contains("10 features, reconstruction"), train.err());
        assertTrue(train.err().contains("network 10-8-3-8-10 tanh"), train.err());
        JsonNode validation = train.json().get("validation");
        Run evaluate = run("evaluate", "--model", model(), "--by", "_c0");
        assertEquals(0, evaluate.code(), evaluate.err());
        for (String name : List.of("loss", "rmse", "r2", "by_column")) {
            assertEquals(validation.get(name), evaluate.json().get(name), name);
        }
        JsonNode columns = evaluate.json().get("by_column");
        assertEquals(8, columns.size());
        double squares = 3 * Math.pow(columns.get(0).get("rmse").asDouble(), 2);
        for (int i = 1; i < 8; i++) {
            squares += Math.pow(columns.get(i).get("rmse").asDouble(), 2);
        }
        assertEquals(validation.get("rmse").asDouble(), Math.sqrt(squares / 10), 1e-9);
        assertEquals(3, evaluate.json().get("by").get("groups").size());
        assertTrue(evaluate.err().lines().anyMatch(line -> line.matches("column +rmse +r2")), evaluate.err());

        String scored = folder.resolve("scored").toString();
        Run predict = Run.of("predict", "--model", model(), "--data", "../conf/data/abalone.csv", "--output", scored);
        assertEquals(0, predict.code(), predict.err());
        try (Stream<Path> files = Files.list(Path.of(scored))) {
            Path part = files.filter(file -> file.toString().endsWith(".csv"))
                    .findFirst()
                    .orElseThrow();
            List<String> lines = Files.readAllLines(part);
            assertTrue(lines.get(0).endsWith("_c8,reconstruction_error,reconstruction"), lines.get(0));
            assertTrue(lines.get(1).matches("M,0.455,.*,15,0\\.\\d+,\"\\[.*\\]\""), lines.get(1));
        }
    }

    @Test
    void whatLooksAtAJobFileTakesOneWithoutALabel() throws IOException {
        Run data = run("data");
        assertEquals(0, data.code(), data.err());
        assertEquals(0, data.json().get("labels").size());
        Run explain = run("explain", "--gflops", "10");
        assertEquals(0, explain.code(), explain.err());
        assertTrue(explain.out().contains("network 10-8-3-8-10 tanh"), explain.out());
        Run unread = run("explain", "--gflops", "10", "--examples", "1000", "--features", "20");
        assertTrue(unread.out().contains("network 20-8-3-8-20 tanh"), unread.out() + unread.err());
        run("explain", "--examples", "1000", "--features", "20", "--entries", "3")
                .assertProblem(2, "--entries 3: expected none, for reconstruction");
        run("explain", "--examples", "1000", "--features", "20", "--classes", "3")
                .assertProblem(2, "--classes 3: expected none, for reconstruction");
        Run rate = run("find-rate", "--steps", "100");
        assertEquals(0, rate.code(), rate.err());
        Run check = run("gradcheck");
        assertEquals(0, check.code(), check.out() + check.err());
        run("train", "--set", "data.label=_c8")
                .assertProblem(2, "data.label: a reconstruction has no label; leave this out");
    }

    @Test
    void theSummaryTellsWhichLayersWereTaken() throws IOException {
        assertEquals(0, run("train").code());
        Run further = run(
                "train",
                "--init-from",
                model(),
                "--set",
                "task=regression",
                "--set",
                "data.label=_c8",
                "--set",
                "data.exclude=[]",
                "--set",
                "model.hidden=[8,3]",
                "--set",
                "output.model=" + folder.resolve("further"));
        assertEquals(0, further.code(), further.err());
        assertTrue(
                further.err().contains("network 10-8-3-1 tanh, 119 parameters, those of layers 1, 2 the model's;"),
                further.err());
        assertEquals("[1,2]", further.json().get("layers_taken").toString());
        run("train", "--overwrite", "--init-from", folder.resolve("further").toString())
                .assertProblem(2, "--init-from: the model is not for reconstruction");
    }
}
