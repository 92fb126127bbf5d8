package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Shape;
import dev.adjoint.autodiff.Tape;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.show.GradientCheck;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Objective;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The losses that are chosen by name and have options. */
class LossesTest {
    /** The losses of one column of outputs. */
    private static double[] of(Loss loss, double[] outputs, double... targets) {
        Tape tape = new Tape();
        return loss.perExample(tape.input("u", column(outputs), outputs), tape.input("y", column(targets), targets))
                .elements();
    }

    /** The loss of one row of logits. */
    private static double ofRow(Loss loss, int y, double... logits) {
        Tape tape = new Tape();
        return loss.perExample(
                        tape.input("u", new Shape(1, logits.length), logits), tape.input("y", new Shape(1, 1), y))
                .item();
    }

    private static double[] gradientOfRow(Loss loss, double[] y, double... logits) {
        Tape tape = new Tape();
        Value u = tape.input("u", new Shape(1, logits.length), logits);
        Value losses = loss.perExample(u, tape.input("y", new Shape(1, y.length), y));
        return tape.gradient(losses.sum(), u).get(0).elements();
    }

    private static Shape column(double[] values) {
        return new Shape(values.length, 1);
    }

    @Test
    void theHingeIsTheDistanceFromTheMargin() {
        double[] margins = {-2, 0, 0.25, 1, 3};
        assertArrayEquals(new double[] {3, 1, 0.75, 0, 0}, of(new Hinge(), margins, 1, 1, 1, 1, 1));
        assertArrayEquals(new double[] {0, 1, 1.25, 2, 4}, of(new Hinge(), margins, 0, 0, 0, 0, 0));
        assertArrayEquals(
                new double[] {0.5},
                new Hinge().prediction(new Tape().input("u", 0.0)).elements());
    }

    @Test
    void theQuantileWeighsWhatIsAboveAgainstWhatIsBelow() {
        double[] outputs = {1, 1, 1};
        assertArrayEquals(new double[] {1.8, 0, 0.3}, of(new Quantile(0.9), outputs, 3, 1, -2), 1e-12);
        assertArrayEquals(new double[] {1, 0, 1.5}, of(new Quantile(0.5), outputs, 3, 1, -2), 1e-12);
    }

    @Test
    void poissonIsHalfTheDevianceAndPredictsTheMean() {
        double[] logMeans = {Math.log(3), Math.log(3), Math.log(3)};
        assertArrayEquals(new double[] {0, 3, 5 * Math.log(5.0 / 3) - 2}, of(new Poisson(), logMeans, 3, 0, 5), 1e-12);
        assertArrayEquals(
                new double[] {3},
                new Poisson().prediction(new Tape().input("u", Math.log(3))).elements(),
                1e-12);
        assertArrayEquals(
                new double[] {-2},
                gradientOfRow(new Poisson(), new double[] {5}, Math.log(3)),
                1e-12,
                "the mean less the number");
    }

    /** So that numbers may come in any unit, as they do by their mean. */
    @Test
    void inAnotherUnitPoissonIsAMultiple() {
        double[] whole = of(new Poisson(), new double[] {Math.log(6), Math.log(8)}, 10, 0);
        double[] halves = of(new Poisson(), new double[] {Math.log(3), Math.log(4)}, 5, 0);
        assertArrayEquals(whole, new double[] {2 * halves[0], 2 * halves[1]}, 1e-12);
    }

    @Test
    void theMeanQuantileLossIsLeastAtTheQuantile() {
        double[] numbers = new Random(1).doubles(99).sorted().toArray();
        for (int percent : new int[] {10, 50, 90}) {
            Loss loss = new Quantile(percent / 100.0);
            double least = sum(loss, numbers, numbers[percent - 1]);
            for (double other : numbers) {
                assertTrue(sum(loss, numbers, other) >= least - 1e-12, percent + " percent, seed 1");
            }
        }
    }

    private static double sum(Loss loss, double[] numbers, double output) {
        double[] outputs = new double[numbers.length];
        Arrays.fill(outputs, output);
        return DoubleStream.of(of(loss, outputs, numbers)).sum();
    }

