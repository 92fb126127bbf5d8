package dev.adjoint.autodiff.kernel;

/**
 * The functions of two numbers that kernels apply element by element. A comparison gives 1 where it holds and 0
 * elsewhere; with a NaN none holds.
 *
 * <p>{@link #of} is the definition, in float64. For float32 operands its result, rounded, is that of float32 arithmetic:
 * a double has more than twice the digits.
 */
public enum Binary {
    ADD {
        @Override
        double of(double x, double y) {
            return x + y;
        }
    },
    SUBTRACT {
        @Override
        double of(double x, double y) {
            return x - y;
        }
    },
    MULTIPLY {
        @Override
        double of(double x, double y) {
            return x * y;
        }
    },
    DIVIDE {
        @Override
        double of(double x, double y) {
            return x / y;
        }
    },
    /** The larger; NaN where either is. */
    MAXIMUM {
        @Override
        double of(double x, double y) {
            return Math.max(x, y);
        }
    },
    /** The smaller; NaN where either is. */
    MINIMUM {
        @Override
        double of(double x, double y) {
            return Math.min(x, y);
        }
    },
    GREATER {
        @Override
        double of(double x, double y) {
            return x > y ? 1 : 0;
        }
    },
    GREATER_OR_EQUAL {
        @Override
        double of(double x, double y) {
            return x >= y ? 1 : 0;
        }
    },
    EQUAL {
        @Override
        double of(double x, double y) {
            return x == y ? 1 : 0;
        }
    };

    abstract double of(double x, double y);
}
