package dev.adjoint.data;

import dev.adjoint.autodiff.Program;
import dev.adjoint.model.Features;
import dev.adjoint.model.Label;
import dev.adjoint.model.Model;
import dev.adjoint.model.RawExample;
import dev.adjoint.model.Scorer;
import dev.adjoint.worker.Replica;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

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

    /** Rows to score at a time. */
    private static final int BATCH = 256;

    /**
     * The rows, in their order, with the predictions.
     *
     * @param path for messages
     * @throws DataException when the data does not fit the model, or has a column of one of the new names
     */
    public static Predictions of(Dataset<Row> rows, String path, Model model) {
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
                        .scoring(Replica.rowsAtOnce(BATCH, model.network().inputs())),
                model.features(),
                model.label(),
                model.parameters());
        Broadcast<Scoring> broadcast = JavaSparkContext.fromSparkContext(
                        rows.sparkSession().sparkContext())
                .broadcast(scoring);
        StructType schema = schema(rows.schema(), model.label());
        Dataset<Row> scored =
                rows.mapPartitions(new Task(broadcast, new Examples(columns, null)), Encoders.row(schema));
        return new Predictions(scored, profile.rows());
    }

    private static StructType schema(StructType source, Label label) {
        StructType schema = new StructType();
        for (StructField field : source.fields()) {
            boolean ours = field.name().equals(Reader.FILE) || field.name().equals(Reader.BLOCK);
            schema = ours ? schema : schema.add(field);
        }
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

    private record Task(Broadcast<Scoring> model, Examples examples) implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            return new BatchedRows(rows, examples, model.value());
        }
    }

    /** Scores the rows of a partition, a batch at a time. */
    private static final class BatchedRows implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final Examples examples;
        private final Label label;
        private final Scorer scorer;
        private Iterator<Row> scored = List.<Row>of().iterator();

        BatchedRows(Iterator<Row> rows, Examples examples, Scoring model) {
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
        public Row next() {
            if (!scored.hasNext()) {
                scored = score();
            }
            return scored.next();
        }

        private Iterator<Row> score() {
            List<Row> batch = new ArrayList<>(scorer.rows());
            while (batch.size() < scorer.rows() && rows.hasNext()) {
                Row row = rows.next();
                RawExample example = examples.read(row);
                scorer.set(batch.size(), example.numbers(), example.texts());
                batch.add(row);
            }
            scorer.run();
            for (int i = 0; i < batch.size(); i++) {
                batch.set(i, withPrediction(batch.get(i), i));
            }
            return batch.iterator();
        }

        private Row withPrediction(Row row, int place) {
            double[] prediction = scorer.prediction(place);
            int own = row.length() - 2;
            boolean isClass = label instanceof Label.Classes;
            Object[] cells = new Object[own + (isClass ? 2 : 1)];
            for (int i = 0; i < own; i++) {
                cells[i] = row.get(i);
            }
            if (label instanceof Label.Classes classes) {
                cells[own] = value(classes.names().get(scorer.likeliest(place)), classes.type());
                cells[own + 1] = Arrays.stream(prediction).boxed().toArray(Double[]::new);
            } else {
                cells[own] = prediction[0];
            }
            return RowFactory.create(cells);
        }

        private static Object value(String name, Label.Classes.Type type) {
            return switch (type) {
                case TEXT -> name;
                case INTEGER -> Long.valueOf(name);
                case DECIMAL -> Double.valueOf(name);
            };
        }
    }
}
