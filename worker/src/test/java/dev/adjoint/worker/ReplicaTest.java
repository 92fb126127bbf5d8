package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplicaTest {
    private static final int BATCH = 8;
    private static final int ROWS = 37;

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void partsOfWholeBatchesAddUpToTheSameBits(StandardLoss loss) {
        Shard shard = Examples.shard(loss, ROWS, new Random(1));
        Replica replica = replica(loss, BATCH);
        GradientSum sum = new GradientSum();
        replica.addGradient(shard, Order.NATURAL, 0, BATCH, sum);
        replica.addGradient(shard, Order.NATURAL, BATCH, 4 * BATCH, sum);
        replica.addGradient(shard, Order.NATURAL, 4 * BATCH, ROWS, sum);
        assertSums(gradient(replica, shard), sum, 0, "seed 1");
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void partsOfAnySizeAddUpToTheSameGradient(StandardLoss loss) {
        Replica replica = replica(loss, BATCH);
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Shard shard = Examples.shard(loss, ROWS, random);
            int[] cuts = Examples.cuts(ROWS, 4, random);
            GradientSum sum = new GradientSum();
            for (int part = 0; part < 4; part++) {
                GradientSum partial = new GradientSum();
                replica.addGradient(shard, Order.NATURAL, cuts[part], cuts[part + 1], partial);
                sum.add(partial);
            }
            assertSums(gradient(replica, shard), sum, 1e-5, "seed " + seed + ", parts " + Arrays.toString(cuts));
        }
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void aPaddedRowCountsAsMuchAsAnUnpaddedOne(StandardLoss loss) {
        Shard shard = Examples.shard(loss, 1, new Random(2));
        assertSums(gradient(replica(loss, 1), shard), gradient(replica(loss, BATCH), shard), 1e-6, "seed 2");
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void theBitsDoNotHangOnWhatWasComputedBefore(StandardLoss loss) {
        Random random = new Random(3);
        Shard shard = Examples.shard(loss, 5, random);
        Replica replica = replica(loss, BATCH);
        GradientSum first = gradient(replica, shard);
        replica.load(Examples.floats(Examples.network(loss).parameterCount(), random));
        gradient(replica, Examples.shard(loss, ROWS, random));
        replica.load(parameters(loss));
        assertSums(first, gradient(replica, shard), 0, "seed 3");
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void weightsScaleTheExamples(StandardLoss loss) {
        Shard shard = Examples.shard(loss, 3, new Random(4));
        Shard weighted = Examples.withWeights(shard, new float[] {2, 0, 1});
        Order repeated = index -> new long[] {0, 0, 2}[(int) index];
        Shard copies = Examples.withWeights(Examples.rows(shard, repeated, 0, 3), new float[] {1, 1, 1});
        Replica replica = replica(loss, BATCH);
        assertSums(gradient(replica, copies), gradient(replica, weighted), 1e-6, "seed 4");
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void rowsAreTakenInTheirOrder(StandardLoss loss) {
        Shard shard = Examples.shard(loss, ROWS, new Random(5));
        Order order = new Permutation(ROWS, 5, 0);
        Replica replica = replica(loss, BATCH);
        GradientSum sum = new GradientSum();
        replica.addGradient(shard, order, 3, 30, sum);
        assertSums(gradient(replica, Examples.rows(shard, order, 3, 30)), sum, 0, "seed 5");
    }

    @Test
    void anEmptyRangeAddsNothing() {
        StandardLoss loss = StandardLoss.BINARY_CROSS_ENTROPY;
        Shard shard = Examples.shard(loss, ROWS, new Random(6));
        Replica replica = replica(loss, BATCH);
        GradientSum nothing = new GradientSum();
        replica.addGradient(shard, Order.NATURAL, 9, 9, nothing);
        assertSums(new GradientSum(), nothing, 0, "nothing");
        GradientSum sum = gradient(replica, shard);
        replica.addGradient(shard, Order.NATURAL, ROWS, ROWS, sum);
        assertSums(gradient(replica, shard), sum, 0, "seed 6");
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void weightAndExamplesAreThoseOfTheRows(StandardLoss loss) {
        Shard shard = Examples.shard(loss, ROWS, new Random(7));
        GradientSum sum = gradient(replica(loss, BATCH), shard);
        double weight = 0;
        for (float w : shard.weights()) {
            weight += w;
        }
        assertEquals(weight, sum.weight(), 1e-12);
        assertEquals(ROWS, sum.examples());
    }

    private static Replica replica(StandardLoss loss, int batch) {
        Replica replica = new Replica(Examples.network(loss).objective(batch));
        replica.load(parameters(loss));
        return replica;
    }

    private static float[] parameters(StandardLoss loss) {
        Network network = Examples.network(loss);
        return Examples.floats(network.parameterCount(), new Random(99));
    }

    private static GradientSum gradient(Replica replica, Shard shard) {
        GradientSum sum = new GradientSum();
        replica.addGradient(shard, Order.NATURAL, 0, shard.rows(), sum);
        return sum;
    }

    /** Equal in gradient, loss and weight; bit for bit where the tolerance is 0. */
    private static void assertSums(GradientSum expected, GradientSum actual, double tolerance, String message) {
        if (tolerance == 0) {
            assertArrayEquals(expected.gradient(), actual.gradient(), message);
            assertEquals(expected.loss(), actual.loss(), message);
            assertEquals(expected.weight(), actual.weight(), message);
        } else {
            assertArrayEquals(expected.gradient(), actual.gradient(), (float) tolerance, message);
            assertEquals(expected.loss(), actual.loss(), tolerance, message);
            assertEquals(expected.weight(), actual.weight(), 1e-12, message);
        }
    }
}
