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
            int inner) {
        left = atLeast(left, leftBlock.size()).put(a, leftBlock.offset(), leftBlock.size());
        right = atLeast(right, rightBlock.size()).put(a, rightBlock.offset(), rightBlock.size());
        out = atLeast(out, outBlock.size());
        openblas_nolapack.cblas_sgemm(
                openblas_nolapack.CblasRowMajor,
                transposeLeft ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                transposeRight ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                outBlock.rows(),
                outBlock.columns(),
                inner,
                1f,
                left,
                leftBlock.columns(),
                right,
                rightBlock.columns(),
                0f,
                out,
                outBlock.columns());
        out.get(a, outBlock.offset(), outBlock.size());
    }

    private static FloatPointer atLeast(FloatPointer pointer, int size) {
        if (pointer.capacity() >= size) {
            return pointer;
        }
        pointer.close();
        return new FloatPointer(size);
    }
}
