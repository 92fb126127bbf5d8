package dev.adjoint.autodiff.kernel;

/**
 * A row-major matrix inside an arena: {@code rows x columns} consecutive elements from {@code offset} on.
 */
public record Block(int offset, int rows, int columns) {
    public int size() {
        return rows * columns;
    }
}
