package dev.adjoint.autodiff;

/** Operands whose shapes an operation cannot take. Thrown while a program is built, never while it runs. */
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ShapeException(String message) {
        super(message);
    }
}
