package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Value;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.step.Descent;
import dev.adjoint.worker.step.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a layer may ask for: the phase, weights, random numbers, a row that follows a statistic. */
class ScopeTest {
    private static final StandardLoss LOSS = StandardLoss.SOFTMAX_CROSS_ENTROPY;

    /** Half of the units, drawn for each example at each step. */
    private static final Layer DROPOUT =
            (scope, x) -> scope.isTraining() ? x.dropout(0.5, scope.seed(), scope.counters()) : x;

    /** Less the mean of the rows; while scoring, less the mean that training followed. */
    private static final Layer CENTRED = (scope, x) -> {
        Value mean = scope.tracked("m", x.columns(), 0, () -> mean(scope.exampleWeights(), x));
        return x.subtract(scope.isTraining() ? mean(scope.exampleWeights(), x) : mean);
    };

    private static Value mean(Value weights, Value x) {
        return x.multiply(weights).sumRows().divide(weights.sum());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8, 37})
    void randomNumbersAreFunctionsOfSeedStepAndExampleHoweverRowsAreBatched(int rowsAtOnce) {
        Network network = new Network(4, List.of(new Affine(6, Activation.TANH), DROPOUT), 3, LOSS);
        Chunk chunk = Examples.chunk(LOSS, 37, new Random(1));
        float[] parameters = network.initialParameters(1);
        WeightedSum whole = gradient(network, 37, 1, 5, parameters, chunk);
        WeightedSum parts = gradient(network, rowsAtOnce, 1, 5, parameters, chunk);
        assertEquals(whole.loss(), parts.loss(), 1e-4);
        assertArrayEquals(whole.vector(), parts.vector(), 1e-4f);
        TreeSet<Double> losses = new TreeSet<>();
        for (long step : new long[] {5, 6, 5 + (1L << 20), 1L << 40}) {
            losses.add(gradient(network, 8, 1, step, parameters, chunk).loss());
        }
        losses.add(gradient(network, 8, 2, 5, parameters, chunk).loss());
        losses.add(gradient(
                        network,
                        8,
                        1,
                        5,
                        parameters,
                        new Chunk(1, 0, chunk.features(), chunk.targets(), chunk.weights()))
                .loss());
        assertEquals(6, losses.size(), "another step, seed or shard has another mask: " + losses);
    }

    @Test
    void scoringDropsNothingAndAsksForNoWeights() {
        Network network = new Network(4, List.of(new Affine(6, Activation.TANH), DROPOUT, CENTRED), 3, LOSS);
        Objective scoring = network.scoring(BatchShape.dense(2));
        assertEquals(
                List.of(Objective.FEATURES),
                scoring.program().inputs().stream()
                        .filter(input -> !input.isParameter())
                        .map(input -> input.name())
                        .toList());
        assertFalse(network.evaluation(BatchShape.dense(2)).takes(Objective.COUNTERS));
        Layer careless = (scope, x) -> x.multiply(scope.exampleWeights());
        Network wrong = new Network(4, List.of(careless), 3, LOSS);
        String message =
                String.valueOf(assertThrows(IllegalStateException.class, () -> wrong.scoring(BatchShape.dense(1)))
                        .getMessage());
        assertTrue(message.contains("ask isTraining() first"), message);
    }

    @Test
    void aTrackedRowFollowsItsStatisticAndTheLossDoesNotKnowIt() {
        Network network = new Network(4, List.of(CENTRED), 3, LOSS);
        assertEquals(
                List.of(Role.TRACKED, Role.PENALISED, Role.TRAINED),
                network.parameters().stream().map(parameter -> parameter.role()).toList());
        Chunk chunk = Examples.chunk(LOSS, 16, new Random(2));
        double[] means = new double[4];
        double weight = 0;
        for (int row = 0; row < 16; row++) {
            weight += chunk.weights()[row];
            for (int j = 0; j < 4; j++) {
                means[j] += chunk.weights()[row] * Examples.values(chunk)[row * 4 + j];
            }
        }
        float[] parameters = network.initialParameters(1);
        Arrays.fill(parameters, 0, 4, 0.5f);
        WeightedSum sum = gradient(network, 16, 1, 0, parameters, chunk);
        float[] other = parameters.clone();
        Arrays.fill(other, 0, 4, -7f);
        assertEquals(sum.loss(), gradient(network, 16, 1, 0, other, chunk).loss(), "the tracked row has no part in it");
        Descent descent = Examples.descent(0.1, network.stretches().toArray(Descent.Stretch[]::new));
        float[] velocity = new float[parameters.length];
        Examples.step(descent, parameters, velocity, sum);
        for (int j = 0; j < 4; j++) {
            assertEquals(0.9 * 0.5 + 0.1 * means[j] / weight, parameters[j], 1e-5, "a tenth of the way to the mean");
            assertEquals(0, velocity[j], "the optimiser has no part in it");
        }
        for (int step = 0; step < 200; step++) {
            WeightedSum next = gradient(network, 16, 1, step, parameters, chunk);
            Examples.step(descent, parameters, velocity, next);
        }
        for (int j = 0; j < 4; j++) {
            assertEquals(means[j] / weight, parameters[j], 1e-4);
        }
    }

    @Test
    void replicasTrackAsTheDriverDoes() {
        Network network = new Network(4, List.of(CENTRED, new Affine(5, Activation.TANH), DROPOUT), 3, LOSS);
        Chunk chunk = Examples.chunk(LOSS, 24, new Random(3));
        Descent descent = Examples.descent(0.01, network.stretches().toArray(Descent.Stretch[]::new));
        Objective objective = network.objective(BatchShape.dense(8), 1);
        float[] parameters = network.initialParameters(1);
        float[] velocity = new float[parameters.length];
        ShardWork<Begin, WeightedSum> gradients = new RoundWork.Gradients(objective).layOut();
        float[] start = parameters.clone();
        double weight = 0;
        for (int step = 0; step < 3; step++) {
            Begin begin = new Begin(new Round(1, 1, 8L * step, 8L * step + 8, 1), step, 1, Vectors.of(parameters));
            WeightedSum sum = Examples.sum(gradients, begin, List.of(chunk));
            Examples.step(descent, parameters, velocity, sum);
            weight += sum.weight();
        }
        WeightedSum local = Examples.sum(
                new RoundWork.LocalSteps(objective, 8, descent).layOut(),
                Examples.begin(new Round(1, 1, 0, 24, 1), start, new float[start.length]),
                List.of(chunk));
        for (int i = 0; i < parameters.length; i++) {
            assertEquals((float) weight * parameters[i], local.vector()[i], "parameter " + i);
        }
    }

    @Test
    void targetsMayBeSeveral() {
        Network network = Network.perceptron(4, List.of(5), Activation.TANH, 2, StandardLoss.HALF_SQUARED_ERROR);
        Random random = new Random(4);
        float[] weights = new float[9];
        Arrays.fill(weights, 1);
        Chunk both = new Chunk(0, 0, 9, 4, Examples.floats(36, random), Examples.floats(18, random), weights);
        float[] parameters = network.initialParameters(1);
        Evaluation evaluation = Examples.sum(
                new Evaluation.OfModel(network.evaluation(BatchShape.dense(4)), false).layOut(),
                parameters,
                List.of(both));
        assertEquals(2, evaluation.targets());
        double half = (evaluation.rmse(0) * evaluation.rmse(0) + evaluation.rmse(1) * evaluation.rmse(1)) / 2;
        assertEquals(half, evaluation.loss(), 1e-6, "half the squared error, summed over the targets");
        assertTrue(evaluation.r2(0) < 1 && evaluation.r2(1) < 1);
    }

    private static WeightedSum gradient(
            Network network, int rowsAtOnce, long seed, long step, float[] parameters, Chunk chunk) {
        RoundWork work = new RoundWork.Gradients(network.objective(BatchShape.dense(rowsAtOnce), seed));
        Begin begin = new Begin(
                new Round(1, 1, 0, (long) chunk.rows() * (chunk.shard() + 1), chunk.shard() + 1),
                step,
                1,
                Vectors.of(parameters));
        return Examples.sum(work.layOut(), begin, List.of(chunk));
    }
}
