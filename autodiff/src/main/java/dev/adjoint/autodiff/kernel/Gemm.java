package dev.adjoint.autodiff.kernel;

import dev.ludovic.netlib.blas.BLAS;

/** Row-major matrix products of blocks of one array. Not for use by two threads at once. */
interface Gemm {
    /**
     * {@code out = left . right}, either side transposed first; {@code inner} is the extent that is summed over. Of the result, the
     * rectangle alone.
     */
    void multiply(
            Block left,
            boolean transposeLeft,
            Block right,
            boolean transposeRight,
            Block out,
            int inner,
            Rectangle rectangle);

    /** Rows and columns of a matrix, from the first to the last, exclusive. */
    record Rectangle(int row, int endRow, int column, int endColumn) {
        static Rectangle all(Block block) {
            return new Rectangle(0, block.rows(), 0, block.columns());
        }

        int rows() {
            return endRow - row;
        }

        int columns() {
            return endColumn - column;
        }

        /** Where it begins in the result. */
        int out(Block out) {
            return out.offset() + row * out.columns() + column;
        }

        /** Where the rows begin of the left side, which are columns where it is transposed. */
        int left(Block left, boolean transpose) {
            return left.offset() + (transpose ? row : row * left.columns());
        }

        /** Where the columns begin of the right side, which are rows where it is transposed. */
        int right(Block right, boolean transpose) {
            return right.offset() + (transpose ? column * right.columns() : column);
        }
    }

    // BLAS counts by columns: what it sees is the transpose of each block, and out' = right' . left'.

    /** Products through netlib, zero-copy: OpenBLAS where its native glue loads, else its Java implementation. */
    static Gemm float32(BLAS blas, float[] a) {
        return (left, transposeLeft, right, transposeRight, out, inner, part) -> blas.sgemm(
                transposed(transposeRight),
                transposed(transposeLeft),
                part.columns(),
                part.rows(),
                inner,
                1,
                a,
                part.right(right, transposeRight),
                right.columns(),
                a,
                part.left(left, transposeLeft),
                left.columns(),
                0,
                a,
                part.out(out),
                out.columns());
    }

    /** The same in float64. */
    static Gemm float64(BLAS blas, double[] a) {
        return (left, transposeLeft, right, transposeRight, out, inner, part) -> blas.dgemm(
                transposed(transposeRight),
                transposed(transposeLeft),
                part.columns(),
                part.rows(),
                inner,
                1,
                a,
                part.right(right, transposeRight),
                right.columns(),
                a,
                part.left(left, transposeLeft),
                left.columns(),
                0,
                a,
                part.out(out),
                out.columns());
    }

    private static String transposed(boolean transpose) {
        return transpose ? "T" : "N";
    }
}
