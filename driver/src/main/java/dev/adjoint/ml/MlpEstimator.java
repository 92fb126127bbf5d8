package dev.adjoint.ml;

import dev.adjoint.driver.Trained;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.checkpoint.CheckpointException;
import dev.adjoint.driver.checkpoint.Checkpointing;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.RowScoring;
import dev.adjoint.driver.data.TrainingData;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.driver.training.TrainingException;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.model.Model;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Fits a multilayer perceptron to the rows of a query. Features are a vector column, or any columns as they come ({@link
 * #setFeaturesCols}): numbers, texts, flags, dates, arrays and vectors, with gaps. The label may be text.
 *
 * <p>The fit does not depend on how the rows are partitioned or ordered.
 *
 * @param <E> the estimator
 * @param <M> its model
 */
public abstract class MlpEstimator<E extends MlpEstimator<E, M>, M extends MlpModel<M>> extends Estimator<M>
        implements SettingParams<E>, OutputParams<E>, DefaultParamsWritable {
    private static final long serialVersionUID = 1L;

    /** The column that says which rows validate, as the driver wants it. */
    private static final String SPLIT = "__adjoint_split_by_";

    private final String uid;
    private final KeyParams settingParams = new KeyParams(this);
    private final ColumnParams columnParams = new ColumnParams(this);
    private transient List<TrainingListener> listeners = List.of();
    private transient @Nullable Model initial;

    MlpEstimator(String uid) {
        this.uid = uid;
        setDefault(featuresCol(), "features");
        setDefault(labelCol(), "label");
        setDefault(predictionCol(), "prediction");
        setDefault(handleInvalid(), "error");
    }

    abstract Task task();

    abstract M model(String modelUid, Trained trained);

    /** The columns to predict. */
    List<String> labels() {
        return List.of(getLabelCol());
    }

    /** The outputs that there will be besides the prediction. */
    abstract Stream<StructField> outputs();

    @Override
    public String uid() {
        return uid;
    }

    @Override
    public KeyParams settingParams() {
        return settingParams;
    }

    @Override
    public ColumnParams columnParams() {
        return columnParams;
    }

    /** The column of features, a vector or an array of numbers, where {@link #featuresCols} names none. */
    public Param<String> featuresCol() {
        return columnParams.text("featuresCol", "the column of features: vectors, or arrays of numbers");
    }

    /** See {@link #featuresCol}. */
    public E setFeaturesCol(String name) {
        return columnParams.set(self(), featuresCol(), name);
    }

    /** The value of {@link #featuresCol}. */
    public String getFeaturesCol() {
        return columnParams.get(featuresCol());
    }

    /** The columns to learn from as they come; they come before {@link #featuresCol}. */
    public StringArrayParam featuresCols() {
        return columnParams.texts(
                "featuresCols",
                "the columns to learn from as they come: numbers, texts, flags, dates, vectors; they come before featuresCol");
    }

    /** See {@link #featuresCols}. */
    public E setFeaturesCols(String... names) {
        return columnParams.set(self(), featuresCols(), names);
    }

    /** The columns to learn from. */
    public List<String> getFeaturesCols() {
        return isSet(featuresCols()) ? List.of(columnParams.get(featuresCols())) : List.of(getFeaturesCol());
    }

    /** The column to predict. */
    public Param<String> labelCol() {
        return columnParams.text("labelCol", "the column to predict");
    }

    /** See {@link #labelCol}. */
    public E setLabelCol(String name) {
        return columnParams.set(self(), labelCol(), name);
    }

    /** The value of {@link #labelCol}. */
    public String getLabelCol() {
        return columnParams.get(labelCol());
    }

    /** How many examples each row counts as. */
    public Param<String> weightCol() {
        return columnParams.text(
                "weightCol", "the column that says how many examples each row counts as; none: one each");
    }

    /** See {@link #weightCol}. */
    public E setWeightCol(String name) {
        return columnParams.set(self(), weightCol(), name);
    }

    /** Which rows are not learned from but say which epoch is best. */
    public Param<String> validationIndicatorCol() {
        return columnParams.text(
                "validationIndicatorCol",
                "the column of flags: rows where it is true are not learned from, but say which epoch is best");
    }

    /** See {@link #validationIndicatorCol}. */
    public E setValidationIndicatorCol(String name) {
        return columnParams.set(self(), validationIndicatorCol(), name);
    }

    /** Rows with the same value of it are held out together. */
    public Param<String> groupCol() {
        return columnParams.text(
                "groupCol",
                "the column whose rows with the same value (a patient's, say) are held out together, or not at all");
    }

    /** See {@link #groupCol}. */
    public E setGroupCol(String name) {
        return columnParams.set(self(), groupCol(), name);
    }

    /** How hard each row is, by which hard ones join over the first epochs. */
    public Param<String> difficultyCol() {
        return columnParams.text(
                "difficultyCol",
                "the column of numbers that say how hard each row is: hard ones join over the first epochs, see curriculum");
    }

    /** See {@link #difficultyCol}. */
    public E setDifficultyCol(String name) {
        return columnParams.set(self(), difficultyCol(), name);
    }

    /** Are told of each round, epoch and warning, on the driver. They are not saved with the estimator. */
    public E setListeners(TrainingListener... all) {
        listeners = List.of(all);
        return self();
    }

    /** Begins with the parameters of a model, and keeps its preprocessing. It is not saved with the estimator. */
    public E setInitialModel(M model) {
        initial = model.model();
        return self();
    }

    /** The settings that a fit has, before the recipe has seen the data. */
    public Settings settings() {
        Map<String, Object> raw = settingParams.raw();
        raw.put(Keys.TASK.name(), task().toString());
        raw.put(Keys.LABEL.name(), labels());
        raw.put(Keys.FEATURES.name(), getFeaturesCols());
        column(weightCol()).ifPresent(name -> raw.put(Keys.WEIGHT.name(), name));
        column(difficultyCol()).ifPresent(name -> raw.put(Keys.DIFFICULTY.name(), name));
        column(groupCol()).ifPresent(name -> raw.put(Keys.GROUP.name(), name));
        column(validationIndicatorCol()).ifPresent(name -> raw.put(Keys.SPLIT.name(), SPLIT + name));
        if (getHandleInvalid().equals("skip")) {
            raw.put(Keys.MISSING_LABEL.name(), Keys.MissingLabel.SKIP.toString());
        }
        if (raw.containsKey(Keys.CHECKPOINT_DIRECTORY.name())) {
            raw.putIfAbsent(Keys.RESUME.name(), Keys.Resume.AUTO.toString());
        }
        return Settings.parse(raw, key -> "", List.of(Keys.LABEL));
    }

    private Optional<String> column(Param<String> param) {
        return isSet(param) ? Optional.of(columnParams.get(param)) : Optional.empty();
    }

    /**
     * Trains.
     *
     * @throws DataException when the rows cannot be used
     * @throws SettingsException when the settings contradict each other, or do not fit the rows
     * @throws TrainingException when the training failed, or was stopped
     */
    @Override
    public M fit(Dataset<?> dataset) {
        transformSchema(dataset.schema());
        Trained trained = trained(dataset, settings());
        if (!trained.result().isWhole()) {
            throw new TrainingException("the training was stopped after step %,d%s"
                    .formatted(
                            trained.steps(),
                            trained.checkpoint()
                                    .map(path -> "; fit again to go on from the state in " + path)
                                    .orElse("; set checkpointDirectory to be able to go on")));
        }
        M model = model(uid, trained);
        model.setParent(this);
        return copyValues(model, ParamMap.empty());
    }

    private Trained trained(Dataset<?> dataset, Settings settings) {
        SparkSession spark = dataset.sparkSession();
        Model from = initial;
        if (from != null) {
            Training training = Training.of(spark, settings, rows(dataset), Optional.of(from));
            try {
                return train(training, spark);
            } finally {
                training.data().release();
            }
        }
        return PackedRows.use(
                dataset,
                settings.data(),
                () -> Training.prepare(spark, settings, rows(dataset)),
                data -> train(Training.of(spark, settings, data), spark));
    }

    private Trained train(Training training, SparkSession spark) {
        try (Checkpointing checkpointing = Checkpointing.open(
                training.settings(), false, false, spark.sparkContext().hadoopConfiguration())) {
            return training.train(checkpointing, listeners);
        } catch (IOException | CheckpointException e) {
            throw new TrainingException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrainingException("the fit was interrupted", e);
        }
    }

    private Dataset<Row> rows(Dataset<?> dataset) {
        Dataset<Row> rows = dataset.toDF();
        if (getHandleInvalid().equals("skip")) {
            for (String name :
                    Stream.concat(getFeaturesCols().stream(), labels().stream()).toList()) {
                rows = rows.filter(UsableCells.of(rows, name));
            }
        }
        Optional<String> indicator = column(validationIndicatorCol());
        if (indicator.isPresent()) {
            rows = rows.withColumn(
                    SPLIT + indicator.get(),
                    functions.when(rows.col(indicator.get()), "validation").otherwise("train"));
        }
        return rows;
    }

    /**
     * The columns that the model's {@code transform} will make.
     *
     * @throws DataException when a column is not there or has another type, or one bears an output's name
     */
    @Override
    public StructType transformSchema(StructType schema) {
        column(validationIndicatorCol()).ifPresent(name -> {
            if (!List.of(schema.fieldNames()).contains(name)
                    || !schema.apply(name).dataType().equals(DataTypes.BooleanType)) {
                throw new DataException("validationIndicatorCol: expected a column \"%s\" of flags, the columns are %s"
                        .formatted(name, schema.simpleString()));
            }
        });
        StructType known = column(validationIndicatorCol())
                .map(name -> schema.add(SPLIT + name, DataTypes.StringType))
                .orElse(schema);
        TrainingData.requireColumns(known, settings().data());
        return RowScoring.with(
                schema,
                Stream.concat(outputs(), Stream.of(prediction(schema)))
                        .filter(field -> !field.name().isEmpty())
                        .toList());
    }

    abstract StructField prediction(StructType schema);

    @Override
    public E copy(ParamMap extra) {
        E copy = defaultCopy(extra);
        MlpEstimator<E, M> own = copy;
        own.listeners = listeners;
        own.initial = initial;
        return copy;
    }
}
