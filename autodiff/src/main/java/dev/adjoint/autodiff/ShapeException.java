package dev.adjoint.autodiff;

/** Operands whose shapes an operation cannot take. Thrown while a program is built, never while it runs. */
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ShapeException(String message) {
        super(message);
    }

    /** What is wrong with the step {@code name = formula}: that its operation cannot take its operands, or give no shape. */
    static ShapeException inStep(String name, String formula, IllegalArgumentException why) {
        return new ShapeException("%s  (step %s = %s)".formatted(why.getMessage(), name, formula));
    }
}
