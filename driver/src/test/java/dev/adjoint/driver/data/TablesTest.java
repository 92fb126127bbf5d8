package dev.adjoint.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.model.Source;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables as they come: gaps, levels, labels, weights, and numbers of all sizes. */
class TablesTest {
    @TempDir
    private Path folder = Path.of("");

    private static final Settings CLASSES =
            TestSettings.plain(Task.CLASSIFICATION).with(Keys.LABEL, List.of("y"));
    private static final Settings NUMBERS = TestSettings.plain(Task.REGRESSION).with(Keys.LABEL, List.of("y"));

    @Test
    void aMissingNumberIsTheMedianAndHasAnIndicatorWhereTrainingMissedSome() throws IOException {
        TrainingData data = prepare("a,b,y\n1,1,x\nNA,2,z\n3,3,x\n?,4,z\n5,5,x\n", CLASSES);
        Features.Numeric a = (Features.Numeric) data.features().columns().get(0);
        Features.Numeric b = (Features.Numeric) data.features().columns().get(1);
        assertEquals(new Features.Missing(List.of(3.0), List.of(0)), a.missing());
        assertEquals(new Features.Missing(List.of(3.0), List.of()), b.missing());
        assertEquals(3, data.features().width());
        assertEquals(
                List.of("numeric: a, b", "missing (data.missing = indicator): a in 2 rows (40.0 %)"), data.notes());
    }

    @ParameterizedTest
    @CsvSource({"MEAN, 4", "MEDIAN, 3", "CONSTANT, -7"})
    void aMissingNumberIsWhatDataMissingSays(Preprocessing.Missing missing, double fill) throws IOException {
        Settings settings = CLASSES.with(Keys.MISSING, missing).with(Keys.MISSING_CONSTANT, -7.0);
        TrainingData data = prepare("a,y\n1,x\n,z\n3,x\n8,z\n", settings);
        Features.Numeric a = (Features.Numeric) data.features().columns().get(0);
        assertEquals(new Features.Missing(List.of(fill), List.of()), a.missing());
    }

    @Test
    void aMissingValueIsAnErrorWhereThatIsAskedFor() throws IOException {
        Settings settings = CLASSES.with(Keys.MISSING, Preprocessing.Missing.ERROR);
        assertRefused("column \"a\" has 1 row with a missing value", "a,y\n1,x\nnull,z\n3,x\n", settings);
        assertRefused("column \"c\" has 1 row with a missing value", "c,y\nu,x\nNone,z\nv,x\n", settings);
    }

    @Test
    void theTextsThatStandForNothingAreTheUsersToSay() throws IOException {
        Settings settings = CLASSES.with(Keys.NULL_VALUES, List.of("-"));
        TrainingData data = prepare("c,y\nNA,x\n-,z\nNA,x\nu,z\n", settings);
        assertEquals(
                List.of(new Features.Categorical("c", List.of("NA", "u"), false, true, "")),
                data.features().columns());
    }

    @Test
    void aMissingCategoryIsALevelOfItsOwn() throws IOException {
        TrainingData data = prepare("c,d,y\nu,p,x\n,p,z\nv,q,x\nu,q,z\n", CLASSES);
        assertEquals(
                List.of(
                        new Features.Categorical("c", List.of("u", "v"), false, true, ""),
                        new Features.Categorical("d", List.of("p", "q"), false, false, "p")),
                data.features().columns());
    }

    @Test
    void rowsWithoutALabelAreAnErrorOrLeftOut() throws IOException {
        String text = "a,y\n1,x\n2,\n3,z\n4,NA\n5,x\n";
        assertRefused("2 rows without a label; mend them, or set data.missing-label = skip", text, CLASSES);
        TrainingData data = prepare(text, CLASSES.with(Keys.MISSING_LABEL, Keys.MissingLabel.SKIP));
        assertEquals(3, data.training().examples());
        assertTrue(
                data.notes().contains("2 rows without a label are left out"),
                data.notes().toString());
    }

