package dev.adjoint.driver.data;

import dev.adjoint.autodiff.Program;
import dev.adjoint.model.Model;
import dev.adjoint.model.Scorer;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.model.features.RawExample;
import dev.adjoint.worker.BatchShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Option;

/**
 * Adds a model's predictions to a data set: the column {@code prediction} (a class as the label's column had it, or a
 * number), and for classes {@code probability}, an array in the order of the model's classes. Of several targets each has a
 * {@code prediction_NAME}, and flags have a {@code probability_NAME}. Of a reconstruction there are {@code reconstruction}, an
 * array of the features as they are encoded, and {@code reconstruction_error}, how far it is from the row's own.
 *
 * @param rows the data set with the new columns; computed when it is used
 * @param examples how many rows it has
 * @param notes what is worth telling of them
 */
public record Predictions(Dataset<Row> rows, long examples, List<String> notes) {
    public static final String PREDICTION = "prediction";
    public static final String PROBABILITY = "probability";
    public static final String RECONSTRUCTION = "reconstruction";
    public static final String RECONSTRUCTION_ERROR = "reconstruction_error";
    /** The columns that are arrays. */
    public static final List<String> ARRAYS = List.of(PROBABILITY, RECONSTRUCTION);

    /** Scored at a time; wide layers gain a tenth over 256, and a partition's last batch is filled up to it. */
    static final int ROWS = 512;

    /**
     * The rows, in their order, with the predictions.
     *
     * @param path for messages
     * @throws DataException when the data does not fit the model, or has a column of one of the new names
     */
    public static Predictions of(Dataset<Row> given, String path, Model model) {
        Dataset<Row> rows = Reader.placed(given);
        StructType added = added(model.label());
        for (String name : added.fieldNames()) {
            if (List.of(rows.columns()).contains(name)) {
                throw new DataException(
                        "%s has a column \"%s\" already, and the predictions would be called so".formatted(path, name));
            }
        }
        Columns columns = Columns.forScoring(
                rows.schema(),
                model.features(),
                model.label(),
                false,
                Optional.empty(),
                model.source().texts());
        Profile profile =
                Profile.of(rows, columns, EvaluationData.known(columns, model.features(), model.label(), false));
        List<String> notes = Checks.scoring(path, profile, columns, model.features(), model.label(), false);
        Scoring scoring = new Scoring(
                model.network()
                        .scoring(BatchShape.of(ROWS, model.network().inputs(), profile.entriesOfRow(columns)))
                        .program(),
                model.features(),
                model.label(),
                classValues(model.label()),
                model.parameters());
        Broadcast<Scoring> broadcast = JavaSparkContext.fromSparkContext(
                        rows.sparkSession().sparkContext())
                .broadcast(scoring);
        Dataset<Row> own = rows.drop(Reader.ADDED.toArray(String[]::new));
        JavaRDD<InternalRow> scored = own.queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(new Task(broadcast, new Examples(columns, null)));
        SparkSession spark = (SparkSession) rows.sparkSession();
        return new Predictions(
                spark.internalCreateDataFrame(scored.rdd(), both(own.schema(), added), false), profile.rows(), notes);
    }

    private static StructType both(StructType one, StructType other) {
        StructType all = one;
        for (StructField field : other.fields()) {
            all = all.add(field);
        }
        return all;
    }

    /** The new columns. */
    private static StructType added(Label label) {
        StructType schema = new StructType();
        DataType numbers = DataTypes.createArrayType(DataTypes.DoubleType, false);
        if (label instanceof Label.Classes classes) {
            return schema.add(PREDICTION, type(classes), false).add(PROBABILITY, numbers, false);
        }
        if (label instanceof Label.Reconstruction) {
            return schema.add(RECONSTRUCTION_ERROR, DataTypes.DoubleType, false).add(RECONSTRUCTION, numbers, false);
        }
        for (String name : label.columns()) {
            String suffix = label.targetCount() == 1 ? "" : "_" + name;
            if (label instanceof Label.Flags) {
                schema = schema.add(PREDICTION + suffix, DataTypes.IntegerType, false)
                        .add(PROBABILITY + suffix, DataTypes.DoubleType, false);
            } else {
                schema = schema.add(PREDICTION + suffix, DataTypes.DoubleType, false);
            }
        }
        return schema;
    }

    private static DataType type(Label.Classes classes) {
        return DataType.fromDDL(classes.type());
    }

    /** The classes as Spark keeps values of their type. */
    static Object[] classValues(Label label) {
        if (!(label instanceof Label.Classes classes)) {
            return new Object[0];
        }
        Option<String> zone = Option.apply(SQLConf.get().sessionLocalTimeZone());
        return classes.names().stream()
                .map(name -> new Cast(
                                Literal.create(UTF8String.fromString(name), DataTypes.StringType),
                                type(classes),
                                zone,
                                EvalMode.ANSI())
                        .eval(null))
                .toArray();
    }

    /**
     * What a task needs of the model: a program, and not the layer and the loss that it was recorded from.
     *
     * @param classValues what is written for each class
     */
    record Scoring(Program program, Features features, Label label, Object[] classValues, float[] parameters)
            implements Serializable {}

    private record Task(Broadcast<Scoring> model, Examples examples)
            implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
        @Override
        public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
            return new BatchedRows(rows, examples, model.value());
        }
    }

    /** Scores the rows of a partition, a batch at a time. */
    private static final class BatchedRows implements Iterator<InternalRow> {
        private final Iterator<InternalRow> rows;
        private final Examples examples;
        private final Label label;
        private final Object[] classValues;
        private final Scorer scorer;
        private Iterator<InternalRow> scored = List.<InternalRow>of().iterator();

        BatchedRows(Iterator<InternalRow> rows, Examples examples, Scoring model) {
            this.rows = rows;
            this.examples = examples;
            this.label = model.label();
            this.classValues = model.classValues();
            this.scorer = new Scorer(model.program(), model.features(), model.label(), model.parameters());
        }

        @Override
        public boolean hasNext() {
            return scored.hasNext() || rows.hasNext();
        }

        @Override
        public InternalRow next() {
            if (!scored.hasNext()) {
                scored = score();
            }
            return scored.next();
        }

        private Iterator<InternalRow> score() {
            List<InternalRow> batch = new ArrayList<>(scorer.rows());
            while (batch.size() < scorer.rows() && rows.hasNext()) {
                InternalRow row = rows.next();
                RawExample example = examples.read(row);
                scorer.set(batch.size(), example.numbers(), example.texts());
                batch.add(row.copy()); // Spark reads the next row into the same memory
            }
            scorer.run();
            for (int i = 0; i < batch.size(); i++) {
                batch.set(i, new JoinedRow(batch.get(i), prediction(i)));
            }
            return batch.iterator();
        }

        /** The new cells of a row, as Spark keeps them. */
        private InternalRow prediction(int place) {
            double[] prediction = scorer.prediction(place);
            if (label instanceof Label.Classes) {
                Object best = classValues[scorer.likeliest(place)];
                return new GenericInternalRow(new Object[] {best, UnsafeArrayData.fromPrimitiveArray(prediction)});
            }
            if (label instanceof Label.Reconstruction) {
                return new GenericInternalRow(
                        new Object[] {scorer.reconstructionError(place), UnsafeArrayData.fromPrimitiveArray(prediction)
                        });
            }
            List<Object> cells = new ArrayList<>();
            for (double number : prediction) {
                if (label instanceof Label.Flags) {
                    cells.add(number > 0.5 ? 1 : 0);
                }
                cells.add(number);
            }
            return new GenericInternalRow(cells.toArray());
        }
    }
}
