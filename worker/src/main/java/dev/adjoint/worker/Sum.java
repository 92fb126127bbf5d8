package dev.adjoint.worker;

/** Something that can be added up. */
public interface Sum<S extends Sum<S>> {
    /** Adds {@code right} to this sum. Changes this one, never the other. */
    void add(S right);

    /** The same, where it is long slice by slice. */
    default void add(S right, Sweep sweep) {
        add(right);
    }

    /** Takes memory of its own, where it stands in that of the worker that computed it, which may go on then. */
    default void keep() {}
}
