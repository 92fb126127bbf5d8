package dev.adjoint.autodiff;

import java.io.Serializable;

/** The extent of a matrix. A vector is one row, a scalar is 1 x 1. */
public record Shape(int rows, int columns) implements Serializable {
    public static final Shape SCALAR = new Shape(1, 1);

    /**
     * Checks both extents.
     *
     * @throws IllegalArgumentException when an extent is below 1, or there are more elements than an array can hold
     */
    public Shape {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "shape: %d rows and %d columns, expected at least 1 of each".formatted(rows, columns));
        }
        if ((long) rows * columns > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "shape: [%dx%d] has more elements than one array holds".formatted(rows, columns));
        }
    }

    public int size() {
        return rows * columns;
    }

    public boolean isScalar() {
        return equals(SCALAR);
    }

    /** The shape as messages and programs print it: {@code [2x3]}. */
    @Override
    public String toString() {
        return "[" + rows + "x" + columns + "]";
    }
}
