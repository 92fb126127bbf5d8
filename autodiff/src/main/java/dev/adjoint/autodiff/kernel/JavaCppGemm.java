package dev.adjoint.autodiff.kernel;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Products through JavaCPP's own glue, for systems where netlib has none (macOS, Windows). The blocks are copied to memory
 * outside the heap and back, which a product of the usual sizes is worth: it does the work of m n k on m k + k n + m n.
 */
final class JavaCppGemm implements Gemm {
    private final float[] a;
    private FloatPointer left = new FloatPointer(1);
    private FloatPointer right = new FloatPointer(1);
    private FloatPointer out = new FloatPointer(1);

    JavaCppGemm(float[] a) {
        this.a = a;
    }

    @Override
    public void multiply(
            Block leftBlock,
            boolean transposeLeft,
            Block rightBlock,
            boolean transposeRight,
            Block outBlock,
            int inner,
            int row,
            int rows,
            int column,
            int columns) {
        left = atLeast(left, leftBlock.size()).put(a, leftBlock.offset(), leftBlock.size());
        right = atLeast(right, rightBlock.size()).put(a, rightBlock.offset(), rightBlock.size());
        out = atLeast(out, rows * columns);
        openblas_nolapack.cblas_sgemm(
                openblas_nolapack.CblasRowMajor,
                transposeLeft ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                transposeRight ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                rows,
                columns,
                inner,
                1f,
                left.position(Gemm.left(leftBlock, transposeLeft, row) - leftBlock.offset()),
                leftBlock.columns(),
                right.position(Gemm.right(rightBlock, transposeRight, column) - rightBlock.offset()),
                rightBlock.columns(),
                0f,
                out,
                columns);
        for (int i = 0; i < rows; i++) {
            out.position((long) i * columns).get(a, Gemm.out(outBlock, row + i, column), columns);
        }
        left.position(0);
        right.position(0);
        out.position(0);
    }

    private static FloatPointer atLeast(FloatPointer pointer, int size) {
        if (pointer.capacity() >= size) {
            return pointer;
        }
        pointer.close();
        return new FloatPointer(size);
    }
}
