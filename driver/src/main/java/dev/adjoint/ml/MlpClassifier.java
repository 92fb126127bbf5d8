package dev.adjoint.ml;

import dev.adjoint.driver.Trained;
import dev.adjoint.driver.settings.Task;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Predicts classes. The label's column holds them as they are, texts or numbers, and so does the prediction's: the classes that
 * {@code StringIndexer} makes are numbers, and come back as the same numbers.
 *
 * <pre>{@code
 * MlpClassificationModel model = new MlpClassifier()
 *         .setFeaturesCols("age", "education", "hours")
 *         .setLabelCol("income")
 *         .fit(people);
 * model.transform(others).select("income", "prediction", "probability").show();
 * }</pre>
 */
public final class MlpClassifier extends MlpEstimator<MlpClassifier, MlpClassificationModel>
        implements ClassParams<MlpClassifier> {
    private static final long serialVersionUID = 1L;

    public MlpClassifier() {
        this(Identifiable$.MODULE$.randomUID("mlpClassifier"));
    }

    public MlpClassifier(String uid) {
        super(uid);
        setDefault(probabilityCol(), "probability");
        setDefault(rawPredictionCol(), "rawPrediction");
    }

    @Override
    public MlpClassifier self() {
        return this;
    }

    @Override
    Task task() {
        return Task.CLASSIFICATION;
    }

    @Override
    MlpClassificationModel model(String modelUid, Trained trained) {
        return new MlpClassificationModel(modelUid, trained.model(), Epoch.of(trained));
    }

    @Override
    Stream<StructField> outputs() {
        return Stream.of(getRawPredictionCol(), getProbabilityCol())
                .map(name -> DataTypes.createStructField(name, SQLDataTypes.VectorType(), false));
    }

    @Override
    StructField prediction(StructType schema) {
        return DataTypes.createStructField(
                getPredictionCol(), schema.apply(getLabelCol()).dataType(), false);
    }

    /** Reads what {@link #save} wrote. */
    public static MLReader<MlpClassifier> read() {
        return new DefaultParamsReader<>();
    }

    /** Reads what {@link #save} wrote. */
    public static MlpClassifier load(String path) {
        return read().load(path);
    }
}
