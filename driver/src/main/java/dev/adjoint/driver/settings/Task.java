package dev.adjoint.driver.settings;

import java.util.Locale;

/** What is predicted. */
public enum Task {
    CLASSIFICATION,
    REGRESSION;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
