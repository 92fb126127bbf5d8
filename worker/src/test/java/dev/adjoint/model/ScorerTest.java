package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScorerTest {
    private static final Features FEATURES = new Features(List.of(
            new Features.Numeric("size", List.of(3.0, -1.0), List.of(2.0, 0.5)),
            new Features.Categorical("colour", List.of("blue", "red"))));

    @ParameterizedTest
    @EnumSource
    void oneExampleIsScoredAsInABatch(StandardLoss loss) {
        Model model = linear(loss);
        Scorer batch = new Scorer(model, 5);
        Scorer single = new Scorer(model, 1);
        Random random = new Random(1);
        for (int row = 0; row < 5; row++) {
            double[] numbers = random.doubles(2, -3, 3).toArray();
            batch.set(row, numbers, "red");
            batch.run();
            assertArrayEquals(batch.prediction(row), single.predict(numbers, "red"), 1e-5, "seed 1, row " + row);
        }
    }

    @Test
    void thePredictionIsThatOfAPlainComputation() {
        // Standardised: (5 - 3) / 2 = 1 and (-2 + 1) / 0.5 = -2; red is (0, 1); the weights are 1, 2, 3, ...
        double u = 1 * 1 - 2 * 2 + 4 + 5;
        double[] number = new Scorer(linear(StandardLoss.HALF_SQUARED_ERROR), 1).predict(new double[] {5, -2}, "red");
        assertArrayEquals(new double[] {10 + 3 * u}, number, 1e-4);

        double p = 1 / (1 + Math.exp(-u));
        double[] two = new Scorer(linear(StandardLoss.BINARY_CROSS_ENTROPY), 1).predict(new double[] {5, -2}, "red");
        assertArrayEquals(new double[] {1 - p, p}, two, 1e-6);

        double[] three = new Scorer(linear(StandardLoss.SOFTMAX_CROSS_ENTROPY), 1).predict(new double[] {5, -2}, "red");
        double[] logits = new double[3];
        for (int k = 0; k < 3; k++) {
            logits[k] = (1 + k) - 2 * (4 + k) + (10 + k) + (13 + k);
        }
        double sum = Arrays.stream(logits).map(Math::exp).sum();
        assertArrayEquals(Arrays.stream(logits).map(z -> Math.exp(z) / sum).toArray(), three, 1e-6);
    }

    @Test
    void aLevelThatTrainingNeverSawIsNone() {
        Scorer scorer = new Scorer(linear(StandardLoss.HALF_SQUARED_ERROR), 1);
        assertArrayEquals(new double[] {10 + 3 * (1 - 4 + 5)}, scorer.predict(new double[] {5, -2}, "green"), 1e-4);
    }

    @Test
    void tooManyOrTooFewFeaturesAreTold() {
        Scorer scorer = new Scorer(linear(StandardLoss.HALF_SQUARED_ERROR), 1);
        for (double[] numbers : List.of(new double[1], new double[3])) {
            Models.assertRejected(
                    numbers.length + " numbers and 1 texts, the model takes 2 and 1 [colour]",
                    () -> scorer.predict(numbers, "red"));
        }
        String noText = "2 numbers and 0 texts, the model takes 2 and 1 [colour]";
        Models.assertRejected(noText, () -> scorer.predict(new double[2]));
        Models.assertRejected(noText, () -> scorer.predict(new float[2]));
        Models.assertRejected("3 numbers and 0 texts, the model takes 2 and 0", () -> new Scorer(numbersAlone(), 1)
                .predict(new float[3]));
    }

    @Test
    void floatsAreScoredAsDoublesAndManyAsOne() {
        Model model = numbersAlone();
        Scorer single = new Scorer(model, 1);
        Random random = new Random(1);
        for (int count : new int[] {0, 1, 2, 3, 4, 7}) {
            float[][] examples = new float[count][];
            for (int i = 0; i < count; i++) {
                examples[i] = new float[] {random.nextFloat(), random.nextFloat()};
            }
            double[][] predictions = new Scorer(model, 3).predict(examples);
            assertEquals(count, predictions.length);
            for (int i = 0; i < count; i++) {
                double[] one = single.predict(examples[i]);
                assertArrayEquals(single.predict(new double[] {examples[i][0], examples[i][1]}), one);
                assertArrayEquals(one, predictions[i], 1e-5, "seed 1, example " + i + " of " + count);
            }
        }
    }

    @Test
    void aPredictionAllocatesItsResultAlone() {
        Scorer scorer = new Scorer(numbersAlone(), 1);
        float[] example = {5, -2};
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long me = Thread.currentThread().getId();
        long allocated = Long.MAX_VALUE;
        // The Vector API allocates until the compiler has seen it, which on a busy machine is late.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (allocated > 41_000 && System.nanoTime() - end < 0) {
            long before = threads.getThreadAllocatedBytes(me);
            for (int i = 0; i < 1000; i++) {
                scorer.predict(example);
            }
            allocated = threads.getThreadAllocatedBytes(me) - before;
        }
        assertTrue(allocated <= 41_000, allocated + " bytes for 1000 arrays of three doubles, 40 bytes each");
    }

    @Test
    void aScorerForOneAndOneForManyTakeSoMany() {
        assertEquals(1, new Scorer(linear(StandardLoss.HUBER), 1).rows());
        assertEquals(256, new Scorer(linear(StandardLoss.HUBER), 256).rows());
    }

    /** Three classes from two numbers. */
    private static Model numbersAlone() {
        Features features = new Features(List.of(FEATURES.columns().get(0)));
        Network network = Network.perceptron(2, List.of(4), Activation.TANH, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        return new Model(
                network,
                features,
                new Label.Classes("kind", "string", List.of("a", "b", "c")),
                new Source("csv", true, List.of("size")),
                Map.of(),
                network.initialParameters(1));
    }

    /** Without hidden layers, with the parameters 1, 2, 3, ... */
    private static Model linear(StandardLoss loss) {
        Label label =
                switch (loss) {
                    case SOFTMAX_CROSS_ENTROPY -> new Label.Classes("kind", "string", List.of("a", "b", "c"));
                    case BINARY_CROSS_ENTROPY -> new Label.Classes("kind", "string", List.of("a", "b"));
                    default -> new Label.Real("price", 10, 3);
                };
        int outputs = loss.outputs(label.classCount(), 1);
        Network network = Network.perceptron(4, Collections.emptyList(), Activation.RELU, outputs, loss);
        float[] parameters = new float[network.parameterCount()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = i + 1;
        }
        return new Model(
                network, FEATURES, label, new Source("csv", true, List.of("size", "colour")), Map.of(), parameters);
    }
}
