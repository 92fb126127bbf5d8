package dev.adjoint.rounds;

import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** Says in Spark's UI and event log what jobs are for. */
public final class JobDescription {
    private static final String PROPERTY = "spark.job.description";

    private JobDescription() {}

    /** Runs {@code jobs} under a description; the one that this thread had before comes back. */
    public static <T> T during(JavaSparkContext context, String text, Supplier<T> jobs) {
        @Nullable String before = context.getLocalProperty(PROPERTY);
        context.setJobDescription(text);
        try {
            return jobs.get();
        } finally {
            context.setLocalProperty(PROPERTY, before);
        }
    }
}
