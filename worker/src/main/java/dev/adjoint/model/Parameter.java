package dev.adjoint.model;

import dev.adjoint.worker.step.Role;

/**
 * A parameter of a network: its name, its extents, how it starts, and what a step does with it.
 *
 * @param start the initial value
 * @param spread the bound of what is added to it at random, uniformly distributed; or its standard deviation
 * @param gaussian whether it is normally distributed
 */
public record Parameter(String name, int rows, int columns, double start, double spread, boolean gaussian, Role role) {
    /** Uniformly distributed. */
    public Parameter(String name, int rows, int columns, double start, double spread, Role role) {
        this(name, rows, columns, start, spread, false, role);
    }

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