    @Test
    void skippedRowsLeaveTheOthersWhereTheyAreInAnySplitOfTheInput() throws IOException {
        String gaps = rows("a,b,y", 600, i -> i * 37 % 101 + "," + i % 7 + "," + (i % 5 == 0 ? "" : "c" + i % 3));
        String whole = gaps.lines().filter(line -> !line.endsWith(",")).reduce("", (a, b) -> a + b + "\n");
        Settings skip = CLASSES.with(Keys.MISSING_LABEL, Keys.MissingLabel.SKIP);
        String expected = prepare(whole, skip).training().digest();
        for (String block : List.of("1048576", "300")) {
            SparkSession spark = TestSpark.session("local[2]", Map.of("spark.sql.files.maxPartitionBytes", block));
            assertEquals(expected, prepare(spark, csv(gaps), skip).training().digest(), block);
        }
    }

    @Test
    void everythingLearnedHasTheSameBitsInAnySplitOfTheInput() throws IOException {
        String path = csv(rows(
                "n,c,d,t,y",
                3000,
                i -> (i % 11 == 0 ? "" : String.valueOf(i * 7919 % 3001 / 7.0)) + ",k" + i * i % 977 + ",2024-0"
                        + (1 + i % 9) + "-1" + i % 10 + "," + (i % 13 == 0 ? "NA" : "t" + i % 4) + ","
                        + i * 31 % 101 / 3.0));
        Set<String> digests = new TreeSet<>();
        for (Preprocessing.Scale scale : Preprocessing.Scale.values()) {
            Set<Features> learned = new HashSet<>();
            for (String block : List.of("1048576", "3000")) {
                SparkSession spark = TestSpark.session("local[2]", Map.of("spark.sql.files.maxPartitionBytes", block));
                TrainingData data =
                        prepare(spark, path, NUMBERS.with(Keys.SCALE, scale).with(Keys.VALIDATION_FRACTION, 0.2));
                learned.add(data.features());
                digests.add(scale
                        + data.training().digest()
                        + data.heldOut().orElseThrow().digest());
            }
            assertEquals(1, learned.size(), scale.toString());
        }
        assertEquals(Preprocessing.Scale.values().length, digests.size());
    }

    @Test
    void rareLevelsAreTakenAsOneAndUnseenOnesGoThere() throws IOException {
        String text = rows("c,y", 200, i -> (i < 4 ? "rare" + i % 2 : i % 2 == 0 ? "u" : "v") + "," + i % 3);
        TrainingData data = prepare(text, CLASSES);
        assertEquals(
                List.of(new Features.Categorical("c", List.of("u", "v"), true, false, "u")),
                data.features().columns());
        assertEquals(3, data.features().width());
        assertTrue(
                data.notes().contains("column \"c\": 2 of its 4 levels have fewer than 5 rows and are taken as one"),
                data.notes().toString());
        assertEquals(
                4,
                prepare(text, CLASSES.with(Keys.RARE, new Preprocessing.Rare(2, 0)))
                        .features()
                        .width());
        // A small table keeps its levels.
        assertEquals(3, prepare("c,y\nu,1\nv,2\nw,1\n", CLASSES).features().width());
    }

    @Test
    void aColumnOfIdsIsLeftOutAndTold() throws IOException {
        TrainingData data = prepare(rows("id,a,y", 300, i -> "id-" + i + "," + i * 17 % 29 + "," + i % 2), CLASSES);
        assertEquals(1, data.features().width());
        assertTrue(
                data.notes().toString().contains("column \"id\" is left out: none of its 300 levels has 5 rows"),
                data.notes().toString());
    }

