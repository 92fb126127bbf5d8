package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.BatchNorm;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.step.Descent;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurriculumTest {
    private static final StandardLoss LOSS = StandardLoss.SOFTMAX_CROSS_ENTROPY;
    private static final int ROWS = 10;
    private static final Curriculum CURRICULUM = new Curriculum(96);

    /** Row r is harder than the share r / 10 of all. */
    private final Chunk chunk = ranked(Examples.chunk(LOSS, ROWS, new Random(1)));

    private static Chunk ranked(Chunk chunk) {
        float[] ranks = new float[ROWS];
        for (int row = 0; row < ROWS; row++) {
            ranks[row] = row / 10f;
        }
        return chunk.withRanks(ranks);
    }

    @Test
    void competenceGrowsFromItsStartToAllByASquareRoot() {
        assertEquals(0.2, CURRICULUM.competence(0));
        assertEquals(0.5, new Curriculum(96).competence(21), 1e-12, "0.04 + 0.96 * 21 / 96 = 0.25");
        assertTrue(CURRICULUM.competence(95) < 1);
        assertEquals(1, CURRICULUM.competence(96));
        assertEquals(1, CURRICULUM.competence(1L << 60));
        assertEquals(1, Curriculum.NONE.competence(0));
        assertThrows(IllegalArgumentException.class, () -> new Curriculum(-1));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 21, 40, 96, 1000})
    void rowsThatAreTooHardCountAsIfTheyHadNoWeight(long step) {
        Network network = Examples.network(LOSS);
        float[] weights = chunk.weights().clone();
        for (int row = 0; row < ROWS; row++) {
            weights[row] = row / 10f < CURRICULUM.competence(step) ? weights[row] : 0;
        }
        WeightedSum expected =
                gradient(network.objective(BatchShape.dense(4), 1), step, Examples.withWeights(chunk, weights));
        WeightedSum actual = gradient(network.objective(BatchShape.dense(4), 1).by(CURRICULUM), step, chunk);
        assertArrayEquals(expected.vector(), actual.vector());
        assertEquals(expected.loss(), actual.loss());
        assertEquals(expected.weight(), actual.weight());
        assertEquals(ROWS, actual.examples(), "they stay in their places");
    }

    @Test
    void rowsThatAreTooHardAreMixedIntoNone() {
        Objective objective = Examples.network(LOSS)
                .objective(BatchShape.dense(ROWS), 1, Folds.NONE, new Mixup(1, 1))
                .by(CURRICULUM);
        float[] features = Examples.values(chunk).clone();
        Arrays.fill(features, 5 * Examples.WIDTH, ROWS * Examples.WIDTH, 7);
        Chunk changed = ranked(new Chunk(0, 0, ROWS, Examples.WIDTH, features, chunk.targets(), chunk.weights()));
        assertArrayEquals(
                gradient(objective, 21, chunk).vector(),
                gradient(objective, 21, changed).vector());
        assertFalse(Arrays.equals(
                gradient(objective, 40, chunk).vector(),
                gradient(objective, 40, changed).vector()));
    }

    /** Also where a layer divides by the rows' weights. */
    @Test
    void aBatchOfWhichNoRowCountsHasNoGradient() {
        Network network = new Network(
                Examples.WIDTH, List.of(new BatchNorm(), new Affine(3, Activation.TANH)), Examples.CLASSES, LOSS);
        Chunk hard = chunk.withRanks(new float[] {1, 1, 1, 1, 1, 1, 1, 1, 0, 1});
        Replica replica = new Replica(network.objective(BatchShape.dense(4), 1).by(CURRICULUM));
        replica.load(network.initialParameters(1));
        WeightedSum rest = sum(replica, Examples.rows(hard, 8).withRanks(new float[1]), 0, 1);
        WeightedSum none = sum(replica, hard, 0, 4);
        assertArrayEquals(new float[network.parameterCount()], none.vector());
        assertEquals(0, none.loss());
        assertEquals(0, none.weight());
        assertEquals(4, none.examples());
        WeightedSum all = sum(replica, hard, 0, ROWS);
        assertArrayEquals(rest.vector(), all.vector(), 1e-9f);
        assertEquals(rest.weight(), all.weight());
    }

    @Test
    void aStepOfWhichNoRowCountsIsMadeWithoutAGradient() {
        Network network = Examples.network(LOSS);
        Objective objective = network.objective(BatchShape.dense(2), 1).by(CURRICULUM);
        float[] start = network.initialParameters(1);
        float[] velocity = new float[start.length];
        Arrays.fill(velocity, 0.5f);
        Chunk hard = chunk.withRanks(new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
        Descent descent = Examples.descent(0, network.stretches().toArray(Descent.Stretch[]::new));
        Replica replica = new Replica(objective);
        replica.load(start);
        float[] stepped = start.clone();
        Examples.step(descent, stepped, velocity.clone(), sum(replica, hard, 0, 2));
        for (int i = 0; i < start.length; i++) {
            assertEquals(start[i] - 0.45f, stepped[i], 1e-6, "by nine tenths of the last step");
        }
    }

    private static WeightedSum gradient(Objective objective, long step, Chunk chunk) {
        Replica replica = new Replica(objective);
        replica.load(Examples.network(LOSS).initialParameters(1));
        replica.atStep(step);
        return sum(replica, chunk, 0, chunk.rows());
    }

    private static WeightedSum sum(Replica replica, Chunk chunk, int from, int to) {
        WeightedSum sum = new WeightedSum();
        for (int row = from; row < to; row++) {
            replica.take(chunk, row);
            if (replica.isFull()) {
                replica.addGradient(sum);
            }
        }
        replica.addGradient(sum);
        return sum;
    }
}
