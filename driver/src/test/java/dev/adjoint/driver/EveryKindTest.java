package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.Predictions;
import dev.adjoint.driver.data.Reader;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.model.Model;
import dev.adjoint.model.Scorer;
import dev.adjoint.model.Source;
import dev.adjoint.model.features.Features;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table with columns of every kind, with nothing set but task and label: whatever it is kept in, it is scored to the same bits. */
class EveryKindTest {
    private static final Settings SETTINGS = TestSettings.plain(Task.CLASSIFICATION)
            .with(Keys.LABEL, List.of("outcome"))
            .with(Keys.EPOCHS, 3);

    @TempDir
    private Path folder = Path.of("");

    /** Spark reads the schemas of files in tasks, which send types that nobody registers. */
    private static SparkSession spark() {
        return TestSpark.session("local[2]", Map.of("spark.kryo.registrationRequired", "false"));
    }

    /** Typed; with {@code gaps}, every third cell is missing. */
    private static Dataset<Row> table(boolean gaps) {
        String[] columns = {
            "id * 37 % 101 as whole",
            "cast((id * 7919 % 1009) / 7.0 as double) as fraction",
            "cast(id * 13 % 97 / 8 as float) as single",
            "cast((id * 31 % 83) / 4 as decimal(12,2)) as money",
            "concat('a ', chr(34), 'quoted', chr(34), ', ', id % 4) as text",
            "concat('0', id % 7, '42') as zip",
            "id % 3 = 0 as flag",
            "date_add(date'2023-01-01', cast(id * 17 % 700 as int)) as day",
            "timestamp_seconds(1600000000 + id * 12345) as moment",
            "concat('user-', id) as name",
            "'the same' as constant",
        };
        List<String> kept = new ArrayList<>();
        for (int c = 0; c < columns.length; c++) {
            String name = columns[c].substring(columns[c].lastIndexOf(" as ") + 4);
            String value = columns[c].substring(0, columns[c].lastIndexOf(" as "));
            kept.add(gaps ? "if((id + %d) %% 3 = 0, null, %s) as %s".formatted(c, value, name) : columns[c]);
        }
        kept.add("if((id * 37 % 101 > 50) = (id % 4 < 2), 'yes, sure', 'no') as outcome");
        return spark().range(0, 400, 1, 1).selectExpr(kept.toArray(String[]::new));
    }

    private String written(Dataset<Row> table, String format) {
        String path = folder.resolve("table." + format).toString();
        // Texts that stand for nothing, as a colleague writes them.
        table.coalesce(1)
                .write()
                .option("header", true)
                .option("nullValue", "?")
                .option("timestampFormat", "yyyy-MM-dd HH:mm:ss")
                .format(format)
                .save(path);
        return path;
    }

    private static Source source(String format) {
        return new Source(format, true, List.of());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTableScoresTheSameInEveryFormatAndWithoutSpark(boolean gaps) throws Exception {
        Dataset<Row> table = table(gaps);
        String csv = written(table, "csv");
        Settings settings = SETTINGS.withSome(Keys.TRAIN, csv).with(Keys.HEADER, true);
        Trained trained = Training.read(spark(), settings, Optional.empty()).train();
        Model model = trained.model();
        List<String> used = model.features().columns().stream()
                .filter(column -> column.width() > 0)
                .map(Features.Column::name)
                .toList();
        assertTrue(used.containsAll(List.of("whole", "fraction", "single", "money", "text", "flag", "day", "moment")));
        ModelStore store = new ModelStore(spark().sparkContext().hadoopConfiguration());
        store.save(model, folder.resolve("model").toString());
        Model loaded = store.load(folder.resolve("model").toString());

        List<List<Double>> expected = withoutSpark(loaded, table.collectAsList());
        assertSame(expected, Predictions.of(table, "a query", loaded), "a query");
        for (String format : List.of("csv", "parquet", "json", "orc")) {
            String path = format.equals("csv") ? csv : written(table, format);
            Dataset<Row> read = new Reader(spark()).read(path, source(format), OptionalInt.empty());
            assertSame(expected, Predictions.of(read, path, loaded), format);
        }
    }

    private static void assertSame(List<List<Double>> expected, Predictions predictions, String from) {
        List<List<Double>> actual = probabilities(predictions);
        assertEquals(expected.size(), actual.size(), from);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), actual.get(i), "row " + i + " of " + from);
        }
    }

    private static List<List<Double>> probabilities(Predictions predictions) {
        return predictions.rows().select(Predictions.PROBABILITY).collectAsList().stream()
                .<List<Double>>map(row -> row.getList(0))
                .toList();
    }

    /** Scores with what the Spark-free jar has, from the values of typed cells. */
    private static List<List<Double>> withoutSpark(Model model, List<Row> rows) {
        Scorer scorer = new Scorer(model, 512);
        int filled = 0;
        List<List<Double>> all = new ArrayList<>();
        for (Row row : rows) {
            List<Double> numbers = new ArrayList<>();
            List<@Nullable String> texts = new ArrayList<>();
            for (Features.Column column : model.features().columns()) {
                Object cell = row.get(row.fieldIndex(column.name()));
                if (column instanceof Features.Categorical) {
                    texts.add(cell == null ? null : cell.toString());
                } else if (column.numbers() > 0) {
                    numbers.add(number(cell));
                }
            }
            scorer.set(filled++, numbers.stream().mapToDouble(x -> x).toArray(), texts.toArray(String[]::new));
        }
        scorer.run();
        for (int i = 0; i < filled; i++) {
            all.add(Arrays.stream(scorer.prediction(i)).boxed().toList());
        }
        return all;
    }

    private static double number(@Nullable Object cell) {
        if (cell instanceof java.sql.Date date) {
            return date.toLocalDate().atStartOfDay().toEpochSecond(ZoneOffset.UTC);
        }
        if (cell instanceof java.sql.Timestamp moment) {
            return moment.toLocalDateTime().toEpochSecond(ZoneOffset.UTC);
        }
        // As it is written, so that 0.1f is 0.1.
        return cell == null ? Double.NaN : Double.parseDouble(cell.toString());
    }

    /** Some of the vectors are sparse: the assembler makes them so where that is shorter. */
    @Test
    void whatMllibAssemblesIsTrainedOnAndScoredAsArraysAre() {
        Dataset<Row> rows = new VectorAssembler()
                .setInputCols(new String[] {"a", "b", "c", "d"})
                .setOutputCol("assembled")
                .transform(spark().range(0, 300, 1, 2)
                        .selectExpr(
                                "if(id % 2 = 0, 0, id % 7) as a",
                                "if(id % 2 = 0, 0, id % 11) as b",
                                "if(id % 2 = 0, 0, id % 5) as c",
                                "id % 13 as d",
                                "concat('c', id % 2) as outcome"))
                .select("assembled", "outcome");
        List<Vector> vectors = rows.select("assembled").collectAsList().stream()
                .map(row -> row.<Vector>getAs(0))
                .toList();
        assertTrue(vectors.stream().anyMatch(SparseVector.class::isInstance));
        assertTrue(vectors.stream().anyMatch(DenseVector.class::isInstance));
        Trained trained = Training.of(spark(), SETTINGS, rows).train();
        List<List<Double>> expected = probabilities(Predictions.of(rows, "vectors", trained.model()));
        Dataset<Row> arrays = rows.select(
                functions.vector_to_array(rows.col("assembled"), "float64").as("assembled"));
        assertEquals(300, expected.size());
        assertEquals(expected, probabilities(Predictions.of(arrays, "arrays", trained.model())));
    }
}