    @Test
    void focalLossesWeighByThePowerOfWhatIsMissing() {
        // The logits log 7, log 2, log 1 have the probabilities 0.7, 0.2, 0.1.
        double[] logits = {Math.log(7), Math.log(2), 0};
        SoftmaxCrossEntropy twice = new SoftmaxCrossEntropy(2, 0);
        assertEquals(-0.3 * 0.3 * Math.log(0.7), ofRow(twice, 0, logits), 1e-12);
        assertEquals(-0.8 * 0.8 * Math.log(0.2), ofRow(twice, 1, logits), 1e-12);
        assertEquals(-Math.sqrt(0.9) * Math.log(0.1), ofRow(new SoftmaxCrossEntropy(0.5, 0), 2, logits), 1e-12);
        // The logit log 3 has the probability 0.75.
        double[] logit = {Math.log(3), Math.log(3)};
        assertArrayEquals(
                new double[] {-0.25 * 0.25 * Math.log(0.75), -0.75 * 0.75 * Math.log(0.25)},
                of(new BinaryCrossEntropy(2, 0), logit, 1, 0),
                1e-12);
    }

    @Test
    void smoothingGivesAllClassesAShare() {
        double[] logits = {Math.log(7), Math.log(2), 0};
        double expected = -(0.8 * Math.log(0.7) + 0.1 * Math.log(0.2) + 0.1 * Math.log(0.1));
        assertEquals(expected, ofRow(new SoftmaxCrossEntropy(0, 0.3), 0, logits), 1e-12);
        assertArrayEquals(
                new double[] {-0.9 * Math.log(0.75) - 0.1 * Math.log(0.25)},
                of(new BinaryCrossEntropy(0, 0.2), new double[] {Math.log(3)}, 1),
                1e-12);
        double both = -(0.8 * 0.3 * Math.log(0.7) + 0.1 * 0.8 * Math.log(0.2) + 0.1 * 0.9 * Math.log(0.1));
        assertEquals(both, ofRow(new SoftmaxCrossEntropy(1, 0.3), 0, logits), 1e-12);
    }

    @Test
    void aSmoothedLossIsLeastAtTheSharesAndNotAtCertainty() {
        assertArrayEquals(
                new double[3],
                gradientOfRow(
                        new SoftmaxCrossEntropy(0, 0.3), new double[] {0}, Math.log(0.8), Math.log(0.1), Math.log(0.1)),
                1e-12);
        assertArrayEquals(
                new double[2],
                gradientOfRow(new BinaryCrossEntropy(0, 0.2), new double[] {1, 0}, Math.log(9), -Math.log(9)),
                1e-12);
    }

