package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeSumTest {
    private static final int PARAMETERS = 5;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16})
    void splittingTheShardsDoesNotChangeTheBits(int shards) {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            float[][] leaves = new float[shards][];
            Arrays.setAll(leaves, shard -> Examples.floats(PARAMETERS, random));
            WeightedSum expected = halves(leaves, 0, shards);
            for (int runs : new int[] {1, 2, 3, 7}) {
                int[] cuts = Examples.cuts(shards, runs, random);
                assertSame(expected, split(leaves, cuts), "seed " + seed + ", runs " + Arrays.toString(cuts));
            }
        }
    }

    /** What the tree is by definition: the left half plus the right half. */
    private static WeightedSum halves(float[][] leaves, int from, int to) {
        if (to - from == 1) {
            return sum(leaves[from]);
        }
        int middle = (from + to) / 2;
        WeightedSum left = halves(leaves, from, middle);
        left.add(halves(leaves, middle, to));
        return left;
    }

    /** Each run added by a task of its own, and the tasks' nodes by the driver. */
    private static WeightedSum split(float[][] leaves, int[] cuts) {
        TreeSum<WeightedSum> driver = new TreeSum<>();
        for (int run = 0; run + 1 < cuts.length; run++) {
            TreeSum<WeightedSum> task = new TreeSum<>();
            for (int shard = cuts[run]; shard < cuts[run + 1]; shard++) {
                task.add(shard, sum(leaves[shard]));
            }
            task.nodes().forEach(driver::add);
        }
        return driver.total(leaves.length);
    }

    @Test
    void anIncompleteSumHasNoTotal() {
        for (int[] shards :
                new int[][] {{}, {1}, {2, 3}, {0, 2}, {0, 1, 2}, {1, 2, 3}, {0, 1, 3}, {0, 0}, {0}, {0, 1}}) {
            TreeSum<WeightedSum> tree = new TreeSum<>();
            for (int shard : shards) {
                tree.add(shard, sum(new float[] {1}));
            }
            String message = assertThrows(IllegalStateException.class, () -> tree.total(4), Arrays.toString(shards))
                    .getMessage();
            assertTrue(String.valueOf(message).startsWith("the sum over 4 shards is incomplete: ["), message);
        }
    }

    @Test
    void nodesAreTheLargestCompleteRuns() {
        TreeSum<WeightedSum> tree = new TreeSum<>();
        for (int shard = 3; shard < 11; shard++) {
            tree.add(shard, sum(new float[] {shard}));
        }
        assertEquals(
                "[0/3 = 3.0, 2/1 = 22.0, 1/4 = 17.0, 0/10 = 10.0]",
                tree.nodes().stream()
                        .map(n -> n.level() + "/" + n.index() + " = " + n.sum().vector()[0])
                        .toList()
                        .toString());
    }

    @Test
    void nodesAreCountedWithoutAdding() {
        for (int from = 0; from <= 40; from++) {
            for (int to = from; to <= 40; to++) {
                TreeSum<WeightedSum> tree = new TreeSum<>();
                for (int shard = from; shard < to; shard++) {
                    tree.add(shard, new WeightedSum());
                }
                assertEquals(tree.nodes().size(), TreeSum.nodeCount(from, to), from + " to " + to);
            }
        }
    }

    @Test
    void aMergeChangesItsLeftSideAndNeverItsRight() {
        WeightedSum right = new WeightedSum(new float[] {1, 2}, 3, 4, 5);
        for (WeightedSum left :
                new WeightedSum[] {new WeightedSum(), new WeightedSum(new float[] {10, 20}, 30, 40, 50)}) {
            double before = left.loss();
            left.add(right);
            left.add(right); // were the right side's array taken over, this would change it
            assertEquals(before + 6, left.loss());
            assertSame(new WeightedSum(new float[] {1, 2}, 3, 4, 5), right, "the right side");
        }
    }

    @Test
    void theSumOfNoExamplesAddsNothing() {
        WeightedSum sum = new WeightedSum(new float[] {1, 2}, 3, 4, 5);
        sum.add(new WeightedSum());
        assertSame(new WeightedSum(new float[] {1, 2}, 3, 4, 5), sum, "the sum");
    }

    private static WeightedSum sum(float[] gradient) {
        return new WeightedSum(gradient.clone(), gradient[0] / 3.0, 1, 1);
    }

    private static void assertSame(WeightedSum expected, WeightedSum actual, String message) {
        assertArrayEquals(expected.vector(), actual.vector(), message);
        assertEquals(expected.loss(), actual.loss(), message);
        assertEquals(expected.weight(), actual.weight(), message);
        assertEquals(expected.examples(), actual.examples(), message);
    }
}
