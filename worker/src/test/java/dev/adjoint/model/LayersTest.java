package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
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
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layers that are chosen by name, each by itself in float64. */
class LayersTest {
    private static final double[] ROWS = {1, -2, 0.5, 4, 3, -1, 0, 2, -5, 6, 0.25, 2};

    /** A layer's output for rows of width 3 and equal weights, at its initial parameters but those that are given. */
    private static double[] apply(Layer layer, boolean training, double[] rows, Map<String, double[]> given) {
        double[] weights = new double[rows.length / 3];
        Arrays.fill(weights, 1);
        return apply(layer, training, rows, weights, given).get("out");
    }

    private static Execution<double[]> apply(
            Layer layer, boolean training, double[] rows, double[] weights, Map<String, double[]> given) {
        int count = rows.length / 3;
        Scope.Recording recording = new Scope.Recording(count, training, 7, false);
        Value x = recording.builder.input("x", count, 3);
        recording.builder.output("out", layer.apply(new Scope(recording, 0).next(), x));
        Value tracking = recording.builder.constant(0);
        for (Value distance : recording.tracking) {
            tracking = tracking.add(distance);
        }
        recording.builder.output("tracking", tracking);
        Program program = recording.builder.build();
        Execution<double[]> execution = Execution.float64(program);
        execution.set("x", rows);
        for (Parameter parameter : recording.parameters) {
            double[] start = new double[parameter.size()];
            Arrays.fill(start, parameter.start());
            execution.set(parameter.name(), given.getOrDefault(parameter.name(), start));
        }
        List<String> inputs = program.inputs().stream().map(Program.Input::name).toList();
        if (inputs.contains(Objective.WEIGHTS)) {
            execution.set(Objective.WEIGHTS, weights);
        }
        if (inputs.contains(Objective.COUNTERS)) {
            double[] counters = new double[4 * count];
            Arrays.setAll(counters, i -> i % 4 == 3 ? i / 4 : 0);
            execution.set(Objective.COUNTERS, counters);
        }
        execution.run();
        return execution;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{layer: affine, units: 5, activation: selu}",
                "{layer: affine, units: 5, activation: mish, initial: gaussian}",
                "{layer: residual, units: 4, activation: tanh}",
                "{layer: residual, units: 6, activation: gelu}",
                "{layer: activation, activation: silu}",
                "{layer: prelu}",
                "batch-norm",
                "layer-norm",
                "scale",
                "{\"layer\": \"periodic\", \"waves\": 3, \"inputs\": \"1, 3-4\"}",
                "{\"layer\": \"piecewise\", \"pieces\": 4, \"inputs\": \"2, 4\"}",
                "{\"layer\": \"embedding\", \"inputs\": \"1-2, 4\", \"units\": 3}",
                "{layer: affine, units: 5, bias: 0.25}",
                "{layer: dropout, rate: 0.4}",
                "{layer: dropout, rate: 0.4, until: 5000000}",
                "{layer: noise, deviation: 0.4}",
                "{layer: noise, deviation: 0.4, until: 5000000}"
            })
    void gradientsAreRight(String layer) {
        for (List<Layer> layers : List.of(
                List.of(Layer.of(Models.json(layer))),
                List.of(
                        new Affine(4, Activation.IDENTITY),
                        Layer.of(Models.json(layer)),
                        new Affine(3, Activation.TANH)))) {
            Network network = new Network(4, layers, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
            int rows = 7;
            Random random = new Random(3);
            Program program = network.objective(BatchShape.dense(rows), 1).program();
            Map<String, double[]> inputs = new HashMap<>();
            for (Program.Input input : program.inputs()) {
                inputs.put(
                        input.name(),
                        random.doubles(input.shape().size(), -1, 1).toArray());
            }
            inputs.put(
                    Objective.TARGETS, random.ints(rows, 0, 3).asDoubleStream().toArray());
            inputs.put(Objective.WEIGHTS, new double[] {1, 2, 0.5, 1, 3, 0, 0});
            if (inputs.containsKey(Objective.COUNTERS)) {
                inputs.put(
                        Objective.COUNTERS,
                        random.ints(4L * rows, 0, 9).asDoubleStream().toArray());
            }
            GradientCheck.Result result = GradientCheck.check(program, Objective.LOSS, inputs, 1000, 1);
            assertTrue(result.passed(), () -> layers + "\n" + result);
        }
    }

    @Test
    void layersHaveTheirNamesAndOptionsInFiles() {
        assertFile("{\"layer\":\"residual\",\"units\":6,\"activation\":\"relu\"}", new Residual(6, Activation.RELU));
        assertFile("{\"layer\":\"activation\",\"activation\":\"mish\"}", new Activated(Activation.MISH));
        assertFile("{\"layer\":\"prelu\",\"slope\":0.25}", new Prelu(0.25));
        assertFile("\"batch-norm\"", new BatchNorm());
        assertFile("\"layer-norm\"", new LayerNorm());
        assertFile("\"scale\"", new Scale());
        assertFile(
                "{\"layer\":\"periodic\",\"waves\":4,\"deviation\":0.1,\"inputs\":\"2-3, 5\"}",
                new Periodic(4, 0.1, "2-3, 5"));
        assertFile("{\"layer\":\"piecewise\",\"pieces\":8,\"inputs\":\"all\"}", new Piecewise(8, "all"));
        assertFile(
                "{\"layer\":\"affine\",\"units\":2,\"activation\":\"relu\",\"bias\":0.5}",
                new Affine(2, Activation.RELU, Initial.AUTO, 0.5));
        assertFile("{\"layer\":\"dropout\",\"rate\":0.5}", new Dropout(0.5));
        assertFile("{\"layer\":\"dropout\",\"rate\":0.5,\"until\":9}", new Dropout(0.5, 9));
        assertFile("{\"layer\":\"noise\",\"deviation\":0.5,\"until\":9}", new Noise(0.5, 9));
        assertEquals(new Residual(6, Activation.RELU), Layer.of(Models.json("{layer: residual, units: 6}")));
        assertEquals(new BatchNorm(), Layer.of(Models.json("{layer: batch-norm}")));
        assertEquals(
                "identity, batch-norm, relu, dropout",
                new Network(
                                4,
                                List.of(
                                        new Affine(5, Activation.IDENTITY),
                                        new BatchNorm(),
                                        new Activated(Activation.RELU),
                                        new Dropout(0.1)),
                                3,
                                StandardLoss.SOFTMAX_CROSS_ENTROPY)
                        .kinds());
    }

    @Test
    void everyLayerIsInTheDocs() throws IOException {
        String page = Files.readString(Path.of("../docs/job-files.md"));
        for (String name : Named.LAYERS.ours().keySet()) {
            assertTrue(page.contains("| `" + name + "` |"), name);
        }
    }

    @Test
    void wavesOfTheChosenColumnsFollowTheInput() {
        assertEquals(new Periodic(4, 0.1, "1-3,5,7-8"), Periodic.of(List.of(0, 1, 2, 4, 6, 7), 4, 0.1));
        Network network = new Network(4, List.of(new Periodic(2, 0.5, "2, 4")), 1, (Loss.OfNumbers)
                (outputs, targets) -> outputs.sumColumns());
        float[] parameters = network.initialParameters(1);
        assertEquals(4 + 4 + 8 + 1, parameters.length, "frequencies, phases, and the last layer");
        double[] x = {0.3, -0.7, 0.2, 1.5};
        double expected = 0;
        for (int j = 0; j < 4; j++) {
            expected += parameters[8 + j] * x[j];
        }
        double[] chosen = {x[1], x[3], x[1], x[3]};
        for (int k = 0; k < 4; k++) {
            expected += parameters[12 + k] * Math.cos(2 * Math.PI * parameters[k] * chosen[k] + parameters[4 + k]);
        }
        Execution<float[]> execution =
                Execution.float32(network.scoring(BatchShape.dense(1)).program());
        System.arraycopy(parameters, 0, execution.arena(), 0, parameters.length);
        for (int j = 0; j < 4; j++) {
            execution.arena()[execution.input(Objective.FEATURES).offset() + j] = (float) x[j];
        }
        execution.run();
        assertEquals(
                expected,
                execution.arena()[execution.output(Objective.PREDICTION).offset()],
                1e-6);
    }

    @Test
    void columnsOfWavesThatAreNotThereAreRefused() {
        for (String inputs : List.of("0", "2-1", "3, 2", "1-3, 3", "a", "1,,2", "-2")) {
            Models.assertRejected(
                    "layer periodic: inputs \"%s\": expected columns in ascending order, from 1, as in \"1-6, 9\", or all"
                            .formatted(inputs),
                    () -> Layer.of(Models.json("{\"layer\": \"periodic\", \"inputs\": \"%s\"}".formatted(inputs))));
        }
        Models.assertRejected(
                "inputs \"2-5\": there is no column 5; there are 4",
                () -> new Network(4, List.of(new Periodic(1, 0.1, "2-5")), 3, StandardLoss.SOFTMAX_CROSS_ENTROPY));
        Models.assertRejected(
                "layer periodic: 0 waves of the deviation 0.1: expected 1 to 64, and more than 0",
                () -> Layer.of(Models.json("{layer: periodic, waves: 0}")));
    }

    @Test
    void optionsOutOfBoundsAreRefused() {
        for (double rate : new double[] {-0.1, 1, 1.5}) {
            Models.assertRejected(
                    "layer dropout: the rate is %s, expected 0 or more and less than 1".formatted(rate),
                    () -> Layer.of(Models.json("{layer: dropout, rate: %s}".formatted(rate))));
        }
        Models.assertRejected(
                "layer dropout: until step -1, expected 0 or more",
                () -> Layer.of(Models.json("{layer: dropout, rate: 0.5, until: -1}")));
        Models.assertRejected("layer dropout: the option rate is not set", () -> Layer.of(Models.json("dropout")));
        Models.assertRejected(
                "layer residual: 0 units: every layer needs at least one unit",
                () -> Layer.of(Models.json("{layer: residual, units: 0}")));
        Models.assertRejected(
                "layer batch-norm has no option momentum",
                () -> Layer.of(Models.json("{layer: batch-norm, momentum: 0.9}")));
    }

    @Test
    void whatDropoutKeepsIsScaledSoThatTheMeanStays() {
        int count = 20_000;
        double[] ones = new double[3 * count];
        Arrays.fill(ones, 1);
        double[] kept = apply(new Dropout(0.2), true, ones, Map.of());
        assertEquals(
                new TreeSet<>(List.of(0.0, 1.25)),
                new TreeSet<>(Arrays.stream(kept).boxed().toList()));
        double deviation = 1.25 * Math.sqrt(0.2 * 0.8 / kept.length);
        assertEquals(1, Arrays.stream(kept).average().orElseThrow(), 5 * deviation, "seed 7");
        assertArrayEquals(ROWS, apply(new Dropout(0.2), false, ROWS, Map.of()));
        assertArrayEquals(ROWS, apply(new Dropout(0), true, ROWS, Map.of()));
    }

    private static void assertFile(String file, Layer layer) {
        assertEquals(file, layer.json().toString());
        assertEquals(layer, Layer.of(Models.json(file)));
    }

    @Test
    void piecesOfTheChosenColumnsFollowTheInputAndAddUpToIt() {
        double[] x = {-4, -3, -0.5, 0, 0.5, 1, 3, 5};
        double[] rows = new double[3 * x.length];
        for (int i = 0; i < x.length; i++) {
            rows[3 * i] = 7;
            rows[3 * i + 1] = x[i];
        }
        double inner = Math.sqrt(3) / Math.PI * Math.log(3);
        double[] knots = {-3, -inner, 0, inner, 3};
        double[] out = apply(new Piecewise(4, "2"), false, rows, Map.of());
        for (int i = 0; i < x.length; i++) {
            assertArrayEquals(new double[] {7, x[i], 0}, Arrays.copyOfRange(out, 7 * i, 7 * i + 3));
            double sum = knots[0];
            for (int piece = 1; piece <= 4; piece++) {
                double share = out[7 * i + 2 + piece];
                assertTrue(share >= 0 || (piece == 1 && x[i] < -3), "piece " + piece + " of " + x[i]);
                assertTrue(share <= 1 || (piece == 4 && x[i] > 3), "piece " + piece + " of " + x[i]);
                sum += share * (knots[piece] - knots[piece - 1]);
            }
            assertEquals(x[i], sum, 1e-12, "the pieces, each as wide as it is, make up the number");
        }
        Models.assertRejected(
                "layer piecewise: 1 pieces: expected 2 to 64",
                () -> Layer.of(Models.json("{layer: piecewise, pieces: 1}")));
    }

    @Test
    void anEmbeddingTakesTheRowOfEachCategorysLevelAndKeepsTheOthers() {
        double[] table = {1, 2, 3, 4};
        double[] out =
                apply(new Embedding("2-3", 2), false, new double[] {7, 1, 0, 8, 0, 1, 9, 0, 0}, Map.of("Ea1", table));
        assertArrayEquals(new double[] {1, 2, 7, 3, 4, 8, 0, 0, 9}, out);
        assertArrayEquals(
                new double[] {5, 0, 7, 0, 12, 0},
                apply(
                        new Embedding("1, 3", 1),
                        false,
                        new double[] {1, 7, 0, 0, 0, 1},
                        Map.of("Ea1", new double[] {5}, "Eb1", new double[] {12})));
        assertFile("{\"layer\":\"embedding\",\"inputs\":\"1-3\",\"units\":8}", new Embedding("1-3", 8));
    }

    @Test
    void noiseHasItsDeviationAndFallsEvenlyUntilItsStep() {
        int count = 20_000;
        double[] zeros = new double[3 * count];
        double[] noise = apply(new Noise(0.5, 0), true, zeros, Map.of());
        double squares = Arrays.stream(noise).map(e -> e * e).average().orElseThrow();
        assertEquals(0.25, squares, 5 * 0.25 * Math.sqrt(2.0 / noise.length), "seed 7");
        assertEquals(0, Arrays.stream(noise).average().orElseThrow(), 5 * 0.5 / Math.sqrt(noise.length));
        assertArrayEquals(ROWS, apply(new Noise(0.5, 0), false, ROWS, Map.of()));
        assertArrayEquals(ROWS, apply(new Noise(0, 0), true, ROWS, Map.of()));
        for (int step : new int[] {0, 1, 2, 3, 4, 1 << 21}) {
            double left = Math.max(0, 1 - step / 4.0);
            assertEquals(left * left * lossOfNoise(0, step), lossOfNoise(4, step), 1e-12, "step " + step);
        }
    }

    /** Of a net that passes on what the layer makes of 0, whose target is 0: half of the noise's square. */
    private static double lossOfNoise(int until, int step) {
        Network network = new Network(1, List.of(new Noise(1, until)), 1, StandardLoss.HALF_SQUARED_ERROR);
        Execution<double[]> execution =
                Execution.float64(network.objective(BatchShape.dense(1), 1).program());
        execution.set("W2", 1);
        execution.set("b2", 0);
        execution.set(Objective.FEATURES, 0);
        execution.set(Objective.TARGETS, 0);
        execution.set(Objective.WEIGHTS, 1);
        execution.set(Objective.COUNTERS, step >> 20, step % (1 << 20), 0, 0);
        execution.run();
        return execution.get(Objective.LOSS)[0];
    }

    @Test
    void theShareThatIsDroppedFallsEvenlyUntilItsStep() {
        for (int step : new int[] {0, 1, 2, 3, 4, 1 << 21}) {
            double left = Math.max(0, 1 - step / 4.0);
            assertEquals(
                    sumOfKept(new Dropout(0.8 * left), step),
                    sumOfKept(new Dropout(0.8, 4), step),
                    1e-9,
                    "step " + step);
        }
        assertArrayEquals(ROWS, apply(new Dropout(0.8, 4), false, ROWS, Map.of()));
    }

    /** Of 50 features that are 1, each times another weight. */
    private static double sumOfKept(Dropout layer, int step) {
        int width = 50;
        Network network =
                new Network(width, List.of(layer), 1, (Loss.OfNumbers) (outputs, targets) -> outputs.sumColumns());
        Program program = network.objective(BatchShape.dense(1), 1).program();
        Execution<double[]> execution = Execution.float64(program);
        double[] ones = new double[width];
        Arrays.fill(ones, 1);
        execution.set(Objective.FEATURES, ones);
        execution.set("W2", new Random(1).doubles(width).toArray());
        execution.set("b2", 0);
        execution.set(Objective.WEIGHTS, 1);
        if (program.inputs().stream().anyMatch(input -> input.name().equals(Objective.COUNTERS))) {
            execution.set(Objective.COUNTERS, step >> 20, step % (1 << 20), 0, 0);
        }
        execution.run();
        return execution.get(Objective.LOSS)[0];
    }

    @Test
    void batchNormStandardisesColumnsByTheRowsAtHand() {
        double[] scale = {1, 2, -3};
        double[] shift = {0, 0.5, 4};
        Map<String, double[]> given = Map.of("scale1", scale, "shift1", shift);
        double[] actual = apply(new BatchNorm(), true, ROWS, given);
        for (int j = 0; j < 3; j++) {
            double[] column = {ROWS[j], ROWS[3 + j], ROWS[6 + j], ROWS[9 + j]};
            double mean = Arrays.stream(column).average().orElseThrow();
            double variance =
                    Arrays.stream(column).map(v -> (v - mean) * (v - mean)).sum() / 4;
            for (int i = 0; i < 4; i++) {
                double expected = scale[j] * (column[i] - mean) / Math.sqrt(variance + 1e-5) + shift[j];
                assertEquals(expected, actual[3 * i + j], 1e-9, "row " + i + ", column " + j);
            }
        }
    }

    @Test
    void rowsOfWeightZeroHaveNoPartInBatchNorm() {
        double[] padded = Arrays.copyOf(ROWS, 18);
        Arrays.fill(padded, 15, 18, 1e6);
        double[] weights = {1, 2, 1, 1, 0, 0};
        Execution<double[]> whole = apply(new BatchNorm(), true, padded, weights, Map.of());
        Execution<double[]> rows = apply(new BatchNorm(), true, ROWS, new double[] {1, 2, 1, 1}, Map.of());
        assertArrayEquals(rows.get("out"), Arrays.copyOf(whole.get("out"), 12), 1e-12);
        assertEquals(rows.get("tracking")[0], whole.get("tracking")[0], 1e-9);
        for (double value :
                apply(new BatchNorm(), true, ROWS, new double[4], Map.of()).get("out")) {
            assertTrue(Double.isFinite(value), "rows that all weigh nothing");
        }
    }

    @Test
    void batchNormOfASingleRowIsTheShift() {
        double[] row = {3, -2, 100};
        double[] shift = {0.5, -1, 2};
        Map<String, double[]> given = Map.of("shift1", shift, "mean1", new double[] {1, 1, 1});
        assertArrayEquals(shift, apply(new BatchNorm(), true, row, given));
        Execution<double[]> padded =
                apply(new BatchNorm(), true, Arrays.copyOf(row, 9), new double[] {0.3, 0, 0}, given);
        assertArrayEquals(shift, Arrays.copyOf(padded.get("out"), 3), 1e-9);
        // Half the squared distances: of means 2, -3, 99; of the variance 1 from 4, 9, 99^2.
        double means = 4 + 9 + 99 * 99;
        double variances = 9 + 64 + Math.pow(99 * 99 - 1, 2);
        assertEquals(0.5 * (means + variances), padded.get("tracking")[0], 1e-6 * variances);
    }

    @Test
    void batchNormFollowsTheVarianceWithoutBias() {
        // Of the first column of two rows: mean 2.5, and with one degree of freedom the variance 4.5.
        double[] rows = {1, 0, 0, 4, 0, 0};
        Map<String, double[]> met = Map.of("mean1", new double[] {2.5, 0, 0}, "variance1", new double[] {4.5, 0, 0});
        double[] weights = {2, 2};
        assertEquals(0, apply(new BatchNorm(), true, rows, weights, met).get("tracking")[0], 1e-12);
    }

    @Test
    void batchNormScoresByWhatItFollowed() {
        Map<String, double[]> given = Map.of(
                "mean1", new double[] {1, 2, 3},
                "variance1", new double[] {4, 9, 0.25},
                "scale1", new double[] {1, -1, 2},
                "shift1", new double[] {0, 0, 1});
        double[] actual = apply(new BatchNorm(), false, new double[] {5, 5, 5}, given);
        double[] expected = {4 / Math.sqrt(4.00001), -3 / Math.sqrt(9.00001), 2 * 2 / Math.sqrt(0.25001) + 1};
        assertArrayEquals(expected, actual, 1e-12);
    }

    @Test
    void layerNormStandardisesEachRowForItself() {
        Map<String, double[]> given = Map.of("scale1", new double[] {1, 2, -3}, "shift1", new double[] {0, 0.5, 4});
        double[] rows = {1, 2, 3, 7, 7, 7};
        double unit = 1 / Math.sqrt(2.0 / 3 + 1e-5);
        for (boolean training : new boolean[] {true, false}) {
            assertArrayEquals(
                    new double[] {-unit, 0.5, -3 * unit + 4, 0, 0.5, 4},
                    apply(new LayerNorm(), training, rows, given),
                    1e-12);
        }
    }

    @Test
    void aNormalisationBeforeOrAfterTheActivationIsSaidByItsPlace() {
        double[] first = {1, -1, 0, -1, 1, 0};
        Layer before = (scope, x) -> new Activated(Activation.RELU).apply(scope, new LayerNorm().apply(scope, x));
        Layer after = (scope, x) -> new LayerNorm().apply(scope, new Activated(Activation.RELU).apply(scope, x));
        double unit = 1 / Math.sqrt(2.0 / 3 + 1e-5);
        assertArrayEquals(new double[] {unit, 0, 0, 0, unit, 0}, apply(before, false, first, Map.of()), 1e-12);
        double high = 2.0 / 3 / Math.sqrt(2.0 / 9 + 1e-5);
        assertArrayEquals(
                new double[] {high, -high / 2, -high / 2, -high / 2, high, -high / 2},
                apply(after, false, first, Map.of()),
                1e-12);
    }

    @Test
    void aResidualBlockStartsAsItsInput() {
        Residual block = new Residual(3, Activation.TANH);
        Map<String, double[]> started = Map.of("W1", new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertArrayEquals(ROWS, apply(block, true, ROWS, started));
        Network network = new Network(3, List.of(block, block), 2, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        assertEquals(
                List.of("W1", "b1", "V1", "c1", "W2", "b2", "V2", "c2", "W3", "b3"),
                network.parameters().stream().map(Parameter::name).toList());
        assertEquals(0, network.parameters().get(2).spread());
        assertEquals(
                Math.sqrt(6.0 / 9),
                new Network(6, List.of(new Residual(3, Activation.RELU)), 2, StandardLoss.SOFTMAX_CROSS_ENTROPY)
                        .parameters()
                        .get(4)
                        .spread(),
                "P1, from 6 to 3");
    }

    @Test
    void aResidualBlockAddsToItsInputOrToAProjectionOfIt() {
        Map<String, double[]> given = Map.of(
                "W1", new double[] {1, 0, 0, 1, 1, -1},
                "b1", new double[] {0, 0.5},
                "V1", new double[] {1, 2, 3, 4},
                "c1", new double[] {-1, 1},
                "P1", new double[] {10, 0, 0, 10, 0, 0});
        // x W + b = (1 + 3, 2 - 3 + 0.5), so relu gives (4, 0); times V plus c: (3, 9); x P = (10, 20).
        assertArrayEquals(
                new double[] {13, 29},
                apply(new Residual(2, Activation.RELU), false, new double[] {1, 2, 3}, given),
                1e-12);
    }

    @Test
    void preluHasASlopeForEachColumn() {
        assertArrayEquals(
                new double[] {-0.25, 2, -0.75},
                apply(new Prelu(0.25), false, new double[] {-1, 2, -3}, Map.of()),
                1e-12);
        assertArrayEquals(
                new double[] {-0.1, 2, 3},
                apply(new Prelu(0.25), false, new double[] {-1, 2, -3}, Map.of("slope1", new double[] {0.1, 0.2, -1})),
                1e-12);
    }

    @Test
    void scaleStartsAsTheIdentity() {
        assertArrayEquals(ROWS, apply(new Scale(), true, ROWS, Map.of()));
        assertArrayEquals(
                new double[] {2, -3, 0},
                apply(new Scale(), false, new double[] {1, 1, 1}, Map.of("scale1", new double[] {2, -3, 0})));
        assertFalse(new Network(3, List.of(new Scale()), 2, StandardLoss.SOFTMAX_CROSS_ENTROPY)
                .parameters()
                .get(0)
                .isMatrix());
    }
}
