package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Computations that are also differentiated by hand, step by step, with the numbers that the hand arrives at. */
class WorkedExamplesTest {
    /** A few roundings of numbers of size 1. */
    private static final double EXACT = 1e-15;

    private static final double[] W = {-1, 1.5, 0.5};
    /** Two examples, each with a 1 before its features, and their targets. */
    private static final double[][] X = {{1, 1, 1.5}, {1, 1.5, -1}};

    private static final double[] C = {0, 1};

    /** The steps of {@code sum (c - logistic(w x))^2} over two examples, the first example's before the second's. */
    private static List<Value> squaredErrors(Value w, List<Value> x) {
        Value v1 = w.matmul(x.get(0));
        Value v2 = w.matmul(x.get(1));
        Value v3 = v1.logistic();
        Value v4 = v2.logistic();
        Value v5 = w.constant(C[0]).subtract(v3);
        Value v6 = w.constant(C[1]).subtract(v4);
        Value v7 = v5.multiply(v5);
        Value v8 = v6.multiply(v6);
        return List.of(v1, v2, v3, v4, v5, v6, v7, v8, v7.add(v8));
    }

    /** What the steps come to. */
    private static double[] valuesByHand() {
        double s1 = sigma(1.25);
        double s2 = sigma(0.75);
        return new double[] {
            1.25, 0.75, s1, s2, -s1, 1 - s2, s1 * s1, (1 - s2) * (1 - s2), s1 * s1 + (1 - s2) * (1 - s2)
        };
    }

    /** The derivative of the last step with respect to each. */
    private static double[] adjointsByHand() {
        double s1 = sigma(1.25);
        double s2 = sigma(0.75);
        double of3 = 2 * s1;
        double of4 = -2 * (1 - s2);
        return new double[] {of3 * s1 * (1 - s1), of4 * s2 * (1 - s2), of3, of4, -of3, -of4, 1, 1, 1};
    }

    private static double[] gradientByHand() {
        double[] adjoints = adjointsByHand();
        double[] gradient = new double[W.length];
        for (int j = 0; j < W.length; j++) {
            gradient[j] = adjoints[0] * X[0][j] + adjoints[1] * X[1][j];
        }
        return gradient;
    }

