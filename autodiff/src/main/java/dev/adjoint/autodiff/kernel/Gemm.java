package dev.adjoint.autodiff.kernel;

import dev.ludovic.netlib.blas.BLAS;

/** Row-major matrix products of blocks of one array. Not for use by two threads at once. */
interface Gemm {
    /** {@code out = left . right}, either side transposed first; {@code inner} is the extent that is summed over. */
    void multiply(Block left, boolean transposeLeft, Block right, boolean transposeRight, Block out, int inner);

    // BLAS counts by columns: what it sees is the transpose of each block, and out' = right' . left'.

    /** Products through netlib, zero-copy: OpenBLAS where its native glue loads, else its Java implementation. */
    static Gemm float32(BLAS blas, float[] a) {
        return (left, transposeLeft, right, transposeRight, out, inner) -> blas.sgemm(
                transposed(transposeRight),
                transposed(transposeLeft),
                out.columns(),
                out.rows(),
                inner,
                1,
                a,
                right.offset(),
                right.columns(),
                a,
                left.offset(),
                left.columns(),
                0,
                a,
                out.offset(),
                out.columns());
    }

    /** The same in float64. */
    static Gemm float64(BLAS blas, double[] a) {
        return (left, transposeLeft, right, transposeRight, out, inner) -> blas.dgemm(
                transposed(transposeRight),
                transposed(transposeLeft),
                out.columns(),
                out.rows(),
                inner,
                1,
                a,
                right.offset(),
                right.columns(),
                a,
                left.offset(),
                left.columns(),
                0,
                a,
                out.offset(),
                out.columns());
    }

    private static String transposed(boolean transpose) {
        return transpose ? "T" : "N";
    }
}
