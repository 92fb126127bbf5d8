package dev.adjoint.driver.data;

import java.util.List;
import java.util.concurrent.Callable;

/** Data that cannot be used as it is: the message says what, where, how much of it, and what to do. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The most problems that are told at a time. */
    private static final int MOST_TOLD = 8;

    /** Throws one that lists the problems, where there are any. */
    static void throwAll(String title, List<String> problems) {
        if (!problems.isEmpty()) {
            int more = problems.size() - MOST_TOLD;
            throw new DataException(title + "\n  "
                    + String.join("\n  ", problems.subList(0, Math.min(MOST_TOLD, problems.size())))
                    + (more > 0 ? "\n  and " + more + " more" : ""));
        }
    }

    /** Runs something that reads {@code path}; when Spark fails at it, the data is to blame. */
    public static <T> T reading(String path, Callable<T> read) {
        try {
            return read.call();
        } catch (DataException e) {
            throw e;
        } catch (Exception e) {
            throw new DataException("%s cannot be read: %s".formatted(path, firstLine(e)), e);
        }
    }

    /** What an exception says, in a line. */
    static String firstLine(Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return message.lines().findFirst().orElse(message);
    }
}
