package dev.adjoint.jobs.config;

import java.util.List;

/** Wrong options or a wrong configuration; says all problems at once. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a single problem, a sentence that says what to do. */
    public UsageException(String problem) {
        super(problem);
    }

    /** All problems of one file. */
    public UsageException(String where, List<String> problems) {
        super(where + ":\n  " + String.join("\n  ", problems));
    }
}
