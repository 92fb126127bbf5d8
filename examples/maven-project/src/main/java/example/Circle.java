package example;

import dev.adjoint.ml.MlpClassificationModel;
import dev.adjoint.ml.MlpClassifier;
import java.io.IOException;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Learns which points lie within a circle, in a pipeline. */
public final class Circle {
    private Circle() {}

    public static void main(String[] args) throws IOException {
        try (SparkSession spark = SparkSession.builder().master("local[2]").getOrCreate()) {
            spark.sparkContext().setLogLevel("WARN");
            Dataset<Row> points = spark.sql(
                    """
                    SELECT id, x, y, if(x * x + y * y < 0.6, 'inside', 'outside') place
                    FROM (SELECT id, sin(id * 12.9898) x, sin(id * 78.233) y FROM range(1000))
                    """);
            Dataset<Row> seen = points.filter("id % 5 > 0");
            Dataset<Row> unseen = points.filter("id % 5 = 0");

            // An evaluator of Spark's wants numbers; without one, the label may stay a text.
            StringIndexer indexer = new StringIndexer().setInputCol("place").setOutputCol("label");
            MlpClassifier classifier = new MlpClassifier()
                    .setFeaturesCols("x", "y")
                    .setLabelCol("label")
                    .setSeed(1);
            PipelineModel model = new Pipeline()
                    .setStages(new PipelineStage[] {indexer, classifier})
                    .fit(seen);

            double accuracy = new MulticlassClassificationEvaluator()
                    .setMetricName("accuracy")
                    .evaluate(model.transform(unseen));
            MlpClassificationModel network = (MlpClassificationModel) model.stages()[1];
            System.out.printf("accuracy %.3f, checksum %s%n", accuracy, network.checksum());
        }
    }
}