    @Test
    void aConstantColumnIsLeftOutAndTold() throws IOException {
        TrainingData data = prepare("k,e,c,a,y\n7,,u,1,x\n7,,u,2,z\n7,NA,u,4,x\n7,,u,3,z\n", CLASSES);
        assertEquals(1, data.features().width());
        assertEquals(
                List.of(
                        "column \"k\" is left out: all its cells are 7",
                        "column \"e\" is left out: all its cells are missing",
                        "column \"c\" is left out: all its cells are u",
                        "left out: k, e, c",
                        "numeric: a"),
                data.notes());
        List<String> notes = evaluated("k,e,c,a,y\n7,,u,1,x\n8,,u,2,z\n", data).notes();
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).startsWith("column \"k\" had one value in training, 7, and has others in 1 of 2 rows"));
        // It makes no feature, so it may be missing.
        assertEquals(2, evaluated("a,y\n1,x\n2,z\n", data).examples().examples());
    }

    @Test
    void unseenLevelsAreCountedAndTold() throws IOException {
        TrainingData data = prepare("c,y\n1,x\n3,z\n1,x\n3,z\n", CLASSES.with(Keys.CATEGORICAL, List.of("c")));
        List<String> notes = evaluated("c,y\n1.0,x\n3.0,z\n1,x\n", data).notes();
        assertEquals(1, notes.size());
        assertTrue(
                notes.get(0).contains("levels that training never saw, or too rarely, in 2 of 3 rows"), notes.get(0));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE", value = Preprocessing.Scale.class)
    void numbersElsewhereThanInTrainingAreTold(Preprocessing.Scale scale) throws IOException {
        TrainingData data = prepare(
                rows("a,b,y", 100, i -> i + "," + (170 + i * 37 % 30) + "," + i % 2), CLASSES.with(Keys.SCALE, scale));
        // The same numbers, fewer of them, and a choice of like ones are no news.
        assertEquals(
                List.of(),
                evaluated(rows("a,b,y", 25, i -> 4 * i + "," + (170 + i % 30) + "," + i % 2), data)
                        .notes());
        assertEquals(
                List.of(),
                evaluated(rows("a,b,y", 5, i -> "3.0" + i + ",175," + i % 2), data)
                        .notes());
        assertEquals(
                List.of(),
                evaluated(rows("a,b,y", 30, i -> "3,175," + i % 2), data).notes());
        List<String> metres = evaluated(rows("a,b,y", 30, i -> 3 * i + ",1." + (70 + i) + "," + i % 2), data)
                .notes();
        assertEquals(1, metres.size());
        assertTrue(
                metres.get(0)
                        .startsWith("column \"b\" is elsewhere than in training, in another unit perhaps: 30 of 30"),
                metres.get(0));
        List<String> small = evaluated(rows("a,b,y", 30, i -> "49." + i + "," + (170 + i) + "," + i % 2), data)
                .notes();
        assertEquals(1, small.size());
        assertTrue(small.get(0).startsWith("column \"a\" has numbers between 49"), small.get(0));
        List<String> wild = evaluated(rows("a,b,y", 3, i -> (i == 1 ? "1e9" : "5") + ",175," + i % 2), data)
                .notes();
        assertEquals(1, wild.size());
        assertTrue(wild.get(0).startsWith("column \"a\" has the number 1.0E9 (row 2 of"), wild.get(0));
    }

    @Test
    void targetsElsewhereThanInTrainingAreTold() throws IOException {
        TrainingData data = prepare(rows("a,y", 100, i -> i + "," + (50 + i) + "e200"), NUMBERS);
        assertEquals(
                List.of(),
                evaluated(rows("a,y", 30, i -> i + "," + (60 + i) + "e200"), data)
                        .notes());
        List<String> notes =
                evaluated(rows("a,y", 30, i -> i + "," + (60 + i)), data).notes();
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).startsWith("label column \"y\" has numbers between 60"), notes.get(0));
    }

    @Test
    void numbersThatWereFormattedAreRefusedWithWhatToSet() throws IOException {
        for (String cell : List.of("\"3,14\"", "12.5 %", "€ 5", "\"1,234\"", "1'234.5")) {
            assertRefused("numbers formatted for people", rows("a,y", 9, i -> cell + "," + i % 2 + "\n" + i), CLASSES);
        }
        TrainingData data = prepare("a,y\n\"3,14\",x\n\"2,5\",z\n\"1\",x\n", CLASSES.with(Keys.DECIMAL, ','));
        assertEquals(
                2.5,
                ((Features.Numeric) data.features().columns().get(0)).centers().get(0));
        assertEquals(
                1,
                prepare("a,b,y\n5 %,1,x\n5 %,2,z\n6 %,4,x\n", CLASSES.with(Keys.FEATURES, List.of("b")))
                        .features()
                        .width());
    }

    @Test
    void datesAreNumbersAndPlacesInYearAndWeek() throws IOException {
        String text = "d,y\n2024-01-31,x\n2024-02-29,z\n,x\n2025-12-01,z\n";
        assertEquals(6, prepare(text, CLASSES).features().width());
        assertEquals(
                2,
                prepare(text, CLASSES.with(Keys.DATES, Preprocessing.Dates.NUMBER))
                        .features()
                        .width());
        assertEquals(
                7,
                prepare("d,y\n2024-01-31 10:00:00,x\n2024-02-29T11:30:00Z,z\n", CLASSES)
                        .features()
                        .width());
        SparkSession spark = TestSpark.session();
        Dataset<Row> typed = spark.sql(
                "select date'2024-01-31' + cast(id as int) d, timestamp'2024-01-31 10:00:00' t, cast(id % 2 as int) y from range(9)");
        assertEquals(
                5, TrainingData.prepare(typed, "q", CLASSES.data()).features().width()); // t is constant
        assertThrows(
                DataException.class,
                () -> TrainingData.prepare(
                        typed.drop("t"),
                        "q",
                        CLASSES.with(Keys.DATES, Preprocessing.Dates.IGNORE).data()));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"ROBUST", "QUANTILE"},
            value = Preprocessing.Scale.class)
    void wildCellsMoveNoOtherFeature(Preprocessing.Scale scale) throws IOException {
        for (String wild : List.of("1000", "1e9", "-1e200", "1e308")) {
            String text = rows("a,y", 400, i -> (i == 77 ? wild : i * 7919 % 401 / 100.0) + "," + i % 2);
            float most = 0;
            for (Chunk chunk : prepare(text, CLASSES.with(Keys.SCALE, scale))
                    .training()
                    .chunks()
                    .collect()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    float[] x = new float[1];
                    ((Rows.Full) chunk.features()).write(row, x, 0);
                    most = Math.max(most, Math.abs(x[0]));
                }
            }
            assertTrue(most <= 6, wild + " became " + most);
        }
    }

    @ParameterizedTest
    @CsvSource({"1e-170, ROBUST", "1e-170, QUANTILE", "1e160, ROBUST", "1e200, QUANTILE"})
    void numbersOfAnySizeAreScaled(double unit, Preprocessing.Scale scale) throws IOException {
        String small = rows("a,y", 50, i -> i * 7 % 50 + "," + i % 2);
        String other = rows("a,y", 50, i -> i * 7 % 50 * unit + "," + i % 2);
        List<float[]> one = values(prepare(small, CLASSES.with(Keys.SCALE, scale)));
        List<float[]> two = values(prepare(other, CLASSES.with(Keys.SCALE, scale)));
        for (int i = 0; i < one.size(); i++) {
            assertArrayEquals(one.get(i), two.get(i), 1e-5f);
        }
    }

    @Test
    void numbersThatCannotBeScaledAreNamedWithColumnAndRow() throws IOException {
        String text = rows("a,y", 50, i -> (i == 7 ? "1e200" : i) + "," + i % 2);
        assertRefused(
                "column \"a\" has numbers from 0.0 to 1.0E200 (row 8 of ",
                text,
                CLASSES.with(Keys.SCALE, Preprocessing.Scale.STANDARD));
        assertRefused("column \"a\"", text, CLASSES.with(Keys.SCALE, Preprocessing.Scale.NONE));
        assertRefused(
                "label column \"y\" has numbers from",
                rows("a,y", 50, i -> i + "," + (i % 2 == 0 ? "" : "-") + "1" + i + "e306"),
                NUMBERS);
    }

    @Test
    void classesAreTheTextsOfTheirColumn() throws IOException {
        assertClasses("string", List.of("2134", "02134", "10001"), "2134", "02134", "10001");
        assertClasses(
                "string", List.of("1234567890123456", "2234567890123457"), "2234567890123457", "1234567890123456");
        assertClasses("string", List.of("2024-01-31", "2024-02-01"), "2024-02-01", "2024-01-31");
        Dataset<Row> longs = TestSpark.session()
                .sql("select id a, 9007199254740992 + id % 2 y, date'2024-01-01' + cast(id % 2 as int) d,"
                        + " cast(id % 2 as decimal(5,2)) c, id % 2 = 0 b from range(20)");
        for (Map.Entry<String, List<String>> expected : Map.of(
                        "y", List.of("9007199254740992", "9007199254740993"),
                        "d", List.of("2024-01-01", "2024-01-02"),
                        "c", List.of("0", "1"),
                        "b", List.of("false", "true"))
                .entrySet()) {
            Settings settings =
                    CLASSES.with(Keys.LABEL, List.of(expected.getKey())).with(Keys.FEATURES, List.of("a"));
            Label.Classes label = (Label.Classes)
                    TrainingData.prepare(longs, "q", settings.data()).label();
            assertEquals(expected.getValue(), label.names());
        }
    }

    private void assertClasses(String type, List<String> expected, String... cells) throws IOException {
        String text = rows("a,y", 30, i -> i + "," + cells[i % cells.length]);
        Label.Classes label = (Label.Classes) prepare(text, CLASSES).label();
        assertEquals(
                expected,
                label.names().stream()
                        .sorted(Comparator.comparing(expected::indexOf))
                        .toList());
        assertEquals(type, label.type());
    }

    @Test
    void severalLabelsAreNumbersOrFlags() throws IOException {
        String text = rows("a,p,q", 40, i -> i + "," + i % 2 + "," + i / 20);
        Label flags = prepare(text, CLASSES.with(Keys.LABEL, List.of("p", "q"))).label();
        assertEquals(new Label.Flags(List.of("p", "q")), flags);
        TrainingData numbers = prepare(text, NUMBERS.with(Keys.LABEL, List.of("p", "q")));
        assertEquals(List.of("p", "q"), numbers.label().columns());
        Chunk chunk = numbers.training().chunks().first();
        assertEquals(2 * chunk.rows(), chunk.targets().length);
        assertRefused(
                "is one of several, each of which is 0 or 1",
                rows("a,p,q", 40, i -> i + "," + i % 2 + "," + i),
                CLASSES.with(Keys.LABEL, List.of("p", "q")));
    }

    @Test
    void weightsAndClassWeightsMultiply() throws IOException {
        String text = rows("a,w,y", 40, i -> i + "," + (i < 10 ? 2 : 0.5) + "," + (i % 4 == 0 ? "rare" : "often"));
        Settings weighted = CLASSES.withSome(Keys.WEIGHT, "w");
        assertEquals(1, prepare(text, weighted).features().width());
        assertEquals(10 * 2 + 30 * 0.5, weight(prepare(text, weighted)), 1e-5);
        Settings balanced = CLASSES.with(Keys.CLASS_WEIGHTS, Preprocessing.ClassWeights.BALANCED)
                .with(Keys.FEATURES, List.of("a"));
        assertEquals(40, weight(prepare(text, balanced)), 1e-4);
        Settings factors = CLASSES.with(Keys.CLASS_WEIGHTS, new Preprocessing.ClassWeights(false, Map.of("rare", 5.0)))
                .with(Keys.FEATURES, List.of("a"));
        assertEquals(10 * 5 + 30, weight(prepare(text, factors)), 1e-4);
        assertRefused(
                "there is no class seldom",
                text,
                CLASSES.with(Keys.CLASS_WEIGHTS, new Preprocessing.ClassWeights(false, Map.of("seldom", 5.0))));
        assertRefused(
                "data.weight: column \"w\" has 1 row with a negative weight",
                text.replace("\n0,2.0,", "\n0,-2,"),
                weighted);
        assertRefused(
                "data.weight: column \"w\" has 1 row without a weight", text.replace("\n0,2.0,", "\n0,NaN,"), weighted);
        assertRefused("data.weight names the label column", text, CLASSES.withSome(Keys.WEIGHT, "y"));
    }

    private static double weight(TrainingData data) {
        return data.training().chunks().collect().stream()
                .mapToDouble(chunk -> {
                    double sum = 0;
                    for (float weight : chunk.weights()) {
                        sum += weight;
                    }
                    return sum;
                })
                .sum();
    }

    @Test
    void aClassificationOfPricesIsRefused() throws IOException {
        assertRefused(
                "is it a number to predict (task = regression)?",
                rows("a,y", 60, i -> i % 7 + "," + (100 + i * 7) / 3.0),
                CLASSES);
    }

    private static List<float[]> values(TrainingData data) {
        List<float[]> values = new ArrayList<>();
        for (Chunk chunk : data.training().chunks().collect()) {
            for (int row = 0; row < chunk.rows(); row++) {
                float[] x = new float[chunk.width()];
                ((Rows.Full) chunk.features()).write(row, x, 0);
                values.add(x);
            }
        }
        return values;
    }

    @Test
    void excludedColumnsAreNoFeaturesWhateverTheyHold() throws IOException {
        String text = "a,id,y\n1,x1,u\n2,7,v\n3,8,u\n";
        assertRefused("column \"id\" is numeric but has 1 row with text", text, CLASSES);
        TrainingData data = prepare(text, CLASSES.with(Keys.EXCLUDE, List.of("id")));
        assertEquals(
                List.of("a"),
                data.features().columns().stream().map(Features.Column::name).toList());
        DataException refused = assertThrows(
                DataException.class,
                () -> prepare(
                        text,
                        CLASSES.with(Keys.EXCLUDE, List.of("y", "ids", "a")).with(Keys.FEATURES, List.of("a"))));
        String message = String.valueOf(refused.getMessage());
        for (String problem : List.of(
                "data.exclude names \"y\", which is the label, the weight or the difficulty",
                "the column of data.exclude \"ids\" is not in the data; the nearest names are [id, ",
                "data.exclude and data.features both name \"a\"")) {
            assertTrue(message.contains(problem), message);
        }
        assertRefused(
                "there is no feature: the only columns are [a, id, y]",
                text,
                CLASSES.with(Keys.EXCLUDE, List.of("a", "id")));
    }

    private static String rows(String header, int count, IntFunction<String> row) {
        StringBuilder text = new StringBuilder(header).append('\n');
        for (int i = 0; i < count; i++) {
            text.append(row.apply(i)).append('\n');
        }
        return text.toString();
    }

    private String csv(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "data", ".csv"), text)
                .toString();
    }

    private TrainingData prepare(String text, Settings settings) throws IOException {
        return prepare(TestSpark.session(), csv(text), settings);
    }

    private static TrainingData prepare(SparkSession spark, String path, Settings settings) {
        Source source = settings.source(new Source("csv", true, List.of()));
        return TrainingData.prepare(new Reader(spark).read(path, source, OptionalInt.empty()), path, settings.data());
    }

    private EvaluationData.Labelled evaluated(String text, TrainingData data) throws IOException {
        Source source = new Source("csv", true, List.of());
        String path = csv(text);
        return EvaluationData.at(
                new Reader(TestSpark.session()),
                path,
                source,
                data.features(),
                data.label(),
                EvaluationData.Reading.of(source));
    }

    private void assertRefused(String part, String text, Settings settings) {
        DataException refused = assertThrows(DataException.class, () -> prepare(text, settings));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(part), message);
    }
}
