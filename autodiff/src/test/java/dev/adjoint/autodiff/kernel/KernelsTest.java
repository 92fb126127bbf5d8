package dev.adjoint.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ludovic.netlib.blas.JavaBLAS;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class KernelsTest {
    private static final int[] EXTENTS = {1, 2, 7, 16, 33, 64};

    @Test
    void theBlasOfTheJarServesOnLinux() {
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
            assertTrue(Kernels.description().startsWith("OpenBLAS 0."), Kernels.description());
        }
    }

    @Test
    void productsEqualTheTripleLoopForEveryTransposition() {
        Random random = new Random(11);
        List<Function<float[], Gemm>> implementations =
                List.of(Blas::float32, a -> Gemm.float32(JavaBLAS.getInstance(), a), JavaCppGemm::new);
        for (Function<float[], Gemm> gemm : implementations) {
            for (int m : EXTENTS) {
                for (int n : EXTENTS) {
                    for (int k : EXTENTS) {
                        for (int transpose = 0; transpose < 4; transpose++) {
                            product(gemm, m, n, k, transpose % 2 == 1, transpose / 2 == 1, random);
                        }
                    }
                }
            }
        }
    }

    private static void product(
            Function<float[], Gemm> gemm, int m, int n, int k, boolean tl, boolean tr, Random random) {
        Block left = new Block(5, tl ? k : m, tl ? m : k);
        Block right = new Block(5 + m * k, tr ? n : k, tr ? k : n);
        Block out = new Block(5 + m * k + k * n, m, n);
        float[] a = new float[out.offset() + out.size()];
        for (int i = 0; i < a.length; i++) {
            a[i] = random.nextFloat() - 0.5f;
        }
        new Kernels(Loops.float32(a), gemm.apply(a)).matmul(left, tl, right, tr, out);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double expected = 0;
                for (int l = 0; l < k; l++) {
                    float x = a[left.offset() + (tl ? l * m + i : i * k + l)];
                    float y = a[right.offset() + (tr ? j * k + l : l * n + j)];
                    expected += (double) x * y;
                }
                String where = "%dx%dx%d %s %s at %d, %d".formatted(m, n, k, tl, tr, i, j);
                assertEquals(expected, a[out.offset() + i * n + j], 1e-5, where);
            }
        }
    }

    @Test
    void theSameProductHasTheSameBitsWhereverTheArrayLies() {
        // Bits that hung on the alignment of an array would differ from one JVM to the next.
        Random random = new Random(5);
        for (int[] shape : new int[][] {{64, 1, 48}, {64, 10, 128}, {33, 7, 65}, {1, 64, 64}}) {
            int m = shape[0];
            int n = shape[1];
            int k = shape[2];
            float[] data = new float[m * k + k * n];
            for (int i = 0; i < data.length; i++) {
                data[i] = random.nextFloat() - 0.5f;
            }
            float[] first = null;
            for (int shift = 0; shift < 17; shift++) {
                float[] a = new float[shift + data.length + m * n];
                System.arraycopy(data, 0, a, shift, data.length);
                Block out = new Block(shift + data.length, m, n);
                Kernels.float32(a).matmul(new Block(shift, m, k), false, new Block(shift + m * k, k, n), false, out);
                float[] result = Arrays.copyOfRange(a, out.offset(), a.length);
                first = first == null ? result : first;
                assertTrue(Arrays.equals(first, result), "shift " + shift + " of " + Arrays.toString(shape));
            }
        }
    }

    @Test
    void aCombinationHasTheBitsOfItsProductsAndTheirSum() {
        Random random = new Random(7);
        for (int n : new int[] {0, 1, 15, 16, 17, 31, 64, 1000}) {
            float[] a = new float[3 * n + 3];
            double[] wide = new double[a.length];
            for (int i = 0; i < a.length; i++) {
                a[i] = (float) random.nextGaussian();
                wide[i] = a[i];
            }
            float[] before = a.clone();
            Kernels.float32(a).combine(0.3, new Block(0, 1, n), -1.7, new Block(n, 1, n), new Block(2 * n + 1, 1, n));
            Kernels.float64(wide)
                    .combine(0.3, new Block(0, 1, n), -1.7, new Block(n, 1, n), new Block(2 * n + 1, 1, n));
            for (int i = 0; i < n; i++) {
                assertEquals(0.3f * before[i] + -1.7f * before[n + i], a[2 * n + 1 + i], n + " elements");
                assertEquals(0.3 * (double) before[i] - 1.7 * (double) before[n + i], wide[2 * n + 1 + i]);
            }
            assertEquals(before[2 * n], a[2 * n]);
            assertEquals(before[3 * n + 1], a[3 * n + 1]);
        }
    }

    @Test
    void noLogitHoweverLargeGivesNaN() {
        float[] a = {3e38f, -3e38f, 0f, 1000f, -1000f, 88f, 0f, 2f, 0, 0, 0, 0, 0, 0, 0, 0};
        Kernels kernels = Kernels.float32(a);
        kernels.softmaxCrossEntropy(new Block(0, 2, 3), new Block(6, 2, 1), new Block(8, 2, 1));
        assertEquals(0f, a[8]);
        assertEquals(912f, a[9], 1e-3);
        kernels.softmax(new Block(0, 2, 3), new Block(10, 2, 3));
        assertEquals(1f, a[10]);
        assertEquals(1f, a[13]);
        for (int i = 8; i < a.length; i++) {
            assertTrue(Float.isFinite(a[i]), "element " + i + " is " + a[i]);
        }
    }

    @Test
    void aTinyLossKeepsItsDigits() {
        float[] a = {100f, 80f, 0f, 0f};
        Kernels.float32(a).softmaxCrossEntropy(new Block(0, 1, 2), new Block(2, 1, 1), new Block(3, 1, 1));
        assertEquals(Math.log1p(Math.exp(-20)), a[3], 1e-12);
    }
}
