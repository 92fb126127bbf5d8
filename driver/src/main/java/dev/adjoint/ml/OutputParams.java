package dev.adjoint.ml;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * What estimators and their models both have: the columns that are added, and what becomes of rows that cannot be scored.
 *
 * @param <S> the estimator or model
 */
public interface OutputParams<S> extends Params {
    /** The Params of this object. */
    ColumnParams columnParams();

    /** This object. */
    S self();

    /** The column of predictions: a class as the label's column held it, a number, or a vector of several targets. */
    default Param<String> predictionCol() {
        return columnParams()
                .text(
                        "predictionCol",
                        "the column of predictions: a class as the label's column held it, a number, or a vector of several");
    }

    /** See {@link #predictionCol}. */
    default S setPredictionCol(String name) {
        return columnParams().set(self(), predictionCol(), name);
    }

    /** The value of {@link #predictionCol}. */
    default String getPredictionCol() {
        return columnParams().get(predictionCol());
    }

    /** What is done about rows that cannot be used: {@code error}, {@code skip} or {@code keep}. */
    default Param<String> handleInvalid() {
        return columnParams()
                .choice(
                        "handleInvalid",
                        "rows that cannot be used. error: an error that names the column and the value; skip: they are left out (by fit,"
                                + " those without a label or a vector, and those with an infinity); keep: in transform, their outputs are"
                                + " null (fit, which needs values, then takes it for error)",
                        "error",
                        "skip",
                        "keep");
    }

    /** See {@link #handleInvalid}. */
    default S setHandleInvalid(String how) {
        return columnParams().set(self(), handleInvalid(), how);
    }

    /** The value of {@link #handleInvalid}. */
    default String getHandleInvalid() {
        return columnParams().get(handleInvalid());
    }
}
