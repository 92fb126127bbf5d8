package dev.adjoint.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector loops against their plain twins, at the sizes around the edges of a vector. */
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

    private final Loops plain = new ScalarLoops();
    private final Loops vector = Loops.create();

    @Test
    void theTestsRunOnTheVectorLoops() {
        assertInstanceOf(VectorLoops.class, vector);
    }

    @ParameterizedTest
    @EnumSource
    void mapsAgree(Unary function) {
        // What the Vector API promises of its transcendental functions is one unit in the last place.
        boolean exact = function.compareTo(Unary.EXP) < 0;
        compare(exact, (loops, a, n) -> loops.map(function, 0.25f, a, X, OUT, n));
    }

    @ParameterizedTest
    @EnumSource
    void mapsInPlaceAgree(Unary function) {
        boolean exact = function.compareTo(Unary.EXP) < 0;
        compare(exact, (loops, a, n) -> loops.map(function, 0.25f, a, X, X, n));
    }

    @ParameterizedTest
    @EnumSource
    void zipsAgree(Binary function) {
        compare(true, (loops, a, n) -> loops.zip(function, a, X, Y, OUT, n));
        compare(true, (loops, a, n) -> loops.zip(function, a, X, Y, X, n));
        compare(true, (loops, a, n) -> loops.zipWithScalar(function, a, X, 1.5f, OUT, n));
        compare(true, (loops, a, n) -> loops.zipScalarWith(function, a, 1.5f, Y, OUT, n));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 16, 37})
    void aValueDoesNotDependOnItsPlaceInTheBlock(int shift) {
        float[] a = numbers(1);
        float[] b = new float[a.length];
        System.arraycopy(a, X, b, X + shift, 500);
        for (Unary function : Unary.values()) {
            vector.map(function, 0.25f, a, X, OUT, 500);
            vector.map(function, 0.25f, b, X, OUT, 500 + shift);
            for (int i = 0; i < 500; i++) {
                assertEquals(a[OUT + i], b[OUT + shift + i], function + " at " + i);
            }
        }
    }

    private interface Call {
        void on(Loops loops, float[] a, int n);
    }

    private void compare(boolean exact, Call call) {
        for (int n : SIZES) {
            float[] expected = numbers(n);
            float[] actual = expected.clone();
            call.on(plain, expected, n);
            call.on(vector, actual, n);
            for (int i = 0; i < expected.length; i++) {
                float tolerance = exact || Float.isNaN(expected[i]) || Float.isInfinite(expected[i])
                        ? 0
                        : 2 * Math.ulp(expected[i]);
                String where = "size " + n + ", element " + i;
                if (tolerance == 0) {
                    assertEquals(expected[i], actual[i], where);
                } else {
                    assertEquals(expected[i], actual[i], tolerance, where);
                }
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
