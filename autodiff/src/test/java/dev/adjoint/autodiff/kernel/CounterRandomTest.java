package dev.adjoint.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CounterRandomTest {
    @Test
    void numbersAreAFunctionOfTheArgumentsAlone() {
        long bits = CounterRandom.bits(1, 2, 3);
        assertNotEquals(bits, CounterRandom.bits(2, 2, 3), "seed");
        assertNotEquals(bits, CounterRandom.bits(1, 3, 3), "stream");
        assertNotEquals(bits, CounterRandom.bits(1, 2, 4), "counter");
        assertEquals(bits, CounterRandom.bits(1, 2, 3), "after others were drawn");
        assertEquals(CounterRandom.uniform(1, 2, 3), CounterRandom.uniform(1, 2, 3));
    }

    @Test
    void uniformNumbersFillTheUnitIntervalEvenly() {
        int draws = 100_000;
        for (long seed : new long[] {0, 1, -1, Long.MAX_VALUE}) {
            double sum = 0;
            int[] tenths = new int[10];
            for (int i = 0; i < draws; i++) {
                float u = CounterRandom.uniform(seed, 5, i);
                assertTrue(u >= 0 && u < 1, u + " at " + i + ", seed " + seed);
                sum += u;
                tenths[(int) (10 * u)]++;
            }
            // Five standard deviations each.
            assertEquals(0.5, sum / draws, 5 * Math.sqrt(1 / 12.0 / draws), "seed " + seed);
            for (int count : tenths) {
                assertEquals(draws / 10.0, count, 5 * Math.sqrt(draws * 0.09), "seed " + seed);
            }
        }
    }

    @Test
    void betaNumbersHaveTheMomentsOfTheirDistribution() {
        int draws = 100_000;
        for (double alpha : new double[] {0.001, 0.2, 0.5, 1, 4, 1e6}) {
            double[] moments = new double[9];
            for (int i = 0; i < draws; i++) {
                double b = CounterRandom.symmetricBeta(alpha, 1, 5, i);
                assertTrue(b >= 0 && b <= 1, b + " at " + i + ", alpha " + alpha);
                for (int k = 1; k <= 4; k++) {
                    moments[k] += Math.pow(b, k) / draws;
                }
            }
            double[] expected = new double[9];
            expected[0] = 1;
            for (int k = 1; k <= 8; k++) {
                expected[k] = expected[k - 1] * (alpha + k - 1) / (2 * alpha + k - 1);
            }
            for (int k = 1; k <= 4; k++) {
                double deviation = Math.sqrt((expected[2 * k] - expected[k] * expected[k]) / draws);
                assertEquals(expected[k], moments[k], 5 * deviation, "moment " + k + ", alpha " + alpha);
            }
        }
    }

    @Test
    void normalNumbersHaveTheMomentsOfTheNormalDistribution() {
        int draws = 100_000;
        for (long seed : new long[] {0, 1, -1, Long.MAX_VALUE}) {
            double[] moments = new double[5];
            for (int i = 0; i < draws; i++) {
                double g = CounterRandom.gaussian(seed, 5, i);
                assertTrue(Double.isFinite(g), "draw " + i + ", seed " + seed);
                for (int k = 1; k <= 4; k++) {
                    moments[k] += Math.pow(g, k) / draws;
                }
            }
            // Five standard deviations: the variance of the k-th powers is the 2k-th moment less the squared k-th.
            assertEquals(0, moments[1], 5 * Math.sqrt(1.0 / draws), "seed " + seed);
            assertEquals(1, moments[2], 5 * Math.sqrt(2.0 / draws), "seed " + seed);
            assertEquals(0, moments[3], 5 * Math.sqrt(15.0 / draws), "seed " + seed);
            assertEquals(3, moments[4], 5 * Math.sqrt(96.0 / draws), "seed " + seed);
        }
    }
}
