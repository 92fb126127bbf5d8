package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.model.Affine;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvaluationTest {
    private static final int BATCH = 8;

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void measuresAgreeWithAPlainComputation(StandardLoss loss) {
        for (int rows : new int[] {1, 7, 8, 9, 16, 21}) {
            Random random = new Random(rows);
            Chunk chunk = Examples.chunk(loss, rows, random);
            float[] parameters = parameters(loss, random);
            assertMeasures(
                    new Plain(loss, chunk, parameters), evaluation(work(loss), parameters, chunk), "seed " + rows);
        }
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void measuresOfPartsAddUpToThoseOfTheWhole(StandardLoss loss) {
        Random random = new Random(8);
        Chunk chunk = Examples.chunk(loss, 20, random);
        float[] parameters = parameters(loss, random);
        ShardWork<float[], Evaluation> work = work(loss);
        Evaluation sum = evaluation(work, parameters, Examples.rows(chunk, 0, 3));
        sum.add(evaluation(work, parameters, Examples.rows(chunk, 3, 3)));
        sum.add(evaluation(work, parameters, Examples.rows(chunk, 3, 20)));
        assertMeasures(new Plain(loss, chunk, parameters), sum, "seed 8");
    }

    @Test
    void constantTargetsHaveNoDeterminationCoefficient() {
        StandardLoss loss = StandardLoss.HALF_SQUARED_ERROR;
        Random random = new Random(9);
        Chunk chunk = Examples.chunk(loss, 5, random);
        Arrays.fill(chunk.targets(), 2.5f);
        assertTrue(Double.isNaN(
                evaluation(work(loss), parameters(loss, random), chunk).r2(0)));
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void anExampleOfWeightTwoIsTheExampleTwice(StandardLoss loss) {
        Random random = new Random(11);
        Chunk chunk = Examples.chunk(loss, 4, random);
        float[] parameters = parameters(loss, random);
        Evaluation heavy = evaluation(work(loss), parameters, Examples.withWeights(chunk, new float[] {2, 1, 1, 0}));
        Evaluation twice = evaluation(
                work(loss), parameters, Examples.withWeights(Examples.rows(chunk, 0, 0, 1, 2), new float[] {1, 1, 1, 1
                }));
        assertEquals(twice.loss(), heavy.loss(), 1e-6);
        if (twice.isClassification()) {
            assertEquals(twice.accuracy(), heavy.accuracy(), 1e-12);
        } else {
            assertEquals(twice.rmse(0), heavy.rmse(0), 1e-9);
            assertEquals(twice.mae(0), heavy.mae(0), 1e-9);
            assertEquals(twice.r2(0), heavy.r2(0), 1e-9);
        }
    }

    @Test
    void theFirstOfTheLikeliestClassesWins() {
        float[] probabilities = {9, 0.4f, 0.4f, 0.2f, 0.1f, 0.45f, 0.45f};
        assertEquals(0, Evaluation.likeliest(probabilities, 1, 3));
        assertEquals(1, Evaluation.likeliest(probabilities, 4, 3));
    }

    @Test
    void oneColumnIsTheProbabilityOfClassOne() {
        float[] probabilities = {0, 0.5f, Math.nextUp(0.5f), 1};
        int[] classes = {0, 0, 1, 1};
        for (int at = 0; at < classes.length; at++) {
            assertEquals(classes[at], Evaluation.likeliest(probabilities, at, 1), "probability " + probabilities[at]);
        }
    }

    private static Evaluation evaluation(ShardWork<float[], Evaluation> work, float[] parameters, Chunk chunk) {
        return Examples.sum(work, parameters, List.of(chunk));
    }

    private static ShardWork<float[], Evaluation> work(StandardLoss loss) {
        return new Evaluation.OfModel(
                        Examples.network(loss).evaluation(BatchShape.dense(BATCH)), loss.isClassification())
                .layOut();
    }

    private static float[] parameters(StandardLoss loss, Random random) {
        return Examples.floats(Examples.network(loss).parameterCount(), random);
    }

    private static void assertMeasures(Plain expected, Evaluation actual, String message) {
        assertEquals(expected.loss.isClassification(), actual.isClassification());
        assertEquals(expected.rows, actual.examples(), message);
        assertEquals(expected.weightedLoss / expected.weight, actual.loss(), 1e-5, message);
        if (actual.isClassification()) {
            assertEquals(expected.correct / expected.weight, actual.accuracy(), 1e-12, message);
        } else {
            assertEquals(Math.sqrt(expected.squaredError / expected.weight), actual.rmse(0), 1e-5, message);
            assertEquals(expected.absoluteError / expected.weight, actual.mae(0), 1e-5, message);
            assertEquals(expected.r2(), actual.r2(0), 1e-5, message);
        }
    }

    /** The network and its measures in float64, one row after the other. */
    private static final class Plain {
        final StandardLoss loss;
        final int rows;
        double weight;
        double weightedLoss;
        double correct;
        double squaredError;
        double absoluteError;
        private final float[] targets;
        private final float[] weights;

        Plain(StandardLoss loss, Chunk chunk, float[] parameters) {
            this.loss = loss;
            this.rows = chunk.rows();
            this.targets = chunk.targets();
            this.weights = chunk.weights();
            for (int row = 0; row < rows; row++) {
                double[] u = outputs(Examples.network(loss), chunk, row, parameters);
                weight += chunk.weights()[row];
                weightedLoss += weights[row] * measure(u, targets[row], weights[row]);
            }
        }

        private double measure(double[] u, double y, double w) {
            return switch (loss) {
                case SOFTMAX_CROSS_ENTROPY -> {
                    correct += u[(int) y] == Arrays.stream(u).max().orElseThrow() ? w : 0;
                    yield Math.log(Arrays.stream(u).map(Math::exp).sum()) - u[(int) y];
                }
                case BINARY_CROSS_ENTROPY -> {
                    double p = 1 / (1 + Math.exp(-u[0]));
                    correct += (p > 0.5) == (y == 1) ? w : 0;
                    yield -Math.log(y == 1 ? p : 1 - p);
                }
                case HALF_SQUARED_ERROR, ABSOLUTE_ERROR, HUBER -> {
                    double distance = Math.abs(u[0] - y);
                    squaredError += w * (u[0] - y) * (u[0] - y);
                    absoluteError += w * Math.abs(u[0] - y);
                    if (loss == StandardLoss.ABSOLUTE_ERROR) {
                        yield distance;
                    }
                    boolean linear = loss == StandardLoss.HUBER && distance > 1;
                    yield linear ? distance - 0.5 : distance * distance / 2;
                }
            };
        }

        double r2() {
            double mean = 0;
            for (int i = 0; i < rows; i++) {
                mean += targets[i] * (double) weights[i] / weight;
            }
            double squaredDeviations = 0;
            for (int i = 0; i < rows; i++) {
                squaredDeviations += weights[i] * (targets[i] - mean) * (targets[i] - mean);
            }
            return rows == 1 ? Double.NaN : 1 - squaredError / squaredDeviations;
        }

        private static double[] outputs(Network network, Chunk chunk, int row, float[] parameters) {
            double[] h = new double[chunk.width()];
            Arrays.setAll(h, j -> Examples.values(chunk)[row * chunk.width() + j]);
            int hidden = ((Affine) network.layers().get(0)).units();
            double[] affine = affine(h, hidden, parameters, 0);
            Arrays.setAll(affine, j -> Math.tanh(affine[j]));
            return affine(affine, network.outputs(), parameters, (h.length + 1) * hidden);
        }

        private static double[] affine(double[] x, int units, float[] parameters, int at) {
            double[] out = new double[units];
            for (int j = 0; j < units; j++) {
                out[j] = parameters[at + x.length * units + j];
                for (int i = 0; i < x.length; i++) {
                    out[j] += x[i] * parameters[at + i * units + j];
                }
            }
            return out;
        }
    }
}
