package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.autodiff.show.GradientCheck;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.BatchNorm;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MixupTest {
    private static final StandardLoss CLASSES = StandardLoss.SOFTMAX_CROSS_ENTROPY;
    private static final Mixup MIXUP = new Mixup(0.7, 5);
    private static final int BATCH = 4;
    private static final long STEP = 3;

    /** Mixed row by row in double, each of the two losses by the program of a net whose rows stay as they are. */
    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void theLossIsThatOfMixedRowsOnBothTargetsEachByItsShare(StandardLoss loss) {
        int rows = 7; // a full batch, and one that is filled up
        Chunk chunk = Examples.chunk(loss, rows, new Random(1));
        Network network = Examples.network(loss);
        float[] parameters = network.initialParameters(2);
        double[] expected = new double[network.parameterCount()];
        double total = 0;
        double weight = 0;
        for (int row = 0; row < rows; row++) {
            int other = row == 3 ? 0 : row == 6 ? 4 : row + 1;
            double share = MIXUP.share(STEP, 0, row);
            double own = (1 - share) * chunk.weights()[row];
            double others = share * chunk.weights()[other];
            double[] x = new double[Examples.WIDTH];
            for (int j = 0; j < x.length; j++) {
                x[j] = (1 - share) * feature(chunk, row, j) + share * feature(chunk, other, j);
            }
            total += addGradient(network, parameters, x, chunk.targets()[row], own, expected);
            total += addGradient(network, parameters, x, chunk.targets()[other], others, expected);
            weight += own + others;
        }
        WeightedSum sum = gradient(objective(network, BATCH, Folds.NONE), parameters, chunk);
        assertEquals(total, sum.loss(), 1e-5 * Math.max(1, total));
        assertEquals(weight, sum.weight(), 1e-6);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], sum.vector()[i], 1e-5, "parameter " + i);
        }
    }

    private static double feature(Chunk chunk, int row, int j) {
        return Examples.values(chunk)[row * Examples.WIDTH + j];
    }

    /** Returns the weighted loss. */
    private static double addGradient(
            Network network, float[] parameters, double[] x, double y, double weight, double[] sum) {
        Program program = network.objective(BatchShape.dense(1), 1).gradient();
        Execution<double[]> execution = Execution.float64(program);
        int at = 0;
        for (Program.Input input : program.parameters()) {
            double[] values = new double[input.shape().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = parameters[at + i];
            }
            execution.set(input.name(), values);
            at += values.length;
        }
        execution.set(Objective.FEATURES, x);
        execution.set(Objective.TARGETS, y);
        execution.set(Objective.WEIGHTS, weight);
        execution.run();
        at = 0;
        for (Program.Input input : program.parameters()) {
            for (double derivative : execution.get(Reverse.gradientName(Objective.LOSS, input.name()))) {
                sum[at++] += derivative;
            }
        }
        return execution.get(Objective.LOSS)[0];
    }

    @Test
    void gradientsAreRightAlsoOfLayersThatMixRows() {
        Network network =
                new Network(3, List.of(new BatchNorm(), new Affine(4, Activation.TANH)), 3, CLASSES).withMembers(2);
        int rows = 6;
        Program program = network.objective(BatchShape.dense(rows), 1, new Folds(3), MIXUP)
                .program();
        Random random = new Random(1);
        Map<String, double[]> inputs = new HashMap<>();
        for (Program.Input input : program.inputs()) {
            inputs.put(input.name(), random.doubles(input.shape().size(), -1, 1).toArray());
        }
        inputs.put(Objective.TARGETS, new double[] {0, 2, 1, 1, 0, 2});
        inputs.put(Objective.WEIGHTS, new double[] {1, 2, 0.5, 1, 3, 0});
        inputs.put(Objective.OTHERS, new double[] {3, 4, 2, 0, 1, 5});
        inputs.put(Objective.SHARES, new double[] {0.3, 0, 1, 0.5, 0.9, 0.1});
        inputs.put(Objective.OUTSIDE, new double[] {1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0});
        for (String output : List.of(Objective.LOSS, Objective.MINIMISED)) {
            GradientCheck.Result result = GradientCheck.check(program, output, inputs, 1000, 1);
            assertTrue(result.passed(), result::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void aRowAloneIsAsItIs(StandardLoss loss) {
        Network network = Examples.network(loss);
        float[] parameters = network.initialParameters(2);
        Chunk one = Examples.chunk(loss, 1, new Random(3));
        WeightedSum plain = gradient(network.objective(BatchShape.dense(BATCH), 1), parameters, one);
        WeightedSum mixed = gradient(objective(network, BATCH, Folds.NONE), parameters, one);
        assertEquals(plain.loss(), mixed.loss());
        assertArrayEquals(plain.vector(), mixed.vector(), 1e-6f, "whose gradient comes in two parts");
        assertEquals(plain.weight(), mixed.weight());
    }

    @Test
    void rowsOfWeightZeroAreMixedIntoNone() {
        Network network = Examples.network(CLASSES);
        float[] parameters = network.initialParameters(2);
        Objective objective = objective(network, 9, Folds.NONE);
        float[] weights = {1, 0, 2, 0, 0, 1, 1, 0, 0};
        Chunk chunk = Examples.withWeights(Examples.chunk(CLASSES, 9, new Random(4)), weights);
        WeightedSum expected = gradient(objective, parameters, chunk);
        assertArrayEquals(
                expected.vector(),
                gradient(objective, parameters, changed(chunk, 1, 3, 4, 7, 8)).vector());
        assertFalse(Arrays.equals(
                expected.vector(),
                gradient(objective, parameters, changed(chunk, 5)).vector()));
    }

    /** In shard 0, where row r is in fold r mod 4. */
    @Test
    void noMemberLearnsByWayOfAnotherRowFromWhatItIsMeasuredOn() {
        Network one = Examples.network(CLASSES);
        Network network = one.withMembers(3);
        float[] parameters = network.initialParameters(2);
        Objective objective = objective(network, 8, new Folds(4));
        Chunk chunk = Examples.chunk(CLASSES, 23, new Random(5));
        float[] before = gradient(objective, parameters, chunk).vector();
        int size = one.parameterCount();
        for (int fold = 0; fold < 3; fold++) {
            Chunk other = changed(chunk, fold, fold + 4, fold + 8, fold + 12, fold + 16);
            float[] after = gradient(objective, parameters, other).vector();
            for (int member = 0; member < 3; member++) {
                float[] own = Arrays.copyOfRange(before, member * size, (member + 1) * size);
                float[] again = Arrays.copyOfRange(after, member * size, (member + 1) * size);
                assertEquals(member == fold, Arrays.equals(own, again), "fold %d, member %d".formatted(fold, member));
            }
        }
    }

    /** Other features and another class in these rows. */
    private static Chunk changed(Chunk chunk, int... rows) {
        float[] features = Examples.values(chunk).clone();
        float[] targets = chunk.targets().clone();
        for (int row : rows) {
            targets[row] = (targets[row] + 1) % Examples.CLASSES;
            for (int j = 0; j < Examples.WIDTH; j++) {
                features[row * Examples.WIDTH + j] += 1;
            }
        }
        return new Chunk(chunk.shard(), 0, chunk.rows(), Examples.WIDTH, features, targets, chunk.weights());
    }

    @Test
    void sharesAreAFunctionOfSeedStepAndRow() {
        List<Float> shares = new ArrayList<>();
        for (int[] at : new int[][] {{3, 1, 2}, {4, 1, 2}, {3, 2, 2}, {3, 1, 3}}) {
            assertFalse(shares.contains(MIXUP.share(at[0], at[1], at[2])));
            shares.add(MIXUP.share(at[0], at[1], at[2]));
        }
        assertEquals(shares.get(0), MIXUP.share(3, 1, 2), "after others were drawn");
        assertNotEquals(shares.get(0), new Mixup(0.7, 6).share(3, 1, 2));
    }

    @Test
    void theBitsDoNotHangOnTheBatchBefore() {
        Network network = Examples.network(CLASSES);
        Random random = new Random(6);
        Chunk chunk = Examples.chunk(CLASSES, 6, random);
        ShardWork<Begin, WeightedSum> work = new RoundWork.Gradients(objective(network, BATCH, new Folds(3))).layOut();
        float[] first = Examples.sum(work, begin(network.initialParameters(2), 6), List.of(chunk))
                .vector()
                .clone();
        Examples.sum(work, begin(network.initialParameters(3), 9), List.of(Examples.chunk(CLASSES, 9, random)));
        assertArrayEquals(
                first,
                Examples.sum(work, begin(network.initialParameters(2), 6), List.of(chunk))
                        .vector());
    }

    @Test
    void whatCannotBeMixedIsRefused() {
        assertEquals(
                "sparse rows cannot be mixed, expected dense ones",
                assertThrows(IllegalArgumentException.class, () -> Examples.network(CLASSES)
                                .objective(new BatchShape(2, 3), 1, Folds.NONE, MIXUP))
                        .getMessage());
        for (double alpha : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new Mixup(alpha, 1));
        }
    }

    private static Objective objective(Network network, int rows, Folds folds) {
        return network.objective(BatchShape.dense(rows), 1, folds, MIXUP);
    }

    /** Of the rows in their order, at a step. */
    private static WeightedSum gradient(Objective objective, float[] parameters, Chunk chunk) {
        Replica replica = new Replica(objective);
        replica.load(parameters);
        replica.atStep(STEP);
        WeightedSum sum = new WeightedSum();
        for (int row = 0; row < chunk.rows(); row++) {
            replica.take(chunk, row);
            if (replica.isFull()) {
                replica.addGradient(sum);
            }
        }
        replica.addGradient(sum);
        return sum;
    }

    private static Begin begin(float[] parameters, int rows) {
        return new Begin(new Round(1, 1, 0, rows, 1), STEP, 1, Vectors.of(parameters));
    }
}
