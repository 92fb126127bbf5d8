package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.model.Model;
import dev.adjoint.model.Scorer;
import dev.adjoint.model.Texts;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.model.features.RawExample;
import dev.adjoint.worker.BatchShape;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Function1;

/**
 * Adds what a model says to the rows of a query, when the query runs: nothing is read before, so rows may be a stream's.
 * {@link Predictions} looks at all rows first, and can tell what is wrong with them together.
 *
 * <p>New columns: the prediction, which for classes is what the label's column held, and for several targets a vector; for
 * classes and flags the vector of probabilities; for classes the raw prediction, a vector of logits.
 */
public final class RowScoring {
    /** Scored at a time, as {@link Predictions} does: the same bits. */
    private static final int ROWS = Predictions.ROWS;

    private static final int MOST_ENTRIES = 1 << 22;

    private final Model model;
    private final Names names;
    private final Invalid invalid;
    private final double[] thresholds;

    /** What is done about a row that cannot be scored. */
    public enum Invalid {
        /** The query fails, and says which value it is. */
        ERROR,
        /** The row is left out. */
        SKIP,
        /** Its new columns are null. */
        KEEP
    }

    /** What the new columns are called; one without a name is not made. */
    public record Names(String prediction, String probability, String raw) {}

    /**
     * Of a model.
     *
     * @param thresholds of each class, by which its probability is divided before the greatest is chosen; none: 1 each
     * @throws IllegalArgumentException when there are thresholds of another number than classes
     */
    public RowScoring(Model model, Names names, Invalid invalid, double[] thresholds) {
        int classes = model.label() instanceof Label.Classes label ? label.classCount() : 0;
        if (thresholds.length > 0 && thresholds.length != classes) {
            throw new IllegalArgumentException(
                    "%d thresholds for a model of %d classes, expected one each".formatted(thresholds.length, classes));
        }
        this.model = model;
        this.names = names;
        this.invalid = invalid;
        this.thresholds = thresholds.clone();
    }

    /**
     * The schema with the new columns.
     *
     * @throws DataException when a column that the model takes is not there or has another type, or one bears a new one's name
     */
    public StructType schema(StructType rows) {
        read(rows);
        return with(rows, added());
    }

    /**
     * A schema with new columns.
     *
     * @throws DataException when one bears the name of a column that is there, as queries tell names apart
     */
    public static StructType with(StructType rows, List<StructField> added) {
        StructType all = rows;
        for (StructField field : added) {
            for (String name : all.fieldNames()) {
                if ((boolean) SQLConf.get().resolver().apply(name, field.name())) {
                    throw new DataException(
                            "there is a column \"%s\" already, and the model's output would be called so; drop it, or name the output otherwise"
                                    .formatted(name));
                }
            }
            all = all.add(field);
        }
        return all;
    }

