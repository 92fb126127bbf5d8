package dev.adjoint.driver.data;

import java.io.EOFException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.SparkSession;

/** Data that cannot be used as it is: the message says what, where, how much of it, and what to do. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The most problems that a message tells. */
    private static final int MOST_TOLD = 8;

    private final List<String> problems;

    public DataException(String message) {
        super(message);
        this.problems = List.of(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
        this.problems = List.of(message);
    }

    private DataException(String title, List<String> problems) {
        super(title + "\n  " + String.join("\n  ", told(problems)));
        this.problems = List.copyOf(problems);
    }

    private static List<String> told(List<String> problems) {
        int more = problems.size() - MOST_TOLD;
        return more <= 0
                ? problems
                : Stream.concat(problems.stream().limit(MOST_TOLD), Stream.of("and " + more + " more"))
                        .toList();
    }

    /** All problems, those that the message has no room for as well. */
    public List<String> problems() {
        return problems;
    }

    /** Throws one that lists the problems, where there are any. */
    static void throwAll(String title, List<String> problems) {
        if (!problems.isEmpty()) {
            throw new DataException(title, problems);
        }
    }

    /** Rows can be read as long as their session is open. */
    public static void requireOpen(SparkSession spark) {
        if (spark.sparkContext().isStopped()) {
            throw new DataException("the rows are of a Spark session that was stopped; open one, and read them anew");
        }
    }

    /** Runs something that reads {@code path}; when Spark fails at it, the data is to blame. */
    public static <T> T reading(String path, Callable<T> read) {
        try {
            return read.call();
        } catch (DataException e) {
            throw e;
        } catch (Exception e) {
            throw new DataException(sentence(path, e), e);
        }
    }

    /** Spark wraps what a task met; it knows the file, and the root cause the reason. */
    private static String sentence(String path, Exception e) {
        Throwable root = e;
        String file = path;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            root = cause;
            if (cause instanceof SparkThrowable known && known.getCondition() != null) {
                if (known.getCondition().startsWith("FAILED_READ_FILE")) {
                    file = decoded(known.getMessageParameters().getOrDefault("path", path));
                } else if (known.getCondition().equals("COLUMN_ALREADY_EXISTS")) {
                    return "%s has two columns %s, or two that differ in case alone; rename one"
                            .formatted(path, known.getMessageParameters().get("columnName"));
                }
            }
        }
        if (root instanceof EOFException) {
            return "%s ends too early: it was cut short, or is not compressed as its name says; copy it anew"
                    .formatted(file);
        }
        return "%s cannot be read: %s%s"
                .formatted(file, firstLine(root), file.equals(path) ? "" : "; is it damaged? then copy it anew");
    }

    /** The name of a file as others are told: Spark's readers, though not all of them, write it as a URL. */
    private static String decoded(String url) {
        try {
            return new Path(new URI(url)).toString();
        } catch (URISyntaxException e) {
            return url;
        }
    }

    /** What an exception says, in a line. */
    static String firstLine(Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return message.lines().findFirst().orElse(message);
    }
}
