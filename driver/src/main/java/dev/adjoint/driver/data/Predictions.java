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
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Adds a model's predictions to a data set: the column {@code prediction} (a class as the label's column had it, or a
 * number), and for classes {@code probability}, an array in the order of the model's classes.
 *
 * @param rows the data set with the new columns; computed when it is used
 * @param examples how many rows it has
 */
public record Predictions(Dataset<Row> rows, long examples) {
    public static final String PREDICTION = "prediction";
    public static final String PROBABILITY = "probability";
    /** Scored at a time; wide layers gain a tenth over 256, and a partition's last batch is filled up to it. */
    private static final int ROWS = 512;

    /**
     * The rows, in their order, with the predictions.
     *
     * @param path for messages
     * @throws DataException when the data does not fit the model, or has a column of one of the new names
     */
    public static Predictions of(Dataset<Row> given, String path, Model model) {
        Dataset<Row> rows = Reader.placed(given);
        for (String name : List.of(PREDICTION, PROBABILITY)) {
            if (List.of(rows.columns()).contains(name)) {
                throw new DataException(
                        "%s has a column \"%s\" already, and the predictions would be called so".formatted(path, name));
            }
        }
        Columns columns = Columns.forScoring(rows.schema(), model.features(), model.label(), false);
        Profile profile = Profile.of(rows, columns, null);
        Checks.scoring(path, profile, columns, model.features(), model.label());
        Scoring scoring = new Scoring(
                model.network()
                        .scoring(BatchShape.of(ROWS, model.network().inputs(), profile.entriesOfRow(columns)))
                        .program(),
                model.features(),
                model.label(),
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
                spark.internalCreateDataFrame(scored.rdd(), schema(own.schema(), model.label()), false),
                profile.rows());
    }

    private static StructType schema(StructType schema, Label label) {
        if (label instanceof Label.Classes classes) {
            DataType type =
                    switch (classes.type()) {
                        case TEXT -> DataTypes.StringType;
                        case INTEGER -> DataTypes.LongType;
                        case DECIMAL -> DataTypes.DoubleType;
                    };
            return schema.add(PREDICTION, type, false)
                    .add(PROBABILITY, DataTypes.createArrayType(DataTypes.DoubleType, false), false);
        }
        return schema.add(PREDICTION, DataTypes.DoubleType, false);
    }

    /** What a task needs of the model: a program, and not the layer and the loss that it was recorded from. */
    record Scoring(Program program, Features features, Label label, float[] parameters) implements Serializable {}

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
        private final Scorer scorer;
        private Iterator<InternalRow> scored = List.<InternalRow>of().iterator();

        BatchedRows(Iterator<InternalRow> rows, Examples examples, Scoring model) {
            this.rows = rows;
            this.examples = examples;
            this.label = model.label();
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
            if (label instanceof Label.Classes classes) {
                Object best = value(classes.names().get(scorer.likeliest(place)), classes.type());
                return new GenericInternalRow(new Object[] {best, UnsafeArrayData.fromPrimitiveArray(prediction)});
            }
            return new GenericInternalRow(new Object[] {prediction[0]});
        }

        private static Object value(String name, Label.Classes.Type type) {
            return switch (type) {
                case TEXT -> UTF8String.fromString(name);
                case INTEGER -> Long.valueOf(name);
                case DECIMAL -> Double.valueOf(name);
            };
        }
    }
}
