package dev.adjoint.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.Survey.Column;
import dev.adjoint.driver.data.Survey.Level;
import dev.adjoint.driver.data.Survey.Numbers;
import dev.adjoint.driver.data.Survey.Role;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.model.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found out of tables, and which columns are told as suspicious. */
class SurveyTest {
    @TempDir
    private Path folder = Path.of("");

    private static final Settings CLASSES =
            TestSettings.plain(Task.CLASSIFICATION).with(Keys.LABEL, List.of("y"));
    private static final Settings NUMBERS = TestSettings.plain(Task.REGRESSION).with(Keys.LABEL, List.of("y"));

    @Test
    void eachColumnIsToldWithWhatItBecomes() throws IOException {
        String text =
                "n,c,d,k,w,u,y\n1,p,2024-01-01,7,1,9,x\n,q,2024-01-02,7,2,9,z\n3,p,2024-01-03,7,1,9,x\n8,p,,7,1,9,x\n";
        Survey survey =
                survey(text, CLASSES.withSome(Keys.WEIGHT, "w").with(Keys.FEATURES, List.of("n", "c", "d", "k")));
        double day = 86_400;
        double first = 19_723 * day;
        assertEquals(
                List.of(
                        new Column(
                                "n",
                                "string",
                                Role.NUMERIC,
                                OptionalInt.of(2),
                                1,
                                Optional.of(new Numbers(1, 2, 3, 5.5, 8)),
                                OptionalLong.of(3),
                                List.of()),
                        new Column(
                                "c",
                                "string",
                                Role.CATEGORICAL,
                                OptionalInt.of(2),
                                0,
                                Optional.empty(),
                                OptionalLong.of(2),
                                List.of(new Level("p", 3), new Level("q", 1))),
                        new Column(
                                "d",
                                "string",
                                Role.DATE,
                                OptionalInt.of(6),
                                1,
                                Optional.of(new Numbers(
                                        first, first + day / 2, first + day, first + 1.5 * day, first + 2 * day)),
                                OptionalLong.of(3),
                                List.of()),
                        new Column(
                                "k",
                                "string",
                                Role.LEFT_OUT,
                                OptionalInt.of(0),
                                0,
                                Optional.empty(),
                                OptionalLong.of(1),
                                List.of(new Level("7", 4))),
                        unread("w", Role.WEIGHT),
                        unread("u", Role.UNUSED)),
                survey.columns());
        assertEquals(
                List.of(new Survey.Target(
                        "y", "string", Optional.empty(), List.of(new Level("x", 3), new Level("z", 1)))),
                survey.targets());
        assertEquals(4, survey.rows());
    }

    private static Column unread(String name, Role role) {
        return new Column(
                name, "string", role, OptionalInt.of(0), 0, Optional.empty(), OptionalLong.empty(), List.of());
    }

    @Test
    void aNumberToPredictIsToldWithItsQuartiles() throws IOException {
        Survey survey = survey(rows("a,y", 101, i -> i % 7 + "," + i), NUMBERS);
        assertEquals(
                List.of(new Survey.Target("y", "string", Optional.of(new Numbers(0, 25, 50, 75, 100)), List.of())),
                survey.targets());
    }

    @Test
    void whatCannotBeUsedIsToldWithAllThatWasFound() throws IOException {
        String header = IntStream.range(0, 20).mapToObj(i -> "c" + i).collect(Collectors.joining(",")) + ",y";
        String text = rows(header, 30, i -> (i == 7 ? "oops," : i + ",").repeat(20) + (i == 9 ? "" : "x"));
        Survey survey = new Survey();
        DataException refused = assertThrows(DataException.class, () -> survey(text, CLASSES, survey));
        assertEquals(22, refused.problems().size());
        assertTrue(String.valueOf(refused.getMessage()).endsWith("\n  and 14 more"), refused.getMessage());
        assertTrue(
                refused.problems().get(21).startsWith("label column \"y\" has one class only"),
                refused.problems().get(21));
        assertEquals(20, survey.columns().size());
        Column first = survey.columns().get(0);
        assertEquals(Role.NUMERIC, first.role());
        assertEquals(OptionalInt.empty(), first.features());
        assertEquals(29, first.numbers().orElseThrow().greatest());
        assertTrue(Double.isNaN(first.numbers().orElseThrow().median()));
        assertEquals(List.of(new Level("x", 29)), survey.targets().get(0).classes());
    }

    @Test
    void columnsThatTellTheLabelAreTold() throws IOException {
        Random random = new Random(1);
        int[] classes = random.ints(400, 0, 3).toArray();
        String text = rows("copy,coded,date,near,a,y", 400, i -> "%s,%d,2024-0%d-01,%d,%d,class%d"
                .formatted(
                        "abc".charAt(classes[i]),
                        10 - classes[i],
                        1 + classes[i],
                        i % 5 == 0 ? 1 : classes[i],
                        random.nextInt(100),
                        classes[i]));
        assertEquals(Set.of("copy", "coded", "date"), told(survey(text, CLASSES), Note.Kind.LEAK));
        String prices = rows("euros,rooms,y", 400, i -> {
            double price = Math.exp(3 * random.nextGaussian());
            return price * 0.9 + "," + random.nextInt(9) + "," + price;
        });
        assertEquals(Set.of("euros"), told(survey(prices, NUMBERS), Note.Kind.LEAK));
    }

