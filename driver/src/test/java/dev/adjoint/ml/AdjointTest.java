package dev.adjoint.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.driver.ModelStore;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.model.ModelFormatException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdjointTest {
    private static SparkSession spark() {
        return TestSpark.plain();
    }

    private static Dataset<Row> iris() {
        return TestSpark.iris(spark());
    }

    private static MlpClassificationModel model() {
        return new MlpClassifier()
                .setRecipe("plain")
                .setHidden(8)
                .setEpochs(20)
                .setFeaturesCols("a", "b", "c", "d")
                .setLabelCol("kind")
                .fit(iris());
    }

    @Test
    void aModelIsAFunctionOfSql(@TempDir Path directory) throws Exception {
        MlpClassificationModel model = model();
        model.save(directory.resolve("of-estimator").toString());
        new ModelStore(spark().sparkContext().hadoopConfiguration())
                .save(model.model(), directory.resolve("of-train").toString());
        Adjoint.register(spark(), "score", directory.resolve("of-estimator").toString());
        Adjoint.register(spark(), "again", directory.resolve("of-train").toString());
        iris().createOrReplaceTempView("flowers");
        spark().sql("select kind, score(struct(*)) said, again(struct(*)) again from flowers")
                .createOrReplaceTempView("said");
        List<Row> said = spark().sql(
                        "select said.prediction, said.probability, again.prediction = said.prediction same from said")
                .collectAsList();
        List<Row> expected = model.transform(iris()).collectAsList();
        assertEquals(150, said.size());
        for (int i = 0; i < said.size(); i++) {
            assertEquals(
                    expected.get(i).<String>getAs("prediction"), said.get(i).getString(0));
            Map<String, Double> probability = said.get(i).getJavaMap(1);
            Vector vector = expected.get(i).getAs("probability");
            for (int k = 0; k < 3; k++) {
                assertEquals(
                        vector.apply(k), probability.getOrDefault(model.labels().get(k), -1.0), 1e-6);
            }
            assertTrue(said.get(i).getBoolean(2));
        }
    }

    @Test
    void numbersAreAStructToo() {
        Dataset<Row> line = spark().range(100).selectExpr("id x", "2 * id y", "id % 3 z");
        MlpRegressor estimator =
                new MlpRegressor().setRecipe("plain").setHidden().setFeaturesCols("x");
        Adjoint.register(spark(), "one", estimator.setLabelCol("y").fit(line).model());
        Adjoint.register(
                spark(), "two", estimator.setLabelCols("y", "z").fit(line).model());
        Row row = spark().sql("select one(struct(50 x)).prediction, two(struct(50 as x)).prediction, one(null)")
                .first();
        assertEquals(100, row.getDouble(0), 10);
        assertEquals(100, row.<String, Double>getJavaMap(1).getOrDefault("y", 0.0), 10);
        assertTrue(row.isNullAt(2));
    }

    @Test
    void columnsThatAreNotThereAreNamed() {
        Adjoint.register(spark(), "score", model().model());
        SparkException error = assertThrows(
                SparkException.class, () -> spark().sql("select score(struct(1 a, 2 b, 3 c)) from range(3)")
                        .collectAsList());
        assertTrue(
                Stream.iterate((Throwable) error, e -> e != null, Throwable::getCause)
                        .anyMatch(e -> e instanceof DataException
                                && String.valueOf(e.getMessage()).contains("\"d\"")),
                error.toString());
    }

    @Test
    void aPathWithoutAModelIsToldSo(@TempDir Path directory) {
        String message = String.valueOf(
                assertThrows(ModelFormatException.class, () -> Adjoint.register(spark(), "score", directory.toString()))
                        .getMessage());
        assertTrue(message.contains(directory.toString()), message);
    }
}
