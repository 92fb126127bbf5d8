package dev.adjoint.driver.rounds;

import dev.adjoint.autodiff.kernel.Kernels;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.AccumulatorV2;

/**
 * What computed: which matrix products, loops and Java served the tasks, by {@link Kernels#description}. Every task tells, so an executor that joins in the
 * middle of a training is noticed: the bits of a result are promised for one kind.
 */
public final class Numerics extends AccumulatorV2<String, Set<String>> {
    private static final long serialVersionUID = 1L;

    /** Copies of a task may still report while the driver reads. */
    private final ConcurrentSkipListSet<String> kinds = new ConcurrentSkipListSet<>();

    /** Of the executors that are there, asked of as many tasks as the cluster has cores; where this JVM runs them, of it. */
    public static Set<String> ofCluster(JavaSparkContext context) {
        if (context.isLocal()) {
            return new TreeSet<>(Set.of(Kernels.description()));
        }
        int tasks = Math.max(1, context.defaultParallelism());
        return LocalProperties.described(
                context.sc(),
                "what the executors compute with",
                () -> new TreeSet<>(context.parallelize(Collections.nCopies(tasks, 0), tasks)
                        .map(task -> Kernels.description())
                        .collect()));
    }

    /** All kinds in a line. */
    public static String describe(Set<String> kinds) {
        return String.join(" | ", kinds);
    }

    static Numerics in(JavaSparkContext context) {
        Numerics numerics = new Numerics();
        context.sc().register(numerics);
        return numerics;
    }

    /** Notes what serves this JVM. */
    void tell() {
        add(Kernels.description());
    }

    @Override
    public void add(String kind) {
        kinds.add(kind);
    }

    @Override
    public void merge(AccumulatorV2<String, Set<String>> other) {
        kinds.addAll(other.value());
    }

    @Override
    public Set<String> value() {
        return kinds;
    }

    @Override
    public boolean isZero() {
        return kinds.isEmpty();
    }

    @Override
    public AccumulatorV2<String, Set<String>> copy() {
        Numerics copy = new Numerics();
        copy.kinds.addAll(kinds);
        return copy;
    }

    @Override
    public void reset() {
        kinds.clear();
    }
}
