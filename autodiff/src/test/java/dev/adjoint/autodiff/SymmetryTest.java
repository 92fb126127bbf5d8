package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/**
 * A net does not change when its hidden units change places, when a tanh unit's signs are turned on both sides, or when a
 * relu unit's scale is moved from one side to the other. The gradient moves as the parameters do.
 */
class SymmetryTest {
    /** Rows, inputs, hidden units and classes; the numbers come from the seed. */
    private record Sizes(int rows, int inputs, int hidden, int classes, long seed) {}

    @Provide
    static Arbitrary<Sizes> sizes() {
        Arbitrary<Integer> extent = Arbitraries.of(1, 2, 3, 8, 17);
        return Combinators.combine(
                        extent,
                        extent,
                        extent,
                        Arbitraries.of(2, 5),
                        Arbitraries.longs().withoutEdgeCases())
                .as(Sizes::new);
    }

    /** What each hidden unit is multiplied with on its way in, and the other way out. */
    private record Rescaling(double[] in, double[] out) {}

    @Property(tries = 200)
    void permutingHiddenUnitsPermutesTheGradient(@ForAll("sizes") Sizes sizes) {
        List<Integer> order = new ArrayList<>();
        for (int j = 0; j < sizes.hidden(); j++) {
            order.add(j);
        }
        Collections.shuffle(order, new Random(~sizes.seed()));
        for (Activation activation : Activation.values()) {
            Net net = new Net(sizes, activation);
            Map<String, double[]> parameters = net.randomParameters();
            Map<String, double[]> expected = permuted(net.lossAndGradient(parameters), order, sizes);
            Map<String, double[]> actual = net.lossAndGradient(permuted(parameters, order, sizes));
            // Sums over the units are taken in another order.
            assertClose(expected, actual, 1e-13, activation.name());
        }
    }

    /** Columns of W1 and b1 and rows of W2 in the given order; the rest stays. */
    private static Map<String, double[]> permuted(Map<String, double[]> values, List<Integer> order, Sizes sizes) {
        Map<String, double[]> permuted = new HashMap<>(values);
        for (String name : List.of("W1", "b1")) {
            double[] from = get(values, name);
            double[] to = new double[from.length];
            for (int i = 0; i < to.length; i++) {
                to[i] = from[i / sizes.hidden() * sizes.hidden() + order.get(i % sizes.hidden())];
            }
            permuted.put(name, to);
        }
        double[] from = get(values, "W2");
        double[] to = new double[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[order.get(i / sizes.classes()) * sizes.classes() + i % sizes.classes()];
        }
        permuted.put("W2", to);
        return permuted;
    }

    @Property(tries = 200)
    void turningTheSignsOfATanhUnitTurnsThoseOfItsGradient(@ForAll("sizes") Sizes sizes) {
        Random random = new Random(~sizes.seed());
        double[] signs =
                random.doubles(sizes.hidden()).map(u -> u < 0.5 ? -1 : 1).toArray();
        assertMoves(new Net(sizes, Activation.TANH), new Rescaling(signs, signs), 0);
    }

    @Property(tries = 200)
    void scalingAReluUnitByPowersOfTwoIsExact(@ForAll("sizes") Sizes sizes) {
        double[] in = new Random(~sizes.seed())
                .ints(sizes.hidden(), -20, 21)
                .mapToDouble(e -> Math.scalb(1.0, e))
                .toArray();
        assertMoves(new Net(sizes, Activation.RELU), inverse(in), 0);
    }

    @Property(tries = 200)
    void scalingAReluUnitMovesItsGradientTheOtherWay(
            @ForAll("sizes") Sizes sizes,
            @ForAll @DoubleRange(min = 0.01, max = 100) double factor,
            @ForAll @IntRange(max = 16) int unit) {
        double[] in = new double[sizes.hidden()];
        Arrays.fill(in, 1);
        in[unit % in.length] = factor;
        assertMoves(new Net(sizes, Activation.RELU), inverse(in), 1e-12);
    }

    private static Rescaling inverse(double[] in) {
        return new Rescaling(in, Arrays.stream(in).map(factor -> 1 / factor).toArray());
    }

