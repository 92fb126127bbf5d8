package dev.adjoint.model;

import dev.adjoint.worker.step.Role;

/**
 * A parameter of a network: its name, its extents, how it starts, and what a step does with it.
 *
 * @param start the initial value
 * @param spread the bound of what is added to it at random, uniformly distributed
 */
public record Parameter(String name, int rows, int columns, double start, double spread, Role role) {
    /** How many numbers it is. */
    public int size() {
        return Math.multiplyExact(rows, columns);
    }

    /** The number of its layer, which ends its name: 2 for W2. */
    public int layer() {
        return Integer.parseInt(name.substring(name.replaceFirst("\\d+$", "").length()));
    }

    /** Whether this is a matrix, as weights are, and not a row. */
    public boolean isMatrix() {
        return role == Role.PENALISED || rows > 1;
    }
}
