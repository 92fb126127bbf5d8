package dev.adjoint.jobs.report;

import dev.adjoint.model.features.Label;
import dev.adjoint.worker.ClassMetrics;
import dev.adjoint.worker.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What metrics are called, in summaries and tables, and what there is to say of an accuracy that rare classes make look good. */
final class Metrics {
    /** A class with less of the weight is rare; and, where there are many classes, with less than half of an even share. */
    private static final double LITTLE = 0.05;

    private static final String ACCURACY = "accuracy";
    private static final String BALANCED_ACCURACY = "balanced_accuracy";
    private static final String PR_AUC = "pr_auc";

    private Metrics() {}

    /** The loss, and what else tells in one number how good the model is; errors in the label's own units, of a reconstruction in the features' spreads. */
    static Map<String, Double> of(Evaluation evaluation, Label label) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", evaluation.loss());
        if (label instanceof Label.Real real) {
            for (int k = 0; k < evaluation.targets(); k++) {
                Label.Real.Target target = real.targets().get(k);
                String which = evaluation.targets() == 1 ? "" : "_" + target.column();
                metrics.put("rmse" + which, evaluation.rmse(k) * target.spread());
                metrics.put("mae" + which, evaluation.mae(k) * target.spread());
                metrics.put("r2" + which, evaluation.r2(k));
            }
        } else if (label instanceof Label.Reconstruction) {
            metrics.put("rmse", evaluation.rmse(0, evaluation.targets()));
            metrics.put("r2", evaluation.r2(0, evaluation.targets()));
        } else {
            metrics.put(ACCURACY, evaluation.accuracy());
            evaluation.classMetrics().ifPresent(more -> put(metrics, more));
        }
        return metrics;
    }

    private static void put(Map<String, Double> metrics, ClassMetrics more) {
        if (hasRareClass(more)) {
            metrics.put("baseline_accuracy", more.baselineAccuracy());
        }
        metrics.put(BALANCED_ACCURACY, more.balancedAccuracy());
        metrics.put("f1", more.macroF1());
        if (more.isRanked()) {
            metrics.put("roc_auc", more.rocAuc());
            metrics.put(PR_AUC, more.prAuc());
        }
        metrics.put("log_loss", more.logLoss());
        metrics.put("calibration_error", more.calibrationError());
    }

    /** Those that a reader should see, in their order: where a class is rare, first those that are not good by ignoring it. */
    static Map<String, Double> forReaders(Evaluation evaluation, Label label) {
        Map<String, Double> metrics = of(evaluation, label);
        if (evaluation.classMetrics().filter(Metrics::hasRareClass).isEmpty()) {
            return metrics;
        }
        Map<String, Double> sorted = new LinkedHashMap<>();
        for (String first : List.of(BALANCED_ACCURACY, PR_AUC)) {
            if (metrics.containsKey(first)) {
                sorted.put(first, metrics.get(first));
            }
        }
        metrics.forEach(sorted::putIfAbsent);
        return sorted;
    }

    /** A column that is reconstructed, and the error of its features together. */
    record ColumnError(String column, double rmse, double r2) {}

    /** The errors of the columns that are reconstructed, in their order; none where something else is predicted. */
    static List<ColumnError> byColumn(Evaluation evaluation, Label label) {
        List<ColumnError> errors = new ArrayList<>();
        if (label instanceof Label.Reconstruction reconstruction) {
            int at = 0;
            for (Label.Reconstruction.Part part : reconstruction.parts()) {
                int end = at + part.width();
                errors.add(new ColumnError(part.column(), evaluation.rmse(at, end), evaluation.r2(at, end)));
                at = end;
            }
        }
        return errors;
    }

    static boolean hasRareClass(ClassMetrics metrics) {
        return metrics.share(metrics.rarest()) < Math.min(LITTLE, 0.5 / metrics.classes());
    }
}
