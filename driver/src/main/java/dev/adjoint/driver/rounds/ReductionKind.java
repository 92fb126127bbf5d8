package dev.adjoint.driver.rounds;

import java.util.Locale;

/** How the sums of tasks are added. All but the last give the same bits. */
public enum ReductionKind {
    /** By the driver or by the executors, whichever is faster for so many numbers. */
    AUTO,
    /** By the driver, along the tree of shards. */
    IN_ORDER,
    /** By the executors, slice by slice, along the tree of shards. */
    SLICED,
    /** By Spark's {@code treeAggregate}, in the order in which tasks finish: with other bits each time. */
    TREE_AGGREGATE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
