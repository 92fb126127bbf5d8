package example

import dev.adjoint.ml.{MlpClassificationModel, MlpClassifier}
import org.apache.spark.ml.Pipeline
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator
import org.apache.spark.ml.feature.StringIndexer
import org.apache.spark.sql.SparkSession

/** Learns which points lie within a circle, in a pipeline. */
object Circle {
  def main(args: Array[String]): Unit = {
    val spark = SparkSession.builder().master("local[2]").getOrCreate()
    try {
      spark.sparkContext.setLogLevel("WARN")
      val points = spark.sql(
        """SELECT id, x, y, if(x * x + y * y < 0.6, 'inside', 'outside') place
          |FROM (SELECT id, sin(id * 12.9898) x, sin(id * 78.233) y FROM range(1000))""".stripMargin)
      val seen = points.filter("id % 5 > 0")
      val unseen = points.filter("id % 5 = 0")

      // An evaluator of Spark's wants numbers; without one, the label may stay a text.
      val indexer = new StringIndexer().setInputCol("place").setOutputCol("label")
      val classifier = new MlpClassifier()
        .setFeaturesCols("x", "y")
        .setLabelCol("label")
        .setSeed(1)
      val model = new Pipeline().setStages(Array(indexer, classifier)).fit(seen)

      val accuracy = new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(model.transform(unseen))
      val network = model.stages(1).asInstanceOf[MlpClassificationModel]
      println(f"accuracy $accuracy%.3f, checksum ${network.checksum()}")
    } finally spark.stop()
  }
}
