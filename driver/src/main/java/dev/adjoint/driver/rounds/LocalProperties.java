package dev.adjoint.driver.rounds;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/** What Spark knows of the jobs of a thread: how its UI calls them, and what cancels them together. */
public final class LocalProperties {
    static final String DESCRIPTION = "spark.job.description";

    private static final String GROUP = "spark.jobGroup.id";

    private LocalProperties() {}

    /** Runs {@code jobs} with these properties; those that this thread had before come back. */
    public static <T> T during(SparkContext context, Map<String, String> properties, Supplier<T> jobs) {
        Map<String, @Nullable String> before = new HashMap<>();
        properties.forEach((key, value) -> {
            before.put(key, context.getLocalProperty(key));
            context.setLocalProperty(key, value);
        });
        try {
            return jobs.get();
        } finally {
            before.forEach(context::setLocalProperty);
        }
    }

    /** Runs {@code jobs}, which Spark's UI calls so where they have no name of their own. */
    public static <T> T described(SparkContext context, String description, Supplier<T> jobs) {
        return during(context, Map.of(DESCRIPTION, description), jobs);
    }

    /**
     * Runs {@code jobs} as a group that can be cancelled together: the one that this thread is in already, or else {@code group}.
     *
     * @param description of those that have no name of their own
     */
    public static <T> T grouped(SparkContext context, String group, String description, Supplier<T> jobs) {
        String present = context.getLocalProperty(GROUP);
        return during(context, Map.of(GROUP, present == null ? group : present, DESCRIPTION, description), jobs);
    }
}
