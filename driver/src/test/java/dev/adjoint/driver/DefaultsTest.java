package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.worker.Evaluation;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** What becomes of a table of which nothing is said but its label. */
class DefaultsTest {
    private static Trained train(Task task, String query) {
        SparkSession spark = TestSpark.session();
        Dataset<Row> rows = spark.sql(query);
        Settings settings = Settings.of(task).with(Keys.LABEL, List.of("y")).with(Keys.ORDER_BY, List.of("*"));
        return Training.of(spark, settings, rows).train();
    }

    private static Evaluation metrics(Trained trained, String set) {
        return Objects.requireNonNull(trained.metrics().get(set));
    }

    @Test
    void twentyRowsOfALineGetEnoughSteps() {
        Trained trained = train(Task.REGRESSION, "select id a, id * 3 + 2 y from range(20)");
        assertTrue(metrics(trained, Trained.TRAINING).r2(0) > 0.98, "r2 on the rows");
        assertEquals(20, metrics(trained, Trained.VALIDATION).examples(), "each by the net that has not seen it");
        assertTrue(metrics(trained, Trained.VALIDATION).r2(0) > 0.9, "r2 by folds");
        assertEquals(5, trained.model().network().members());
    }

    /** The label is noise: what was learned must not be worse than knowing nothing, 0.693. */
    @Test
    void ofNoiseNothingIsLearnedForLong() {
        Trained trained = train(
                Task.CLASSIFICATION,
                "select hash(id, 1) a, hash(id, 2) b, hash(id, 3) c, pmod(hash(id, 4), 2) y from range(150)");
        assertTrue(metrics(trained, Trained.VALIDATION).loss() < 0.72, "the log loss by folds");
    }

    @Test
    void outputsStartAsTheExamplesAreOnAverage() {
        SparkSession spark = TestSpark.session();
        Settings still = TestSettings.plain(Task.CLASSIFICATION)
                .with(Keys.LABEL, List.of("y"))
                .with(Keys.ORDER_BY, List.of("*"))
                .with(Keys.OUTPUT_BIAS, Keys.OutputBias.LABEL)
                .with(Keys.HIDDEN, List.of())
                .with(Keys.EPOCHS, 1)
                .withSome(Keys.LEARNING_RATE, 1e-9);
        Dataset<Row> two = spark.sql("select id a, cast(id % 10 = 0 as int) y, 1 + id % 2 w from range(200)");
        // The 200 weigh 300, and the 20 of class 1 weigh 20.
        assertEquals(
                Math.log(20.0 / 280), lastBiases(Training.of(spark, still.withSome(Keys.WEIGHT, "w"), two))[0], 1e-5);
        assertEquals(
                0, lastBiases(Training.of(spark, still.with(Keys.OUTPUT_BIAS, Keys.OutputBias.ZERO), two))[0], 1e-5);
        Dataset<Row> three = spark.sql("select id a, least(id % 10, 2) y from range(200)");
        assertArrayEquals(
                new float[] {(float) Math.log(0.1), (float) Math.log(0.1), (float) Math.log(0.8)},
                lastBiases(Training.of(spark, still.with(Keys.MEMBERS, 2), three)),
                1e-5f);
    }

    /** Of the last member. */
    private static float[] lastBiases(Training training) {
        float[] parameters = training.train().model().parameters();
        return Arrays.copyOfRange(
                parameters, parameters.length - training.network().outputs(), parameters.length);
    }

    @Test
    void fewerRowsThanFoldsTakeAreLearnedByOneNet() {
        Trained trained = train(Task.CLASSIFICATION, "select id a, id % 2 y from range(8)");
        assertEquals(1, trained.model().network().members());
        assertEquals(1, trained.metrics().size());
    }
}
