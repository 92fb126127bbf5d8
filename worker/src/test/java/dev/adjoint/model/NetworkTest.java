package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Program;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkTest {
    private static final Loss SOFTMAX = Loss.SOFTMAX_CROSS_ENTROPY;

    @Test
    void parametersAreWeightsAndBiasesLayerByLayer() {
        Network network = network(Activation.RELU, 7, 5);
        assertEquals(
                List.of(
                        new Network.Parameter("W1", 4, 7),
                        new Network.Parameter("b1", 1, 7),
                        new Network.Parameter("W2", 7, 5),
                        new Network.Parameter("b2", 1, 5),
                        new Network.Parameter("W3", 5, 3),
                        new Network.Parameter("b3", 1, 3)),
                network.parameters());
        assertEquals(28 + 7 + 35 + 5 + 15 + 3, network.parameterCount());
    }

    @Test
    void withoutHiddenLayersItIsLinear() {
        Network network = network(Activation.RELU);
        assertEquals(
                List.of(new Network.Parameter("W1", 4, 3), new Network.Parameter("b1", 1, 3)), network.parameters());
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
        boolean rectifier = activation == Activation.RELU || activation == Activation.LEAKY_RELU;
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
        for (Loss loss : List.of(Loss.BINARY_CROSS_ENTROPY, Loss.HALF_SQUARED_ERROR)) {
            Models.assertRejected("loss " + loss + " takes 1 output, not 2", () -> network(4, List.of(5), 2, loss));
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

    private static List<String> outputs(Program program) {
        return program.outputs().stream().map(Program.Output::name).toList();
    }

    private static Network network(Activation activation, Integer... hidden) {
        return new Network(4, List.of(hidden), activation, 3, SOFTMAX);
    }

    private static Network network(int inputs, List<Integer> hidden, int outputs, Loss loss) {
        return new Network(inputs, hidden, Activation.RELU, outputs, loss);
    }
}
