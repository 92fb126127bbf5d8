package dev.adjoint.driver.settings;

import java.util.Locale;

/** What a model predicts: one of several classes, or a number. */
public enum Task {
    CLASSIFICATION,
    REGRESSION;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
