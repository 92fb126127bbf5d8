package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Network;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Networks with normalisation and residual blocks against the float64 reference in {@code golden/}, made by the script beside it. */
class GoldenLayersTest {
    @TestFactory
    Stream<DynamicTest> lossAndEveryGradientEqualTheReference() throws IOException {
        List<JsonNode> cases = new ArrayList<>();
        try (InputStream in = GoldenLayersTest.class.getResourceAsStream("/golden/layers.json")) {
            new ObjectMapper().readTree(in).forEach(cases::add);
        }
        assertEquals(7, cases.size(), "cases");
        return cases.stream().map(c -> DynamicTest.dynamicTest(c.get("name").asText(), () -> check(c)));
    }

    private static void check(JsonNode golden) {
        List<Layer> layers = new ArrayList<>();
        golden.get("layers").forEach(layer -> layers.add(Layer.of(layer)));
        JsonNode x = golden.get("x");
        Network network =
                new Network(x.get(0).size(), layers, golden.get("outputs").asInt(), Loss.of(golden.get("loss")));
        Objective objective = network.objective(BatchShape.dense(x.size()), 1);
        check(golden, objective, Execution.float32(objective.gradient()), 1e-5);
        check(golden, objective, Execution.float64(objective.gradient()), 1e-12);
    }

    private static void check(JsonNode golden, Objective objective, Execution<?> execution, double tolerance) {
        List<String> names = new ArrayList<>();
        for (Program.Input parameter : execution.program().parameters()) {
            names.add(parameter.name());
            execution.set(parameter.name(), flat(golden.get("parameters").get(parameter.name())));
        }
        assertEquals(sorted(golden.get("gradient").fieldNames()), sorted(names.iterator()), "parameters");
        execution.set(Objective.FEATURES, flat(golden.get("x")));
        execution.set(Objective.TARGETS, flat(golden.get("y")));
        execution.set(Objective.WEIGHTS, flat(golden.get("weights")));
        execution.run();

        double loss = golden.get("value").asDouble();
        assertEquals(loss, execution.get(Objective.LOSS)[0], tolerance * Math.abs(loss), "loss");
        // A bias before a normalisation has the gradient 0, and what remains is rounding of the size of the others'.
        double size =
                Arrays.stream(flat(golden.get("gradient"))).map(Math::abs).max().orElseThrow();
        for (String name : names) {
            double[] expected = flat(golden.get("gradient").get(name));
            double[] actual = execution.get(Reverse.gradientName(objective.minimised(), name));
            for (int i = 0; i < expected.length; i++) {
                assertEquals(
                        expected[i],
                        actual[i],
                        tolerance * Math.max(Math.abs(expected[i]), 0.1 * size),
                        name + "[" + i + "]");
            }
        }
    }

    private static List<String> sorted(Iterator<String> names) {
        List<String> all = new ArrayList<>();
        names.forEachRemaining(all::add);
        all.sort(null);
        return all;
    }

    private static double[] flat(JsonNode node) {
        if (!node.isContainerNode()) {
            return new double[] {node.asDouble()};
        }
        List<JsonNode> children = new ArrayList<>();
        node.forEach(children::add);
        return children.stream()
                .flatMapToDouble(child -> Arrays.stream(flat(child)))
                .toArray();
    }
}
