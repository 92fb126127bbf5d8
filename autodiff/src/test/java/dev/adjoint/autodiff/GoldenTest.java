package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Losses, gradients and trajectories against the float64 reference in {@code golden/}, made by the script beside it. */
class GoldenTest {
    @TestFactory
    Stream<DynamicTest> lossAndEveryGradientEqualTheReference() throws IOException {
        List<JsonNode> cases = new ArrayList<>();
        golden("gradients.json").forEach(cases::add);
        assertTrue(cases.size() >= 10, "the golden file lost its cases");
        return cases.stream().map(c -> DynamicTest.dynamicTest(c.get("name").asText(), () -> check(c)));
    }

    private static void check(JsonNode golden) {
        Program program =
                Reverse.gradient(objective(golden.get("spec"), golden.get("x").size()), "loss");
        check(golden, Execution.float32(program), 1e-5);
        check(golden, Execution.float64(program), 1e-9);
    }

    private static void check(JsonNode golden, Execution<?> execution, double tolerance) {
        Program program = execution.program();
        for (Program.Input parameter : program.parameters()) {
            execution.set(parameter.name(), flat(golden.get("parameters").get(parameter.name())));
        }
        double divisor = isMean(golden.get("spec")) ? sum(golden.get("weights")) : 1;
        execution.set("x", flat(golden.get("x")));
        execution.set("y", flat(golden.get("y")));
        execution.set("weights", flat(golden.get("weights")));
        execution.run();

        double largestOfAll = 0;
        for (double expected : flat(golden.get("gradient"))) {
            largestOfAll = Math.max(largestOfAll, Math.abs(expected));
        }
        double l2 = golden.get("spec").path("l2").asDouble(0);
        double loss = execution.get("loss")[0] / divisor;
        for (Program.Input parameter : program.parameters()) {
            double[] expected = flat(golden.get("gradient").get(parameter.name()));
            double[] values = flat(golden.get("parameters").get(parameter.name()));
            double penalty = parameter.name().startsWith("W") ? l2 : 0;
            // A bias before a normalisation has the gradient 0, and what remains is rounding of the size of the
            // others'.
            double largest = 0.01 * largestOfAll;
            for (int i = 0; i < expected.length; i++) {
                largest = Math.max(largest, Math.abs(expected[i]));
                loss += 0.5 * penalty * values[i] * values[i];
            }
            double[] actual = execution.get(Reverse.gradientName("loss", parameter.name()));
            for (int i = 0; i < expected.length; i++) {
                double gradient = actual[i] / divisor + penalty * values[i];
                // Relative to the parameter's largest: where terms cancel, float32 has no more digits to give.
                assertEquals(expected[i], gradient, tolerance * largest, parameter.name() + "[" + i + "]");
            }
        }
        double expectedLoss = golden.get("loss").asDouble();
        assertEquals(expectedLoss, loss, tolerance * Math.abs(expectedLoss), "loss");
    }

    @Test
    void sgdWithMomentumFollowsTheReferenceTrajectory() throws IOException {
        for (JsonNode golden : golden("trajectories.json")) {
            int batch = golden.get("batch").asInt();
            Program program = Reverse.gradient(objective(golden.get("spec"), batch), "loss");
            Execution<float[]> execution = Execution.float32(program);
            for (Program.Input parameter : program.parameters()) {
                execution.set(parameter.name(), flat(golden.get("initial").get(parameter.name())));
            }
            float[] arena = execution.arena();
            int count = program.parameterCount();
            int gradient = execution.output(Reverse.gradientName("loss", "W1")).offset();
            float[] velocity = new float[count];
            float eta = (float) golden.get("eta").asDouble();
            float alpha = (float) golden.get("alpha").asDouble();
            double[] weights = new double[batch];
            Arrays.fill(weights, 1);
            execution.set("weights", weights);
            JsonNode x = golden.get("x");
            for (int t = 0; t < golden.get("steps").asInt(); t++) {
                List<Double> rows = new ArrayList<>();
                List<Double> classes = new ArrayList<>();
                for (int i = 0; i < batch; i++) {
                    int row = (t * batch + i) % x.size();
                    x.get(row).forEach(v -> rows.add(v.asDouble()));
                    classes.add(golden.get("y").get(row).asDouble());
                }
                execution.set("x", rows.stream().mapToDouble(d -> d).toArray());
                execution.set("y", classes.stream().mapToDouble(d -> d).toArray());
                execution.run();
                double expected = golden.get("losses").get(t).asDouble();
                double loss = arena[execution.output("loss").offset()] / batch;
                assertEquals(expected, loss, 1e-4 * expected, golden.get("name") + " loss of step " + t);
                for (int i = 0; i < count; i++) {
                    velocity[i] = eta * arena[gradient + i] / batch + alpha * velocity[i];
                    arena[i] -= velocity[i];
                }
            }
            for (Program.Input parameter : program.parameters()) {
                double[] expected = flat(golden.get("final").get(parameter.name()));
                int offset = execution.input(parameter.name()).offset();
                for (int i = 0; i < expected.length; i++) {
                    assertEquals(expected[i], arena[offset + i], 1e-4 * Math.max(1, Math.abs(expected[i])));
                }
            }
        }
    }

