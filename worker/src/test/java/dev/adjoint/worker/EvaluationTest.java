package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import java.util.Arrays;
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
                    new Plain(loss, chunk, parameters), evaluation(evaluator(loss, parameters), chunk), "seed " + rows);
        }
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void measuresOfPartsAddUpToThoseOfTheWhole(StandardLoss loss) {
        Random random = new Random(8);
        Chunk chunk = Examples.chunk(loss, 20, random);
        float[] parameters = parameters(loss, random);
        Evaluation.Evaluator evaluator = evaluator(loss, parameters);
        Evaluation sum = evaluation(evaluator, Examples.rows(chunk, 0, 3));
        sum.add(evaluation(evaluator, Examples.rows(chunk, 3, 3)));
        sum.add(evaluation(evaluator, Examples.rows(chunk, 3, 20)));
        assertMeasures(new Plain(loss, chunk, parameters), sum, "seed 8");
    }

    @Test
    void constantTargetsHaveNoDeterminationCoefficient() {
        StandardLoss loss = StandardLoss.HALF_SQUARED_ERROR;
        Random random = new Random(9);
        Chunk chunk = Examples.chunk(loss, 5, random);
        Arrays.fill(chunk.targets(), 2.5f);
        assertTrue(Double.isNaN(
                evaluation(evaluator(loss, parameters(loss, random)), chunk).r2()));
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

    private static Evaluation evaluation(Evaluation.Evaluator evaluator, Chunk chunk) {
        evaluator.start();
        evaluator.add(chunk);
        return evaluator.finish();
    }

    private static Evaluation.Evaluator evaluator(StandardLoss loss, float[] parameters) {
        return new Evaluation.Evaluator(Examples.network(loss).evaluation(BATCH), loss.isClassification(), parameters);
    }

    private static float[] parameters(StandardLoss loss, Random random) {
        return Examples.floats(Examples.network(loss).parameterCount(), random);
    }

    private static void assertMeasures(Plain expected, Evaluation actual, String message) {
        assertEquals(expected.loss.isClassification(), actual.isClassification());
        assertEquals(expected.rows, actual.examples(), message);
        assertEquals(expected.weightedLoss / expected.weight, actual.loss(), 1e-5, message);
        if (actual.isClassification()) {
            assertEquals((double) expected.correct / expected.rows, actual.accuracy(), message);
        } else {
            assertEquals(Math.sqrt(expected.squaredError / expected.rows), actual.rmse(), 1e-5, message);
            assertEquals(expected.absoluteError / expected.rows, actual.mae(), 1e-5, message);
            assertEquals(expected.r2(), actual.r2(), 1e-5, message);
        }
    }

    /** The network and its measures in float64, one row after the other. */
    private static final class Plain {
        final StandardLoss loss;
        final int rows;
        double weight;
        double weightedLoss;
        int correct;
        double squaredError;
        double absoluteError;
        private final float[] targets;

        Plain(StandardLoss loss, Chunk chunk, float[] parameters) {
            this.loss = loss;
            this.rows = chunk.rows();
            this.targets = chunk.targets();
            for (int row = 0; row < rows; row++) {
                double[] u = outputs(Examples.network(loss), chunk, row, parameters);
                weight += chunk.weights()[row];
                weightedLoss += chunk.weights()[row] * measure(u, targets[row]);
            }
        }

        private double measure(double[] u, double y) {
            return switch (loss) {
                case SOFTMAX_CROSS_ENTROPY -> {
                    correct += u[(int) y] == Arrays.stream(u).max().orElseThrow() ? 1 : 0;
                    yield Math.log(Arrays.stream(u).map(Math::exp).sum()) - u[(int) y];
                }
                case BINARY_CROSS_ENTROPY -> {
                    double p = 1 / (1 + Math.exp(-u[0]));
                    correct += (p > 0.5) == (y == 1) ? 1 : 0;
                    yield -Math.log(y == 1 ? p : 1 - p);
                }
                case HALF_SQUARED_ERROR, ABSOLUTE_ERROR, HUBER -> {
                    double distance = Math.abs(u[0] - y);
                    squaredError += (u[0] - y) * (u[0] - y);
                    absoluteError += Math.abs(u[0] - y);
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
            for (float y : targets) {
                mean += (double) y / rows;
            }
            double squaredDeviations = 0;
            for (float y : targets) {
                squaredDeviations += (y - mean) * (y - mean);
            }
            return rows == 1 ? Double.NaN : 1 - squaredError / squaredDeviations;
        }

        private static double[] outputs(Network network, Chunk chunk, int row, float[] parameters) {
            double[] h = new double[chunk.width()];
            Arrays.setAll(h, j -> Examples.values(chunk)[row * chunk.width() + j]);
            int hidden = network.hidden().get(0);
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
