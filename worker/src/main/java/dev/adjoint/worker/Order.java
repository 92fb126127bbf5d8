package dev.adjoint.worker;

/** The order in which rows of a shard are visited. */
public interface Order {
    /** The rows as they stand. */
    Order NATURAL = index -> index;

    /** The row that stands at {@code index}. */
    long at(long index);
}