    /** The parameters into a unit times {@code in}, those out times {@code out}: gradients are divided by the same. */
    private static void assertMoves(Net net, Rescaling by, double tolerance) {
        Map<String, double[]> parameters = net.randomParameters();
        Map<String, double[]> before = net.lossAndGradient(parameters);
        Map<String, double[]> after = net.lossAndGradient(rescaled(parameters, by, net.sizes()));
        // As in = 1 / out, to divide by the one is to multiply with the other.
        Map<String, double[]> expected = rescaled(before, new Rescaling(by.out(), by.in()), net.sizes());
        assertClose(expected, after, tolerance, "in times " + Arrays.toString(by.in()));
    }

    private static Map<String, double[]> rescaled(Map<String, double[]> values, Rescaling by, Sizes sizes) {
        Map<String, double[]> rescaled = new HashMap<>(values);
        for (String name : List.of("W1", "b1")) {
            double[] elements = get(values, name).clone();
            for (int i = 0; i < elements.length; i++) {
                elements[i] *= by.in()[i % sizes.hidden()];
            }
            rescaled.put(name, elements);
        }
        double[] elements = get(values, "W2").clone();
        for (int i = 0; i < elements.length; i++) {
            elements[i] *= by.out()[i / sizes.classes()];
        }
        rescaled.put("W2", elements);
        return rescaled;
    }

    private static void assertClose(
            Map<String, double[]> expected, Map<String, double[]> actual, double tolerance, String message) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, elements) -> {
            double largest = Arrays.stream(elements).map(Math::abs).max().orElseThrow();
            assertArrayEquals(elements, get(actual, name), tolerance * Math.max(1, largest), name + " " + message);
        });
    }

    private static double[] get(Map<String, double[]> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private enum Activation {
        TANH,
        RELU,
        LOGISTIC
    }

    /** One hidden layer and the cross-entropy of random classes, on random rows. */
    private record Net(Sizes sizes, Activation activation) {
        Map<String, double[]> randomParameters() {
            Random random = new Random(sizes.seed());
            Map<String, double[]> parameters = new HashMap<>();
            for (Program.Input parameter : program().parameters()) {
                parameters.put(
                        parameter.name(),
                        random.doubles(parameter.shape().size(), -2, 2).toArray());
            }
            return parameters;
        }

        /** The loss under "loss", the gradients under their parameters' names. */
        Map<String, double[]> lossAndGradient(Map<String, double[]> parameters) {
            Program program = program();
            Execution<double[]> gradient = Execution.float64(Reverse.gradient(program, "loss"));
            parameters.forEach(gradient::set);
            Random random = new Random(sizes.seed() + 1);
            gradient.set(
                    "x",
                    random.doubles((long) sizes.rows() * sizes.inputs(), -1, 1).toArray());
            gradient.set(
                    "y",
                    random.ints(sizes.rows(), 0, sizes.classes())
                            .asDoubleStream()
                            .toArray());
            gradient.run();
            Map<String, double[]> results = new HashMap<>();
            results.put("loss", gradient.get("loss"));
            for (Program.Input parameter : program.parameters()) {
                results.put(parameter.name(), gradient.get(Reverse.gradientName("loss", parameter.name())));
            }
            return results;
        }

        private Program program() {
            ProgramBuilder builder = new ProgramBuilder();
            Value w1 = builder.parameter("W1", sizes.inputs(), sizes.hidden());
            Value b1 = builder.parameter("b1", 1, sizes.hidden());
            Value w2 = builder.parameter("W2", sizes.hidden(), sizes.classes());
            Value b2 = builder.parameter("b2", 1, sizes.classes());
            Value sum =
                    builder.input("x", sizes.rows(), sizes.inputs()).matmul(w1).add(b1);
            Value hidden =
                    switch (activation) {
                        case TANH -> sum.tanh();
                        case RELU -> sum.relu();
                        case LOGISTIC -> sum.logistic();
                    };
            Value logits = hidden.matmul(w2).add(b2);
            builder.output(
                    "loss",
                    Losses.softmaxCrossEntropy(logits, builder.input("y", sizes.rows(), 1))
                            .sum());
            return builder.build();
        }
    }
}