    /**
     * The rows with the new columns.
     *
     * @throws DataException when a column does not fit, or the session of the rows was stopped
     */
    public Dataset<Row> add(Dataset<?> rows) {
        DataException.requireOpen(rows.sparkSession());
        StructType schema = schema(rows.schema());
        Read read = read(rows.schema());
        Task task = new Task(
                JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext())
                        .broadcast(new Predictions.Scoring(
                                model.network().scoring(shape()).program(),
                                model.features(),
                                model.label(),
                                classValues(model.label()),
                                model.parameters())),
                read,
                invalid,
                thresholds,
                new boolean[] {!names.prediction.isEmpty(), !names.probability.isEmpty(), !names.raw.isEmpty()});
        Dataset<Row> scored = rows.toDF().mapPartitions(task, Encoders.row(schema));
        // What is known of the columns beside their types (which are categories, what a vector's numbers are called)
        // stays.
        Column[] columns = Arrays.stream(schema.fields())
                .map(field -> scored.col(Reader.quoted(field.name())).as(field.name(), field.metadata()))
                .toArray(Column[]::new);
        return scored.select(columns);
    }

    private Read read(StructType rows) {
        return Read.of(rows, model.features(), model.label(), model.source().texts());
    }

    /** Nobody counted the entries of sparse rows, so that a row has room for all its features: a batch has as many rows as that allows. */
    private BatchShape shape() {
        Features features = model.features();
        return features.areSparse()
                ? new BatchShape(Math.max(1, Math.min(ROWS, MOST_ENTRIES / features.width())), features.width())
                : BatchShape.dense(ROWS);
    }

    private List<StructField> added() {
        boolean nullable = invalid == Invalid.KEEP;
        Label label = model.label();
        List<StructField> fields = new ArrayList<>();
        DataType prediction;
        if (label instanceof Label.Classes classes) {
            prediction = DataType.fromDDL(classes.type());
        } else {
            prediction = label.targetCount() == 1 ? DataTypes.DoubleType : SQLDataTypes.VectorType();
        }
        if (label instanceof Label.Classes && !names.raw.isEmpty()) {
            fields.add(ofClasses(names.raw));
        }
        if (label.classCount() > 0 && !names.probability.isEmpty()) {
            fields.add(ofClasses(names.probability));
        }
        if (!names.prediction.isEmpty()) {
            fields.add(DataTypes.createStructField(names.prediction, prediction, nullable));
        }
        return fields;
    }

    /** A vector whose numbers are called, as Spark ML calls features, what they are of: a class, or a column of flags. */
    private StructField ofClasses(String name) {
        List<String> numbers = model.label() instanceof Label.Classes classes
                ? classes.names()
                : model.label().columns();
        Attribute[] attributes = numbers.stream()
                .map(number -> NumericAttribute.defaultAttr().withName(number))
                .toArray(Attribute[]::new);
        return new StructField(
                name,
                SQLDataTypes.VectorType(),
                invalid == Invalid.KEEP,
                new AttributeGroup(name, attributes).toMetadata());
    }

    /** The classes as queries hold values of their type. */
    static Object[] classValues(Label label) {
        Object[] values = Predictions.classValues(label);
        if (label instanceof Label.Classes classes) {
            DataType type = DataType.fromDDL(classes.type());
            Arrays.setAll(values, k -> CatalystTypeConverters.convertToScala(values[k], type));
        }
        return values;
    }

    /** What is read of a row: the columns that the model takes, by their places in it. */
    record Read(int[] places, StructType schema, Columns columns, List<Features.Column> known) implements Serializable {
        static Read of(StructType rows, Features features, Label label, Texts texts) {
            Columns.forScoring(rows, features, label, false, Optional.empty(), texts);
            List<String> own = List.of(rows.fieldNames());
            List<Features.Column> known = features.columns().stream()
                    .filter(column -> own.contains(column.name()))
                    .toList();
            int[] places = known.stream()
                    .map(Features.Column::name)
                    .mapToInt(rows::fieldIndex)
                    .toArray();
            StructType schema = new StructType(
                    Arrays.stream(places).mapToObj(i -> rows.fields()[i]).toArray(StructField[]::new));
            Columns columns = Columns.forScoring(schema, features, label, false, Optional.empty(), texts);
            return new Read(places, schema, columns, known);
        }

        /** Turns what queries hold into what {@link Cells} reads; not for use by two threads at once. */
        Function1<Object, Object> converter() {
            return CatalystTypeConverters.createToCatalystConverter(schema);
        }

        /** The cells of a row that the model takes. */
        InternalRow needed(Row row, Function1<Object, Object> converter) {
            return (InternalRow) converter.apply(
                    RowFactory.create(IntStream.of(places).mapToObj(row::get).toArray()));
        }

        /** Why a row cannot be scored. */
        Optional<String> problem(InternalRow row) {
            for (int i = 0; i < known.size(); i++) {
                Use use = columns.features().get(i);
                String problem = problem(row, use, known.get(i));
                if (problem != null) {
                    return Optional.of("column \"%s\" %s".formatted(use.name(), problem));
                }
            }
            return Optional.empty();
        }

        private static @Nullable String problem(InternalRow row, Use use, Features.Column column) {
            boolean needed = Checks.mustNotBeMissing(column);
            switch (use.kind()) {
                case VECTOR, SPARSE -> {
                    if (row.isNullAt(use.index())) {
                        return "is null, expected a vector of %d numbers".formatted(column.numbers());
                    }
                    Vector vector = Cells.vector(row, use);
                    if (vector.size() != column.numbers()) {
                        return "holds a vector of %d numbers, expected %d".formatted(vector.size(), column.numbers());
                    }
                    return problem(vector, needed || use.kind() == Kind.SPARSE);
                }
                case NUMBER, AUTO, DATE -> {
                    double number = use.kind() == Kind.DATE ? Cells.seconds(row, use) : Cells.number(row, use);
                    if (Double.isInfinite(number)) {
                        return "holds an infinity";
                    }
                    if (!Double.isNaN(number)) {
                        return null;
                    }
                    String text = Cells.textOf(row, use);
                    if (text != null) {
                        return "holds \"%s\", expected a %s"
                                .formatted(
                                        Cells.shorten(text), use.kind() == Kind.DATE ? "date (2024-12-31)" : "number");
                    }
                    return needed ? "has no value, and training saw none without" : null;
                }
                case CATEGORY -> {
                    return needed && Cells.isMissing(row, use) ? "has no value, and training saw none without" : null;
                }
                default -> {
                    return null;
                }
            }
        }

        private static @Nullable String problem(Vector vector, boolean needed) {
            for (double number : vector.toSparse().values()) {
                if (Double.isInfinite(number)) {
                    return "holds a vector with an infinity";
                }
                if (needed && Double.isNaN(number)) {
                    return "holds a vector with a number that is missing (NaN)";
                }
            }
            return null;
        }
    }

    /**
     * Scores a partition.
     *
     * @param wanted whether the prediction, the probabilities and the raw prediction are
     */
    private record Task(
            Broadcast<Predictions.Scoring> model, Read read, Invalid invalid, double[] thresholds, boolean[] wanted)
            implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            return new BatchedRows(rows, this);
        }
    }

    /** The rows of a partition, scored a batch at a time. */
    private static final class BatchedRows implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final Task task;
        private final Label label;
        private final Object[] classValues;
        private final Scorer scorer;
        private final Examples examples;
        private final Function1<Object, Object> internal;
        private final ArrayDeque<Row> ready = new ArrayDeque<>();

        BatchedRows(Iterator<Row> rows, Task task) {
            Predictions.Scoring model = task.model.value();
            this.rows = rows;
            this.task = task;
            this.label = model.label();
            this.classValues = model.classValues();
            this.scorer = new Scorer(model.program(), model.features(), model.label(), model.parameters());
            this.examples = new Examples(task.read.columns, null);
            this.internal = task.read.converter();
        }

        @Override
        public boolean hasNext() {
            while (ready.isEmpty() && rows.hasNext()) {
                score();
            }
            return !ready.isEmpty();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.remove();
        }

        private void score() {
            List<Row> batch = new ArrayList<>(scorer.rows());
            List<Integer> places = new ArrayList<>(scorer.rows());
            int scored = 0;
            while (scored < scorer.rows() && batch.size() < scorer.rows() && rows.hasNext()) {
                Row row = rows.next();
                InternalRow needed = task.read.needed(row, internal);
                Optional<String> problem = task.read.problem(needed);
                if (problem.isEmpty()) {
                    RawExample example = examples.read(needed);
                    scorer.set(scored, example.numbers(), example.texts());
                    places.add(scored++);
                    batch.add(row);
                } else if (task.invalid == Invalid.KEEP) {
                    places.add(-1);
                    batch.add(row);
                } else if (task.invalid == Invalid.ERROR) {
                    throw new DataException(
                            "%s, in the row %s; set handleInvalid to skip to leave such rows out, or to keep to get null for them"
                                    .formatted(problem.get(), Cells.shorten(row.mkString(","))));
                }
            }
            if (scored > 0) {
                scorer.run();
            }
            for (int i = 0; i < batch.size(); i++) {
                ready.add(with(batch.get(i), places.get(i)));
            }
        }

        private Row with(Row row, int place) {
            List<@Nullable Object> cells = new ArrayList<>(row.size() + 3);
            for (int i = 0; i < row.size(); i++) {
                cells.add(row.get(i));
            }
            boolean classes = label instanceof Label.Classes;
            double[] prediction = place < 0 ? new double[0] : scorer.prediction(place);
            if (task.wanted[2] && classes) {
                cells.add(place < 0 ? null : Vectors.dense(scorer.logits(place)));
            }
            if (task.wanted[1] && label.classCount() > 0) {
                cells.add(place < 0 ? null : Vectors.dense(prediction));
            }
            if (task.wanted[0]) {
                cells.add(place < 0 ? null : predicted(prediction, place));
            }
            return RowFactory.create(cells.toArray());
        }

        private Object predicted(double[] prediction, int place) {
            if (label instanceof Label.Classes) {
                return classValues[task.thresholds.length == 0 ? scorer.likeliest(place) : likeliest(prediction)];
            }
            double[] values = label instanceof Label.Flags
                    ? Arrays.stream(prediction).map(p -> p > 0.5 ? 1 : 0).toArray()
                    : prediction;
            return label.targetCount() == 1 ? (Object) values[0] : Vectors.dense(values);
        }

        /** By the probability over the threshold; one of 0 is beyond all where the probability is above it. */
        private int likeliest(double[] probabilities) {
            int best = 0;
            double most = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < probabilities.length; k++) {
                double threshold = task.thresholds[k];
                double share = threshold > 0
                        ? probabilities[k] / threshold
                        : probabilities[k] == 0 ? 0 : Double.POSITIVE_INFINITY;
                if (share > most) {
                    most = share;
                    best = k;
                }
            }
            return best;
        }
    }
}
