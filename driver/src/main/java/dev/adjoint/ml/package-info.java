/**
 * The trainer as estimators of Spark ML.
 *
 * <p>Read {@link dev.adjoint.ml.MlpEstimator} (fitting) and {@link dev.adjoint.ml.MlpModel} (what comes of it); {@link
 * dev.adjoint.ml.SettingParams} are the keys of a job file as Params, and {@link dev.adjoint.ml.MlpEvaluator} measures for a search.
 *
 * <p>Invariant: a thin face. Training is {@link dev.adjoint.driver.Training}, scoring {@link dev.adjoint.driver.data.RowScoring}, a
 * saved model holds what {@link dev.adjoint.driver.ModelStore} writes; metrics of scored rows are those of Spark's evaluators.
 *
 * <p>Decision: the estimators extend {@code Estimator} and not {@code ProbabilisticClassifier}, which wants features in one vector and
 * labels that are numbers before it asks the subclass; Params have its names and meanings.
 */
@NullMarked
package dev.adjoint.ml;

import org.jspecify.annotations.NullMarked;
