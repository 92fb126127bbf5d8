package dev.adjoint.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.model.Source;
import dev.adjoint.model.features.Label;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rows are held out. The rows' numbers are their feature, unscaled, so that what became of each can be seen. */
class HoldOutTest {
    private static final int ROWS = 2000;

    private static final Settings SETTINGS = TestSettings.plain(Task.CLASSIFICATION)
            .with(Keys.LABEL, List.of("y"))
            .with(Keys.FEATURES, List.of("row"))
            .with(Keys.SCALE, Preprocessing.Scale.NONE);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyClassIsHeldOutInTheSameShare() throws IOException {
        TrainingData data = prepare(table(i -> classOf(i)), SETTINGS.with(Keys.VALIDATION_FRACTION, 0.2));
        Map<String, Long> all = classes(IntStream.range(0, ROWS).boxed().toList());
        List<Integer> heldOut = rows(data.heldOut().orElseThrow());
        Map<String, Long> held = classes(heldOut);
        assertEquals(0.2 * ROWS, heldOut.size());
        all.forEach((name, rows) -> assertEquals(0.2 * rows, held.getOrDefault(name, 0L), 1, name));
        assertTrue(Math.abs(heldOut.stream().mapToInt(i -> i).average().orElseThrow() - ROWS / 2.0) < ROWS / 10.0);
        assertWhole(data);
    }

    @Test
    void aClassOfOneRowIsTrainedAndTold() throws IOException {
        TrainingData data =
                prepare(table(i -> i < 20 ? "only" + i : "x"), SETTINGS.with(Keys.VALIDATION_FRACTION, 0.5));
        assertEquals(
                Set.of(),
                rows(data.heldOut().orElseThrow()).stream().filter(i -> i < 20).collect(Collectors.toSet()));
        assertTrue(
                data.notes().toString().contains("of 20 classes there is a single row: only0, only1, only10"),
                data.notes().toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 90, 2000})
    void aGroupIsHeldOutAsAWholeOrNotAtAll(int groups) throws IOException {
        TrainingData data = prepare(
                table(i -> "c" + i % 2),
                SETTINGS.with(Keys.VALIDATION_FRACTION, 0.3).withSome(Keys.GROUP, "g" + groups));
        Set<Integer> held = groups(rows(data.heldOut().orElseThrow()), groups);
        Set<Integer> trained = groups(rows(data.training()), groups);
        assertTrue(held.stream().noneMatch(trained::contains), held + " and " + trained);
        double tolerance = Math.max(ROWS / (double) groups, ROWS / 100.0);
        assertEquals(0.3 * ROWS, rows(data.heldOut().orElseThrow()).size(), tolerance);
        assertWhole(data);
    }

    @Test
    void aSplitColumnSaysEachRowsPart() throws IOException {
        TrainingData data = prepare(table(i -> classOf(i)), SETTINGS.withSome(Keys.SPLIT, "part"));
        assertEquals(part(0, 5), rows(data.training()));
        assertEquals(part(6, 7), rows(data.heldOut().orElseThrow()));
        assertEquals(part(8, 9), rows(data.test().orElseThrow()));
        assertWhole(data);
    }

    @Test
    void aShareIsHeldOutOfWhatASplitLeavesToTraining() throws IOException {
        Settings settings = SETTINGS.withSome(Keys.SPLIT, "twoparts").with(Keys.VALIDATION_FRACTION, 0.25);
        TrainingData data = prepare(table(i -> classOf(i)), settings);
        assertEquals(part(8, 9), rows(data.test().orElseThrow()));
        assertEquals(400, data.heldOut().orElseThrow().examples());
        assertEquals(1200, data.training().examples());
        assertWhole(data);
    }

    @Test
    void aRegressionHoldsOutAnyRows() throws IOException {
        Settings settings = TestSettings.plain(Task.REGRESSION)
                .with(Keys.LABEL, List.of("y"))
                .with(Keys.FEATURES, List.of("row"))
                .with(Keys.SCALE, Preprocessing.Scale.NONE)
                .with(Keys.VALIDATION_FRACTION, 0.1);
        TrainingData data = prepare(table(i -> String.valueOf(i * 31 % 97)), settings);
        assertEquals(200, data.heldOut().orElseThrow().examples());
        assertWhole(data);
    }

