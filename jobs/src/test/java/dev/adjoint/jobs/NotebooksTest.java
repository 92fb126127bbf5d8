package dev.adjoint.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The Zeppelin notes run from their first paragraph to their last, by Scala's interpreter, and show what they say. Zeppelin itself is
 * not there.
 */
class NotebooksTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path NOTES = ROOT.resolve("jobs/notebooks");
    private static final Path PAGE = ROOT.resolve("docs/zeppelin.md");
    /** Where the notes think that the repository is. */
    private static final String CLONE = "/opt/adjoint";

    private static SparkSession spark;

    /** A paragraph: which interpreter it is for, what that gets, and how its tables are drawn. */
    private record Paragraph(String interpreter, String code, JsonNode charts) {
        static Paragraph of(JsonNode json) {
            String text = json.get("text").asText();
            int end = text.indexOf('\n');
            return new Paragraph(
                    text.substring(1, end),
                    text.substring(end + 1),
                    json.get("config").get("results"));
        }
    }

    /** As a shell has it, without what our launcher sets. */
    @BeforeAll
    static void open() {
        spark = SparkSession.builder()
                .master("local[2]")
                .appName("notebooks")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.log.level", "ERROR")
                .getOrCreate();
    }

    @AfterAll
    static void close() {
        spark.stop();
    }

    private static List<Path> notes() throws IOException {
        try (Stream<Path> files = Files.list(NOTES)) {
            return files.sorted().toList();
        }
    }

    private static JsonNode json(Path note) throws IOException {
        return new ObjectMapper().readTree(note.toFile());
    }

    private static List<Paragraph> paragraphs(Path note) throws IOException {
        List<Paragraph> paragraphs = new ArrayList<>();
        json(note).get("paragraphs").forEach(paragraph -> paragraphs.add(Paragraph.of(paragraph)));
        return paragraphs;
    }

    @Test
    void everyNoteCanBeImportedAndHoldsNoResults() throws IOException {
        List<String> names =
                notes().stream().map(file -> file.getFileName().toString()).toList();
        assertEquals(
                List.of("adult.zpln", "autodiff.zpln", "distribution.zpln", "first-steps.zpln", "live-curve.zpln"),
                names);
        for (Path note : notes()) {
            assertTrue(json(note).get("name").asText().startsWith("Adjoint/"), note.toString());
            Set<String> ids = new HashSet<>();
            for (JsonNode paragraph : json(note).get("paragraphs")) {
                // What Zeppelin reads of an imported paragraph.
                assertTrue(ids.add(paragraph.get("id").asText()), note + ": " + paragraph);
                assertTrue(paragraph.get("settings").get("params").isObject(), note + ": " + paragraph);
                assertTrue(paragraph.get("config").get("results").isObject(), note + ": " + paragraph);
                assertNull(paragraph.get("results"), note + ": " + paragraph);
                assertNull(paragraph.get("user"), note + ": " + paragraph);
            }
        }
    }

    @Test
    void everyNoteSaysWhatItShowsAndNeedsOneDependency() throws IOException {
        Set<String> configurations = new HashSet<>();
        for (Path note : notes()) {
            List<Paragraph> paragraphs = paragraphs(note);
            assertEquals("md", paragraphs.get(0).interpreter(), note.toString());
            assertTrue(paragraphs.get(0).code().startsWith("# "), note.toString());
            assertEquals("spark.conf", paragraphs.get(1).interpreter(), note.toString());
            configurations.add(paragraphs.get(1).code());
            for (Paragraph paragraph : paragraphs.subList(2, paragraphs.size())) {
                assertTrue(
                        Set.of("md", "spark", "spark.sql").contains(paragraph.interpreter()),
                        note + ": " + paragraph.interpreter());
                if (paragraph.interpreter().equals("spark")) {
                    paragraph
                            .code()
                            .lines()
                            .filter(line -> line.startsWith("import "))
                            .forEach(line -> assertTrue(
                                    line.matches("import (dev\\.adjoint|org\\.apache\\.spark|java|scala)\\..*"),
                                    note + ": " + line));
                }
            }
        }
        // One for all, so that the notes can share an interpreter.
        assertEquals(1, configurations.size(), configurations.toString());
        List<String> jars = configurations
                .iterator()
                .next()
                .lines()
                .filter(line -> line.startsWith("spark.jars"))
                .toList();
        assertEquals(List.of("spark.jars " + CLONE + "/jobs/target/adjoint.jar"), jars);
    }

    /** What the note's {@code %spark} paragraphs show, one after the other, each checked for what Zeppelin needs of it. */
    private static List<ZeppelinDisplay> shown(String name) throws IOException {
        List<ZeppelinDisplay> all = new ArrayList<>();
        try (ScalaShell shell = new ScalaShell(spark)) {
            for (Paragraph paragraph : paragraphs(NOTES.resolve(name))) {
                if (paragraph.interpreter().equals("spark")) {
                    List<ZeppelinDisplay> shown =
                            ZeppelinDisplay.of(shell.run(paragraph.code().replace(CLONE, ROOT.toString())));
                    assertFalse(shown.isEmpty(), "nothing is shown by\n" + paragraph.code());
                    shown.forEach(NotebooksTest::assertShowable);
                    assertDrawable(paragraph, shown);
                    all.addAll(shown);
                } else if (paragraph.interpreter().equals("spark.sql")) {
                    all.add(table(spark.sql(paragraph.code())));
                }
            }
        }
        return all;
    }

    private static void assertShowable(ZeppelinDisplay display) {
        switch (display.kind()) {
            case "table" -> assertTrue(display.cells().get(0).size() >= 2, display.text());
            case "html" -> assertTrue(display.count("p") + display.count("svg") > 0, display.text());
            default -> assertTrue(display.text().contains("output "), display.text()); // a program
        }
    }

    /** The columns of a chart are those of the table that it draws. */
    private static void assertDrawable(Paragraph paragraph, List<ZeppelinDisplay> shown) {
        paragraph.charts().properties().forEach(result -> {
            List<String> columns =
                    shown.get(Integer.parseInt(result.getKey())).cells().get(0);
            JsonNode graph = result.getValue().get("graph");
            assertEquals(1, graph.get("keys").size(), paragraph.code());
            assertFalse(graph.get("values").isEmpty(), paragraph.code());
            for (String role : List.of("keys", "groups", "values")) {
                graph.get(role)
                        .forEach(column -> assertEquals(
                                column.get("name").asText(),
                                columns.get(column.get("index").asInt()),
                                paragraph.code()));
            }
        });
    }

    private static ZeppelinDisplay table(Dataset<Row> rows) {
        List<String> lines = new ArrayList<>(List.of(String.join("\t", rows.columns())));
        rows.collectAsList().forEach(row -> lines.add(row.mkString("\t")));
        return new ZeppelinDisplay("table", String.join("\n", lines), 0);
    }

    /** The tables that have such a column. */
    private static List<ZeppelinDisplay> tables(List<ZeppelinDisplay> shown, String column) {
        return shown.stream()
                .filter(display ->
                        display.kind().equals("table") && display.cells().get(0).contains(column))
                .toList();
    }

    private static ZeppelinDisplay table(List<ZeppelinDisplay> shown, String column) {
        List<ZeppelinDisplay> tables = tables(shown, column);
        assertEquals(1, tables.size(), "tables with a column \"" + column + "\"");
        return tables.get(0);
    }

    /** The groups of the first place in an {@code %html} where the pattern is found. */
    private static double[] told(List<ZeppelinDisplay> shown, String pattern) {
        for (ZeppelinDisplay display : shown) {
            Matcher matcher = Pattern.compile(pattern).matcher(display.text());
            if (display.kind().equals("html") && matcher.find()) {
                return IntStream.rangeClosed(1, matcher.groupCount())
                        .mapToDouble(group -> Double.parseDouble(matcher.group(group)))
                        .toArray();
            }
        }
        throw new AssertionError("nothing like " + pattern + " is told");
    }

    private static int distinct(List<String> texts) {
        return new HashSet<>(texts).size();
    }

    @Test
    void theFirstStepsNameFlowersRightInScalaAndInSql() throws IOException {
        List<ZeppelinDisplay> shown = shown("first-steps.zpln");
        assertArrayEquals(
                new double[] {50, 50, 50}, tables(shown, "flowers").get(0).numbers("flowers"));
        double[] losses = table(shown, "validationLoss").numbers("validationLoss");
        assertTrue(Arrays.stream(losses).min().orElseThrow() < losses[0] / 2, Arrays.toString(losses));
        double[] named = told(shown, "([0-9.]+) %</b>: (\\d+) of (\\d+)");
        assertTrue(named[0] > 90, named[0] + " %");
        assertEquals(100 * named[1] / named[2], named[0], 0.06);
        ZeppelinDisplay bySql = table(shown, "named");
        double right = 0;
        for (List<String> row : bySql.cells()) {
            right += row.get(0).equals(row.get(1)) ? Double.parseDouble(row.get(2)) : 0;
        }
        assertTrue(right > 0.9 * 150, bySql.text());
        assertEquals(1, distinct(table(shown, "checksum").column("checksum")), "the same bits");
        assertTrue(table(shown, "key").column("key").containsAll(List.of("created", "data", "settings")));
    }

    @Test
    void adultIsJudgedByMoreThanItsAccuracy() throws IOException {
        List<ZeppelinDisplay> shown = shown("adult.zpln");
        double[] judged = table(shown, "metric").numbers("value");
        double accuracy = judged[0];
        assertTrue(accuracy > judged[1] + 0.07, accuracy + " against " + judged[1]);
        assertTrue(judged[4] > 0.89, "area under the ROC curve " + judged[4]);
        ZeppelinDisplay calibration = table(shown, "tenth");
        assertArrayEquals(calibration.numbers("predicted"), calibration.numbers("observed"), 0.08, calibration.text());
        assertEquals(16_281, Arrays.stream(calibration.numbers("people")).sum());
        ZeppelinDisplay bySex = table(shown, "are named");
        double[] people = bySex.numbers("people");
        double[] right = bySex.numbers("accuracy");
        assertEquals(accuracy, (people[0] * right[0] + people[1] * right[1]) / (people[0] + people[1]), 1e-3);
        assertEquals(13, table(shown, "importance").column("column").size());
        double[] recall = table(shown, "threshold").numbers("recall");
        assertEquals(judged[3], recall[4], 1e-3, "at one half it is the prediction's");
        for (int i = 1; i < recall.length; i++) {
            assertTrue(recall[i] < recall[i - 1], Arrays.toString(recall));
        }
    }

    @Test
    void derivativesAreThoseByHandAndCheapHoweverManyTheParameters() throws IOException {
        List<ZeppelinDisplay> shown = shown("autodiff.zpln");
        assertDerivativesByHand(shown);
        assertDigitsAndCost(shown);
        double[] losses = table(shown, "loss").numbers("loss");
        assertTrue(losses[losses.length - 1] < 0.1, Arrays.toString(losses));
        List<ZeppelinDisplay> pictures = shown.stream()
                .filter(display -> display.kind().equals("html") && display.count("svg") == 1)
                .toList();
        assertEquals(2, pictures.size(), "the graph and the regions");
        assertTrue(pictures.get(0).count("path") > 10, pictures.get(0).text());
        assertEquals(150, pictures.get(1).count("circle"));
        assertTrue(told(shown, "(\\d+) of 150 flowers")[0] > 140);
    }

    private static void assertDerivativesByHand(List<ZeppelinDisplay> shown) {
        ZeppelinDisplay points = table(shown, "df/dx1");
        assertArrayEquals(points.numbers("df/dx1 by hand"), points.numbers("df/dx1"), 1e-15);
        assertArrayEquals(points.numbers("df/dx2 by hand"), points.numbers("df/dx2"), 1e-15);
        ZeppelinDisplay trace = table(shown, "adjoint");
        assertEquals(List.of("5.5", "1.7163"), trace.column("its value").subList(0, 2));
        ZeppelinDisplay root = table(shown, "of the root");
        assertArrayEquals(root.numbers("by hand"), root.numbers("differentiated"), 1e-9);
        double[] jacobian = Stream.of("d / dr", "d / dphi")
                .flatMapToDouble(column -> Arrays.stream(table(shown, column).numbers(column)))
                .toArray();
        assertArrayEquals(new double[] {Math.sqrt(3) / 2, 0.5, -1, Math.sqrt(3)}, jacobian, 1e-12);
        assertArrayEquals(new double[] {802, -400}, table(shown, "d / dx").numbers("d / dx"));
        double[] eigenvalues = told(shown, "eigenvalues ([0-9.]+) and ([0-9.]+)");
        assertEquals(2500, eigenvalues[0] / eigenvalues[1], 10);
    }

    private static void assertDigitsAndCost(List<ZeppelinDisplay> shown) {
        ZeppelinDisplay errors = table(shown, "log10 h");
        double oneSide = Arrays.stream(errors.numbers("one side")).min().orElseThrow();
        double bothSides = Arrays.stream(errors.numbers("both sides")).min().orElseThrow();
        assertEquals(-16 / 2.0, oneSide, 1, "half of the digits");
        assertEquals(-16 * 2 / 3.0, bothSides, 1, "two thirds of them");
        ZeppelinDisplay cost = table(shown, "reverse mode");
        assertTrue(Arrays.stream(cost.numbers("reverse mode")).max().orElseThrow() < 4, cost.text());
        double[] parameters = cost.numbers("parameters");
        double[] forward = cost.numbers("forward mode");
        for (int i = 0; i < parameters.length; i++) {
            assertTrue(forward[i] >= parameters[i], cost.text());
        }
    }

    @Test
    void distributionChangesTheTimeAndNotTheBits() throws IOException {
        List<ZeppelinDisplay> shown = shown("distribution.zpln");
        List<String> byPartitions = table(shown, "partitions").column("checksum");
        assertEquals(1, distinct(byPartitions), byPartitions.toString());
        List<String> byRounds = table(shown, "a round is").column("checksum");
        assertEquals(List.of(byPartitions.get(0).substring(0, 16)), List.copyOf(new HashSet<>(byRounds)));
        ZeppelinDisplay local = table(shown, "replicas meet");
        assertEquals(3, distinct(local.column("checksum")), "other algorithms");
        assertEquals(1, distinct(local.column("steps")), local.text());
        double[] rounds = local.numbers("rounds");
        assertTrue(rounds[0] > rounds[1] && rounds[1] > rounds[2], local.text());
        String costs = Files.readString(ROOT.resolve("docs/cluster.md")).replace(",", "");
        ZeppelinDisplay model = table(shown, "compute");
        for (int executors : new int[] {1, 4, 16, 64}) {
            int at = model.column("executors").indexOf(String.valueOf(executors));
            Matcher row = Pattern.compile("\\| %d \\| \\d+ \\| (\\d+) \\|".formatted(executors))
                    .matcher(costs);
            assertTrue(row.find(), "a row of " + executors + " executors in docs/cluster.md");
            assertEquals(row.group(1), model.column("examples a second").get(at));
        }
    }

    @Test
    void theLiveCurveIsTheHistoryAndEachOfItsRowsIsSentOn() throws IOException {
        List<ZeppelinDisplay> shown = shown("live-curve.zpln");
        List<ZeppelinDisplay> curves = tables(shown, "loss");
        ZeppelinDisplay live = curves.get(0);
        ZeppelinDisplay history = curves.get(curves.size() - 1);
        assertEquals(40, live.column("epoch").size());
        assertArrayEquals(history.numbers("loss"), live.numbers("loss"), 1e-5);
        assertArrayEquals(history.numbers("validationLoss"), live.numbers("validation loss"), 1e-5);
        ZeppelinDisplay steps = curves.get(1);
        assertTrue(steps.column("step").size() > 30, steps.text());
        ZeppelinDisplay race = table(shown, "rate");
        assertEquals(
                List.of("0.002", "0.02", "0.2"),
                race.column("rate").stream().distinct().toList());
        for (ZeppelinDisplay growing : List.of(live, steps, race)) {
            assertEquals(growing.cells().size() - 1, growing.flushes(), growing.text());
        }
        assertTrue(told(shown, "least in epoch (\\d+)")[0] >= 1);
    }

    @Test
    void thePageShowsTheSameInScalaAndInJShellWithTheSameBits() throws IOException {
        String scala = block("scala");
        String java = block("jshell");
        String checksum;
        try (ScalaShell shell = new ScalaShell(spark)) {
            scala.replace("conf/data", ROOT + "/conf/data").lines().forEach(shell::run); // as it takes them
            checksum = shell.run("println(model.checksum)").strip();
        }
        assertTrue(checksum.matches("[0-9a-f]{64}"), checksum);
        String inJShell = jshell(java.replace("conf/data", ROOT + "/conf/data") + "\nmodel.checksum()");
        assertEquals('"' + checksum + '"', inJShell);
    }

    private static String block(String language) throws IOException {
        Matcher matcher = Pattern.compile("^```" + language + "\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(Files.readString(PAGE));
        assertTrue(matcher.find(), "a block of " + language + " in " + PAGE);
        return matcher.group(1);
    }

    /**
     * Runs the lines as the tool does, which takes what is complete at a line's end, fails where one does not compile or throws, and
     * gives the value of the last.
     */
    private static String jshell(String code) {
        List<String> values = new ArrayList<>();
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            shell.addToClasspath(ScalaShell.classPath());
            String printed = ScalaShell.printed(() -> {
                String begun = "";
                for (String line : code.lines().toList()) {
                    begun += line + "\n";
                    SourceCodeAnalysis.CompletionInfo next =
                            shell.sourceCodeAnalysis().analyzeCompletion(begun);
                    if (!next.completeness().isComplete()) {
                        continue;
                    }
                    for (SnippetEvent event : shell.eval(next.source())) {
                        assertEquals(
                                Snippet.Status.VALID,
                                event.status(),
                                () -> next.source()
                                        + shell.diagnostics(event.snippet())
                                                .map(diagnostic -> diagnostic.getMessage(null))
                                                .toList());
                        assertNull(event.exception(), next.source());
                        values.add(String.valueOf(event.value()));
                    }
                    begun = next.remaining();
                }
                assertEquals("", begun.strip(), "a statement without an end");
            });
            assertTrue(printed.contains("Iris-virginica"), printed);
        }
        return values.get(values.size() - 1);
    }
}
