package dev.adjoint.autodiff.kernel;

/** The functions of one number that kernels apply to every element of a block; {@code p} is their parameter. */
public enum Unary {
    /** {@code p * x}. */
    SCALE,
    /** {@code x + p}. */
    SHIFT,
    /** {@code x} within plus and minus {@code p}, and the nearer of the two outside; a NaN stays a NaN. */
    CLIP,
    ABSOLUTE,
    /** -1, 0 or 1. */
    SIGN,
    RECIPROCAL,
    SQRT,
    /** {@code x^p}. */
    POWER,
    EXP,
    /** The natural logarithm. */
    LOG,
    /** {@code log(1 + x)}. */
    LOG1P,
    SIN,
    COS,
    TANH,
    /** {@code 1 / (1 + exp(-x))}. */
    LOGISTIC,
    /** {@code log(1 + exp(x))}. */
    SOFTPLUS,
    /** {@code max(x, 0)}; a NaN stays a NaN, so that a diverging net is noticed. */
    RELU,
    /** {@code x} where it is positive, {@code p * x} elsewhere. */
    LEAKY_RELU,
    /** {@code x} where it is positive, {@code p (exp(x) - 1)} elsewhere. */
    ELU,
    /** 1 where {@code x} is positive, {@code p} elsewhere: the derivative of the rectifiers. */
    STEP;

    /**
     * The definition, in float64. It uses {@code StrictMath}: {@code Math} may give other bits once the compiler has replaced
     * its functions.
     */
    double of(double x, double p) {
        return switch (this) {
            case SCALE -> p * x;
            case SHIFT -> x + p;
            case CLIP -> Math.max(-p, Math.min(x, p));
            case ABSOLUTE -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case RECIPROCAL -> 1 / x;
            case SQRT -> Math.sqrt(x); // correctly rounded by definition
            case POWER -> power(x, p);
            case EXP -> StrictMath.exp(x);
            case LOG -> StrictMath.log(x);
            case LOG1P -> StrictMath.log1p(x);
            case SIN -> StrictMath.sin(x);
            case COS -> StrictMath.cos(x);
            case TANH -> StrictMath.tanh(x);
            case LOGISTIC -> logistic(x);
            case SOFTPLUS -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
            case RELU -> Math.max(x, 0);
            case LEAKY_RELU -> x > 0 ? x : p * x;
            case ELU -> x > 0 ? x : p * StrictMath.expm1(x);
            case STEP -> x > 0 ? 1 : p;
        };
    }

    private static double logistic(double x) {
        double e = StrictMath.exp(-Math.abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    /** Not by {@code StrictMath.pow}: on JDK 17 each call allocates. */
    private static double power(double x, double p) {
        boolean whole = p == Math.rint(p) && Math.abs(p) <= Integer.MAX_VALUE;
        return whole ? wholePower(x, (int) p) : StrictMath.exp(p * StrictMath.log(x));
    }

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
