package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code data} as a user meets it. */
class DataCommandTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void eachColumnHasALineAndTheLabelItsDistribution() throws IOException {
        Random random = new Random(1);
        String conf = conf(
                rows("id,n,c,k,late,y", 400, i -> {
                    int late = random.nextInt(2);
                    return "%d,%s,%s,7,%d,%s"
                            .formatted(
                                    i,
                                    i % 8 == 0 ? "?" : i % 10 / 4.0,
                                    i % 3 == 0 ? "red" : "blue",
                                    late,
                                    late == 1 ? "yes" : "no");
                }),
                "classification",
                "validation-fraction = 0.1");
        Run run = Run.of("data", "--conf", conf);
        assertEquals(0, run.code(), run.err());
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.get(0).endsWith(": 400 rows (40 of them held out), 6 columns, 6 features"), lines.get(0));
        assertLine(run, "id +string +numeric +0 to 399, median [\\d.]+ +id");
        assertLine(run, "n +string +numeric, indicator +50 \\(12.5 %\\) +0 to 2.25, median 1(.25)?, 10 distinct");
        assertLine(run, "c +string +categorical, 2 levels +blue \\d+, red \\d+");
        assertLine(run, "k +string +left out +7 400 +constant");
        assertLine(run, "late +string +numeric +0 to 1, median [\\d.]+, 2 distinct +leak");
        assertLine(run, "no +\\d+ +\\d\\d\\.\\d %");
        assertTrue(run.out().contains("suspicious:\n  column \"k\" is left out: all its cells are 7\n"), run.out());

        JsonNode json = run.json();
        assertEquals("data", json.get("job").asText());
        assertEquals(400, json.get("rows").asInt());
        assertEquals(40, json.get("held_out").asInt());
        assertEquals(List.of("id", "n", "c", "k", "late"), json.get("columns").findValuesAsText("name"));
        JsonNode n = json.get("columns").get(1);
        assertEquals(50, n.get("missing").asInt());
        assertEquals(2.25, n.get("greatest").asDouble());
        assertEquals(2, n.get("features").asInt());
        assertEquals("leak", json.get("columns").get(4).get("suspicious").get(0).asText());
        assertEquals(
                List.of("no", "yes"), json.get("labels").get(0).get("classes").findValuesAsText("class"));

        // Training tells the same.
        Run train = Run.of("train", "--conf", conf);
        assertEquals(0, train.code(), train.err());
        for (JsonNode column : json.get("columns")) {
            column.get("notes").forEach(note -> assertTrue(train.err().contains(note.asText()), note.asText()));
        }
    }

    @Test
    void allThatTrainingWouldRefuseIsToldAfterWhatWasFound() throws IOException {
        String header = IntStream.range(0, 12).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        String conf = conf(rows(header + ",y", 30, i -> (i == 7 ? "oops," : i + ",").repeat(12) + i), "regression", "");
        Run run = Run.of("data", "--conf", conf);
        assertEquals(3, run.code(), run.err());
        assertTrue(run.err().contains("cannot be used as it is; what is wrong is listed under problems"), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        assertLine(run, "c11 +string +numeric +0 to 29");
        assertLine(run, "label y \\(string\\): 0 to 29");
        assertEquals(12, run.json().get("problems").size());
        for (JsonNode problem : run.json().get("problems")) {
            assertTrue(run.out().contains("\n  " + problem.asText() + "\n"), run.out());
        }
        assertTrue(Run.of("train", "--conf", conf)
                .err()
                .contains(run.json().get("problems").get(0).asText()));
    }

    @Test
    void aWideTableIsShortInTheTextAndWholeInTheJson() throws IOException {
        String header = IntStream.range(0, 300).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
        String conf = conf(rows(header + ",y", 20, i -> (i + ",").repeat(300) + i % 2), "classification", "");
        Run run = Run.of("data", "--conf", conf);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("\n  and 250 more columns (the JSON has all)\n"), run.out());
        assertTrue(run.out().lines().count() < 130, run.out());
        assertEquals(300, run.json().get("columns").size());
    }

    @Test
    void testDataIsLookedAtAsWell() throws IOException {
        String test = file("test.csv", "a,y\n1,x\n2,w\n");
        String conf = conf(
                rows("a,y", 20, i -> i + "," + (i % 2 == 0 ? "x" : "z")), "classification", "test = \"" + test + "\"");
        Run run = Run.of("data", "--conf", conf);
        assertEquals(3, run.code(), run.err());
        assertTrue(
                run.json().get("problems").get(0).asText().contains("with a class that training never saw"), run.out());
    }

    @Test
    void whatCannotBeLookedAtIsAnErrorAlone() throws IOException {
        String conf = conf("a,b\n1,2\n", "classification", "");
        Run.of("data", "--conf", conf).assertProblem(3, "the label column \"y\" is not in the data");
        Run.of("data", "--conf", conf, "--set", "data.train=nowhere.csv").assertProblem(3, "there is no file at");
        Run.of("data", "--conf", conf, "--set", "data.lable=y").assertProblem(2, "there is no such key");
    }

    private static void assertLine(Run run, String pattern) {
        assertTrue(run.out().lines().map(String::strip).anyMatch(line -> line.matches(pattern)), run.out());
    }

    private String conf(String data, String task, String more) throws IOException {
        return file("job.conf", """
                task = %s
                data { train = "%s", header = true, label = y, %s }
                model { recipe = plain, hidden = [4], activation = tanh }
                training.epochs = 1
                output.model = "%s"
                spark.master = "local[2]"
                """.formatted(task, file("data.csv", data), more, folder.resolve("model")));
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static String rows(String header, int count, IntFunction<String> row) {
        return header + "\n" + IntStream.range(0, count).mapToObj(row).collect(Collectors.joining("\n"));
    }
}
