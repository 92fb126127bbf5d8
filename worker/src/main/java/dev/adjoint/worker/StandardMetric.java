package dev.adjoint.worker;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The metrics that are chosen by name; those of which more is better by what is missing to 1. */
public enum StandardMetric implements Metric {
    LOSS(Evaluation::loss, false),
    ACCURACY(evaluation -> 1 - evaluation.accuracy(), false),
    BALANCED_ACCURACY(evaluation -> 1 - classes(evaluation).balancedAccuracy(), true),
    F1(evaluation -> 1 - classes(evaluation).macroF1(), true),
    ROC_AUC(evaluation -> 1 - classes(evaluation).rocAuc(), true),
    PR_AUC(evaluation -> 1 - classes(evaluation).prAuc(), true);

    private final ToDoubleFunction<Evaluation> value;
    private final boolean looksAtClasses;

    StandardMetric(ToDoubleFunction<Evaluation> value, boolean looksAtClasses) {
        this.value = value;
        this.looksAtClasses = looksAtClasses;
    }

    private static ClassMetrics classes(Evaluation evaluation) {
        return evaluation.classMetrics().orElseThrow();
    }

    @Override
    public double of(Evaluation evaluation) {
        return value.applyAsDouble(evaluation);
    }

    @Override
    public boolean looksAtClasses() {
        return looksAtClasses;
    }

    /** The name in configurations, e.g. {@code roc-auc}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
