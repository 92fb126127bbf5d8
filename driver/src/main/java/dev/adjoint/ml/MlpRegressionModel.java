package dev.adjoint.ml;

import dev.adjoint.driver.data.RowScoring;
import dev.adjoint.model.Model;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.util.MLReader;

/** What {@link MlpRegressor} fits. */
public final class MlpRegressionModel extends MlpModel<MlpRegressionModel> {
    private static final long serialVersionUID = 1L;

    MlpRegressionModel(String uid, Model model, List<Epoch> epochs) {
        super(uid, model, epochs);
    }

    @Override
    MlpRegressionModel of(String newUid, Model newModel, List<Epoch> newEpochs) {
        return new MlpRegressionModel(newUid, newModel, newEpochs);
    }

    @Override
    public MlpRegressionModel self() {
        return this;
    }

    /** The number for one row, where a vector is all that the model reads and one number what it predicts. */
    public double predict(Vector features) {
        return predictAll(features).apply(0);
    }

    /** The numbers for one row, where a vector is all that the model reads. */
    public Vector predictAll(Vector features) {
        return Vectors.dense(scored(features));
    }

    @Override
    RowScoring.Names names() {
        return new RowScoring.Names(getPredictionCol(), "", "");
    }

    @Override
    double[] thresholdsOfClasses() {
        return new double[0];
    }

    /** Reads what {@link #save} wrote. */
    public static MLReader<MlpRegressionModel> read() {
        return new MlpModelReader<>(MlpRegressionModel.class, MlpRegressionModel::new);
    }

    /** Reads what {@link #save} wrote. */
    public static MlpRegressionModel load(String path) {
        return read().load(path);
    }
}
