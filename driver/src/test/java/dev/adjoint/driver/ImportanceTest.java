package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.EvaluationData;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.model.Model;
import dev.adjoint.model.features.Label;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class ImportanceTest {
    /** The label is 3 a + b and a text's; c is noise. */
    private static Dataset<Row> rows(SparkSession spark) {
        return spark.sql(
                "select a, b, c, t, 3 * a + b + if(t = 'x', 1, 0) y from (select cast(pmod(hash(id, 1), 1000) / 288.0 as double) a,"
                        + " cast(pmod(hash(id, 2), 1000) / 288.0 as double) b, cast(pmod(hash(id, 3), 1000) / 288.0 as double) c,"
                        + " if(pmod(hash(id, 4), 2) = 0, 'x', 'z') t from range(2000))");
    }

    private static List<Importance> importance(SparkSession spark, Dataset<Row> rows, Model model) {
        EvaluationData.Labelled labelled = EvaluationData.all(
                rows, "the rows", model.features(), model.label(), EvaluationData.Reading.of(model.source()));
        return Importance.of(spark, model, labelled.examples());
    }

    private static Model linear(SparkSession spark) {
        Settings settings = TestSettings.plain(Task.REGRESSION)
                .with(Keys.LABEL, List.of("y"))
                .with(Keys.HIDDEN, List.of())
                .with(Keys.BATCH_SIZE, new BatchSize(32))
                .with(Keys.EPOCHS, 30);
        return Training.of(spark, settings, rows(spark)).train().model();
    }

    /** Of a linear model with half the squared error, shuffling a column adds the variance of what it contributes. */
    @Test
    void theLossGrowsByTheVarianceOfWhatAColumnContributes() {
        SparkSession spark = TestSpark.session();
        Model model = linear(spark);
        List<Importance> all = importance(spark, rows(spark), model);
        assertEquals(
                List.of("a", "b", "t", "c"),
                all.stream().map(Importance::column).toList());
        Map<String, Importance> byName =
                all.stream().collect(Collectors.toMap(Importance::column, Function.identity()));
        double spread = ((Label.Real) model.label()).targets().get(0).spread();
        double variance = spread * spread; // a and b have the variance 1
        assertEquals(9 / variance, loss(byName, "a"), 0.1);
        assertEquals(1 / variance, loss(byName, "b"), 0.02);
        assertEquals(0, loss(byName, "c"), 0.005);
        Importance a = all.get(0);
        assertTrue(a.least() <= a.loss() && a.loss() <= a.most() && a.least() < a.most(), a.toString());
    }

    private static double loss(Map<String, Importance> byName, String column) {
        Importance one = byName.get(column);
        return one == null ? Double.NaN : one.loss();
    }

    @Test
    void itDoesNotDependOnPartitions() {
        SparkSession spark = TestSpark.session();
        Model model = linear(spark);
        assertEquals(
                importance(spark, rows(spark), model),
                importance(spark, rows(spark).repartition(5), model));
    }
}
