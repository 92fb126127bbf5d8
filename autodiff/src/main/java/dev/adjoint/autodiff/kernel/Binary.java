package dev.adjoint.autodiff.kernel;

/** The functions of two numbers that kernels apply element by element. */
public enum Binary {
    ADD,
    SUBTRACT,
    MULTIPLY
}
