package dev.adjoint.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.model.Source;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDataTest {
    @TempDir
    private Path folder = Path.of("");

    /** The features of a chunk, all of which are given here. */
    private static float[] values(Chunk chunk) {
        float[] values = new float[chunk.rows() * chunk.width()];
        for (int row = 0; row < chunk.rows(); row++) {
            ((Rows.Full) chunk.features()).write(row, values, row * chunk.width());
        }
        return values;
    }

    private static final String GOOD = "a,b,kind,y\n1,10,red,x\n2,20,green,z\n3,30,red,x\n4,40,blue,z\n";

    @Test
    void numbersAreStandardisedTextsBecomeIndicatorsAndLabelsIndices() throws IOException {
        TrainingData data = prepare(csv(GOOD), "y");
        assertEquals(new Label.Classes("y", "string", List.of("x", "z")), data.label());
        assertEquals(
                List.of(
                        robust("a", 2.5, 1.5),
                        robust("b", 25, 15),
                        new Features.Categorical("kind", List.of("blue", "green", "red"), false, false, "red")),
                data.features().columns());
        List<String> rows = new ArrayList<>();
        for (Chunk shard : data.training().chunks().collect()) {
            for (int i = 0; i < shard.rows(); i++) {
                float[] x = Arrays.copyOfRange(values(shard), i * 5, i * 5 + 5);
                rows.add("%.2f %.2f %.0f%.0f%.0f %.0f".formatted(x[0], x[1], x[2], x[3], x[4], shard.targets()[i]));
            }
        }
        assertEquals(
                List.of("-0.45 -0.45 010 1", "-1.35 -1.35 001 0", "0.45 0.45 001 0", "1.35 1.35 100 1"),
                rows.stream().sorted().toList());
    }

    /** Of a column without missing numbers, by its median and interquartile range. */
    private static Features.Numeric robust(String name, double median, double range) {
        return new Features.Numeric(
                name,
                List.of(median),
                List.of(range / 1.3489795003921634),
                true,
                new Features.Missing(List.of(median), List.of()));
    }

    @Test
    void theSplitOfTheInputDoesNotChangeAByteOfTheShards() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            text.append(i * 37 % 101)
                    .append(',')
                    .append(i % 7)
                    .append(',')
                    .append(i % 3)
                    .append('\n');
        }
        String path = csv(text.toString());
        List<List<Chunk>> shards = new ArrayList<>();
        for (String block : List.of("1048576", "2000", "700", "64")) {
            SparkSession spark = TestSpark.session("local[2]", Map.of("spark.sql.files.maxPartitionBytes", block));
            Dataset<Row> rows = new Reader(spark).read(path, new Source("csv", false, List.of()), OptionalInt.empty());
            shards.add(TrainingData.prepare(rows, path, options("_c2", true, 0.2))
                    .training()
                    .chunks()
                    .collect());
        }
        for (List<Chunk> other : shards) {
            for (int s = 0; s < shards.get(0).size(); s++) {
                assertArrayEquals(values(shards.get(0).get(s)), values(other.get(s)));
                assertArrayEquals(shards.get(0).get(s).targets(), other.get(s).targets());
            }
        }
        assertEquals(400, shards.get(0).stream().mapToInt(Chunk::rows).sum());
    }

    @Test
    void manyFilesAreOneFileInTheOrderOfTheirNames() throws IOException {
        StringBuilder whole = new StringBuilder();
        Path directory = Files.createDirectory(folder.resolve("parts"));
        // Of very unlike lengths: Spark packs the longest first.
        for (int file = 0; file < 5; file++) {
            StringBuilder part = new StringBuilder();
            for (int i = 0; i < 7 + 60 * (file % 3); i++) {
                part.append(file * 1000 + i).append(',').append(i % 2).append('\n');
            }
            Files.writeString(directory.resolve("part-" + file + ".csv"), part);
            whole.append(part);
        }
        List<Chunk> one = prepareHeaderless(csv(whole.toString()), "_c1")
                .training()
                .chunks()
                .collect();
        List<Chunk> many = prepareHeaderless(directory.toString(), "_c1")
                .training()
                .chunks()
                .collect();
        assertEquals(one.size(), many.size());
        for (int s = 0; s < one.size(); s++) {
            assertArrayEquals(values(one.get(s)), values(many.get(s)));
        }
    }

    @Test
    void vectorsArraysNumbersAndFlagsAreFeaturesInEveryFormat() throws IOException {
        // Spark's own Parquet reader moves classes that Spark does not register.
        SparkSession spark = TestSpark.session("local[2]", Map.of("spark.kryo.registrationRequired", "false"));
        Dataset<Row> typed = spark.sql(
                "select cast(id as float) f, array(double(id), double(-id)) v, id > 3 as flag, cast(id as decimal(9,2)) d,"
                        + " cast(id % 2 as int) y from range(8)");
        for (String format : List.of("parquet", "orc", "json")) {
            String path = folder.resolve(format).toString();
            typed.coalesce(1).write().format(format).save(path);
            assertEquals(Optional.of(format), new Reader(spark).formatOf(path));
            Dataset<Row> rows = new Reader(spark).read(path, new Source(format, false, List.of()), OptionalInt.empty());
            TrainingData data = TrainingData.prepare(rows, path, options("y", true, 0));
            assertEquals(6, data.features().width(), format); // a flag has two levels
            assertEquals(
                    new Label.Classes("y", format.equals("json") ? "bigint" : "int", List.of("0", "1")),
                    data.label(),
                    format);
        }
        String path = folder.resolve("parquet").toString();
        Dataset<Row> parquet =
                new Reader(spark).read(path, new Source("parquet", false, List.of()), OptionalInt.empty());
        assertEquals(
                new Label.Classes("flag", "boolean", List.of("false", "true")),
                TrainingData.prepare(parquet, path, options("flag", true, 0)).label());
        Path svm = Files.writeString(folder.resolve("data.libsvm"), "1 1:0.5 4:2\n0 2:1\n1 1:3\n");
        Dataset<Row> rows =
                new Reader(spark).read(svm.toString(), new Source("libsvm", false, List.of()), OptionalInt.empty());
        assertEquals(
                4,
                TrainingData.prepare(rows, "svm", options("label", true, 0))
                        .features()
                        .width());
    }

    @Test
    void aLargeOffsetCostsNoDigits() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            text.append(1_700_000_000_000L + i).append(',').append(i % 2).append('\n');
        }
        TrainingData data = prepareHeaderless(csv(text.toString()), "_c1");
        float largest = 0;
        for (Chunk shard : data.training().chunks().collect()) {
            for (float x : values(shard)) {
                largest = Math.max(largest, Math.abs(x));
            }
        }
        assertEquals(4.5 / 4.5 * 1.3489795, largest, 1e-4); // float64 has 2e-4 at that offset, float32 131072
    }

    @Test
    void whatCannotBeOpenedIsNamed() throws IOException {
        String missing = folder.resolve("none.csv").toString();
        assertProblem(
                "there is no file at " + missing + " (that is file:" + missing + ")", () -> prepare(missing, "y"));
        String empty = csv("");
        assertProblem(empty + " is empty (that is file:" + empty + ")", () -> prepare(empty, "y"));
        Path directory = Files.createDirectory(folder.resolve("nothing"));
        Files.writeString(directory.resolve("_SUCCESS"), "");
        assertProblem(
                directory + " is a directory without a data file (that is file:" + directory + ")",
                () -> prepare(directory.toString(), "y"));
        String header = csv("a,b,y\n");
        assertProblem(header + ": there are no rows", () -> prepare(header, "y"));
    }

    @Test
    void columnsThatDoNotExistAreAnsweredWithTheNearestNames() throws IOException {
        String path = csv(GOOD);
        assertProblem(
                "the label column \"kin\" is not in the data; the nearest names are [kind, a, b] (of 4 columns)",
                () -> prepare(path, "kin"));
    }

    @Test
    void badCellsAreCountedPerColumnWithTheFirstRowShown() throws IOException {
        String path = csv("a,b,y\n1,1,x\n,2,z\n3,NaN,x\n4,5,z\n,-Infinity,x\n6,oops,z\n7,1,x\n");
        assertProblem(
                path + " cannot be used:\n"
                        + "  column \"b\" has 1 row with an infinity; the first is row 5 of " + path
                        + ": ,-Infinity,x\n"
                        + "  column \"b\" is numeric but has 1 row with text; mend them, or name the column in"
                        + " data.categorical (is the first line a header? then set data.header = true); the first is row 6"
                        + " of " + path + ": 6,oops,z",
                () -> prepare(path, "y"));
    }

    @Test
    void aMixedColumnIsTakenWhereItIsSaidToBeCategorical() throws IOException {
        String path = csv("a,y\n1,x\n2,z\n3,x\noops,z\n");
        TrainingData data = TrainingData.prepare(
                read(path, true),
                path,
                new TrainingData.Options(true, "y", List.of(), List.of("a"), RowOrder.OF_FILES, 0, 1, examples -> 2));
        assertEquals(
                List.of(new Features.Categorical("a", List.of("1", "2", "3", "oops"), false, false, "1")),
                data.features().columns());
    }

    @Test
    void labelsThatCannotBeLearnedAreRefused() throws IOException {
        String one = csv("a,y\n1,x\n2,x\n");
        assertProblem(
                one + " cannot be used:\n  label column \"y\" has one class only, [x]; a classifier needs two at least",
                () -> prepare(one, "y"));
        String missing = csv("a,y\n1,x\n2,\n3,z\n");
        assertProblem(
                missing
                        + " cannot be used:\n  label column \"y\" has 1 row without a label; mend them, or set data.missing-label = skip to leave them out; the first is row 2 of "
                        + missing + ": 2,",
                () -> prepare(missing, "y"));
        String text = csv("a,y\n1,1.5\n2,two\n");
        assertProblem(
                text
                        + " cannot be used:\n  label column \"y\" has 1 row with text, and task = regression needs numbers;"
                        + " the first is row 2 of " + text + ": 2,two",
                () -> TrainingData.prepare(read(text, true), text, options("y", false, 0)));
    }

    @Test
    void aLabelThatTrainingNeverSawIsNamedAtScoring() throws IOException {
        TrainingData data = prepare(csv(GOOD), "y");
        String path = csv("a,b,kind,y\n1,1,red,x\n2,2,new,w\n");
        assertProblem(
                path
                        + " cannot be used:\n  label column \"y\" has 1 row with a class that training never saw; its classes"
                        + " are [x, z]; the first is row 2 of " + path + ": 2,2,new,w",
                () -> evaluated(path, data));
    }

    @Test
    void aLevelThatTrainingNeverSawIsAllZerosAtScoring() throws IOException {
        TrainingData data = prepare(csv(GOOD), "y");
        String path = csv("a,b,kind,y\n2.5,25,new,x\n");
        Chunk shard = evaluated(path, data).examples().chunks().collect().get(0);
        assertArrayEquals(new float[5], values(shard));
    }

    @Test
    void heldOutRowsAreNeverTrainedOnAndAreFoundAgain() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            text.append(i).append(',').append(i % 2).append('\n');
        }
        String path = csv(text.toString());
        Dataset<Row> rows = read(path, false);
        TrainingData data = TrainingData.prepare(rows, path, options("_c1", true, 0.2));
        List<Long> trained = values(data.training(), data.features());
        List<Long> heldOut = values(data.heldOut().orElseThrow(), data.features());
        assertEquals(40, trained.size());
        assertEquals(10, heldOut.size());
        assertTrue(heldOut.stream().noneMatch(trained::contains));
        assertEquals(
                heldOut,
                values(
                        EvaluationData.heldOut(
                                        rows,
                                        path,
                                        data.features(),
                                        data.label(),
                                        options("_c1", true, 0.2),
                                        Optional.empty())
                                .examples(),
                        data.features()));
    }

    private static List<Long> values(ShardedData data, Features features) {
        Features.Numeric column = (Features.Numeric) features.columns().get(0);
        List<Long> out = new ArrayList<>();
        for (Chunk shard : data.chunks().collect()) {
            for (float x : values(shard)) {
                out.add(Math.round(column.centers().get(0) + column.spreads().get(0) * x));
            }
        }
        return out;
    }

    private static TrainingData prepare(String path, String label) {
        return TrainingData.prepare(read(path, true), path, options(label, true, 0));
    }

    private static EvaluationData.Labelled evaluated(String path, TrainingData data) {
        Source source = new Source("csv", true, List.of());
        return EvaluationData.all(
                read(path, true), path, data.features(), data.label(), EvaluationData.Reading.of(source));
    }

    private static TrainingData prepareHeaderless(String path, String label) {
        return TrainingData.prepare(read(path, false), path, options(label, true, 0));
    }

    private static Dataset<Row> read(String path, boolean header) {
        return new Reader(TestSpark.session()).read(path, new Source("csv", header, List.of()), OptionalInt.empty());
    }

    private static TrainingData.Options options(String label, boolean classification, double heldOut) {
        return new TrainingData.Options(
                classification, label, List.of(), List.of(), RowOrder.OF_FILES, heldOut, 1, examples -> 2);
    }

    private String csv(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "data", ".csv"), text)
                .toString();
    }

    private static void assertProblem(String expected, Runnable code) {
        assertEquals(expected, assertThrows(DataException.class, code::run).getMessage());
    }
}
