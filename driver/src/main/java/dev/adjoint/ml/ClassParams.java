package dev.adjoint.ml;

import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.Param;

/**
 * What a classifier and its models have besides.
 *
 * @param <S> the estimator or model
 */
public interface ClassParams<S> extends OutputParams<S> {
    /** The column of the vector of each class's probability; none where it is empty. */
    default Param<String> probabilityCol() {
        return columnParams()
                .text("probabilityCol", "the column of the vector of each class's probability; none where it is empty");
    }

    /** See {@link #probabilityCol}. */
    default S setProbabilityCol(String name) {
        return columnParams().set(self(), probabilityCol(), name);
    }

    /** The value of {@link #probabilityCol}. */
    default String getProbabilityCol() {
        return columnParams().get(probabilityCol());
    }

    /** The column of the vector of logits; none where it is empty. */
    default Param<String> rawPredictionCol() {
        return columnParams().text("rawPredictionCol", "the column of the vector of logits; none where it is empty");
    }

    /** See {@link #rawPredictionCol}. */
    default S setRawPredictionCol(String name) {
        return columnParams().set(self(), rawPredictionCol(), name);
    }

    /** The value of {@link #rawPredictionCol}. */
    default String getRawPredictionCol() {
        return columnParams().get(rawPredictionCol());
    }

    /** By what each class's probability is divided before the greatest is chosen. */
    default DoubleArrayParam thresholds() {
        return columnParams()
                .numbers(
                        "thresholds",
                        "by what each class's probability is divided before the greatest is chosen: one number, 0 or more, a class");
    }

    /** See {@link #thresholds}. */
    default S setThresholds(double... thresholds) {
        return columnParams().set(self(), thresholds(), thresholds);
    }

    /** The value of {@link #thresholds}, empty where it is not set. */
    default double[] getThresholds() {
        return isSet(thresholds()) ? columnParams().get(thresholds()) : new double[0];
    }
}
