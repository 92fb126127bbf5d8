package dev.adjoint.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.Source;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictionsTest {
    private static final String IRIS = "../conf/data/iris.csv";
    private static final Source SOURCE = new Source("csv", false, List.of("a", "b", "c", "d", "species"));
    private static final List<String> SPECIES = List.of("Iris-setosa", "Iris-versicolor", "Iris-virginica");

    @Test
    void rowsKeepTheirOrderAndColumnsAndGetOneProbabilityAClass() {
        Predictions predictions = Predictions.of(iris(), IRIS, classifier(SPECIES, "string"));
        assertEquals(150, predictions.examples());
        assertEquals(
                List.of("a", "b", "c", "d", "species", "prediction", "probability"),
                List.of(predictions.rows().columns()));
        List<Row> before = iris().collectAsList();
        List<Row> after = predictions.rows().collectAsList();
        for (int i = 0; i < 150; i++) {
            Row row = after.get(i);
            assertEquals(before.get(i).getString(0), row.getString(0));
            List<Double> probability = row.getList(6);
            assertEquals(3, probability.size());
            assertEquals(1, probability.stream().mapToDouble(p -> p).sum(), 1e-5);
            int best = 0;
            for (int k = 1; k < 3; k++) {
                best = probability.get(k) > probability.get(best) ? k : best;
            }
            assertEquals(SPECIES.get(best), row.getString(5));
        }
    }

    @Test
    void integerClassesComeBackAsIntegers() {
        Predictions predictions = Predictions.of(iris(), IRIS, classifier(List.of("3", "7", "11"), "bigint"));
        assertEquals(
                DataTypes.LongType,
                predictions.rows().schema().apply("prediction").dataType());
        assertTrue(List.of(3L, 7L, 11L).contains(predictions.rows().first().getLong(5)));
    }

    @Test
    void twoClassesFromOneLogitHaveTwoProbabilities() {
        Model model = model(
                Network.perceptron(4, List.of(), Activation.RELU, 1, StandardLoss.BINARY_CROSS_ENTROPY),
                new Label.Classes("species", "string", List.of("no", "yes")));
        for (Row row : Predictions.of(iris(), IRIS, model).rows().collectAsList()) {
            List<Double> probability = row.getList(6);
            assertEquals(1, probability.get(0) + probability.get(1), 1e-12);
            assertEquals(probability.get(1) > 0.5 ? "yes" : "no", row.getString(5));
        }
    }

    @Test
    void realPredictionsAreInTheLabelsUnits() {
        Network network = Network.perceptron(4, List.of(), Activation.RELU, 1, StandardLoss.HALF_SQUARED_ERROR);
        Model model = new Model(
                network, features(), new Label.Real("rings", 10, 2), SOURCE, Map.of(), new float[] {0, 0, 0, 0, 1.5f});
        Predictions predictions = Predictions.of(iris(), IRIS, model);
        assertEquals(13.0, predictions.rows().first().getDouble(5));
        assertEquals(6, predictions.rows().columns().length);
    }

    /** More rows than are scored at a time, and not a multiple of that. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            double          | cast(id as double)               | 1    | 0
            float           | cast(id as float)                | 1    | 0
            long            | id                               | 1    | 0
            int             | cast(id as int)                  | 1    | 0
            short           | cast(id as smallint)             | 1    | 0
            byte            | cast(id % 100 as tinyint)        | 100  | 0
            boolean         | id % 2 = 1                       | 2    | 0
            decimal         | cast(id + 0.25 as decimal(20,3)) | 1    | 0.25
            text            | concat(' ', id, '.50 ')          | 1    | 0.5
            array of float  | array(cast(id as float))         | 1    | 0
            array of long   | array(id)                        | 1    | 0
            """)
    void everyRowGetsItsOwnPredictionWhateverTheTypeOfItsColumn(
            String type, String expression, int modulus, double more) {
        assertPredictsItself(numbers().selectExpr("id", expression + " as x"), modulus, more, type);
    }

    @Test
    void vectorsArePredictedFromLikeArrays() {
        Dataset<Row> arrays = numbers().selectExpr("id", "array(cast(id as double)) as x");
        assertPredictsItself(
                arrays.select(
                        arrays.col("id"),
                        functions.array_to_vector(arrays.col("x")).as("x")),
                1,
                0,
                "vector");
    }

    private static Dataset<Row> numbers() {
        return TestSpark.session().range(0, 1300, 1, 1).toDF("id");
    }

    /** With a model whose prediction is the number in column x, which is id, or what is left of it by the modulus. */
    private static void assertPredictsItself(Dataset<Row> numbers, int modulus, double more, String type) {
        Network network = Network.perceptron(1, List.of(), Activation.RELU, 1, StandardLoss.HALF_SQUARED_ERROR);
        Model model = new Model(
                network,
                new Features(List.of(new Features.Numeric("x", List.of(0.0), List.of(1.0)))),
                new Label.Real("y", 0, 1),
                SOURCE,
                Map.of(),
                new float[] {1, 0});
        Dataset<Row> rows = numbers.selectExpr("*", "'file' as " + Reader.FILE, "0L as " + Reader.BLOCK);
        Predictions predictions = Predictions.of(rows, type, model);
        assertEquals(1300, predictions.examples());
        List<Row> scored = predictions.rows().collectAsList();
        for (int i = 0; i < 1300; i++) {
            Row row = scored.get(i);
            assertEquals(i, row.getLong(0), type);
            assertEquals((modulus == 1 ? i : i % modulus) + more, row.getDouble(2), type + " in row " + i);
        }
    }

    @Test
    void aColumnOfTheSameNameIsNotOverwritten() {
        Dataset<Row> rows = new Reader(TestSpark.session())
                .read(IRIS, new Source("csv", false, List.of("a", "b", "c", "d", "prediction")), OptionalInt.empty());
        DataException e =
                assertThrows(DataException.class, () -> Predictions.of(rows, IRIS, classifier(SPECIES, "string")));
        assertEquals(
                IRIS + " has a column \"prediction\" already, and the predictions would be called so", e.getMessage());
    }

    private static Dataset<Row> iris() {
        return new Reader(TestSpark.session()).read(IRIS, SOURCE, OptionalInt.empty());
    }

    private static Model classifier(List<String> classes, String type) {
        return model(
                Network.perceptron(4, List.of(5), Activation.RELU, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY),
                new Label.Classes("species", type, classes));
    }

    private static Model model(Network network, Label label) {
        return new Model(network, features(), label, SOURCE, Map.of(), network.initialParameters(4));
    }

    private static Features features() {
        return new Features(List.of("a", "b", "c", "d").stream()
                .map(name -> (Features.Column) new Features.Numeric(name, List.of(3.0), List.of(1.0)))
                .toList());
    }
}
