package dev.adjoint.driver.settings;

import java.util.Locale;

/** What a model predicts: one of several classes, a number, or its own features. */
public enum Task {
    CLASSIFICATION,
    REGRESSION,
    RECONSTRUCTION;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
