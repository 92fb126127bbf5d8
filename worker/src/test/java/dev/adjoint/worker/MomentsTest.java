package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MomentsTest {
    @Test
    void mergingAnySplitEqualsObservingAtOnce() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            double[][] rows = new double[random.nextInt(40)][];
            Arrays.setAll(rows, i -> new double[] {random.nextGaussian(), 3 + random.nextDouble(), 7});
            Moments whole = observe(rows, 0, rows.length);
            int[] cuts = Examples.cuts(rows.length, 4, random);
            Moments merged = new Moments(3);
            for (int part = 0; part < 4; part++) {
                merged.add(observe(rows, cuts[part], cuts[part + 1]));
            }
            String message = "seed " + seed + ", parts " + Arrays.toString(cuts);
            assertEquals(rows.length, merged.weight(0), message);
            for (int quantity = 0; quantity < 3; quantity++) {
                assertEquals(whole.mean(quantity), merged.mean(quantity), 1e-12, message);
                assertEquals(whole.deviation(quantity), merged.deviation(quantity), 1e-12, message);
            }
        }
    }

    @Test
    void aMergeNeverChangesItsRightSide() {
        Moments right = observe(new double[][] {{1, 2, 3}, {2, 4, 3}}, 0, 2);
        Moments left = observe(new double[][] {{5, 6, 7}}, 0, 1);
        left.add(right);
        assertEquals(2, right.weight(0));
        assertEquals(1.5, right.mean(0));
        assertEquals(2, right.squaredDeviations(1));
    }

    @Test
    void aLargeOffsetDoesNotCancelTheSpread() {
        Moments left = new Moments(1);
        Moments right = new Moments(1);
        for (int i = 0; i < 1000; i++) {
            (i % 3 == 0 ? left : right).observe(0, 1e9 + i % 2);
        }
        left.add(right);
        assertEquals(1e9 + 0.5, left.mean(0), 1e-6);
        assertEquals(0.5, left.deviation(0), 1e-6);
    }

    @Test
    void aConstantHasDeviationOne() {
        for (double constant : new double[] {0, 0.1, -1e9, 1e-300}) {
            Moments left = new Moments(1);
            Moments right = new Moments(1);
            assertEquals(1, left.deviation(0), "nothing observed");
            for (int i = 0; i < 7; i++) {
                observe(left, new double[] {constant});
                observe(right, new double[] {constant});
            }
            left.add(right);
            assertEquals(constant, left.mean(0), Math.ulp(constant));
            assertEquals(1, left.deviation(0), "constant " + constant);
        }
    }

    @Test
    void theDeviationIsThePopulations() {
        Moments moments = observe(new double[][] {{2, 1, 0}, {4, 1, 0}, {4, 1, 0}, {6, 1, 0}}, 0, 4);
        assertEquals(3, moments.quantities());
        assertEquals(4, moments.mean(0));
        assertEquals(8, moments.squaredDeviations(0), 1e-12);
        assertEquals(Math.sqrt(2), moments.deviation(0), 1e-12);
    }

    @Test
    void quantitiesAreObservedOneByOneToo() {
        Moments left = new Moments(3);
        left.observe(0, 3);
        left.observe(1, 7);
        Moments right = new Moments(3);
        right.observe(0, 4);
        left.add(right);
        assertEquals(2, left.weight(0));
        assertEquals(1, left.weight(1));
        assertEquals(3.5, left.mean(0));
        assertEquals(7, left.mean(1));
        assertEquals(Math.sqrt(12.5), left.rootMeanSquare(0), 1e-12);
        assertEquals(7, left.rootMeanSquare(1), 1e-12);
        assertEquals(1, left.rootMeanSquare(2), "of no observation");
    }

    private static Moments observe(double[][] rows, int from, int to) {
        Moments moments = new Moments(3);
        for (int i = from; i < to; i++) {
            observe(moments, rows[i]);
        }
        return moments;
    }

    private static void observe(Moments moments, double[] values) {
        for (int i = 0; i < values.length; i++) {
            moments.observe(i, values[i]);
        }
    }
}
