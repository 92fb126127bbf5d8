package dev.adjoint.driver.settings;

import java.util.List;

/** Settings that cannot be used; has all problems at once. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    /** With a single problem, a sentence that names the key. */
    public SettingsException(String problem) {
        this(List.of(problem));
    }

    SettingsException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, a sentence each. */
    public List<String> problems() {
        return problems;
    }
}
