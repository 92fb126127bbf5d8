package dev.adjoint.bench;

import dev.adjoint.autodiff.kernel.Kernels;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.BLAS$;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The perceptron of Spark's MLlib on local Spark: gradient descent by full batches in float64, with logistic layers, which are
 * the only ones that it has. A window is what a long fit takes longer than one of a single iteration, so that starting up is
 * not in it.
 */
final class MllibPeer {
    /** In seconds: starting up takes half a second, a little more or less each time. */
    private static final double SHORTEST_WINDOW = 1;

    private MllibPeer() {}

    public static void main(String[] arguments) throws Exception {
        Workload workload = PeerProcess.task(arguments, Workload.class);
        // Tells netlib where OpenBLAS is, before Spark asks for it; or finds that it must not be used.
        String kernels = Kernels.description();
        try (SparkSession spark = SparkSession.builder()
                .master("local[" + workload.cores() + "]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate()) {
            String blas = BLAS$.MODULE$.nativeBLAS().getClass().getSimpleName();
            if (workload.peer() == Peer.MLLIB_OPENBLAS && !blas.equals("JNIBLAS")) {
                throw new IllegalStateException("MLlib computes by %s, expected OpenBLAS: %s".formatted(blas, kernels));
            }
            Dataset<Row> examples = examples(spark, workload);
            for (Batch batch : workload.batches()) {
                workload.report(
                        null,
                        batch,
                        workload.rows(),
                        measure(workload, batch, examples),
                        "Spark MLlib %s; %s".formatted(spark.version(), blas));
            }
        }
    }

    private static Windows measure(Workload workload, Batch batch, Dataset<Row> examples) {
        Windows windows = workload.windows(batch);
        fit(workload.net(), examples, 1);
        int iterations = 1;
        while (!windows.complete()) {
            double shortFit = fit(workload.net(), examples, 1);
            double seconds = fit(workload.net(), examples, 1 + iterations) - shortFit;
            if (seconds >= SHORTEST_WINDOW) {
                windows.add((double) workload.rows() * iterations, seconds);
            } else {
                double missing = 1.2 * SHORTEST_WINDOW / Math.max(seconds, 0);
                iterations = (int) Math.ceil(iterations * Math.max(2, Math.min(8, missing)));
            }
        }
        return windows;
    }

    /** Seconds. */
    private static double fit(Net net, Dataset<Row> examples, int iterations) {
        long start = System.nanoTime();
        new MultilayerPerceptronClassifier()
                .setLayers(net.layers())
                .setSolver("gd")
                .setStepSize(Workload.LEARNING_RATE)
                .setMaxIter(iterations)
                .setTol(0)
                .setSeed(1)
                .fit(examples);
        return (System.nanoTime() - start) / 1e9;
    }

    private static Dataset<Row> examples(SparkSession spark, Workload workload) {
        Net net = workload.net();
        int count = workload.rows();
        int parts = workload.cores();
        List<Integer> numbers = IntStream.range(0, parts).boxed().toList();
        JavaRDD<Row> rows = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(numbers, parts)
                .flatMap(part -> rows(net, (count - part + parts - 1) / parts, part));
        StructType schema =
                new StructType().add("label", DataTypes.DoubleType).add("features", SQLDataTypes.VectorType());
        Dataset<Row> examples = spark.createDataFrame(rows, schema).cache();
        examples.count();
        return examples;
    }

    private static Iterator<Row> rows(Net net, int count, int part) {
        SyntheticExamples examples = SyntheticExamples.of(net.inputs(), net.outputs(), count, part);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] x = new double[net.inputs()];
            for (int j = 0; j < x.length; j++) {
                x[j] = examples.features()[i * x.length + j];
            }
            rows.add(RowFactory.create((double) examples.targets()[i], Vectors.dense(x)));
        }
        return rows.iterator();
    }
}