    /** Where a probability is rounded to 0 or 1, a power of what is missing has no slope, or an infinite one. */
    @ParameterizedTest
    @CsvSource({"0.5, 0", "2, 0", "0.5, 0.1", "3, 0.1"})
    void farLogitsGiveFiniteGradients(double gamma, double smoothing) {
        for (double far : new double[] {20, 200, 2000}) {
            for (int y = 0; y < 2; y++) {
                for (double slope :
                        gradientOfRow(new SoftmaxCrossEntropy(gamma, smoothing), new double[] {y}, far, -far, 0)) {
                    assertTrue(Double.isFinite(slope), "class " + y + ", logit " + far);
                }
                double[] slope = gradientOfRow(new BinaryCrossEntropy(gamma, smoothing), new double[] {y}, far);
                assertTrue(Double.isFinite(slope[0]), "class " + y + ", logit " + far);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{loss: softmax-cross-entropy, gamma: 2}; 3",
                "{loss: softmax-cross-entropy, gamma: 0.5, smoothing: 0.1}; 3",
                "{loss: binary-cross-entropy, gamma: 2, smoothing: 0.1}; 1",
                "{loss: binary-cross-entropy, smoothing: 0.1}; 4",
                "{loss: quantile, quantile: 0.8}; 2",
                "poisson; 2",
                "hinge; 1"
            })
    void gradientsAreRight(String name, int outputs) {
        Loss loss = Loss.of(Models.json(name));
        Network network = Network.perceptron(4, List.of(5), Activation.TANH, outputs, loss);
        int rows = 9;
        Random random = new Random(3);
        Program program = network.objective(BatchShape.dense(rows), 1).program();
        Map<String, double[]> inputs = new HashMap<>();
        for (Program.Input input : program.inputs()) {
            inputs.put(input.name(), random.doubles(input.shape().size(), -1, 1).toArray());
        }
        if (loss.isClassification()) {
            int size = rows * loss.targets(outputs);
            inputs.put(
                    Objective.TARGETS,
                    random.ints(size, 0, outputs == 3 ? 3 : 2).asDoubleStream().toArray());
        }
        if (loss.targetsAs() == Loss.Targets.RATIOS) {
            inputs.put(Objective.TARGETS, random.doubles(rows * 2L, 0, 2).toArray());
        }
        inputs.put(Objective.WEIGHTS, random.doubles(rows, 0.5, 2).toArray());
        GradientCheck.Result result = GradientCheck.check(program, Objective.LOSS, inputs, 1000, 1);
        assertTrue(result.passed(), () -> loss + "\n" + result);
    }

    @Test
    void aPlainNameIsTheLossWithoutOptionsAndZerosAreTheSameBits() {
        for (StandardLoss plain : List.of(StandardLoss.SOFTMAX_CROSS_ENTROPY, StandardLoss.BINARY_CROSS_ENTROPY)) {
            assertSame(plain, Loss.of(Models.json(plain.toString())));
            assertSame(plain, Loss.of(Models.json("{loss: %s}".formatted(plain))));
            assertEquals("\"" + plain + "\"", plain.json().toString());
            Loss zeros = Loss.of(Models.json("{loss: %s, gamma: 0}".formatted(plain)));
            assertEquals(plain.toString(), zeros.id());
            for (int classes : new int[] {2, 3}) {
                if (classes == 2 || plain == StandardLoss.SOFTMAX_CROSS_ENTROPY) {
                    assertEquals(digest(plain, classes), digest(zeros, classes), plain + " of " + classes);
                }
            }
        }
    }

    private static String digest(Loss loss, int classes) {
        return Network.predicting(classes, 1, 4, List.of(), Optional.of(loss))
                .evaluation(BatchShape.dense(3))
                .program()
                .digest();
    }

    @Test
    void lossesHaveTheirNamesAndOptionsInFiles() {
        Map<String, Loss> files = Map.of(
                "{\"loss\":\"softmax-cross-entropy\",\"gamma\":2.0,\"smoothing\":0.1}",
                new SoftmaxCrossEntropy(2, 0.1),
                "{\"loss\":\"binary-cross-entropy\",\"gamma\":0.0,\"smoothing\":0.1}",
                new BinaryCrossEntropy(0, 0.1),
                "{\"loss\":\"quantile\",\"quantile\":0.9}",
                new Quantile(0.9),
                "\"poisson\"",
                new Poisson(),
                "\"hinge\"",
                new Hinge());
        files.forEach((file, loss) -> {
            assertEquals(file, loss.json().toString());
            assertEquals(loss, Loss.of(Models.json(file)));
        });
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Models.assertRejected("loss quantile: the option quantile is not set", () -> Loss.of(Models.json("quantile")));
        Models.assertRejected(
                "loss quantile: the quantile is 1.0, expected more than 0 and less than 1",
                () -> Loss.of(Models.json("{loss: quantile, quantile: 1}")));
        Models.assertRejected(
                "loss softmax-cross-entropy: gamma is -1.0, expected 0 or more",
                () -> Loss.of(Models.json("{loss: softmax-cross-entropy, gamma: -1}")));
        Models.assertRejected(
                "loss binary-cross-entropy: smoothing is 1.0, expected 0 or more and less than 1",
                () -> Loss.of(Models.json("{loss: binary-cross-entropy, smoothing: 1}")));
        Models.assertRejected(
                "loss softmax-cross-entropy has no option gama; it has [gamma, smoothing]",
                () -> Loss.of(Models.json("{loss: softmax-cross-entropy, gama: 1}")));
        Models.assertRejected("loss huber has no option delta", () -> Loss.of(Models.json("{loss: huber, delta: 1}")));
        Models.assertRejected("loss hinge is for two classes, not for 3 classes", () -> new Hinge().outputs(3, 1));
        Models.assertRejected("loss hinge is for two classes, not for 2 flags", () -> new Hinge().outputs(2, 2));
        Models.assertRejected("loss hinge is for two classes, not for numbers", () -> new Hinge().outputs(0, 1));
        Models.assertRejected("loss quantile is for numbers, not for 2 classes", () -> new Quantile(0.5).outputs(2, 1));
        assertEquals(3, new BinaryCrossEntropy(2, 0).outputs(2, 3), "flags");
        assertEquals(3, new BinaryCrossEntropy(2, 0).targets(3), "flags");
        assertFalse(new Quantile(0.5).isClassification());
    }

    @Test
    void everyLossIsInTheDocs() throws IOException {
        String page = Files.readString(Path.of("../docs/job-files.md"));
        for (String name : Named.LOSSES.ours().keySet()) {
            assertTrue(page.contains("| `" + name + "` |"), name);
        }
    }
}
