package dev.adjoint.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MlpRegressorTest {
    private static Dataset<Row> line() {
        return TestSpark.plain()
                .sql(
                        "select cast(id as double) x, array(id % 5, id % 3) v, 3 * id + 2 label, id % 5 other from range(200)");
    }

    private static MlpRegressor small() {
        return new MlpRegressor().setRecipe("plain").setHidden().setEpochs(60).setLearningRate(0.05);
    }

    @Test
    void numbersArePredictedInTheLabelsUnits() {
        MlpRegressionModel model = small().setFeaturesCols("x").fit(line());
        double rmse = new RegressionEvaluator().setMetricName("rmse").evaluate(model.transform(line()));
        assertTrue(rmse < 6, "rmse " + rmse + " of 0 to 599");
    }

    @Test
    void severalTargetsAreAVector(@TempDir Path directory) throws IOException {
        MlpRegressor estimator = small().setFeaturesCols("x", "v").setLabelCols("label", "other");
        MlpRegressionModel model = estimator.fit(line());
        Dataset<Row> scored = model.transform(line());
        assertEquals(
                SQLDataTypes.VectorType(), scored.schema().apply("prediction").dataType());
        assertEquals(
                estimator.transformSchema(line().schema()).apply("prediction").dataType(),
                scored.schema().apply("prediction").dataType());
        Row row = scored.filter("x = 101").first();
        assertEquals(305, row.<Vector>getAs("prediction").apply(0), 15);
        assertEquals(1, row.<Vector>getAs("prediction").apply(1), 0.2);
        model.save(directory.resolve("model").toString());
        assertEquals(
                scored.collectAsList(),
                MlpRegressionModel.load(directory.resolve("model").toString())
                        .transform(line())
                        .collectAsList());
    }

    @Test
    void oneVectorIsPredictedWithoutSpark() {
        Dataset<Row> rows = line().select("v", "other");
        MlpRegressionModel model =
                small().setFeaturesCol("v").setLabelCol("other").fit(rows);
        assertEquals(3, model.predict(org.apache.spark.ml.linalg.Vectors.dense(3, 1)), 0.2);
        assertEquals(List.of("v"), model.features());
    }
}
