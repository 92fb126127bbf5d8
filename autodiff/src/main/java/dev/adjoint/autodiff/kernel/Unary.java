package dev.adjoint.autodiff.kernel;

/**
 * The functions of one number that kernels apply to every element of a block; {@code p} is their parameter.
 *
 * <p>{@link #of} is the definition, in float64. It uses {@code StrictMath}: {@code Math} may give other bits once the
 * compiler has replaced its functions.
 */
public enum Unary {
    /** {@code p * x}. */
    SCALE {
        @Override
        double of(double x, double p) {
            return p * x;
        }
    },
    /** {@code |x|}. */
    ABSOLUTE {
        @Override
        double of(double x, double p) {
            return Math.abs(x);
        }
    },
    /** -1, 0 or 1. */
    SIGN {
        @Override
        double of(double x, double p) {
            return Math.signum(x);
        }
    },
    /** {@code 1 / x}. */
    RECIPROCAL {
        @Override
        double of(double x, double p) {
            return 1 / x;
        }
    },
    /** {@code sqrt(x)}. */
    SQRT {
        @Override
        double of(double x, double p) {
            return Math.sqrt(x); // correctly rounded by definition
        }
    },
    /** {@code x^p}, not by {@code StrictMath.pow}: on JDK 17 each call allocates. */
    POWER {
        @Override
        double of(double x, double p) {
            boolean whole = p == Math.rint(p) && Math.abs(p) <= Integer.MAX_VALUE;
            return whole ? wholePower(x, (int) p) : StrictMath.exp(p * StrictMath.log(x));
        }
    },
    /** {@code exp(x)}. */
    EXP {
        @Override
        double of(double x, double p) {
            return StrictMath.exp(x);
        }
    },
    /** The natural logarithm. */
    LOG {
        @Override
        double of(double x, double p) {
            return StrictMath.log(x);
        }
    },
    /** {@code log(1 + x)}. */
    LOG1P {
        @Override
        double of(double x, double p) {
            return StrictMath.log1p(x);
        }
    },
    SIN {
        @Override
        double of(double x, double p) {
            return StrictMath.sin(x);
        }
    },
    COS {
        @Override
        double of(double x, double p) {
            return StrictMath.cos(x);
        }
    },
    /** {@code tanh(x)}. */
    TANH {
        @Override
        double of(double x, double p) {
            return StrictMath.tanh(x);
        }
    },
    /** {@code 1 / (1 + exp(-x))}. */
    LOGISTIC {
        @Override
        double of(double x, double p) {
            double e = StrictMath.exp(-Math.abs(x));
            return (x >= 0 ? 1 : e) / (1 + e);
        }
    },
    /** {@code log(1 + exp(x))}. */
    SOFTPLUS {
        @Override
        double of(double x, double p) {
            return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
        }
    },
    /** {@code max(x, 0)}; a NaN stays a NaN, so that a diverging net is noticed. */
    RELU {
        @Override
        double of(double x, double p) {
            return Math.max(x, 0);
        }
    },
    /** {@code x} where it is positive, {@code p * x} elsewhere. */
    LEAKY_RELU {
        @Override
        double of(double x, double p) {
            return x > 0 ? x : p * x;
        }
    },
    /** {@code x} where it is positive, {@code p (exp(x) - 1)} elsewhere. */
    ELU {
        @Override
        double of(double x, double p) {
            return x > 0 ? x : p * StrictMath.expm1(x);
        }
    },
    /** 1 where {@code x} is positive, {@code p} elsewhere: the derivative of the rectifiers. */
    STEP {
        @Override
        double of(double x, double p) {
            return x > 0 ? 1 : p;
        }
    };

    abstract double of(double x, double p);

    /** By repeated squaring, so that x may be negative. */
    private static double wholePower(double x, int p) {
        double power = 1;
        double square = x;
        for (int left = Math.abs(p); left != 0; left >>= 1) {
            power = (left & 1) == 1 ? power * square : power;
            square *= square;
        }
        return p < 0 ? 1 / power : power;
    }
}