    @Test
    void theSameRowsAreHeldOutInAnySplitOfTheInputAndFoundAgain() throws IOException {
        String text = table(i -> classOf(i));
        List<Settings> all = List.of(
                SETTINGS.with(Keys.VALIDATION_FRACTION, 0.2),
                SETTINGS.with(Keys.VALIDATION_FRACTION, 0.2).withSome(Keys.GROUP, "g90"),
                SETTINGS.with(Keys.VALIDATION_FRACTION, 0.2).with(Keys.ORDER_BY, List.of("row")),
                SETTINGS.withSome(Keys.SPLIT, "part").withSome(Keys.GROUP, "g10"));
        for (Settings settings : all) {
            Set<String> digests = new HashSet<>();
            for (String block : List.of("1048576", "4000")) {
                SparkSession spark = TestSpark.session("local[2]", Map.of("spark.sql.files.maxPartitionBytes", block));
                TrainingData data = prepare(spark, text, settings);
                ShardedData measured = data.test().or(data::heldOut).orElseThrow();
                digests.add(data.training().digest() + measured.digest());
                EvaluationData.Labelled again = EvaluationData.heldOut(
                        read(spark, text), "rows", data.features(), data.label(), settings.data(), Optional.empty());
                assertEquals(measured.digest(), again.examples().digest());
                TrainingData further =
                        TrainingData.prepare(read(spark, text), "rows", data.features(), data.label(), settings.data());
                assertEquals(data.training().digest(), further.training().digest());
            }
            assertEquals(1, digests.size(), settings.toString());
        }
    }

    @Test
    void aClassThatOnlyOtherPartsHaveIsTold() throws IOException {
        TrainingData data = prepare("row,y,s\n1,a,train\n2,b,train\n3,c,test\n", SETTINGS.withSome(Keys.SPLIT, "s"));
        assertEquals(List.of("a", "b", "c"), ((Label.Classes) data.label()).names());
        assertTrue(
                data.notes().toString().contains("of 1 classes there is no row to train on: c"),
                data.notes().toString());
    }

    @Test
    void theColumnsThatDecideAreNoFeatures() throws IOException {
        Settings settings = SETTINGS.with(Keys.FEATURES, List.of())
                .withSome(Keys.SPLIT, "part")
                .withSome(Keys.GROUP, "g10");
        TrainingData data = prepare(table(i -> classOf(i)), settings);
        assertFalse(data.features().columns().stream()
                .anyMatch(
                        column -> column.name().equals("part") || column.name().equals("g10")));
    }

