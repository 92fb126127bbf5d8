package dev.adjoint.autodiff.kernel;

/**
 * The functions of two numbers that kernels apply element by element. A comparison gives 1 where it holds and 0
 * elsewhere; with a NaN none holds.
 */
public enum Binary {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    /** The larger; NaN where either is. */
    MAXIMUM,
    /** The smaller; NaN where either is. */
    MINIMUM,
    GREATER,
    GREATER_OR_EQUAL,
    EQUAL;

    /**
     * The definition, in float64. For float32 operands its result, rounded, is that of float32 arithmetic: a double has more
     * than twice the digits.
     */
    double of(double x, double y) {
        return switch (this) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case DIVIDE -> x / y;
            case MAXIMUM -> Math.max(x, y);
            case MINIMUM -> Math.min(x, y);
            case GREATER -> x > y ? 1 : 0;
            case GREATER_OR_EQUAL -> x >= y ? 1 : 0;
            case EQUAL -> x == y ? 1 : 0;
        };
    }
}
