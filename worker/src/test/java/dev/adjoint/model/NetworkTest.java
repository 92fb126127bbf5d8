package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.autodiff.Value;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Objective;
import dev.adjoint.worker.step.Role;
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

    private static Parameter weights(String name, int rows, int columns) {
        return weights(name, rows, columns, Math.sqrt(6.0 / rows));
    }

    private static Parameter weights(String name, int rows, int columns, double bound) {
        return new Parameter(name, rows, columns, 0, bound, Role.PENALISED);
    }

    private static Parameter bias(String name, int columns) {
        return new Parameter(name, 1, columns, 0, 0, Role.TRAINED);
    }

    @Test
    void withoutHiddenLayersItIsLinear() {
        Network network = network(Activation.RELU);
        assertEquals(List.of(weights("W1", 4, 3, Math.sqrt(6.0 / 7)), bias("b1", 3)), network.parameters());
        assertEquals(15, network.parameterCount());
    }

    @Test
    void theProgramsTakeTheParametersInTheSameOrder() {
        Network network = network(Activation.TANH, 7);
        for (Objective objective : List.of(
                network.objective(BatchShape.dense(2), 1),
                network.evaluation(BatchShape.dense(2)),
                network.scoring(BatchShape.dense(2)))) {
            assertEquals(
                    network.parameters().stream().map(Parameter::name).toList(),
                    objective.program().parameters().stream()
                            .map(Program.Input::name)
                            .toList());
            assertEquals(network.parameterCount(), objective.parameterCount());
        }
        assertEquals(List.of("loss"), outputs(network.objective(BatchShape.dense(2), 1)));
        assertEquals(List.of("loss", "losses", "prediction"), outputs(network.evaluation(BatchShape.dense(2))));
        assertEquals(List.of("logits", "prediction"), outputs(network.scoring(BatchShape.dense(2))));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void initialWeightsFillTheirBoundsAndBiasesAreZero(Activation activation) {
        Network network = network(activation, 50, 40);
        float[] values = network.initialParameters(1);
        boolean flat = Set.of(Activation.LOGISTIC, Activation.TANH, Activation.IDENTITY)
                .contains(activation);
        int at = 0;
        for (Parameter p : network.parameters()) {
            double ofMatrix = activation == Activation.SELU
                    ? Math.sqrt(3.0 / p.rows())
                    : Math.sqrt(6.0 / (flat ? p.rows() + p.columns() : p.rows()));
            double bound = p.isMatrix() ? ofMatrix : 0;
            double largest = 0;
            for (int i = 0; i < p.size(); i++) {
                largest = Math.max(largest, Math.abs(values[at++]));
            }
            assertTrue(largest <= bound * 1.000001 && largest >= 0.9 * bound, p + ": " + largest + ", seed 1");
        }
    }

    @ParameterizedTest
    @EnumSource(Initial.class)
    void weightsStartAsTheLayerSays(Initial initial) {
        Network network = new Network(60, List.of(new Affine(80, Activation.RELU, initial, 0)), 3, SOFTMAX);
        float[] values = Arrays.copyOf(network.initialParameters(2), 60 * 80);
        double variance = 0;
        double largest = 0;
        for (float value : values) {
            variance += value * (double) value / values.length;
            largest = Math.max(largest, Math.abs(value));
        }
        double bound =
                switch (initial) {
                    case AUTO, HE, GAUSSIAN -> Math.sqrt(6.0 / 60);
                    case GLOROT -> Math.sqrt(6.0 / 140);
                    case LECUN -> Math.sqrt(3.0 / 60);
                    case SMALL_UNIFORM -> 0.05;
                };
        // Five standard deviations, those of a normal distribution's squares.
        assertEquals(1, variance / (bound * bound / 3), 5 * Math.sqrt(2.0 / values.length), "seed 2");
        boolean withinBound = largest <= bound * 1.000001;
        assertEquals(initial != Initial.GAUSSIAN, withinBound, "largest " + largest + ", seed 2");
        assertTrue(largest <= 6 * bound, "largest " + largest + ", seed 2");
    }

    @Test
    void filesOfAnAffineLayerAreAsBeforeWeightsCouldStartOtherwise() {
        Affine usual = new Affine(7, Activation.TANH);
        String file = "{\"layer\":\"affine\",\"units\":7,\"activation\":\"tanh\"}";
        assertEquals(file, usual.json().toString());
        assertEquals(usual, Layer.of(json(file)));
        assertEquals(
                usual,
                Layer.of(json("{\"layer\":\"affine\",\"units\":7,\"activation\":\"tanh\",\"initial\":\"auto\"}")));
        Affine he = new Affine(7, Activation.TANH, Initial.HE, 0);
        assertEquals("he", he.json().path("initial").asText());
        assertEquals(he, Layer.of(json(he.json().toString())));
        refuses(
                "{\"layer\": \"affine\", \"units\": 7, \"initial\": \"hee\"}",
                "layer affine: initial: expected one of [auto, glorot, he, lecun, small-uniform, gaussian], not \"hee\"");
    }

    /** Pinned when weights could only start uniformly: a training begun then goes on. */
    @Test
    void initialBitsAreThoseOfEarlierReleases() {
        assertEquals(
                "16e3eb684ff5fa5e",
                Model.checksum(network(Activation.TANH, 16, 8).initialParameters(1))
                        .substring(0, 16));
    }

    @Test
    void membersLearnApartAndPredictTogether() {
        Network one = network(Activation.TANH, 5);
        Network three = one.withMembers(3);
        assertEquals(3 * one.parameterCount(), three.parameterCount());
        assertEquals(
                List.of("W1", "b1", "W2", "b2", "2.W1", "2.b1", "2.W2", "2.b2", "3.W1", "3.b1", "3.W2", "3.b2"),
                three.parameters().stream().map(Parameter::name).toList());
        assertEquals(
                List.of(1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2),
                three.parameters().stream().map(Parameter::layer).toList());
        float[] parameters = three.initialParameters(1);
        double[] logits = new double[3];
        double loss = 0;
        float[] gradient = gradient(three, parameters);
        for (int m = 0; m < 3; m++) {
            float[] own = Arrays.copyOfRange(parameters, m * one.parameterCount(), (m + 1) * one.parameterCount());
            Execution<float[]> member = run(one.evaluation(BatchShape.dense(1)).program(), own);
            loss += member.arena()[member.output("loss").offset()] / 3;
            for (int k = 0; k < 3; k++) {
                logits[k] += Math.log(member.arena()[member.output("prediction").offset() + k]) / 3;
            }
            float[] ownGradient = gradient(one, own);
            for (int i = 0; i < own.length; i++) {
                assertEquals(ownGradient[i], gradient[m * own.length + i], 1e-6);
            }
        }
        Execution<float[]> trained = run(three.objective(BatchShape.dense(1), 1).program(), parameters);
        assertEquals(loss, trained.arena()[trained.output("loss").offset()], 1e-6, "the mean of their losses");
        Execution<float[]> together = run(three.evaluation(BatchShape.dense(1)).program(), parameters);
        double total = Arrays.stream(logits).map(Math::exp).sum();
        for (int k = 0; k < 3; k++) {
            assertEquals(
                    Math.exp(logits[k]) / total,
                    together.arena()[together.output("prediction").offset() + k],
                    1e-6,
                    "the softmax of the mean logits");
        }
        assertEquals(
                -Math.log(Math.exp(logits[1]) / total),
                together.arena()[together.output("loss").offset()],
                1e-6);
        assertMessage(".*0 members, expected 1 to 64", () -> one.withMembers(0));
        assertMessage(".*65 members, expected 1 to 64", () -> one.withMembers(65));
    }

    private static float[] gradient(Network network, float[] parameters) {
        Objective objective = network.objective(BatchShape.dense(1), 1);
        Execution<float[]> execution = run(objective.gradient(), parameters);
        int at = execution
                .output(Reverse.gradientName(network.members() > 1 ? Objective.MINIMISED : Objective.LOSS, "W1"))
                .offset();
        return Arrays.copyOfRange(execution.arena(), at, at + parameters.length);
    }

    /** On one row of class 1. */
    private static Execution<float[]> run(Program program, float[] parameters) {
        Execution<float[]> execution = Execution.float32(program);
        System.arraycopy(parameters, 0, execution.arena(), 0, parameters.length);
        System.arraycopy(
                new float[] {0.5f, -1, 2, 0.25f},
                0,
                execution.arena(),
                execution.input("x").offset(),
                4);
        execution.arena()[execution.input("y").offset()] = 1;
        execution.arena()[execution.input("weights").offset()] = 1;
        execution.run();
        return execution;
    }

    @Test
    void aFileSaysHowManyMembersThereAre() throws JsonProcessingException {
        ObjectMapper mapper = new ObjectMapper();
        Network two = network(Activation.TANH, 5).withMembers(2);
        assertEquals(2, mapper.valueToTree(two).path("members").asInt());
        assertEquals(two, mapper.treeToValue(mapper.valueToTree(two), Network.class));
        assertNotEquals(two, two.withMembers(3));
    }

    @Test
    void initialParametersAreAFunctionOfTheSeed() {
        Network network = network(Activation.RELU, 7);
        assertArrayEquals(network.initialParameters(5), network.initialParameters(5));
        assertFalse(Arrays.equals(network.initialParameters(5), network.initialParameters(6)));
    }

    @Test
    void severalFlagsHaveALogitAndATargetEach() {
        Network network = network(4, List.of(5), 3, StandardLoss.BINARY_CROSS_ENTROPY);
        assertEquals(3, network.loss().targets(network.outputs()));
        assertEquals(3, StandardLoss.BINARY_CROSS_ENTROPY.outputs(2, 3));
        Models.assertRejected(
                "loss softmax-cross-entropy is not for 3 flags",
                () -> StandardLoss.SOFTMAX_CROSS_ENTROPY.outputs(2, 3));
    }

    @Test
    void invalidExtentsAreRejected() {
        Models.assertRejected(
                "a network from 0 to 3: every layer needs at least one unit", () -> network(0, List.of(5), 3, SOFTMAX));
        Models.assertRejected(
                "0 units: every layer needs at least one unit", () -> network(4, List.of(5, 0), 3, SOFTMAX));
        Models.assertRejected(
                "-5 units: every layer needs at least one unit", () -> network(4, List.of(-5), 3, SOFTMAX));
        Models.assertRejected(
                "a network from 4 to 0: every layer needs at least one unit", () -> network(4, List.of(), 0, SOFTMAX));
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
    private static Layer gated(int units) {
        return (scope, x) -> gated(scope, x, units);
    }

    private static Value gated(Scope scope, Value x, int units) {
        Value h = scope.affine(x, units).leakyRelu(scope.constant("slope", units, 0.25));
        return h.multiply(x.matmul(scope.weights("V", x.columns(), units)).logistic());
    }

    @Test
    void aLayerOfOnesOwnDeclaresItsParametersAndTheirStart() {
        Network network = new Network(4, List.of(gated(3), gated(2)), 3, SOFTMAX);
        List<Parameter> parameters = network.parameters();
        assertEquals(
                List.of("W1", "b1", "slope1", "V1", "W2", "b2", "slope2", "V2", "W3", "b3"),
                parameters.stream().map(Parameter::name).toList());
        assertEquals(
                List.of(true, false, false, true, true, false, false, true, true, false),
                parameters.stream().map(Parameter::isMatrix).toList());
        float[] values = network.initialParameters(1);
        assertEquals(network.parameterCount(), values.length);
        assertArrayEquals(new float[] {0, 0, 0, 0.25f, 0.25f, 0.25f}, Arrays.copyOfRange(values, 12, 18));
        for (int i = 18; i < 30; i++) {
            assertTrue(values[i] != 0 && Math.abs(values[i]) <= Math.sqrt(6.0 / 7), "V1 element " + (i - 18));
        }
        assertEquals(
                network.parameterCount(),
                network.objective(BatchShape.dense(2), 1).parameterCount());
    }

    @Test
    void aLayerThatDoesNotFitIsToldWithTheStep() {
        Layer twice = (scope, x) -> x.add(scope.affine(x, 3));
        assertMessage(
                ".*: add: left \\[1x4\\] and right \\[1x3\\] disagree: 4 and 3 columns  \\(step v3 = x \\+ v2\\)",
                () -> new Network(4, List.of(twice), 3, SOFTMAX));
    }

    @Test
    void layersAndLossesAreFoundByTheirNames() {
        Layer layer = Layer.of(json("{\"layer\": \"affine\", \"units\": 7, \"activation\": \"leaky-relu\"}"));
        assertEquals(new Affine(7, Activation.LEAKY_RELU), layer);
        assertEquals(layer, Layer.of(layer.json()));
        assertEquals(new Affine(7, Activation.RELU), Layer.of(json("{\"layer\": \"affine\", \"units\": 7}")));
        assertEquals(StandardLoss.HUBER, Loss.of(json("\"huber\"")));
        assertEquals(OwnLoss.class, Loss.of(new OwnLoss().json()).getClass());
        assertEquals(OwnLoss.class.getName(), new OwnLoss().id());
        Scaled scaled = new Scaled(3, 0.5, true, "x", Activation.TANH);
        assertEquals(scaled, Layer.of(scaled.json()));
        refuses("\"affine\"", "layer affine: the option units is not set");
        refuses("{\"layer\": \"affine\", \"units\": 0}", "layer affine: 0 units: every layer needs at least one unit");
        refuses("{\"layer\": \"affine\", \"units\": 1.5}", "layer affine: units: expected a whole number, not 1.5");
        refuses("{\"layer\": \"affine\", \"units\": [1]}", "layer affine: units: expected a whole number, not [1]");
        refuses(
                "{\"layer\": \"affine\", \"unit\": 1}",
                "layer affine has no option unit; it has [units, activation, initial, bias]");
        refuses(
                "{\"layer\": \"afine\"}",
                "layer afine: expected one of affine, residual, activation, prelu, batch-norm, layer-norm, scale, periodic, piecewise, embedding, dropout, noise, or the"
                        + " name of a class");
        refuses(
                "\"java.lang.Runtime\"",
                "layer java.lang.Runtime: the class does not implement dev.adjoint.model.Layer");
        Models.assertRejected(
                "loss hubber: expected one of softmax-cross-entropy, binary-cross-entropy, half-squared-error,"
                        + " squared-error, mean-squared-error, absolute-error, huber, quantile, poisson, hinge, or the name of a class",
                () -> Loss.of(json("\"hubber\"")));
        Models.assertRejected(
                "loss no.such.Loss: there is no such class; give its jar with --jars",
                () -> Loss.of(json("\"no.such.Loss\"")));
        JsonNode lambda = gated(1).json();
        assertThrows(IllegalArgumentException.class, () -> Layer.of(lambda));
    }

    private static void refuses(String layer, String message) {
        Models.assertRejected(message, () -> Layer.of(json(layer)));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A layer with an option of each kind. */
    public record Scaled(int units, double factor, boolean twice, String name, Activation activation) implements Layer {
        @Override
        public Value apply(Scope scope, Value x) {
            return activation.of(scope.affine(x, units).multiply(factor));
        }
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

    private static List<String> outputs(Objective objective) {
        return objective.program().outputs().stream().map(Program.Output::name).toList();
    }

    private static Network network(Activation activation, Integer... hidden) {
        return Network.perceptron(4, List.of(hidden), activation, 3, SOFTMAX);
    }

    private static Network network(int inputs, List<Integer> hidden, int outputs, StandardLoss loss) {
        return Network.perceptron(inputs, hidden, Activation.RELU, outputs, loss);
    }
}
