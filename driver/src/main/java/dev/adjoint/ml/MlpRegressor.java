package dev.adjoint.ml;

import dev.adjoint.driver.Trained;
import dev.adjoint.driver.settings.Task;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Predicts numbers: one, or several, which a vector holds. */
public final class MlpRegressor extends MlpEstimator<MlpRegressor, MlpRegressionModel> {
    private static final long serialVersionUID = 1L;

    public MlpRegressor() {
        this(Identifiable$.MODULE$.randomUID("mlpRegressor"));
    }

    public MlpRegressor(String uid) {
        super(uid);
    }

    /** The columns to predict, where they are several; they come before {@link #labelCol}. */
    public StringArrayParam labelCols() {
        return columnParams()
                .texts("labelCols", "the columns to predict, where they are several; they come before labelCol");
    }

    /** See {@link #labelCols}. */
    public MlpRegressor setLabelCols(String... names) {
        return columnParams().set(this, labelCols(), names);
    }

    @Override
    List<String> labels() {
        return isSet(labelCols()) ? List.of(columnParams().get(labelCols())) : super.labels();
    }

    @Override
    public MlpRegressor self() {
        return this;
    }

    @Override
    Task task() {
        return Task.REGRESSION;
    }

    @Override
    MlpRegressionModel model(String modelUid, Trained trained) {
        return new MlpRegressionModel(modelUid, trained.model(), Epoch.of(trained));
    }

    @Override
    Stream<StructField> outputs() {
        return Stream.empty();
    }

    @Override
    StructField prediction(StructType schema) {
        return DataTypes.createStructField(
                getPredictionCol(), labels().size() == 1 ? DataTypes.DoubleType : SQLDataTypes.VectorType(), false);
    }

    /** Reads what {@link #save} wrote. */
    public static MLReader<MlpRegressor> read() {
        return new DefaultParamsReader<>();
    }

    /** Reads what {@link #save} wrote. */
    public static MlpRegressor load(String path) {
        return read().load(path);
    }
}
