package dev.adjoint.autodiff.kernel;

/** The functions of one number that kernels apply to every element of a block; {@code p} is their parameter. */
public enum Unary {
    /** {@code p * x}. */
    SCALE,
    /** {@code max(x, 0)}; a NaN stays a NaN, so that a diverging net is noticed. */
    RELU,
    /** {@code x} where it is positive, {@code p * x} elsewhere. */
    LEAKY_RELU,
    /** 1 where {@code x} is positive, {@code p} elsewhere: the derivative of the two above. */
    STEP,
    /** {@code exp(x)}. */
    EXP,
    /** {@code 1 / (1 + exp(-x))}. */
    LOGISTIC,
    /** {@code tanh(x)}. */
    TANH
}