    private static double sigma(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    @Test
    void squaredErrorsOfTheLogisticFunctionOnATape() {
        Tape tape = new Tape();
        Value w = tape.input("w", W);
        Value x1 = tape.input("x1", new Shape(3, 1), X[0]);
        Value x2 = tape.input("x2", new Shape(3, 1), X[1]);
        List<Value> steps = squaredErrors(w, List.of(x1, x2));
        Value loss = steps.get(steps.size() - 1);
        assertEquals(0.71, loss.item(), 0.005);
        assertEquals(0.707121381244987, loss.item(), EXACT);
        assertArrayEquals(
                valuesByHand(), steps.stream().mapToDouble(Value::item).toArray(), EXACT);
        List<Value> adjoints = tape.gradient(loss, steps.toArray(Value[]::new));
        assertArrayEquals(
                adjointsByHand(), adjoints.stream().mapToDouble(Value::item).toArray(), EXACT);
        assertGradient(tape.gradient(loss, w).get(0).elements());
    }

    @Test
    void squaredErrorsOfTheLogisticFunctionAsAProgram() {
        ProgramBuilder builder = new ProgramBuilder();
        Value w = builder.parameter("w", 1, 3);
        List<Value> steps = squaredErrors(w, List.of(builder.input("x1", 3, 1), builder.input("x2", 3, 1)));
        Value loss = steps.get(steps.size() - 1);
        builder.output("loss", loss);
        Program primal = builder.build();
        // Every step and its adjoint as an output, to be looked at.
        @Nullable Value[] adjoints = Reverse.adjoints(loss, List.of(w));
        for (int i = 0; i < steps.size(); i++) {
            builder.output("v" + (i + 1), steps.get(i));
            builder.output(
                    "adjoint of v" + (i + 1),
                    Objects.requireNonNull(adjoints[steps.get(i).id()]));
        }
        Execution<double[]> trace = run(builder.build());
        for (int i = 0; i < steps.size(); i++) {
            String step = "v" + (i + 1);
            assertEquals(valuesByHand()[i], trace.get(step)[0], EXACT, step);
            assertEquals(adjointsByHand()[i], trace.get("adjoint of " + step)[0], EXACT, "adjoint of " + step);
        }
        Execution<double[]> gradient = run(Reverse.gradient(primal, "loss"));
        assertEquals(0.707121381244987, gradient.get("loss")[0], EXACT);
        assertGradient(gradient.get(Reverse.gradientName("loss", "w")));
    }

    private static Execution<double[]> run(Program program) {
        Execution<double[]> execution = Execution.float64(program);
        execution.set("w", W);
        execution.set("x1", X[0]);
        execution.set("x2", X[1]);
        execution.run();
        return execution;
    }

    private static void assertGradient(double[] actual) {
        assertArrayEquals(new double[] {0.13, 0.06, 0.54}, actual, 0.005);
        assertArrayEquals(gradientByHand(), actual, EXACT);
    }

    /** {@code y1 = sin(w1 x + w0)} and {@code y2 = cos(w1 x + w0)}. */
    private static Program sineAndCosine() {
        ProgramBuilder builder = new ProgramBuilder();
        Value w1 = builder.parameter("w1", 1, 1);
        Value w0 = builder.parameter("w0", 1, 1);
        Value x = builder.parameter("x", 1, 1);
        Value angle = w1.multiply(x).add(w0);
        builder.output("y1", angle.sin());
        builder.output("y2", angle.cos());
        return builder.build();
    }

    @Test
    void oneForwardPassGivesTheTangentsOfAllOutputs() {
        double w1 = 2;
        double w0 = -0.3;
        double x = 0.7;
        Execution<double[]> forward = Execution.float64(Forward.tangent(sineAndCosine()));
        Map.of("w1", w1, "w0", w0, "x", x).forEach(forward::set);
        // Along w1, along w0, along x, and along all of them at once.
        double[][] directions = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0.5, -2, 3}};
        for (double[] t : directions) {
            forward.set("d w1", t[0]);
            forward.set("d w0", t[1]);
            forward.set("d x", t[2]);
            forward.run();
            double ofAngle = x * t[0] + t[1] + w1 * t[2];
            assertEquals(Math.sin(w1 * x + w0), forward.get("y1")[0], EXACT);
            assertEquals(Math.cos(w1 * x + w0), forward.get("y2")[0], EXACT);
            assertEquals(Math.cos(w1 * x + w0) * ofAngle, forward.get("d y1")[0], 2 * EXACT);
            assertEquals(-Math.sin(w1 * x + w0) * ofAngle, forward.get("d y2")[0], 2 * EXACT);
        }
    }

    @Test
    void oneReversePassGivesTheAdjointsOfAllInputs() {
        double w1 = 2;
        double w0 = -0.3;
        double x = 0.7;
        double[] ofAngle = {Math.cos(w1 * x + w0), -Math.sin(w1 * x + w0)};
        for (int k = 0; k < 2; k++) {
            String y = "y" + (k + 1);
            Execution<double[]> reverse = Execution.float64(Reverse.gradient(sineAndCosine(), y));
            Map.of("w1", w1, "w0", w0, "x", x).forEach(reverse::set);
            reverse.run();
            assertEquals(ofAngle[k] * x, reverse.get("d " + y + " / d w1")[0], EXACT);
            assertEquals(ofAngle[k], reverse.get("d " + y + " / d w0")[0], EXACT);
            assertEquals(ofAngle[k] * w1, reverse.get("d " + y + " / d x")[0], EXACT);
        }
    }

    /** {@code x1 x2 + sin x2}: the second input reaches the result along two paths. */
    private static Value productAndSine(Value x1, Value x2) {
        return x1.multiply(x2).add(x2.sin());
    }

    @Test
    void contributionsAlongTwoPathsAreAdded() {
        double[] expected = {5, 2 + Math.cos(5)};

        Tape tape = new Tape();
        Value a = tape.input("x1", 2);
        Value b = tape.input("x2", 5);
        List<Value> onTape = tape.gradient(productAndSine(a, b), a, b);
        assertArrayEquals(expected, onTape.stream().mapToDouble(Value::item).toArray(), EXACT);

        ProgramBuilder builder = new ProgramBuilder();
        builder.output("f", productAndSine(builder.parameter("x1", 1, 1), builder.parameter("x2", 1, 1)));
        for (Jacobian.Mode mode : Jacobian.Mode.values()) {
            Jacobian jacobian = new Jacobian(builder.build(), "f", mode);
            double[][] row = jacobian.at(Map.of("x1", new double[] {2}, "x2", new double[] {5}));
            assertEquals(1, row.length);
            assertArrayEquals(expected, row[0], EXACT, mode.name());
        }
    }

    /**
     * For {@code y^ = softmax(W h(V x))} with logistic {@code h} and the cross-entropy of a class: {@code (y^ - y) z'} and
     * {@code sum_k (y^_k - y_k) W_k z (1 - z) x'}.
     */
    @Test
    void theGradientOfATwoLayerNetIsTheOneWrittenByHand() {
        int inputs = 3;
        int hidden = 4;
        int classes = 5;
        Random random = new Random(11);
        double[] x = random.doubles(inputs, -1, 1).toArray();
        double[] v = random.doubles((long) hidden * inputs, -1, 1).toArray();
        double[] w = random.doubles((long) classes * hidden, -1, 1).toArray();
        int target = 2;

        double[] z = new double[hidden];
        for (int j = 0; j < hidden; j++) {
            double sum = 0;
            for (int i = 0; i < inputs; i++) {
                sum += v[j * inputs + i] * x[i];
            }
            z[j] = sigma(sum);
        }
        double[] residual = new double[classes];
        double total = 0;
        for (int k = 0; k < classes; k++) {
            double logit = 0;
            for (int j = 0; j < hidden; j++) {
                logit += w[k * hidden + j] * z[j];
            }
            residual[k] = Math.exp(logit);
            total += residual[k];
        }
        double[] ofW = new double[w.length];
        double[] ofV = new double[v.length];
        for (int k = 0; k < classes; k++) {
            residual[k] = residual[k] / total - (k == target ? 1 : 0);
            for (int j = 0; j < hidden; j++) {
                ofW[k * hidden + j] = residual[k] * z[j];
                for (int i = 0; i < inputs; i++) {
                    ofV[j * inputs + i] += residual[k] * w[k * hidden + j] * z[j] * (1 - z[j]) * x[i];
                }
            }
        }

        ProgramBuilder builder = new ProgramBuilder();
        Value vs = builder.parameter("V", hidden, inputs);
        Value ws = builder.parameter("W", classes, hidden);
        Value logits = ws.matmul(vs.matmul(builder.input("x", inputs, 1)).logistic());
        builder.output("loss", Losses.softmaxCrossEntropy(logits.transpose(), builder.input("y", 1, 1)));
        Execution<double[]> gradient = Execution.float64(Reverse.gradient(builder.build(), "loss"));
        Map.of("V", v, "W", w, "x", x, "y", new double[] {target}).forEach(gradient::set);
        gradient.run();
        assertEquals(-Math.log(1 + residual[target]), gradient.get("loss")[0], EXACT);
        assertArrayEquals(ofW, gradient.get("d loss / d W"), EXACT);
        assertArrayEquals(ofV, gradient.get("d loss / d V"), EXACT);
    }
}
