package dev.adjoint.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector loops against their plain twins, bit for bit, at the sizes around the edges of a vector. */
class LoopsTest {
    private static final int[] SIZES = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100, 1023};
    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        88f,
        -88f,
        104f,
        -104f,
        1e-30f,
        -1e-30f,
        3e38f,
        -3e38f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY
    };
    private static final int X = 3;
    private static final int Y = 2000;
    private static final int OUT = 4005;

    @Test
    void theTestsRunOnTheVectorLoops() {
        assertInstanceOf(VectorLoops.class, Loops.float32(new float[0]));
    }

    @Test
    void sumsOfArraysAgree() {
        FloatArrays plain = new FloatArrays();
        assertInstanceOf(VectorArrays.class, FloatArrays.get());
        for (int n : SIZES) {
            Random random = new Random(n);
            float[] from = new float[n + 5];
            float[] expected = new float[n + 9];
            for (int i = 0; i < n; i++) {
                from[5 + i] = SPECIAL[random.nextInt(SPECIAL.length)];
                expected[7 + i] = SPECIAL[random.nextInt(SPECIAL.length)];
            }
            float[] actual = expected.clone();
            plain.add(from, 5, expected, 7, n);
            FloatArrays.get().add(from, 5, actual, 7, n);
            assertArrayEquals(expected, actual);
        }
    }

    @Test
    void aNumberThatIsNotFiniteIsFoundAtEveryPlace() {
        for (FloatArrays arrays : List.of(new FloatArrays(), FloatArrays.get())) {
            for (int n : SIZES) {
                float[] x = new float[n + 4];
                Arrays.fill(x, Float.MAX_VALUE);
                x[1] = Float.NaN;
                x[n + 2] = Float.POSITIVE_INFINITY;
                assertTrue(arrays.areFinite(x, 2, n));
                for (int at = 2; at < n + 2; at++) {
                    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                        x[at] = bad;
                        assertFalse(arrays.areFinite(x, 2, n));
                    }
                    x[at] = -Float.MAX_VALUE;
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void mapsAgree(Unary function) {
        compare((loops, n) -> loops.map(function, 0.25f, X, OUT, n));
    }

    @ParameterizedTest
    @EnumSource
    void mapsInPlaceAgree(Unary function) {
        compare((loops, n) -> loops.map(function, 0.25f, X, X, n));
    }

    @ParameterizedTest
    @EnumSource
    void zipsAgree(Binary function) {
        compare((loops, n) -> loops.zip(function, X, Y, OUT, n));
        compare((loops, n) -> loops.zip(function, X, Y, X, n));
        compare((loops, n) -> loops.zipWithScalar(function, X, Y, OUT, n));
        compare((loops, n) -> loops.zipScalarWith(function, X, Y, OUT, n));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 37})
    void aValueDoesNotDependOnItsPlaceInTheBlock(int shift) {
        float[] a = numbers(1);
        float[] b = new float[a.length];
        System.arraycopy(a, X, b, X + shift, 500);
        for (Unary function : Unary.values()) {
            Loops.float32(a).map(function, 0.25f, X, OUT, 500);
            Loops.float32(b).map(function, 0.25f, X, OUT, 500 + shift);
            for (int i = 0; i < 500; i++) {
                assertEquals(a[OUT + i], b[OUT + shift + i], function + " at " + i);
            }
        }
    }

    @Test
    void transcendentalFunctionsAreWithinTwoUnitsOfTheTruth() {
        for (double x = -110; x < 100; x += 0.00137) {
            float f = (float) x;
            assertClose(StrictMath.exp(f), FloatMath.exp(f), "exp " + f);
            assertClose(1 / (1 + StrictMath.exp(-(double) f)), FloatMath.logistic(f), "logistic " + f);
            assertClose(StrictMath.tanh(f), FloatMath.tanh(f), "tanh " + f);
            assertClose(Unary.SOFTPLUS.of(f, 0), FloatMath.softplus(f), "softplus " + f);
            float negative = -Math.abs(f);
            assertClose(StrictMath.expm1(negative), FloatMath.expm1OfNegative(negative), "expm1 " + negative);
        }
        for (float f = 1e-40f; f < 1; f *= 1.0173f) {
            assertClose(StrictMath.exp(f), FloatMath.exp(f), "exp " + f);
            assertClose(StrictMath.tanh(f), FloatMath.tanh(f), "tanh " + f);
            assertClose(StrictMath.tanh(-f), FloatMath.tanh(-f), "tanh " + -f);
            assertClose(Unary.SOFTPLUS.of(-f, 0), FloatMath.softplus(-f), "softplus " + -f);
            assertClose(StrictMath.expm1(-f), FloatMath.expm1OfNegative(-f), "expm1 " + -f);
        }
    }

    @Test
    void transcendentalFunctionsOfSpecialValuesAreTheirLimits() {
        assertEquals(Float.NaN, FloatMath.exp(Float.NaN));
        assertEquals(Float.NaN, FloatMath.logistic(Float.NaN));
        assertEquals(Float.NaN, FloatMath.tanh(Float.NaN));
        assertEquals(Float.POSITIVE_INFINITY, FloatMath.exp(Float.POSITIVE_INFINITY));
        assertEquals(0f, FloatMath.exp(Float.NEGATIVE_INFINITY));
        assertEquals(1f, FloatMath.exp(0f));
        assertEquals(1f, FloatMath.logistic(Float.POSITIVE_INFINITY));
        assertEquals(0f, FloatMath.logistic(Float.NEGATIVE_INFINITY));
        assertEquals(1f, FloatMath.tanh(Float.POSITIVE_INFINITY));
        assertEquals(-1f, FloatMath.tanh(-50f));
        assertEquals(-0f, FloatMath.tanh(-0f));
        assertEquals(Float.NaN, FloatMath.softplus(Float.NaN));
        assertEquals(Float.POSITIVE_INFINITY, FloatMath.softplus(Float.POSITIVE_INFINITY));
        assertEquals(0f, FloatMath.softplus(Float.NEGATIVE_INFINITY));
        assertEquals(Float.NaN, FloatMath.expm1OfNegative(Float.NaN));
        assertEquals(-1f, FloatMath.expm1OfNegative(Float.NEGATIVE_INFINITY));
    }

    @Test
    void sumsOfScaledRowsAgree() {
        float[] rows = {2, 2, 2, 0, 1, 1, 2};
        float[] columns = {0, 3, 3, 1, 2, 0, 1};
        int entries = rows.length;
        compare((loops, n) -> {
            int width = Math.min(n, 257);
            put(loops, X, rows);
            put(loops, X + 10, columns);
            Block x = new Block(100, 4, width);
            loops.addScaledRows(
                    new Block(X + 20, entries, 1),
                    new Block(X, entries, 1),
                    new Block(X + 10, entries, 1),
                    entries,
                    x,
                    new Block(OUT, 3, width));
        });
    }

    @Test
    void indicesEndBeforeTheFirstThatIsNone() {
        for (float bad : new float[] {-1, 3, 0.5f, Float.NaN, Float.POSITIVE_INFINITY, 0x1p30f}) {
            float[] a = {9, 0, 2, 1, bad, 0};
            assertEquals(3, new FloatLoops(a).indices(new Block(1, 5, 1), 3), "at " + bad);
            assertEquals(3, Loops.float32(a).indices(new Block(1, 5, 1), 3), "at " + bad);
            double[] b = {9, 0, 2, 1, bad, 0};
            assertEquals(3, new DoubleLoops(b).indices(new Block(1, 5, 1), 3), "at " + bad);
        }
        assertEquals(2, Loops.float32(new float[] {0, 2}).indices(new Block(0, 2, 1), 3));
        assertEquals(0, Loops.float32(new float[0]).indices(new Block(0, 0, 1), 3));
    }

    private static void put(Loops loops, int at, float[] values) {
        for (int i = 0; i < values.length; i++) {
            loops.set(at + i, values[i]);
        }
    }

    private static void assertClose(double expected, float actual, String what) {
        assertEquals(expected, actual, 2 * Math.ulp((float) expected), what);
    }

    private interface Call {
        void on(Loops loops, int n);
    }

    private void compare(Call call) {
        for (int n : SIZES) {
            float[] expected = numbers(n);
            float[] actual = expected.clone();
            call.on(new FloatLoops(expected), n);
            call.on(Loops.float32(actual), n);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], actual[i], "size " + n + ", element " + i);
            }
        }
    }

    private static float[] numbers(long seed) {
        Random random = new Random(seed);
        float[] a = new float[6000];
        for (int i = 0; i < a.length; i++) {
            a[i] = i % 7 == 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : 20 * (random.nextFloat() - 0.5f);
        }
        return a;
    }
}
