package dev.adjoint.driver.data;

import dev.adjoint.model.Model;
import dev.adjoint.model.Scorer;
import dev.adjoint.model.Texts;
import dev.adjoint.model.features.Label;
import dev.adjoint.model.features.RawExample;
import dev.adjoint.worker.BatchShape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Function1;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What a model says of one row, as a function of a struct whose fields bear the names of the columns that it reads: {@code
 * struct(*)}. It returns a struct: the prediction, and the probability of each class by its name; of several targets, both by the
 * target's name; of a reconstruction, its error and the features as the model has them.
 *
 * <p>SQL calls it once a row. {@link RowScoring} scores in batches, which wide networks gain by.
 */
public final class RowFunction implements UDF1<@Nullable Row, @Nullable Row> {
    private static final long serialVersionUID = 1L;

    private final Broadcast<Predictions.Scoring> scoring;
    private final Texts texts;
    private transient @Nullable Reading reading;

    /** What reads and scores rows of one schema. */
    private record Reading(
            StructType schema,
            RowScoring.Read read,
            Examples examples,
            Function1<Object, Object> converter,
            Scorer scorer) {}

    /** For a session. */
    public RowFunction(SparkSession spark, Model model) {
        int entries = model.features().areSparse() ? model.features().width() : 0;
        this.texts = model.source().texts();
        this.scoring = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new Predictions.Scoring(
                        model.network().scoring(new BatchShape(1, entries)).program(),
                        model.features(),
                        model.label(),
                        RowScoring.classValues(model.label()),
                        model.parameters()));
    }

    /** What it returns. */
    public static StructType type(Label label) {
        DataType probabilities = DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false);
        StructType type = new StructType();
        if (label instanceof Label.Classes classes) {
            return type.add(Predictions.PREDICTION, DataType.fromDDL(classes.type()), false)
                    .add(Predictions.PROBABILITY, probabilities, false);
        }
        if (label instanceof Label.Reconstruction) {
            return type.add(Predictions.RECONSTRUCTION_ERROR, DataTypes.DoubleType, false)
                    .add(Predictions.RECONSTRUCTION, DataTypes.createArrayType(DataTypes.DoubleType, false), false);
        }
        StructType predictions = type.add(
                Predictions.PREDICTION, label.targetCount() == 1 ? DataTypes.DoubleType : probabilities, false);
        return label instanceof Label.Flags
                ? predictions.add(Predictions.PROBABILITY, probabilities, false)
                : predictions;
    }

    /** Null for null. One task's threads take turns. */
    @Override
    public synchronized @Nullable Row call(@Nullable Row row) {
        if (row == null) {
            return null;
        }
        Reading now = reading;
        if (now == null || !now.schema.equals(row.schema())) {
            now = reading(row.schema());
            reading = now;
        }
        InternalRow needed = now.read.needed(row, now.converter);
        Optional<String> problem = now.read.problem(needed);
        if (problem.isPresent()) {
            throw new DataException("%s, in the row %s; leave such rows out"
                    .formatted(problem.get(), Cells.shorten(row.mkString(","))));
        }
        RawExample example = now.examples.read(needed);
        now.scorer.set(0, example.numbers(), example.texts());
        now.scorer.run();
        return said(now.scorer);
    }

    private Reading reading(StructType schema) {
        Predictions.Scoring model = scoring.value();
        RowScoring.Read read = RowScoring.Read.of(schema, model.features(), model.label(), texts);
        return new Reading(
                schema,
                read,
                new Examples(read.columns(), null),
                read.converter(),
                new Scorer(model.program(), model.features(), model.label(), model.parameters()));
    }

    private Row said(Scorer scorer) {
        Predictions.Scoring model = scoring.value();
        double[] numbers = scorer.prediction(0);
        if (model.label() instanceof Label.Classes classes) {
            return RowFactory.create(
                    model.classValues()[scorer.likeliest(0)], byName(classes.names(), k -> numbers[k]));
        }
        if (model.label() instanceof Label.Reconstruction) {
            return RowFactory.create(
                    scorer.reconstructionError(0),
                    Arrays.stream(numbers).boxed().toList());
        }
        List<String> targets = model.label().columns();
        if (model.label() instanceof Label.Flags) {
            return RowFactory.create(
                    byName(targets, k -> numbers[k] > 0.5 ? 1.0 : 0.0), byName(targets, k -> numbers[k]));
        }
        return RowFactory.create(targets.size() == 1 ? numbers[0] : byName(targets, k -> numbers[k]));
    }

    private static Object byName(List<String> names, IntFunction<Double> number) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (int k = 0; k < names.size(); k++) {
            numbers.put(names.get(k), number.apply(k));
        }
        return CollectionConverters.asScala(numbers);
    }
}
