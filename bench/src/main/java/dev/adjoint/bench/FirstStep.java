package dev.adjoint.bench;

import static dev.adjoint.driver.settings.Task.CLASSIFICATION;

import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Recipe;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** How long it takes from a table in files to the first step, beside Spark's count of what is in its columns. */
final class FirstStep {
    static final int NUMBERS = 20;

    private static final int CLASSES = 10;
    private static final String LABEL = "label";

    private FirstStep() {}

    /** What a JVM does. */
    enum What {
        /** Writes the table. */
        MAKE,
        /** Counts the values of each column, which Spark has to read as numbers for it. */
        COUNT,
        /** Trains until the first step: with nothing read before; once more; and on the rows that are packed. */
        TRAIN
    }

    /**
     * What to do.
     *
     * @param folder of the table
     */
    record Task(What what, String format, String folder, long rows, int cores) {}

    /** What took so long. */
    record Took(String what, double seconds) {}

    public static void main(String[] arguments) throws Exception {
        Task task = PeerProcess.task(arguments, Task.class);
        try (SparkSession spark = Sessions.open(Map.of("spark.master", "local[" + task.cores() + "]"))) {
            switch (task.what()) {
                case MAKE -> make(spark, task);
                case COUNT -> PeerProcess.report(count(spark, task));
                case TRAIN -> train(spark, task);
            }
        }
    }

    private static void make(SparkSession spark, Task task) {
        Stream<Column> numbers = IntStream.range(0, NUMBERS)
                .mapToObj(i -> functions.round(functions.rand(i), 6).as("x" + i));
        Column label =
                functions.floor(functions.rand(NUMBERS).multiply(CLASSES)).as(LABEL);
        spark.range(0, task.rows(), 1, 2 * task.cores())
                .select(Stream.concat(numbers, Stream.of(label)).toArray(Column[]::new))
                .write()
                .format(task.format())
                .option("header", true)
                .mode("overwrite")
                .save(task.folder());
    }

    private static Took count(SparkSession spark, Task task) {
        long start = System.nanoTime();
        StructType schema = new StructType();
        for (int i = 0; i < NUMBERS; i++) {
            schema = schema.add("x" + i, DataTypes.DoubleType);
        }
        Dataset<Row> rows = spark.read()
                .format(task.format())
                .schema(schema.add(LABEL, DataTypes.LongType))
                .option("header", true)
                .load(task.folder());
        Column[] counts = Arrays.stream(rows.columns()).map(functions::count).toArray(Column[]::new);
        rows.agg(counts[0], Arrays.copyOfRange(counts, 1, counts.length)).collectAsList();
        return new Took("count", (System.nanoTime() - start) / 1e9);
    }

    private static void train(SparkSession spark, Task task) throws Exception {
        Settings settings = Settings.of(CLASSIFICATION)
                .with(Keys.RECIPE, Recipe.PLAIN)
                .withSome(Keys.TRAIN, task.folder())
                .withSome(Keys.FORMAT, task.format())
                .with(Keys.HEADER, task.format().equals("csv"))
                .with(Keys.LABEL, List.of(LABEL));
        Training first = toFirstStep("first", () -> Training.read(spark, settings, Optional.empty()));
        toFirstStep("packed", () -> Training.of(spark, settings, first.data()));
        first.data().release();
        toFirstStep("again", () -> Training.read(spark, settings, Optional.empty()));
    }

    private static Training toFirstStep(String what, Supplier<Training> read) throws Exception {
        long start = System.nanoTime();
        Training training = read.get();
        FirstRound first = new FirstRound();
        training.train(first);
        PeerProcess.report(new Took(what, (first.end - start) / 1e9));
        return training;
    }

    /** Ends a training with its first round. */
    private static final class FirstRound implements TrainingListener {
        private long end;
        private @Nullable Control training;

        @Override
        public void began(Control begun, TrainingState state) {
            training = begun;
        }

        @Override
        public void round(RoundReport round, TrainingState state) {
            end = end == 0 ? System.nanoTime() : end;
            Objects.requireNonNull(training).stop();
        }
    }
}
