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
        Chunk chunk = Examples.chunk(loss, ROWS, new Random(1));
        Replica replica = replica(loss, BATCH);
        WeightedSum sum = new WeightedSum();
        addGradient(replica, chunk, 0, BATCH, sum);
        addGradient(replica, chunk, BATCH, 4 * BATCH, sum);
        addGradient(replica, chunk, 4 * BATCH, ROWS, sum);
        assertSums(gradient(replica, chunk), sum, 0, "seed 1");
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void partsOfAnySizeAddUpToTheSameGradient(StandardLoss loss) {
        Replica replica = replica(loss, BATCH);
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Chunk chunk = Examples.chunk(loss, ROWS, random);
            int[] cuts = Examples.cuts(ROWS, 4, random);
            WeightedSum sum = new WeightedSum();
            for (int part = 0; part < 4; part++) {
                WeightedSum partial = new WeightedSum();
                addGradient(replica, chunk, cuts[part], cuts[part + 1], partial);
                sum.add(partial);
            }
            assertSums(gradient(replica, chunk), sum, 1e-5, "seed " + seed + ", parts " + Arrays.toString(cuts));
        }
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void aPaddedRowCountsAsMuchAsAnUnpaddedOne(StandardLoss loss) {
        Chunk chunk = Examples.chunk(loss, 1, new Random(2));
        assertSums(gradient(replica(loss, 1), chunk), gradient(replica(loss, BATCH), chunk), 1e-6, "seed 2");
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void theBitsDoNotHangOnWhatWasComputedBefore(StandardLoss loss) {
        Random random = new Random(3);
        Chunk chunk = Examples.chunk(loss, 5, random);
        Replica replica = replica(loss, BATCH);
        WeightedSum first = gradient(replica, chunk);
        replica.load(Examples.floats(Examples.network(loss).parameterCount(), random));
        gradient(replica, Examples.chunk(loss, ROWS, random));
        replica.load(parameters(loss));
        assertSums(first, gradient(replica, chunk), 0, "seed 3");
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void weightsScaleTheExamples(StandardLoss loss) {
        Chunk chunk = Examples.chunk(loss, 3, new Random(4));
        Chunk weighted = Examples.withWeights(chunk, new float[] {2, 0, 1});
        Chunk copies = Examples.withWeights(Examples.rows(chunk, 0, 0, 2), new float[] {1, 1, 1});
        Replica replica = replica(loss, BATCH);
        assertSums(gradient(replica, copies), gradient(replica, weighted), 1e-6, "seed 4");
    }

    @Test
    void anEmptyRangeAddsNothing() {
        StandardLoss loss = StandardLoss.BINARY_CROSS_ENTROPY;
        Chunk chunk = Examples.chunk(loss, ROWS, new Random(6));
        Replica replica = replica(loss, BATCH);
        WeightedSum nothing = new WeightedSum();
        addGradient(replica, chunk, 9, 9, nothing);
        assertSums(new WeightedSum(), nothing, 0, "nothing");
        WeightedSum sum = gradient(replica, chunk);
        addGradient(replica, chunk, ROWS, ROWS, sum);
        assertSums(gradient(replica, chunk), sum, 0, "seed 6");
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void weightAndExamplesAreThoseOfTheRows(StandardLoss loss) {
        Chunk chunk = Examples.chunk(loss, ROWS, new Random(7));
        WeightedSum sum = gradient(replica(loss, BATCH), chunk);
        double weight = 0;
        for (float w : chunk.weights()) {
            weight += w;
        }
        assertEquals(weight, sum.weight(), 1e-12);
        assertEquals(ROWS, sum.examples());
    }

    private static Replica replica(StandardLoss loss, int batch) {
        Replica replica = new Replica(Examples.network(loss).objective(BatchShape.dense(batch), 1));
        replica.load(parameters(loss));
        return replica;
    }

    private static float[] parameters(StandardLoss loss) {
        Network network = Examples.network(loss);
        return Examples.floats(network.parameterCount(), new Random(99));
    }

    private static WeightedSum gradient(Replica replica, Chunk chunk) {
        WeightedSum sum = new WeightedSum();
        addGradient(replica, chunk, 0, chunk.rows(), sum);
        return sum;
    }

    private static void addGradient(Replica replica, Chunk chunk, int from, int to, WeightedSum sum) {
        for (int row = from; row < to; row++) {
            replica.take(chunk, row);
            if (replica.isFull()) {
                replica.addGradient(sum);
            }
        }
        replica.addGradient(sum);
    }

    /** Equal in gradient, loss and weight; bit for bit where the tolerance is 0, which is a share of the largest number. */
    private static void assertSums(WeightedSum expected, WeightedSum actual, double tolerance, String message) {
        if (tolerance == 0) {
            assertArrayEquals(expected.vector(), actual.vector(), message);
            assertEquals(expected.loss(), actual.loss(), message);
            assertEquals(expected.weight(), actual.weight(), message);
        } else {
            float largest = 1;
            for (float number : expected.vector()) {
                largest = Math.max(largest, Math.abs(number));
            }
            assertArrayEquals(expected.vector(), actual.vector(), (float) tolerance * largest, message);
            assertEquals(expected.loss(), actual.loss(), tolerance * Math.max(1, expected.loss()), message);
            assertEquals(expected.weight(), actual.weight(), 1e-12, message);
        }
    }
}
