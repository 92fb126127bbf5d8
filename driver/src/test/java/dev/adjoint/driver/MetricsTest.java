package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.EvaluationData;
import dev.adjoint.driver.data.Reader;
import dev.adjoint.driver.data.RowOrder;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.data.TrainingData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.training.Trainer;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.Scorer;
import dev.adjoint.model.Source;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.ClassMetrics;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.Rows;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.evaluation.BinaryClassificationMetrics;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple3;
import scala.Tuple4;

/** Metrics over shards, beside Spark's own, in all and by group. */
class MetricsTest {
    private static final int ROWS = 2000;
    private static final int SHARDS = 8;
    private static final int WIDTH = 4;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void mllibFindsTheSameOfTwoClasses() {
        List<Chunk> chunks = chunks(2);
        Model model = trained(2, chunks);
        Evaluation evaluation = Training.evaluate(TestSpark.session(), model, sharded(chunks, 3));
        List<Scored> scored = scored(model, chunks);
        ClassMetrics metrics = evaluation.classMetrics().orElseThrow();
        assertAgree(evaluation, scored, 2);
        JavaRDD<Tuple3<Object, Object, Object>> ranked = mllibs().parallelize(scored, 2)
                .map(s ->
                        new Tuple3<>((Object) s.probabilities()[1], (Object) (double) s.label(), (Object) s.weight()));
        BinaryClassificationMetrics mllib = new BinaryClassificationMetrics(ranked.rdd(), 0);
        assertTrue(mllib.areaUnderROC() > 0.6, "something to find");
        assertEquals(mllib.areaUnderROC(), metrics.rocAuc(), 1e-4);
        // MLlib draws lines between the points of the curve, the average precision draws steps.
        assertEquals(mllib.areaUnderPR(), metrics.prAuc(), 5e-3);
    }

    @Test
    void mllibFindsTheSameOfFourClasses() {
        List<Chunk> chunks = chunks(4);
        Model model = trained(4, chunks);
        Evaluation evaluation = Training.evaluate(TestSpark.session(), model, sharded(chunks, 3));
        List<Scored> scored = scored(model, chunks);
        assertAgree(evaluation, scored, 4);
        double sum = 0;
        for (int c = 0; c < 4; c++) {
            int one = c;
            JavaRDD<Tuple3<Object, Object, Object>> ranked = mllibs().parallelize(scored, 2)
                    .map(s -> new Tuple3<>(
                            (Object) s.probabilities()[one], (Object) (s.label() == one ? 1.0 : 0.0), (Object)
                                    s.weight()));
            sum += new BinaryClassificationMetrics(ranked.rdd(), 0).areaUnderROC();
        }
        assertEquals(sum / 4, evaluation.classMetrics().orElseThrow().rocAuc(), 1e-4);
    }

    private static void assertAgree(Evaluation evaluation, List<Scored> scored, int classes) {
        JavaRDD<Tuple4<Object, Object, Object, double[]>> predictions = mllibs().parallelize(scored, 2)
                .map(s -> new Tuple4<>(
                        (Object) (double) s.likeliest(),
                        (Object) (double) s.label(),
                        (Object) s.weight(),
                        s.probabilities()));
        MulticlassMetrics mllib = new MulticlassMetrics(predictions.rdd());
        ClassMetrics metrics = evaluation.classMetrics().orElseThrow();
        assertEquals(mllib.accuracy(), evaluation.accuracy(), 1e-9);
        assertEquals(mllib.logLoss(1e-15), metrics.logLoss(), 1e-6);
        double f1 = 0;
        double recall = 0;
        for (int c = 0; c < classes; c++) {
            assertEquals(mllib.precision(c), metrics.precision(c), 1e-9);
            assertEquals(mllib.recall(c), metrics.recall(c), 1e-9);
            assertEquals(mllib.fMeasure(c), metrics.f1(c), 1e-9);
            f1 += mllib.fMeasure(c) / classes;
            recall += mllib.recall(c) / classes;
            for (int k = 0; k < classes; k++) {
                assertEquals(mllib.confusionMatrix().apply(c, k), metrics.confusion(c, k), 1e-6);
            }
        }
        assertEquals(f1, metrics.macroF1(), 1e-9);
        assertEquals(recall, metrics.balancedAccuracy(), 1e-9);
    }