    @Test
    void whatIsWrongWithTheRowsIsToldTogether() {
        Settings settings =
                SETTINGS.withSome(Keys.SPLIT, "s").withSome(Keys.GROUP, "g").withSome(Keys.WEIGHT, "w");
        String message = refusal("row,y,s,g,w\n1,a,train,p,0\n2,a,test,p,0\n3,a,test,q,0\n", settings);
        assertTrue(message.contains("label column \"y\" has one class only, [a]"), message);
        assertTrue(
                message.contains(
                        "rows of one group are to be in one part, but data.split has of \"g\" p in test and in training"),
                message);
        assertTrue(message.contains("data.weight: column \"w\" is 0 in every row"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "'train,tset,,', 'has nothing in 2 rows, \"tset\" in 1 rows'",
        "'test,test,validation', 'has no row to train on'",
        "'train,train,train', 'says train of every row'"
    })
    void aSplitThatSplitsNothingIsRefused(String parts, String expected) {
        List<String> cells = List.of(parts.split(",", -1));
        String text = "row,y,s\n"
                + IntStream.range(0, cells.size())
                        .mapToObj(i -> i + ",c" + i % 2 + "," + cells.get(i) + "\n")
                        .collect(Collectors.joining());
        String message = refusal(text, SETTINGS.withSome(Keys.SPLIT, "s"));
        assertTrue(message.contains(expected), message);
    }

    @Test
    void contradictionsOfTheKeysAreRefused() {
        String text = table(i -> classOf(i));
        String leak = refusal(
                text, SETTINGS.with(Keys.FEATURES, List.of("row", "part")).withSome(Keys.SPLIT, "part"));
        assertTrue(leak.contains("data.features names the column of data.split \"part\""), leak);
        String label = refusal(text, SETTINGS.withSome(Keys.SPLIT, "y"));
        assertTrue(label.contains("data.split or data.group names the label column \"y\""), label);
        String both = refusal(text, SETTINGS.withSome(Keys.SPLIT, "part").with(Keys.VALIDATION_FRACTION, 0.1));
        assertTrue(both.contains("says which rows validate, and so does data.validation-fraction"), both);
        String absent = refusal(text, SETTINGS.withSome(Keys.SPLIT, "prt").withSome(Keys.GROUP, "g"));
        assertTrue(absent.contains("the column of data.split \"prt\" is not in the data"), absent);
        assertTrue(absent.contains("the column of data.group \"g\" is not in the data"), absent);
        String number =
                refusal(text, SETTINGS.with(Keys.FEATURES, List.of("part")).withSome(Keys.SPLIT, "row"));
        assertTrue(number.contains("\"0\" in 1 rows, \"1\" in 1 rows"), number);
        SettingsException alone = assertThrows(
                SettingsException.class,
                () -> Settings.parse(
                        Map.of("task", "classification", "data.label", "y", "data.group", "g"),
                        key -> "",
                        List.of(Keys.TASK)));
        assertTrue(alone.toString().contains("data.group: holds nothing out"), alone.toString());
    }

    private static String classOf(int row) {
        return row % 100 == 0 ? "rare" : row % 3 == 0 ? "some" : "most";
    }

    private static Map<String, Long> classes(List<Integer> rows) {
        return rows.stream().collect(Collectors.groupingBy(HoldOutTest::classOf, TreeMap::new, Collectors.counting()));
    }

    private static Set<Integer> groups(List<Integer> rows, int groups) {
        return rows.stream().map(row -> row % groups).collect(Collectors.toSet());
    }

    private static List<Integer> part(int first, int last) {
        return IntStream.range(0, ROWS)
                .filter(i -> i % 10 >= first && i % 10 <= last)
                .boxed()
                .toList();
    }

    private static String table(IntFunction<String> label) {
        return "row,y,g2,g7,g10,g90,g2000,part,twoparts\n"
                + IntStream.range(0, ROWS)
                        .mapToObj(i -> "%d,%s,u%d,u%d,u%d,%d,%d,%s,%s%n"
                                .formatted(
                                        i,
                                        label.apply(i),
                                        i % 2,
                                        i % 7,
                                        i % 10,
                                        i % 90,
                                        i % 2000,
                                        i % 10 < 6 ? "train" : i % 10 < 8 ? "Valid" : "TEST",
                                        i % 10 < 8 ? "Training" : "test"))
                        .collect(Collectors.joining());
    }

    /** That every row is in one part. */
    private static void assertWhole(TrainingData data) {
        List<Integer> all = new ArrayList<>(rows(data.training()));
        data.heldOut().ifPresent(set -> all.addAll(rows(set)));
        data.test().ifPresent(set -> all.addAll(rows(set)));
        assertEquals(ROWS, all.size());
        assertEquals(ROWS, new TreeSet<>(all).size());
    }

    /** The rows of a set, sorted. */
    private static List<Integer> rows(ShardedData set) {
        List<Integer> rows = new ArrayList<>();
        for (Chunk chunk : set.chunks().collect()) {
            float[] row = new float[1];
            for (int i = 0; i < chunk.rows(); i++) {
                ((Rows.Full) chunk.features()).write(i, row, 0);
                rows.add((int) row[0]);
            }
        }
        return rows.stream().sorted().toList();
    }

    private String refusal(String text, Settings settings) {
        return assertThrows(DataException.class, () -> prepare(text, settings)).toString();
    }

    private TrainingData prepare(String text, Settings settings) throws IOException {
        return prepare(TestSpark.session(), text, settings);
    }

    private TrainingData prepare(SparkSession spark, String text, Settings settings) throws IOException {
        return TrainingData.prepare(read(spark, text), "rows", settings.data());
    }

    private Dataset<Row> read(SparkSession spark, String text) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.csv"), text);
        return new Reader(spark).read(file.toString(), new Source("csv", true, List.of()), OptionalInt.empty());
    }
}
