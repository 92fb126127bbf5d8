package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.model.Affine;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void aGroupIsMeasuredAsItsRowsAlone(StandardLoss loss) {
        Random random = new Random(12);
        Chunk chunk = Examples.chunk(loss, 40, random);
        float[] parameters = parameters(loss, random);
        int[] groups =
                random.ints(40, 0, 3).map(group -> group == 2 ? 3 : group).toArray();
        Chunk first = Examples.rows(chunk, 0, 11).withGroups(Arrays.copyOfRange(groups, 0, 11));
        Chunk second = Examples.rows(chunk, 11, 40).withGroups(Arrays.copyOfRange(groups, 11, 40));
        Evaluation sum = evaluation(work(loss, 4), parameters, first);
        sum.add(evaluation(work(loss, 4), parameters, second));
        assertTrue(sum.groups().get(2).isEmpty(), "nobody is in it");
        for (int group : new int[] {0, 1, 3}) {
            int[] rows = IntStream.range(0, 40).filter(i -> groups[i] == group).toArray();
            Evaluation alone = evaluation(work(loss), parameters, Examples.rows(chunk, rows));
            Evaluation grouped = sum.groups().get(group).orElseThrow();
            assertEquals(rows.length, grouped.examples());
            assertEquals(alone.loss(), grouped.loss(), 1e-6);
            if (loss.isClassification()) {
                ClassMetrics expected = alone.classMetrics().orElseThrow();
                ClassMetrics actual = grouped.classMetrics().orElseThrow();
                assertEquals(alone.accuracy(), grouped.accuracy(), 1e-12);
                assertEquals(expected.macroF1(), actual.macroF1(), 1e-12);
                assertEquals(expected.calibrationError(), actual.calibrationError(), 1e-6);
                assertEquals(expected.rocAuc(), actual.rocAuc(), 0.05, "the bins of groups are coarser");
            } else {
                assertEquals(alone.rmse(0), grouped.rmse(0), 1e-6);
                assertEquals(alone.r2(0), grouped.r2(0), 1e-6);
            }
        }
    }

    @Test
    void whatThereIsNoExampleOfIsNoNumber() {
        StandardLoss loss = StandardLoss.BINARY_CROSS_ENTROPY;
        Chunk chunk = Examples.chunk(loss, 6, new Random(13));
        Arrays.fill(chunk.targets(), 0f);
        float[] parameters = new float[Examples.network(loss).parameterCount()];
        parameters[parameters.length - 1] = -3; // the probability of class 1 is 1 / (1 + e^3)
        ClassMetrics metrics =
                evaluation(work(loss), parameters, chunk).classMetrics().orElseThrow();
        assertTrue(Double.isNaN(metrics.recall(1)));
        assertTrue(Double.isNaN(metrics.precision(1)));
        assertTrue(Double.isNaN(metrics.f1(1)));
        assertTrue(Double.isNaN(metrics.rocAuc()));
        assertTrue(Double.isNaN(metrics.prAuc()));
        assertEquals(1, metrics.balancedAccuracy(), "the mean is over the classes that there are");
        assertEquals(1, metrics.macroF1());
        assertEquals(1, metrics.baselineAccuracy());
        assertEquals(1, metrics.rarest());
        assertEquals(0, metrics.commonest());
        assertEquals(Math.log(1 + Math.exp(-3)), metrics.logLoss(), 1e-6);
        assertEquals(1 / (1 + Math.exp(3)), metrics.calibrationError(), 1e-6);
    }

    @Test
    void probabilitiesOfZeroCostALotAndNotInfinitely() {
        StandardLoss loss = StandardLoss.BINARY_CROSS_ENTROPY;
        Chunk chunk = Examples.chunk(loss, 6, new Random(14));
        Arrays.fill(chunk.targets(), 0f);
        float[] parameters = new float[Examples.network(loss).parameterCount()];
        parameters[parameters.length - 1] = 200;
        ClassMetrics metrics =
                evaluation(work(loss), parameters, chunk).classMetrics().orElseThrow();
        assertEquals(-Math.log(1e-15), metrics.logLoss(), 1e-9);
        assertEquals(1, metrics.calibrationError());
    }

    @Test
    void anEpochsEvaluationHasNoMoreThanLossAndHits() {
        StandardLoss loss = StandardLoss.BINARY_CROSS_ENTROPY;
        Random random = new Random(15);
        Evaluation evaluation = evaluation(
                new Evaluation.OfModel(Examples.network(loss).evaluation(BatchShape.dense(BATCH)), true).layOut(),
                parameters(loss, random),
                Examples.chunk(loss, 5, random));
        assertTrue(evaluation.classMetrics().isEmpty());
        assertTrue(evaluation.groups().isEmpty());
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
        return work(loss, 0);
    }

    private static ShardWork<float[], Evaluation> work(StandardLoss loss, int groups) {
        return new Evaluation.OfModel(
                        Examples.network(loss).evaluation(BatchShape.dense(BATCH)),
                        loss.isClassification(),
                        true,
                        groups,
                        Evaluation.Shuffle.NONE)
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
            assertClassMetrics(expected, actual.classMetrics().orElseThrow(), message);
        } else {
            assertEquals(Math.sqrt(expected.squaredError / expected.weight), actual.rmse(0), 1e-5, message);
            assertEquals(expected.absoluteError / expected.weight, actual.mae(0), 1e-5, message);
            assertEquals(expected.r2(), actual.r2(0), 1e-5, message);
        }
    }

    private static void assertClassMetrics(Plain expected, ClassMetrics actual, String message) {
        double recalls = 0;
        double f1s = 0;
        int present = 0;
        int named = 0;
        for (int c = 0; c < actual.classes(); c++) {
            double ofClass = 0;
            double taken = 0;
            for (int k = 0; k < actual.classes(); k++) {
                ofClass += expected.confusion[c][k];
                taken += expected.confusion[k][c];
                assertEquals(expected.confusion[c][k], actual.confusion(c, k), 1e-12, message);
            }
            double hits = expected.confusion[c][c];
            assertEquals(ofClass / expected.weight, actual.share(c), 1e-12, message);
            assertEquals(ofClass == 0 ? Double.NaN : hits / ofClass, actual.recall(c), 1e-12, message);
            assertEquals(taken == 0 ? Double.NaN : hits / taken, actual.precision(c), 1e-12, message);
            recalls += ofClass == 0 ? 0 : hits / ofClass;
            f1s += ofClass + taken == 0 ? 0 : 2 * hits / (ofClass + taken);
            present += ofClass > 0 ? 1 : 0;
            named += ofClass + taken > 0 ? 1 : 0;
        }
        assertEquals(recalls / present, actual.balancedAccuracy(), 1e-12, message);
        assertEquals(f1s / named, actual.macroF1(), 1e-12, message);
        assertEquals(expected.weightedLoss / expected.weight, actual.logLoss(), 1e-5, message);
        double off = 0;
        for (int bin = 0; bin < 15; bin++) {
            off += Math.abs(expected.hitsLessConfidence[bin]);
        }
        assertEquals(off / expected.weight, actual.calibrationError(), 1e-5, message);
    }

    /** The network and its measures in float64, one row after the other. */
    private static final class Plain {
        final StandardLoss loss;
        final int rows;
        double weight;
        double weightedLoss;
        double correct;
        /** Weights by actual and predicted class. */
        final double[][] confusion = new double[3][3];

        final double[] hitsLessConfidence = new double[15];
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
                    double sum = Arrays.stream(u).map(Math::exp).sum();
                    classified(
                            Arrays.stream(u).map(logit -> Math.exp(logit) / sum).toArray(), (int) y, w);
                    correct += u[(int) y] == Arrays.stream(u).max().orElseThrow() ? w : 0;
                    yield Math.log(Arrays.stream(u).map(Math::exp).sum()) - u[(int) y];
                }
                case BINARY_CROSS_ENTROPY -> {
                    double p = 1 / (1 + Math.exp(-u[0]));
                    classified(new double[] {1 - p, p}, (int) y, w);
                    correct += (p > 0.5) == (y == 1) ? w : 0;
                    yield -Math.log(y == 1 ? p : 1 - p);
                }
                case HALF_SQUARED_ERROR, SQUARED_ERROR, MEAN_SQUARED_ERROR, ABSOLUTE_ERROR, HUBER -> {
                    double distance = Math.abs(u[0] - y);
                    squaredError += w * (u[0] - y) * (u[0] - y);
                    absoluteError += w * Math.abs(u[0] - y);
                    if (loss == StandardLoss.ABSOLUTE_ERROR) {
                        yield distance;
                    }
                    if (loss == StandardLoss.SQUARED_ERROR || loss == StandardLoss.MEAN_SQUARED_ERROR) {
                        yield distance * distance;
                    }
                    boolean linear = loss == StandardLoss.HUBER && distance > 1;
                    yield linear ? distance - 0.5 : distance * distance / 2;
                }
            };
        }

        private void classified(double[] probabilities, int y, double w) {
            double most = Arrays.stream(probabilities).max().orElseThrow();
            int best = IntStream.range(0, probabilities.length)
                    .filter(c -> probabilities[c] == most)
                    .findFirst()
                    .orElseThrow();
            confusion[y][best] += w;
            // Bins are closed above.
            int bin = IntStream.range(0, 15)
                    .filter(b -> most <= (b + 1) / 15.0)
                    .findFirst()
                    .orElse(14);
            hitsLessConfidence[bin] += w * ((best == y ? 1 : 0) - most);
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
