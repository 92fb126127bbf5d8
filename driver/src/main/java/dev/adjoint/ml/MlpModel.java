package dev.adjoint.ml;

import dev.adjoint.driver.Importance;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.EvaluationData;
import dev.adjoint.driver.data.RowScoring;
import dev.adjoint.model.Model;
import dev.adjoint.model.Scorer;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A fitted network with its preprocessing. It reads the columns that it was fitted on, by their names.
 *
 * @param <M> itself
 */
public abstract class MlpModel<M extends MlpModel<M>> extends org.apache.spark.ml.Model<M>
        implements OutputParams<M>, MLWritable {
    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Model model;
    private final List<Epoch> epochs;
    private final ColumnParams columnParams = new ColumnParams(this);

    MlpModel(String uid, Model model, List<Epoch> epochs) {
        this.uid = uid;
        this.model = model;
        this.epochs = List.copyOf(epochs);
        setDefault(predictionCol(), "prediction");
        setDefault(handleInvalid(), "error");
    }

    /** The same under another identity, without Params. */
    abstract M of(String newUid, Model newModel, List<Epoch> newEpochs);

    abstract RowScoring.Names names();

    abstract double[] thresholdsOfClasses();

    @Override
    public String uid() {
        return uid;
    }

    @Override
    public ColumnParams columnParams() {
        return columnParams;
    }

    /** The network, its parameters and preprocessing: for {@link Scorer}, which needs no Spark. */
    public Model model() {
        return model;
    }

    /** The SHA-256 of the parameters, in hexadecimal: the same for the same rows and settings, on any cluster. */
    public String checksum() {
        return Model.checksum(model.parameters());
    }

    /** How many features a row has, once its columns are encoded. */
    public int numFeatures() {
        return model.features().width();
    }

    /** The columns that it reads. */
    public List<String> features() {
        return model.features().columns().stream().map(column -> column.name()).toList();
    }

    List<Epoch> epochs() {
        return epochs;
    }

    /** The epochs of the fit, in their order: loss, metrics of the rows that were not learned from, time. */
    public Dataset<Row> history() {
        return SparkSession.active()
                .createDataFrame(epochs.stream().map(Epoch::row).toList(), Epoch.SCHEMA);
    }

    /** Where the model comes from: when it was made, of what data, with which settings, and what computed. */
    public Dataset<Row> provenance() {
        StructType schema =
                new StructType().add("key", DataTypes.StringType, false).add("value", DataTypes.StringType, false);
        return SparkSession.active()
                .createDataFrame(
                        new TreeMap<>(model.provenance())
                                .entrySet().stream()
                                        .map(entry -> RowFactory.create(entry.getKey(), entry.getValue()))
                                        .toList(),
                        schema);
    }

    /**
     * How much it needs each column, on labelled rows: see {@link Importance}. The columns are {@code column}, {@code importance}, by how
     * much the mean loss grows without it, and {@code least} and {@code most} of five shuffles.
     *
     * @throws DataException when the rows do not fit the model, or have no labels
     */
    public Dataset<Row> importance(Dataset<?> labelled) {
        SparkSession spark = labelled.sparkSession();
        EvaluationData.Labelled examples = EvaluationData.all(
                labelled.toDF(),
                "the rows",
                model.features(),
                model.label(),
                EvaluationData.Reading.of(model.source()));
        StructType schema = new StructType()
                .add("column", DataTypes.StringType, false)
                .add("importance", DataTypes.DoubleType, false)
                .add("least", DataTypes.DoubleType, false)
                .add("most", DataTypes.DoubleType, false);
        return spark.createDataFrame(
                Importance.of(spark, model, examples.examples()).stream()
                        .map(one -> RowFactory.create(one.column(), one.loss(), one.least(), one.most()))
                        .toList(),
                schema);
    }

    private RowScoring scoring() {
        return new RowScoring(
                model,
                names(),
                RowScoring.Invalid.valueOf(getHandleInvalid().toUpperCase(Locale.ROOT)),
                thresholdsOfClasses());
    }

    /**
     * The rows with the model's outputs; nothing is computed before they are used.
     *
     * @throws DataException when a column that the model reads is not there or has another type
     */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        return scoring().add(dataset);
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return scoring().schema(schema);
    }

    /** What the network makes of one vector of features: probabilities of the classes, or numbers. */
    final double[] scored(Vector features) {
        return new Scorer(model, 1).predict(features.toArray());
    }

    @Override
    public M copy(ParamMap extra) {
        M copy = copyValues(of(uid, model, epochs), extra);
        copy.setParent(parent());
        return copy;
    }

    @Override
    public MLWriter write() {
        return new MlpModelWriter(this);
    }
}
