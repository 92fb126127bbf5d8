package dev.adjoint.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.DataException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What cannot be used is told in a sentence: the column, what was expected, what came. */
class BadInputTest {
    private static SparkSession spark() {
        return TestSpark.plain();
    }

    private static Dataset<Row> iris() {
        return TestSpark.iris(spark());
    }

    private static Dataset<Row> query(String... columns) {
        return iris().selectExpr(columns);
    }

    private static MlpClassifier small() {
        return new MlpClassifier()
                .setRecipe("plain")
                .setHidden(4)
                .setEpochs(3)
                .setSeed(1)
                .setLabelCol("kind");
    }

    private static Row row(@Nullable String kind, @Nullable Vector features) {
        return RowFactory.create(kind, features);
    }

    private static Dataset<Row> vectors(Row... rows) {
        StructType schema =
                new StructType().add("kind", DataTypes.StringType).add("features", SQLDataTypes.VectorType());
        return spark().createDataFrame(Arrays.asList(rows), schema);
    }

    private static void assertTold(String told, Executable failing) {
        String message =
                String.valueOf(assertThrows(DataException.class, failing).getMessage());
        assertTrue(message.contains(told), message);
    }

    private static void assertToldByTask(String told, Dataset<Row> scored) {
        Throwable cause = assertThrows(Exception.class, scored::collectAsList);
        while (!(cause instanceof DataException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        assertTrue(String.valueOf(cause.getMessage()).contains(told), cause.toString());
    }

    @Test
    void aColumnThatIsNotThereIsNamedBeforeAnythingRuns() {
        assertTold(
                "the feature column \"features\" is not in the data; the nearest names are [a, b, c]",
                () -> small().fit(iris()));
        assertTold(
                "the label column \"species\" is not in the data",
                () -> small().setFeaturesCols("a").setLabelCol("species").fit(iris()));
        assertTold(
                "the column of data.weight \"w\" is not in the data",
                () -> small().setFeaturesCols("a").setWeightCol("w").transformSchema(iris().schema()));
        MlpClassificationModel model = small().setFeaturesCols("a", "b").fit(iris());
        assertTold("the feature column \"b\" is not in the data", () -> model.transform(query("a", "c")));
    }

    @Test
    void aColumnOfAnotherTypeIsToldWithTheTypeThatWasExpected() {
        assertTold(
                "column \"features\" has the type array<string>, expected numbers, text, dates, arrays of numbers or ML vectors",
                () -> small().fit(query("kind", "array(kind) features")));
        assertTold(
                "the label column \"kind\" has the type array<double>, expected numbers, dates or text",
                () -> small().setFeaturesCols("a").fit(query("a", "array(b) kind")));
        assertTold(
                "column \"w\" has 150 rows with text, expected numbers",
                () -> small().setFeaturesCols("a").setWeightCol("w").fit(query("a", "kind", "kind w")));

        MlpClassificationModel ofVectors = small().fit(query("kind", "array(a, b) features"));
        for (String other : List.of("string", "double", "map<string,int>")) {
            assertTold(
                    "column \"features\" has the type %s, the model takes vectors of 2 numbers".formatted(other),
                    () -> ofVectors.transform(query("cast(null as %s) features".formatted(other))));
        }
        MlpClassificationModel ofCells = small().setFeaturesCols("number", "text", "day")
                .fit(query(
                        "kind",
                        "a number",
                        "substring(cast(b as string), 3, 1) || 'x' text",
                        "current_date() - int(a) day"));
        Dataset<Row> other = query("struct(a) number", "array(a) text", "array(a) day");
        assertTold(
                "column \"number\" has the type struct<a:double>, the model takes numbers",
                () -> ofCells.transform(other));
        assertTold(
                "column \"text\" has the type array<double>, the model takes categories",
                () -> ofCells.transform(other));
        assertTold("column \"day\" has the type array<double>, the model takes dates", () -> ofCells.transform(other));
    }

    @Test
    void aVectorOfAnotherSizeIsToldWithBothSizes() {
        Dataset<Row> mixed =
                vectors(row("x", Vectors.dense(1)), row("y", Vectors.dense(1, 2)), row("x", Vectors.dense(3, 4)));
        assertTold(
                "column \"features\" has 1 row with vectors of 1 numbers, expected 2; the first is row",
                () -> small().fit(mixed));
        assertTold("with vectors of 1 numbers, expected 2", () -> small().setHandleInvalid("skip")
                .fit(mixed));
        MlpClassificationModel model =
                small().fit(vectors(row("y", Vectors.dense(1, 2)), row("x", Vectors.dense(3, 4))));
        assertToldByTask("column \"features\" holds a vector of 1 numbers, expected 2", model.transform(mixed));
        model.setHandleInvalid("skip");
        assertEquals(2, model.transform(mixed).count());
    }

    @Test
    void rowsWithoutAVectorOrALabelAreToldTogether() {
        Dataset<Row> gaps =
                vectors(row("x", Vectors.dense(1, 2)), row(null, Vectors.dense(1, 3)), row("y", null), row(null, null));
        for (String how : List.of("error", "keep")) {
            assertTold(
                    "column \"features\" has 2 rows with a missing value; the first is row",
                    () -> small().setHandleInvalid(how).fit(gaps));
            assertTold("label column \"kind\" has 2 rows without a label", () -> small().setHandleInvalid(how)
                    .fit(gaps));
        }
        MlpClassificationModel model = small().fit(vectors(row("x", Vectors.dense(1)), row("y", Vectors.dense(2))));
        assertToldByTask(
                "column \"features\" is null, expected a vector of 1 numbers, in the row x,null",
                model.transform(vectors(row("x", null))));
    }

    /** Of vectors, arrays and numbers; a gap among numbers is no reason. */
    @Test
    void skipLeavesOutOfAFitWhatCannotBeLearnedFrom() {
        String infinity = "double('infinity')";
        Dataset<Row> good = query(
                "kind",
                "if(b > 3.5, null, a) a",
                "array(b, if(a > 7, double('nan'), c)) pair",
                "array(c, d) whole",
                "d `a.b`");
        Dataset<Row> bad = query(
                        "kind", "-%s a".formatted(infinity), "array(b, c) pair", "array(c, d) whole", "d `a.b`")
                .union(query("kind", "a", "array(b, %s) pair".formatted(infinity), "array(c, d) whole", "d `a.b`"))
                .union(query("kind", "a", "array(b, c) pair", "null whole", "d `a.b`"))
                .union(query("kind", "a", "array(b, c) pair", "array(c, d) whole", "%s `a.b`".formatted(infinity)))
                .union(query("null kind", "a", "array(b, c) pair", "array(c, d) whole", "d `a.b`"));
        MlpClassifier estimator = small().setFeaturesCols("a", "pair", "whole", "a.b");
        assertTold("with an infinity", () -> estimator.fit(good.union(bad)));
        String expected = estimator.fit(good).checksum();
        estimator.setHandleInvalid("skip");
        assertEquals(expected, estimator.fit(good.union(bad)).checksum());

        Row[] usable = {row("x", Vectors.dense(1, 2)), row("y", Vectors.sparse(2, new int[] {1}, new double[] {3}))};
        Row[] all = {
            usable[0],
            row("x", Vectors.dense(1, Double.POSITIVE_INFINITY)),
            row("y", Vectors.sparse(2, new int[] {0}, new double[] {Double.NEGATIVE_INFINITY})),
            row("y", null),
            row(null, Vectors.dense(1, 2)),
            usable[1]
        };
        assertEquals(
                small().fit(vectors(usable)).checksum(),
                small().setHandleInvalid("skip").fit(vectors(all)).checksum());

        MlpRegressor regressor = new MlpRegressor()
                .setRecipe("plain")
                .setHidden(4)
                .setEpochs(3)
                .setFeaturesCols("a")
                .setHandleInvalid("skip");
        assertEquals(
                regressor.fit(query("a", "b label")).checksum(),
                regressor
                        .fit(query("a", "b label").union(query("a", "%s label".formatted(infinity))))
                        .checksum());
    }

    /** Queries do not tell names apart that differ in case alone, unless they are told to. */
    @Test
    void aColumnThatBearsAnOutputsNameIsRefused() {
        MlpClassificationModel model = small().setFeaturesCols("a").fit(iris());
        for (String name : List.of("prediction", "probability", "rawPrediction", "Prediction", "RAWPREDICTION")) {
            Dataset<Row> rows = query("a", "kind", "b " + name);
            assertTold("there is a column \"%s\" already".formatted(name), () -> small().setFeaturesCols("a")
                    .fit(rows));
            assertTold("there is a column \"%s\" already".formatted(name), () -> model.transform(rows));
        }
        assertTold("there is a column \"probability\" already", () -> small().setFeaturesCols("a")
                .setPredictionCol("probability")
                .fit(iris()));
        spark().conf().set("spark.sql.caseSensitive", true);
        try {
            assertEquals(150, model.transform(query("a", "b Prediction")).count());
        } finally {
            spark().conf().unset("spark.sql.caseSensitive");
        }
    }

    @Test
    void noRowsAreAnError() {
        assertTold("there are no rows", () -> small().setFeaturesCols("a").fit(iris().limit(0)));
    }

    @Test
    void rowsOfAStoppedSessionAreAnError() {
        MlpClassificationModel model = small().setFeaturesCols("a").fit(iris());
        Dataset<Row> rows = iris();
        spark().stop();
        String told = "the rows are of a Spark session that was stopped; open one, and read them anew";
        assertTold(told, () -> small().setFeaturesCols("a").fit(rows));
        assertTold(told, () -> model.transform(rows));
    }
}
