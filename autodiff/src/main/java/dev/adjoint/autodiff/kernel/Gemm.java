package dev.adjoint.autodiff.kernel;

import dev.ludovic.netlib.blas.BLAS;

/** Row-major matrix products of blocks of one array. Not for use by two threads at once. */
interface Gemm {
    /**
     * {@code out = left . right}, either side transposed first; {@code inner} is the extent that is summed over. Of the result, the
     * rectangle alone of so many rows and columns from {@code row} and {@code column} on.
     */
    void multiply(
            Block left,
            boolean transposeLeft,
            Block right,
            boolean transposeRight,
            Block out,
            int inner,
            int row,
            int rows,
            int column,
            int columns);

    /** Where a rectangle begins in the result. */
    static int out(Block out, int row, int column) {
        return out.offset() + row * out.columns() + column;
    }

    /** Where the rows from {@code row} on begin of the left side, which are columns where it is transposed. */
    static int left(Block left, boolean transpose, int row) {
        return left.offset() + (transpose ? row : row * left.columns());
    }

    /** Where the columns from {@code column} on begin of the right side, which are rows where it is transposed. */
    static int right(Block right, boolean transpose, int column) {
        return right.offset() + (transpose ? column * right.columns() : column);
    }

    // BLAS counts by columns: what it sees is the transpose of each block, and out' = right' . left'.

    /** Products through netlib, zero-copy: OpenBLAS where its native glue loads, else its Java implementation. */
    static Gemm float32(BLAS blas, float[] a) {
        return (left, transposeLeft, right, transposeRight, out, inner, row, rows, column, columns) -> blas.sgemm(
                transposed(transposeRight),
                transposed(transposeLeft),
                columns,
                rows,
                inner,
                1,
                a,
                right(right, transposeRight, column),
                right.columns(),
                a,
                left(left, transposeLeft, row),
                left.columns(),
                0,
                a,
                out(out, row, column),
                out.columns());
    }

    /** The same in float64. */
    static Gemm float64(BLAS blas, double[] a) {
        return (left, transposeLeft, right, transposeRight, out, inner, row, rows, column, columns) -> blas.dgemm(
                transposed(transposeRight),
                transposed(transposeLeft),
                columns,
                rows,
                inner,
                1,
                a,
                right(right, transposeRight, column),
                right.columns(),
                a,
                left(left, transposeLeft, row),
                left.columns(),
                0,
                a,
                out(out, row, column),
                out.columns());
    }

    private static String transposed(boolean transpose) {
        return transpose ? "T" : "N";
    }
}
