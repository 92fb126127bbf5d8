package dev.adjoint.jobs;

import java.util.List;

/** Wrong options or a wrong configuration; says all problems at once. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String problem) {
        super(problem);
    }

    UsageException(String where, List<String> problems) {
        super(where + ":\n  " + String.join("\n  ", problems));
    }
}
