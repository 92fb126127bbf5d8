package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics as a user meets them. */
class EvaluateCommandTest {
    private static final List<String> METRICS = List.of(
            "loss", "accuracy", "balanced_accuracy", "f1", "roc_auc", "pr_auc", "log_loss", "calibration_error");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void trainAndEvaluateTellTheSameMetrics() throws IOException {
        String conf = conf("../conf/data/iris.csv", "classification", "_c4", "validation-fraction = 0.2");
        Run train = Run.of("train", "--conf", conf);
        assertEquals(0, train.code(), train.err());
        assertFalse(train.err().contains("warning"), train.err());
        Run evaluate = Run.of("evaluate", "--model", model(), "--conf", conf);
        assertEquals(0, evaluate.code(), evaluate.err());
        for (String name : METRICS) {
            assertEquals(
                    train.json().get("validation").get(name), evaluate.json().get(name), name);
            assertTrue(evaluate.json().get(name).isDouble(), name);
            assertTrue(evaluate.err().lines().anyMatch(line -> line.startsWith(name + " ")), evaluate.err());
        }
        assertFalse(evaluate.json().has("baseline_accuracy"), "no class is rare");
        JsonNode classes = evaluate.json().get("by_class");
        JsonNode confusion = evaluate.json().get("confusion");
        double hits = 0;
        for (int c = 0; c < 3; c++) {
            JsonNode one = classes.get(c);
            double weight = 0;
            for (JsonNode taken : confusion.get(c)) {
                weight += taken.asDouble();
            }
            hits += confusion.get(c).get(c).asDouble();
            assertEquals(weight / 30, one.get("share").asDouble(), 1e-9);
            assertEquals(
                    confusion.get(c).get(c).asDouble() / weight,
                    one.get("recall").asDouble(),
                    1e-9);
            assertTrue(one.get("precision").asDouble() > 0 && one.get("f1").asDouble() > 0, one.toString());
        }
        assertEquals("Iris-versicolor", classes.get(1).get("class").asText());
        assertEquals(hits / 30, evaluate.json().get("accuracy").asDouble(), 1e-9);
        assertTrue(evaluate.err().contains("is, taken for:"), evaluate.err());
    }

    @Test
    void anAccuracyThatARareClassMakesLookGoodIsToldForWhatItIs() throws IOException {
        StringBuilder text = new StringBuilder("x,noise,fraud\n");
        for (int i = 0; i < 400; i++) {
            text.append("%d,%d,%s%n".formatted(i % 10, i % 7, i % 40 == 39 ? "yes" : "no"));
        }
        String conf = conf(file("fraud.csv", text.toString()), "classification", "fraud", "header = true");
        Run train =
                Run.of("train", "--conf", conf, "--set", "training.epochs=1", "--set", "training.learning-rate=1e-9");
        assertEquals(0, train.code(), train.err());
        Run evaluate = Run.of(
                "evaluate",
                "--model",
                model(),
                "--data",
                folder.resolve("fraud.csv").toString());
        assertEquals(0.975, evaluate.json().get("baseline_accuracy").asDouble(), 1e-9);
        boolean noBetter = evaluate.json().get("accuracy").asDouble() <= 0.975;
        assertEquals(
                noBetter, train.err().contains("is not better than that of always guessing no, 97.50 %"), train.err());
        assertTrue(noBetter, "it has learned nothing: " + evaluate.out());
        List<String> lines = evaluate.err().lines().toList();
        assertTrue(
                lines.get(0)
                        .startsWith(
                                "class yes is rare, 2.5 % of the weight, and always guessing no is right for 97.50 %"),
                evaluate.err());
        assertTrue(lines.get(1).startsWith("balanced_accuracy "), evaluate.err());
        assertTrue(lines.get(2).startsWith("pr_auc "), evaluate.err());

        String ones = file("ones.csv", "x,noise,fraud\n1,2,no\n3,4,no\n");
        Run one = Run.of("evaluate", "--model", model(), "--data", ones, "--by", "fraud");
        assertTrue(one.json().get("roc_auc").isNull(), one.out());
        assertTrue(one.json().get("pr_auc").isNull(), one.out());
        assertTrue(one.json().get("by_class").get(1).get("recall").isNull(), one.out());
        assertFalse(one.out().contains("NaN"), one.out());
    }

    @Test
    void eachGroupOfAColumnIsMeasured() throws IOException {
        String conf = conf("../conf/data/abalone.csv", "regression", "_c8", "validation-fraction = 0.2");
        assertEquals(0, Run.of("train", "--conf", conf).code());
        Run evaluate = Run.of("evaluate", "--model", model(), "--conf", conf, "--by", "_c0");
        assertEquals(0, evaluate.code(), evaluate.err());
        JsonNode by = evaluate.json().get("by");
        assertEquals("_c0", by.get("column").asText());
        assertEquals(List.of("F", "I", "M"), by.get("groups").findValuesAsText("value"));
        double examples = 0;
        double squares = 0;
        for (JsonNode group : by.get("groups")) {
            examples += group.get("examples").asDouble();
            squares += group.get("examples").asDouble()
                    * Math.pow(group.get("rmse").asDouble(), 2);
            assertTrue(group.get("mae").asDouble() > 0 && group.get("r2").asDouble() < 1, group.toString());
        }
        assertEquals(evaluate.json().get("examples").asDouble(), examples);
        assertEquals(evaluate.json().get("rmse").asDouble(), Math.sqrt(squares / examples), 1e-6);
        assertTrue(
                evaluate.err().lines().anyMatch(line -> line.matches("_c0 +examples +loss +rmse +mae +r2")),
                evaluate.err());
        assertTrue(evaluate.err().lines().anyMatch(line -> line.matches("M +\\d+( +[\\d.]+){4}")), evaluate.err());

        Run.of("evaluate", "--model", model(), "--conf", conf, "--by", "_d0")
                .assertProblem(3, "the column of --by \"_d0\" is not in the data; the nearest names are [_c0, ");
        Run.of("evaluate", "--model", model(), "--conf", conf, "--by", "_c4")
                .assertProblem(3, "the column \"_c4\" of --by has more than 1,000 values");
    }

    private String conf(String data, String task, String label, String more) throws IOException {
        return file("job.conf", """
                task = %s
                data { train = "%s", label = %s, %s }
                model { recipe = plain, hidden = [8], activation = tanh }
                training { epochs = 8, batch-size = 16 }
                output.model = "%s"
                spark.master = "local[2]"
                """.formatted(task, data, label, more, model()));
    }

    private String model() {
        return folder.resolve("model").toString();
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