    @Test
    void partitionsChangeNoBitOfAnyMetric() {
        for (int classes : new int[] {2, 4}) {
            Model model = model(classes, 3);
            List<Double> expected = numbers(Training.evaluate(TestSpark.session(), model, sharded(chunks(classes), 1)));
            assertTrue(expected.stream().noneMatch(value -> value.isNaN()), expected.toString());
            for (int partitions : new int[] {3, 8}) {
                assertEquals(
                        expected,
                        numbers(Training.evaluate(TestSpark.session(), model, sharded(chunks(classes), partitions))),
                        partitions + " partitions");
            }
        }
    }

    /** Twins differ in the column of the groups alone, and the order of the rows says nothing of them. */
    @Test
    void rowsOfAQueryAreMeasuredByGroupToTheSameBitsInAnyOrder() {
        List<Double> expected = numbers(byGroup(query(1)));
        for (int partitions : new int[] {2, 5}) {
            assertEquals(expected, numbers(byGroup(query(partitions))), partitions + " partitions");
        }
        assertNotEquals(expected.subList(0, 3), expected.subList(3, 6));
    }

    private static Evaluation byGroup(Dataset<Row> rows) {
        Model model = model(2, 4);
        EvaluationData.Labelled data = EvaluationData.heldOut(
                rows,
                "rows",
                model.features(),
                model.label(),
                options(new RowOrder(List.of("*"))),
                Optional.of("twin"));
        assertEquals(List.of(Optional.of("-1"), Optional.of("0"), Optional.of("10"), Optional.empty()), data.groups());
        return Training.evaluate(TestSpark.session(), model, data);
    }

    private static Dataset<Row> query(int partitions) {
        return TestSpark.session()
                .range(900)
                .selectExpr(
                        "double(id div 3 % 7) a",
                        "sin(id div 3) b",
                        "cos(id div 3) c",
                        "double(id div 3) / 300 d",
                        "string(id div 3 % 2) label",
                        "if(id % 5 = 0, null, element_at(array(10, 0, -1), int(id % 3) + 1)) twin",
                        "array(1, 2) many",
                        "id")
                .repartition(partitions);
    }

    @Test
    void filesAreMeasuredByAnyColumnWhateverItHolds() throws IOException {
        StringBuilder text = new StringBuilder("a,b,c,d,label,city\n");
        for (int i = 0; i < 60; i++) {
            String city = List.of("Köln", "\"Aachen, West\"", " ", "").get(i % 4);
            text.append("%d,%d,1,%s,%d,%s%n".formatted(i % 7, i % 5, i / 60.0, i % 2, city));
        }
        Model model = model(2, 5);
        EvaluationData.Labelled data = at(model, text.toString(), "city");
        assertEquals(List.of(Optional.of("Aachen, West"), Optional.of("Köln"), Optional.empty()), data.groups());
        Evaluation evaluation = Training.evaluate(TestSpark.session(), model, data);
        assertEquals(
                List.of(15L, 15L, 30L),
                evaluation.groups().stream()
                        .map(group -> group.orElseThrow().examples())
                        .toList());
        // A feature, and the label.
        assertEquals(8, at(model, text.toString(), "a").groups().size());
        assertEquals(3, at(model, text.toString(), "label").groups().size());
    }

    @Test
    void aColumnThatGroupsNothingIsRefused() {
        Model model = model(2, 6);
        assertProblem(
                "the column of --by \"twn\" is not in the data; the nearest names are [twin, ", model, query(1), "twn");
        assertProblem("--by: the column \"many\" has the type array<int>", model, query(1), "many");
        Dataset<Row> more = query(1).union(query(1).withColumn("id", functions.expr("id + 900")));
        assertProblem("the column \"id\" of --by has more than 1,000 values", model, more, "id");
    }

    private static TrainingData.Options options(RowOrder order) {
        return new TrainingData.Options(true, "label", List.of(), List.of(), order, 0.25, 1, examples -> 2);
    }

    private static void assertProblem(String expected, Model model, Dataset<Row> rows, String by) {
        DataException refused = assertThrows(
                DataException.class,
                () -> EvaluationData.heldOut(
                        rows, "rows", model.features(), model.label(), options(RowOrder.OF_FILES), Optional.of(by)));
        assertTrue(String.valueOf(refused.getMessage()).contains(expected), refused.getMessage());
    }