    /** The weighted sum of the examples' losses; the division and the penalty are the caller's, as in training. */
    private static Program objective(JsonNode spec, int rows) {
        ProgramBuilder builder = new ProgramBuilder();
        Iterator<Value> parameters = parameters(spec, builder);
        Value h = builder.input("x", rows, spec.get("inputs").asInt());
        int outputs = lastUnits(spec);
        Value y = builder.input("y", rows, spec.get("loss").asText().equals("softmax-cross-entropy") ? 1 : outputs);
        Value weights = builder.input("weights", rows, 1);
        for (JsonNode layer : spec.get("layers")) {
            switch (layer.get("kind").asText()) {
                case "affine" -> h = activation(layer.get("activation").asText(), affine(h, parameters));
                case "batchnorm" -> {
                    Value normalised = h.batchNorm(weights, parameters.next(), parameters.next());
                    h = activation(layer.get("activation").asText(), normalised);
                }
                default -> {
                    Value r = affine(h, parameters).relu();
                    h = affine(r, parameters).add(h).relu();
                }
            }
        }
        Value perExample =
                switch (spec.get("loss").asText()) {
                    case "softmax-cross-entropy" -> Losses.softmaxCrossEntropy(h, y);
                    case "binary-cross-entropy" -> Losses.binaryCrossEntropy(h, y);
                    case "half-squared" -> Losses.halfSquaredError(h, y);
                    case "residual-sum-of-squares" -> Losses.residualSumOfSquares(h, y);
                    default -> throw new IllegalArgumentException(spec.toString());
                };
        builder.output("loss", perExample.multiply(weights).sum());
        return builder.build();
    }

    private static Value affine(Value x, Iterator<Value> parameters) {
        return x.matmul(parameters.next()).add(parameters.next());
    }

    private static Value activation(String name, Value x) {
        return switch (name) {
            case "identity" -> x;
            case "logistic" -> x.logistic();
            case "tanh" -> x.tanh();
            case "relu" -> x.relu();
            case "leaky-relu" -> x.leakyRelu(0.1);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Iterator<Value> parameters(JsonNode spec, ProgramBuilder builder) {
        List<Value> parameters = new ArrayList<>();
        int d = spec.get("inputs").asInt();
        for (int i = 0; i < spec.get("layers").size(); i++) {
            JsonNode layer = spec.get("layers").get(i);
            if (layer.get("kind").asText().equals("batchnorm")) {
                parameters.add(builder.parameter("gamma" + (i + 1), 1, d));
                parameters.add(builder.parameter("beta" + (i + 1), 1, d));
                continue;
            }
            int units = layer.get("units").asInt();
            boolean residual = layer.get("kind").asText().equals("residual");
            String suffix = residual ? "a" : "";
            parameters.add(builder.parameter("W" + (i + 1) + suffix, d, units));
            parameters.add(builder.parameter("b" + (i + 1) + suffix, 1, units));
            if (residual) {
                parameters.add(builder.parameter("W" + (i + 1) + "b", units, d));
                parameters.add(builder.parameter("b" + (i + 1) + "b", 1, d));
            } else {
                d = units;
            }
        }
        return parameters.iterator();
    }

    private static int lastUnits(JsonNode spec) {
        JsonNode layers = spec.get("layers");
        return layers.get(layers.size() - 1).get("units").asInt();
    }

    private static boolean isMean(JsonNode spec) {
        return !spec.get("loss").asText().equals("residual-sum-of-squares");
    }

    private static double sum(JsonNode values) {
        double total = 0;
        for (double v : flat(values)) {
            total += v;
        }
        return total;
    }

    private static double[] flat(JsonNode node) {
        List<Double> out = new ArrayList<>();
        flatten(node, out);
        return out.stream().mapToDouble(d -> d).toArray();
    }

    private static void flatten(JsonNode node, List<Double> out) {
        if (node.isContainerNode()) {
            node.forEach(child -> flatten(child, out));
        } else {
            out.add(node.asDouble());
        }
    }

    private static JsonNode golden(String file) throws IOException {
        try (InputStream in = GoldenTest.class.getResourceAsStream("/golden/" + file)) {
            return new ObjectMapper().readTree(in);
        }
    }
}
