package dev.adjoint.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.model.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowOrderTest {
    private static final RowOrder ALL = new RowOrder(List.of(RowOrder.ALL));
    private static final RowOrder BY_ID = new RowOrder(List.of("id"));

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aQueryGivesTheSameShardsInWhateverOrderItsRowsCome() {
        TrainingData one = prepare(query(1, 1), RowOrder.OF_FILES);
        assertEquals(ALL, one.order());
        for (int run = 2; run < 4; run++) {
            assertEquals(digests(one), digests(prepare(query(run, 2 * run), RowOrder.OF_FILES)), "run " + run);
        }
    }

    @Test
    void filesThatAreWrittenAnewGiveTheSameShardsWhereAColumnSaysWhichRowIsWhich() {
        String first = write(query(1, 3), "first");
        String second = write(query(2, 5), "second");
        for (RowOrder order : List.of(BY_ID, ALL)) {
            TrainingData data = prepare(read(first), order);
            assertEquals(order, data.order());
            assertEquals(digests(data), digests(prepare(read(second), order)), order.toString());
        }
        assertNotEquals(
                digests(prepare(read(first), RowOrder.OF_FILES)), digests(prepare(read(second), RowOrder.OF_FILES)));
        assertNotEquals(digests(prepare(read(first), BY_ID)), digests(prepare(read(first), ALL)));
    }

    @Test
    void heldOutRowsAreFoundAgainByTheSameOrder() {
        TrainingData data = prepare(query(1, 3), BY_ID);
        ShardedData again = EvaluationData.heldOut(
                        query(2, 4), "rows", data.features(), data.label(), options(BY_ID), Optional.empty())
                .examples();
        assertEquals(data.heldOut().orElseThrow().digest(), again.digest());
    }

    @Test
    void rowsThatAreEqualInTheColumnsAreToldApartByTheOthers() {
        RowOrder half = new RowOrder(List.of("half"));
        assertEquals(digests(prepare(query(1, 1), half)), digests(prepare(query(2, 4), half)));
    }

    @Test
    void everyRowIsThereOnce() {
        TrainingData data = prepare(query(1, 3), ALL);
        assertEquals(
                400 - 100,
                data.training().chunks().collect().stream()
                        .mapToLong(chunk -> chunk.rows())
                        .sum());
        assertEquals(
                100,
                data.heldOut().orElseThrow().chunks().collect().stream()
                        .mapToLong(chunk -> chunk.rows())
                        .sum());
    }

    @Test
    void whatHasNoOrderIsRefused() {
        assertProblem("calls rand()", query(1, 1).withColumn("id", functions.rand()), RowOrder.OF_FILES);
        assertProblem(
                "data.order-by: the column \"idd\" is not in the data; the nearest names are [id, ",
                query(1, 1),
                new RowOrder(List.of("idd")));
        assertProblem(
                "data.order-by: the column \"m\" has the type map<int,string>, whose values have no order",
                query(1, 1).withColumn("m", functions.map(functions.col("id"), functions.col("y"))),
                new RowOrder(List.of("m")));
    }

    @Test
    void aBadCellOfAQueryIsToldWithItsPartition() {
        Dataset<Row> bad = query(1, 1)
                .withColumn(
                        "id",
                        functions
                                .when(functions.col("id").equalTo(7), Double.POSITIVE_INFINITY)
                                .otherwise(1.0));
        assertProblem("of the query's partition 0: ", bad, RowOrder.OF_FILES);
    }

    private static void assertProblem(String expected, Dataset<Row> rows, RowOrder order) {
        DataException refused = assertThrows(DataException.class, () -> prepare(rows, order));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(expected), message);
    }

    private static TrainingData prepare(Dataset<Row> rows, RowOrder order) {
        return TrainingData.prepare(rows, "rows", options(order));
    }

    private static TrainingData.Options options(RowOrder order) {
        return new TrainingData.Options(true, "y", List.of(), List.of(), order, 0.25, 1, examples -> 4);
    }

    private static List<String> digests(TrainingData data) {
        return List.of(data.training().digest(), data.heldOut().orElseThrow().digest());
    }

    /** 400 rows, each of them twice but for its id, shuffled, and split into so many partitions. */
    private static Dataset<Row> query(long seed, int partitions) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            int twice = i / 2;
            rows.add(RowFactory.create(
                    i,
                    (double) (i % 2),
                    "level " + twice % 5,
                    Vectors.dense(Math.sin(twice), twice),
                    twice % 3 == 0 ? "x" : "z"));
        }
        Collections.shuffle(rows, new Random(seed));
        StructType schema = new StructType()
                .add("id", DataTypes.IntegerType)
                .add("half", DataTypes.DoubleType)
                .add("kind", DataTypes.StringType)
                .add("v", SQLDataTypes.VectorType())
                .add("y", DataTypes.StringType);
        return TestSpark.session().createDataFrame(rows, schema).repartition(partitions);
    }

    private String write(Dataset<Row> rows, String name) {
        String path = folder.resolve(name).toString();
        rows.drop("v").write().parquet(path);
        return path;
    }

    private static Dataset<Row> read(String path) {
        return new Reader(TestSpark.session()).read(path, new Source("parquet", false, List.of()), OptionalInt.empty());
    }
}
