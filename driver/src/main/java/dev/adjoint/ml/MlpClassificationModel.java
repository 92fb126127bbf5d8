package dev.adjoint.ml;

import dev.adjoint.driver.data.RowScoring;
import dev.adjoint.model.Model;
import dev.adjoint.model.features.Label;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.util.MLReader;

/** What {@link MlpClassifier} fits. */
public final class MlpClassificationModel extends MlpModel<MlpClassificationModel>
        implements ClassParams<MlpClassificationModel> {
    private static final long serialVersionUID = 1L;

    MlpClassificationModel(String uid, Model model, List<Epoch> epochs) {
        super(uid, model, epochs);
        setDefault(probabilityCol(), "probability");
        setDefault(rawPredictionCol(), "rawPrediction");
    }

    @Override
    MlpClassificationModel of(String newUid, Model newModel, List<Epoch> newEpochs) {
        return new MlpClassificationModel(newUid, newModel, newEpochs);
    }

    @Override
    public MlpClassificationModel self() {
        return this;
    }

    /** The classes as texts, in the order of the probabilities. */
    public List<String> labels() {
        return ((Label.Classes) model().label()).names();
    }

    public int numClasses() {
        return labels().size();
    }

    /** Each class's probability for one row, where a vector is all that the model reads. */
    public Vector predictProbability(Vector features) {
        return Vectors.dense(scored(features));
    }

    @Override
    RowScoring.Names names() {
        return new RowScoring.Names(getPredictionCol(), getProbabilityCol(), getRawPredictionCol());
    }

    @Override
    double[] thresholdsOfClasses() {
        return getThresholds();
    }

    /** Reads what {@link #save} wrote. */
    public static MLReader<MlpClassificationModel> read() {
        return new MlpModelReader<>(MlpClassificationModel.class, MlpClassificationModel::new);
    }

    /** Reads what {@link #save} wrote. */
    public static MlpClassificationModel load(String path) {
        return read().load(path);
    }
}