    private EvaluationData.Labelled at(Model model, String text, String by) throws IOException {
        String path = Files.writeString(folder.resolve("data.csv"), text).toString();
        return EvaluationData.at(
                new Reader(TestSpark.session()),
                path,
                new Source("csv", true, List.of()),
                model.features(),
                model.label(),
                EvaluationData.Reading.of(model.source()).by(Optional.of(by)));
    }

    /** All metrics, and those of all groups. */
    private static List<Double> numbers(Evaluation evaluation) {
        ClassMetrics metrics = evaluation.classMetrics().orElseThrow();
        List<Double> numbers = new ArrayList<>(List.of(
                evaluation.loss(),
                evaluation.accuracy(),
                metrics.logLoss(),
                metrics.rocAuc(),
                metrics.prAuc(),
                metrics.macroF1(),
                metrics.balancedAccuracy(),
                metrics.calibrationError()));
        evaluation.groups().forEach(group -> group.ifPresent(some -> numbers.addAll(numbers(some))));
        return numbers;
    }

    private record Scored(double[] probabilities, int likeliest, int label, double weight) implements Serializable {}

    /** Row by row, by the scorer. */
    private static List<Scored> scored(Model model, List<Chunk> chunks) {
        Scorer scorer = new Scorer(model, 1);
        List<Scored> scored = new ArrayList<>();
        for (Chunk chunk : chunks) {
            float[] features = new float[WIDTH];
            for (int row = 0; row < chunk.rows(); row++) {
                ((Rows.Full) chunk.features()).write(row, features, 0);
                double[] probabilities = scorer.predict(features);
                scored.add(new Scored(
                        probabilities, scorer.likeliest(0), (int) chunk.targets()[row], chunk.weights()[row]));
            }
        }
        return scored;
    }

    private static Model trained(int classes, List<Chunk> chunks) {
        return model(
                classes,
                new Trainer(
                                Passes.of(context(), ReductionKind.AUTO),
                                network(classes),
                                TestSettings.of(5, new BatchSize(64), 0.05, 0.9, 0))
                        .train(sharded(chunks, 2), Optional.empty())
                        .parameters());
    }

    private static Network network(int classes) {
        return Network.perceptron(
                WIDTH, List.of(5), Activation.TANH, classes == 2 ? 1 : classes, StandardLoss.forClasses(classes));
    }

    /** With parameters that give probabilities from nearly 0 to nearly 1. */
    private static Model model(int classes, long seed) {
        Random random = new Random(seed);
        float[] parameters = new float[network(classes).parameterCount()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = (float) (1.5 * random.nextGaussian());
        }
        return model(classes, parameters);
    }

    private static Model model(int classes, float[] parameters) {
        List<Features.Column> columns = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            columns.add(new Features.Numeric(name, List.of(0.0), List.of(1.0)));
        }
        return new Model(
                network(classes),
                new Features(columns),
                new Label.Classes(
                        "label",
                        "bigint",
                        IntStream.range(0, classes).mapToObj(String::valueOf).toList()),
                new Source("csv", true, List.of()),
                Map.of(),
                parameters);
    }

    /** One a shard: features that tell something of the class, and weights from 0.5 to 1.5. */
    private static List<Chunk> chunks(int classes) {
        Random random = new Random(7);
        int rows = ROWS / SHARDS;
        List<Chunk> chunks = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            float[] features = new float[rows * WIDTH];
            float[] targets = new float[rows];
            float[] weights = new float[rows];
            for (int i = 0; i < rows; i++) {
                targets[i] = random.nextInt(classes);
                weights[i] = 0.5f + random.nextFloat();
                for (int j = 0; j < WIDTH; j++) {
                    features[i * WIDTH + j] = (float) random.nextGaussian() + (j % 2 == 0 ? targets[i] : 0);
                }
            }
            chunks.add(new Chunk(shard, 0, rows, WIDTH, features, targets, weights));
        }
        return chunks;
    }

    private static ShardedData sharded(List<Chunk> chunks, int partitions) {
        return new ShardedData(context().parallelize(chunks, partitions).cache(), SHARDS, ROWS);
    }

    /** A context that sends what MLlib does, of which our Kryo knows nothing. */
    private static JavaSparkContext mllibs() {
        return JavaSparkContext.fromSparkContext(
                TestSpark.session("local[2]", Map.of("spark.serializer", "org.apache.spark.serializer.JavaSerializer"))
                        .sparkContext());
    }

    private static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    }
}
