package dev.adjoint.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class UnaryTest {
    @Test
    void powersAreThoseOfTheJdkToTheLastFewDigits() {
        Random random = new Random(6);
        for (int trial = 0; trial < 10_000; trial++) {
            double x = Math.exp(3 * random.nextGaussian());
            assertPower(x, 3 * random.nextGaussian(), 1e-14);
            assertPower(random.nextBoolean() ? x : -x, random.nextInt(21) - 10, 1e-14);
        }
    }

    @Test
    void powersOfTheEdgesAreThoseOfTheJdk() {
        double[] edges = {0, 1, 2, Double.MIN_VALUE, Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NaN};
        double[] exponents = {0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, Integer.MAX_VALUE, Integer.MIN_VALUE, 1e30, -1e30};
        for (double x : edges) {
            for (double p : exponents) {
                assertPower(x, p, 1e-13);
            }
            for (double p : new double[] {0, 1, -1, 2, -2, 3, -3}) {
                assertPower(-x, p, 1e-13);
            }
        }
        assertEquals(Double.NaN, Unary.POWER.of(-2, 0.5));
    }

    private static void assertPower(double x, double p, double relative) {
        double expected = StrictMath.pow(x, p);
        double tolerance = Double.isFinite(expected) ? relative * Math.abs(expected) : 0;
        assertEquals(expected, Unary.POWER.of(x, p), tolerance, x + " to the power " + p + ", seed 6");
    }
}
