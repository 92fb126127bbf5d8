package dev.adjoint.autodiff.kernel;

import dev.ludovic.netlib.blas.BLAS;

/** Products through netlib, zero-copy: OpenBLAS where its native glue loads, else its Java implementation. */
record FloatGemm(BLAS blas, float[] a) implements Gemm {
    @Override
    public void multiply(Block left, boolean transposeLeft, Block right, boolean transposeRight, Block out, int inner) {
        int m = out.rows();
        int n = out.columns();
        // BLAS counts by columns: what it sees is the transpose of each block, and out' = right' . left'.
        blas.sgemm(
                transposeRight ? "T" : "N",
                transposeLeft ? "T" : "N",
                n,
                m,
                inner,
                1f,
                a,
                right.offset(),
                right.columns(),
                a,
                left.offset(),
                left.columns(),
                0f,
                a,
                out.offset(),
                n);
    }
}
