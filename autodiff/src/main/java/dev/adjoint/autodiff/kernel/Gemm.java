package dev.adjoint.autodiff.kernel;

/** Row-major matrix products of blocks of one array. Not for use by two threads at once. */
interface Gemm {
    /** {@code out = left . right}, either side transposed first; {@code inner} is the extent that is summed over. */
    void multiply(Block left, boolean transposeLeft, Block right, boolean transposeRight, Block out, int inner);
}