    @Test
    void oneOfAVectorsNumbersThatTellsTheLabelIsTold() {
        SparkSession spark = TestSpark.session();
        Survey survey = new Survey();
        TrainingData.prepare(
                spark.sql("select array(cast(hash(id) as double), 2.5 * (hash(id, 1) & 1)) v, hash(id, 1) & 1 y"
                        + " from range(400)"),
                "q",
                CLASSES.data(),
                survey);
        List<Note> leaks = survey.notes().stream()
                .filter(note -> note.kind() == Note.Kind.LEAK)
                .toList();
        assertEquals(1, leaks.size());
        assertTrue(leaks.get(0)
                .text()
                .startsWith("number 2 of column \"v\" predicts the label \"y\" by itself: it saves 100.0 %"));
    }

    @Test
    void idsAreTold() throws IOException {
        Random random = new Random(1);
        List<Integer> customers =
                random.ints(0, 5000).distinct().limit(1000).boxed().toList();
        String text = rows("row,customer,name,free,measure,share,y", 1000, i -> "%d,%d,%s,t%d,%d,%s,%d"
                .formatted(
                        i + 1,
                        customers.get(i),
                        i < 20 ? "Ann" : "n" + i,
                        i,
                        random.nextInt(2000),
                        random.nextDouble(),
                        random.nextInt(2)));
        Survey survey = survey(text, CLASSES);
        assertEquals(Set.of("row", "customer", "name", "free"), told(survey, Note.Kind.ID));
        assertTrue(survey.notes().toString().contains("column \"row\" looks like an id (it counts from 1 to 1000)"));
        assertEquals(
                4,
                survey.notes().stream()
                        .filter(note -> note.kind() == Note.Kind.ID)
                        .count());
        assertTrue(told(survey, Note.Kind.LEAK).isEmpty());
    }

    @Test
    void equalAndConstantColumnsAreTold() throws IOException {
        Survey survey = survey(rows("a,b,k,y", 60, i -> i % 7 + "," + i % 7 + ",1," + i % 2), CLASSES);
        assertEquals(Set.of("b"), told(survey, Note.Kind.EQUAL));
        assertEquals(Set.of("k"), told(survey, Note.Kind.CONSTANT));
    }

    @Test
    void itHasTheSameBitsInAnySplitOfTheInput() throws IOException {
        String path = csv(rows(
                "n,c,copy,id,y",
                3000,
                i -> (i % 11 == 0 ? "" : String.valueOf(i * 7919 % 3001 / 7.0)) + ",k" + i * i % 97 + ","
                        + i * 31 % 101 / 7.0 + "," + i + "," + i * 31 % 101 / 3.0));
        Set<Object> found = new HashSet<>();
        for (String block : List.of("1048576", "3000")) {
            SparkSession spark = TestSpark.session("local[2]", Map.of("spark.sql.files.maxPartitionBytes", block));
            Survey survey = new Survey();
            survey(spark, path, NUMBERS.with(Keys.VALIDATION_FRACTION, 0.2), survey);
            assertEquals(Set.of("copy"), told(survey, Note.Kind.LEAK));
            found.add(List.of(survey.columns(), survey.targets(), survey.notes()));
        }
        assertEquals(1, found.size());
    }

    @Test
    void nothingIsFoundWhereNothingCouldBeRead() {
        Survey survey = new Survey();
        assertThrows(DataException.class, () -> survey("a,b\n1,2\n", CLASSES, survey));
        assertTrue(survey.isEmpty());
        assertFalse(survey.columns().iterator().hasNext());
    }

    private static Set<String> told(Survey survey, Note.Kind kind) {
        return survey.notes().stream()
                .filter(note -> note.kind() == kind)
                .map(note -> note.column().orElseThrow())
                .collect(Collectors.toSet());
    }

    private Survey survey(String text, Settings settings) throws IOException {
        Survey survey = new Survey();
        survey(text, settings, survey);
        return survey;
    }

    private void survey(String text, Settings settings, Survey survey) throws IOException {
        survey(TestSpark.session(), csv(text), settings, survey);
    }

    private static void survey(SparkSession spark, String path, Settings settings, Survey survey) {
        Source source = settings.source(new Source("csv", true, List.of()));
        TrainingData.prepare(new Reader(spark).read(path, source, OptionalInt.empty()), path, settings.data(), survey);
    }

    private String csv(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "data", ".csv"), text)
                .toString();
    }

    private static String rows(String header, int count, IntFunction<String> row) {
        return header + "\n" + IntStream.range(0, count).mapToObj(row).collect(Collectors.joining("\n"));
    }
}
