package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkTest {
    private static final StandardLoss SOFTMAX = StandardLoss.SOFTMAX_CROSS_ENTROPY;

    @Test
    void parametersAreWeightsAndBiasesLayerByLayer() {
        Network network = network(Activation.RELU, 7, 5);
        assertEquals(
                List.of(
                        weights("W1", 4, 7),
                        bias("b1", 7),
                        weights("W2", 7, 5),
                        bias("b2", 5),
                        weights("W3", 5, 3),
                        bias("b3", 3)),
                network.parameters());
        assertEquals(28 + 7 + 35 + 5 + 15 + 3, network.parameterCount());
    }

    private static Network.Parameter weights(String name, int rows, int columns) {
        return new Network.Parameter(name, rows, columns, 0, Math.sqrt(6.0 / rows));
    }

    private static Network.Parameter bias(String name, int columns) {
        return new Network.Parameter(name, 1, columns, 0, 0);
    }

    @Test
    void withoutHiddenLayersItIsLinear() {
        Network network = network(Activation.RELU);
        assertEquals(List.of(weights("W1", 4, 3), bias("b1", 3)), network.parameters());
        assertEquals(15, network.parameterCount());
    }

    @Test
    void theProgramsTakeTheParametersInTheSameOrder() {
        Network network = network(Activation.TANH, 7);
        for (Program program : List.of(network.objective(2), network.evaluation(2), network.scoring(2))) {
            assertEquals(
                    network.parameters().stream().map(Network.Parameter::name).toList(),
                    program.parameters().stream().map(Program.Input::name).toList());
            assertEquals(network.parameterCount(), program.parameterCount());
        }
        assertEquals(List.of("loss"), outputs(network.objective(2)));
        assertEquals(List.of("loss", "prediction"), outputs(network.evaluation(2)));
        assertEquals(List.of("prediction"), outputs(network.scoring(2)));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void initialWeightsFillTheirBoundsAndBiasesAreZero(Activation activation) {
        Network network = network(activation, 50, 40);
        float[] values = network.initialParameters(1);
        boolean rectifier = !Set.of(Activation.LOGISTIC, Activation.TANH, Activation.IDENTITY)
                .contains(activation);
        int at = 0;
        for (Network.Parameter p : network.parameters()) {
            double bound = p.isWeights() ? Math.sqrt(6.0 / (rectifier ? p.rows() : p.rows() + p.columns())) : 0;
            double largest = 0;
            for (int i = 0; i < p.size(); i++) {
                largest = Math.max(largest, Math.abs(values[at++]));
            }
            assertTrue(largest <= bound * 1.000001 && largest >= 0.9 * bound, p + ": " + largest + ", seed 1");
        }
    }

    @Test
    void initialParametersAreAFunctionOfTheSeed() {
        Network network = network(Activation.RELU, 7);
        assertArrayEquals(network.initialParameters(5), network.initialParameters(5));
        assertFalse(Arrays.equals(network.initialParameters(5), network.initialParameters(6)));
    }

    @Test
    void invalidExtentsAreRejected() {
        Models.assertRejected(
                "network 0-[5]-3: every layer needs at least one unit", () -> network(0, List.of(5), 3, SOFTMAX));
        Models.assertRejected(
                "network 4-[5, 0]-3: every layer needs at least one unit", () -> network(4, List.of(5, 0), 3, SOFTMAX));
        Models.assertRejected(
                "network 4-[-5]-3: every layer needs at least one unit", () -> network(4, List.of(-5), 3, SOFTMAX));
        Models.assertRejected(
                "network 4-[]-0: every layer needs at least one unit", () -> network(4, List.of(), 0, SOFTMAX));
        for (StandardLoss loss : List.of(StandardLoss.BINARY_CROSS_ENTROPY, StandardLoss.HALF_SQUARED_ERROR)) {
            assertMessage("network 4-\\[5\\]-2 relu, loss " + loss + ": .*", () -> network(4, List.of(5), 2, loss));
        }
    }

    @Test
    void moreParametersThanAnArrayHoldsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> network(1 << 16, List.of(1 << 16), 3, SOFTMAX));
        assertThrows(
                IllegalArgumentException.class, () -> network(1 << 15, List.of(1 << 15, 1 << 15, 1 << 15), 3, SOFTMAX));
        assertThrows(
                IllegalArgumentException.class,
                () -> network(Integer.MAX_VALUE, List.of(Integer.MAX_VALUE), 3, SOFTMAX));
    }

    /** A layer of one's own: two matrices of weights and a slope that is learned. */
    private static final Layer GATED = (scope, x, units) -> {
        Value h = scope.affine(x, units).leakyRelu(scope.constant("slope", units, 0.25));
        return h.multiply(x.matmul(scope.weights("V", x.columns(), units)).logistic());
    };

    @Test
    void aLayerOfOnesOwnDeclaresItsParametersAndTheirStart() {
        Network network = new Network(4, List.of(3, 2), GATED, 3, SOFTMAX);
        List<Network.Parameter> parameters = network.parameters();
        assertEquals(
                List.of("W1", "b1", "slope1", "V1", "W2", "b2", "slope2", "V2", "W3", "b3"),
                parameters.stream().map(Network.Parameter::name).toList());
        assertEquals(
                List.of(true, false, false, true, true, false, false, true, true, false),
                parameters.stream().map(Network.Parameter::isWeights).toList());
        float[] values = network.initialParameters(1);
        assertEquals(network.parameterCount(), values.length);
        assertArrayEquals(new float[] {0, 0, 0, 0.25f, 0.25f, 0.25f}, Arrays.copyOfRange(values, 12, 18));
        for (int i = 18; i < 30; i++) {
            assertTrue(values[i] != 0 && Math.abs(values[i]) <= Math.sqrt(6.0 / 7), "V1 element " + (i - 18));
        }
        assertEquals(network.parameterCount(), network.objective(2).parameterCount());
    }

    @Test
    void aLayerThatDoesNotFitIsToldWithTheStep() {
        Layer twice = (scope, x, units) -> x.add(scope.affine(x, units));
        assertMessage(
                ".*: add: left \\[1x4\\] and right \\[1x3\\] disagree: 4 and 3 columns  \\(step v3 = x \\+ v2\\)",
                () -> new Network(4, List.of(3), twice, 3, SOFTMAX));
    }

    @Test
    void layersAndLossesAreFoundByTheirNames() {
        assertEquals(Activation.LEAKY_RELU, Layer.named("leaky-relu"));
        assertEquals(StandardLoss.HUBER, Loss.named("huber"));
        assertEquals(OwnLoss.class, Loss.named(OwnLoss.class.getName()).getClass());
        assertEquals(OwnLoss.class.getName(), new OwnLoss().id());
        Models.assertRejected(
                "loss hubber: expected one of softmax-cross-entropy, binary-cross-entropy, half-squared-error,"
                        + " absolute-error, huber, or the name of a class",
                () -> Loss.named("hubber"));
        Models.assertRejected(
                "loss no.such.Loss: there is no such class; give its jar with --jars",
                () -> Loss.named("no.such.Loss"));
        Models.assertRejected(
                "layer java.lang.Runtime: the class does not implement dev.adjoint.model.Layer",
                () -> Layer.named("java.lang.Runtime"));
        String lambda = GATED.id();
        assertThrows(IllegalArgumentException.class, () -> Layer.named(lambda));
    }

    /** A loss of one's own. */
    public static final class OwnLoss implements Loss.OfClasses {
        @Override
        public Value perExample(Value logits, Value classes) {
            return logits.logSoftmax()
                    .multiply(classes.oneHot(logits.columns()))
                    .sumColumns()
                    .negate();
        }
    }

    private static void assertMessage(String pattern, Executable code) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, code).getMessage());
        assertTrue(message.matches(pattern), message);
    }

    private static List<String> outputs(Program program) {
        return program.outputs().stream().map(Program.Output::name).toList();
    }

    private static Network network(Activation activation, Integer... hidden) {
        return new Network(4, List.of(hidden), activation, 3, SOFTMAX);
    }

    private static Network network(int inputs, List<Integer> hidden, int outputs, StandardLoss loss) {
        return new Network(inputs, hidden, Activation.RELU, outputs, loss);
    }
}
