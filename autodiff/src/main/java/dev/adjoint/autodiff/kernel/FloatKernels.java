package dev.adjoint.autodiff.kernel;

import java.util.Arrays;

/** Kernels over an arena of float32. */
public final class FloatKernels implements Kernels {
    private final float[] a;
    private final Gemm gemm;
    private final Loops loops;

    public FloatKernels(float[] arena) {
        this(arena, Blas.gemm(), Loops.create());
    }

    FloatKernels(float[] arena, Gemm gemm, Loops loops) {
        this.a = arena;
        this.gemm = gemm;
        this.loops = loops;
    }

    /** Says which matrix products and which loops serve in this JVM. */
    public static String description() {
        return Blas.description() + "; loops: " + Loops.create().description();
    }

    @Override
    public void matmul(Block left, boolean transposeLeft, Block right, boolean transposeRight, Block out) {
        int inner = transposeLeft ? left.rows() : left.columns();
        gemm.multiply(a, left, transposeLeft, right, transposeRight, out, inner);
    }

    @Override
    public void map(Unary function, double parameter, Block x, Block out) {
        loops.map(function, (float) parameter, a, x.offset(), out.offset(), out.size());
    }

    @Override
    public void zip(Binary function, Block x, Block y, Block out) {
        if (x.size() == out.size() && y.size() == out.size()) {
            loops.zip(function, a, x.offset(), y.offset(), out.offset(), out.size());
            return;
        }
        int n = out.columns();
        int xStride = x.rows() == 1 ? 0 : x.columns();
        int yStride = y.rows() == 1 ? 0 : y.columns();
        for (int i = 0; i < out.rows(); i++) {
            int xi = x.offset() + i * xStride;
            int yi = y.offset() + i * yStride;
            int oi = out.offset() + i * n;
            if (x.columns() == y.columns()) {
                loops.zip(function, a, xi, yi, oi, n);
            } else if (y.columns() == 1) {
                loops.zipWithScalar(function, a, xi, a[yi], oi, n);
            } else {
                loops.zipScalarWith(function, a, a[xi], yi, oi, n);
            }
        }
    }

    @Override
    public void fill(double value, Block out) {
        Arrays.fill(a, out.offset(), out.offset() + out.size(), (float) value);
    }

    @Override
    public void broadcast(Block x, Block out) {
        int n = out.columns();
        int stride = x.rows() == 1 ? 0 : x.columns();
        for (int i = 0; i < out.rows(); i++) {
            int xi = x.offset() + i * stride;
            int oi = out.offset() + i * n;
            if (x.columns() == n) {
                System.arraycopy(a, xi, a, oi, n);
            } else {
                Arrays.fill(a, oi, oi + n, a[xi]);
            }
        }
    }

    @Override
    public void sumRows(Block x, Block out) {
        int n = x.columns();
        System.arraycopy(a, x.offset(), a, out.offset(), n);
        for (int i = 1; i < x.rows(); i++) {
            loops.zip(Binary.ADD, a, out.offset(), x.offset() + i * n, out.offset(), n);
        }
    }

    @Override
    public void sumColumns(Block x, Block out) {
        int n = x.columns();
        for (int i = 0; i < x.rows(); i++) {
            a[out.offset() + i] = sum(x.offset() + i * n, n);
        }
    }

    @Override
    public void softmax(Block x, Block out) {
        int n = x.columns();
        for (int i = 0; i < x.rows(); i++) {
            int xi = x.offset() + i * n;
            // Less the row's maximum: the largest exponential is then 1 and none overflows.
            loops.zipWithScalar(Binary.SUBTRACT, a, xi, max(xi, n), out.offset() + i * n, n);
        }
        loops.map(Unary.EXP, 0f, a, out.offset(), out.offset(), out.size());
        for (int i = 0; i < x.rows(); i++) {
            int oi = out.offset() + i * n;
            float total = sum(oi, n);
            for (int j = 0; j < n; j++) {
                a[oi + j] /= total;
            }
        }
    }

    @Override
    public void oneHot(Block index, Block out) {
        int k = out.columns();
        fill(0, out);
        for (int i = 0; i < out.rows(); i++) {
            a[out.offset() + i * k + classAt(index, i, k)] = 1f;
        }
    }

    @Override
    public void softmaxCrossEntropy(Block logits, Block index, Block out) {
        int k = logits.columns();
        for (int i = 0; i < logits.rows(); i++) {
            int z = logits.offset() + i * k;
            float max = max(z, k);
            double total = 0;
            for (int j = 0; j < k; j++) {
                total += StrictMath.exp((double) a[z + j] - max);
            }
            // The difference of two logits first: it is exact where the class is the likeliest, and a tiny loss stays
            // exact.
            a[out.offset() + i] = (float) (((double) max - a[z + classAt(index, i, k)]) + StrictMath.log(total));
        }
    }

    @Override
    public void binaryCrossEntropy(Block logits, Block targets, Block out) {
        for (int i = 0; i < out.rows(); i++) {
            double z = a[logits.offset() + i];
            double y = a[targets.offset() + i];
            a[out.offset() + i] = (float) (Math.max(z, 0) - z * y + StrictMath.log1p(StrictMath.exp(-Math.abs(z))));
        }
    }

    @Override
    public void halfSquaredError(Block x, Block y, Block out) {
        int n = x.columns();
        for (int i = 0; i < x.rows(); i++) {
            float total = 0;
            for (int j = 0; j < n; j++) {
                float d = a[x.offset() + i * n + j] - a[y.offset() + i * n + j];
                total += d * d;
            }
            a[out.offset() + i] = 0.5f * total;
        }
    }

    private int classAt(Block index, int row, int classes) {
        int c = (int) a[index.offset() + row];
        assert c >= 0 && c < classes : "class " + c + " of " + classes + " in row " + row;
        return c;
    }

    private float max(int from, int n) {
        float max = a[from];
        for (int j = 1; j < n; j++) {
            max = Math.max(max, a[from + j]);
        }
        return max;
    }

    private float sum(int from, int n) {
        float total = 0;
        for (int j = 0; j < n; j++) {
            total += a[from + j];
        }
        return total;
    }
}
