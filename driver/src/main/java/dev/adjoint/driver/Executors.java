package dev.adjoint.driver;

import dev.adjoint.autodiff.kernel.Kernels;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/** What computes on the cluster. */
public final class Executors {
    private Executors() {}

    /**
     * Which matrix products and loops serve where the tasks run, asked of as many tasks as the cluster has cores.
     *
     * @param warn told when executors are unlike: the bits of a result are promised for one kind
     */
    public static String arithmetic(JavaSparkContext context, Consumer<String> warn) {
        int tasks = Math.max(1, context.defaultParallelism());
        List<String> kinds =
                context
                        .parallelize(Collections.nCopies(tasks, 0), tasks)
                        .map(task -> Kernels.description())
                        .collect()
                        .stream()
                        .distinct()
                        .sorted()
                        .toList();
        if (kinds.size() > 1) {
            warn.accept(
                    "warning: executors compute in different ways, so the bits may differ from run to run: " + kinds);
        }
        return String.join(" | ", kinds);
    }
}
