package dev.adjoint.autodiff.kernel;

import dev.ludovic.netlib.blas.BLAS;

/** Products in float64. */
record DoubleGemm(BLAS blas, double[] a) implements Gemm {
    @Override
    public void multiply(Block left, boolean transposeLeft, Block right, boolean transposeRight, Block out, int inner) {
        int m = out.rows();
        int n = out.columns();
        // By columns and with the sides exchanged, as in FloatGemm.
        blas.dgemm(
                transposeRight ? "T" : "N",
                transposeLeft ? "T" : "N",
                n,
                m,
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
                n);
    }
}
