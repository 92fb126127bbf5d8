package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HessianTest {
    @Test
    void halfTheSquaredErrorOfALine() {
        ProgramBuilder builder = new ProgramBuilder();
        Value w = builder.parameter("w", 1, 1);
        Value x = builder.input("x", 1, 1);
        builder.output("loss", Losses.halfSquaredError(w.multiply(x), builder.input("y", 1, 1)));
        Map<String, double[]> at = Map.of("w", new double[] {3}, "x", new double[] {0.5}, "y", new double[] {2});
        Execution<double[]> gradient = gradient(builder.build(), at);
        assertEquals(0.125, gradient.get("loss")[0]);
        assertEquals((3 * 0.5 - 2) * 0.5, gradient.get("d loss / d w")[0]);
        assertArrayEquals(new double[] {0.25}, new Hessian(builder.build(), "loss").at(at)[0]);
    }

    /**
     * {@code |w|^2 / 2 - lambda log s(y w x)} with logistic {@code s}: its gradient is {@code w - lambda (1 - s) y x}, its
     * Hessian {@code I + lambda s (1 - s) x x'}.
     */
    @Test
    void logisticRegressionWithAPenalty() {
        double lambda = 2.5;
        double[] w = {0.4, -1.1, 0.8, 2};
        double[] x = {1, 0.5, -2, 0.3};
        double dot = 0;
        for (int i = 0; i < w.length; i++) {
            dot += w[i] * x[i];
        }
        for (double y : new double[] {-1, 1}) {
            ProgramBuilder builder = new ProgramBuilder();
            Value ws = builder.parameter("w", 1, w.length);
            Value margin = ws.matmul(builder.input("x", w.length, 1)).multiply(builder.input("y", 1, 1));
            Value likelihood = margin.logistic().log();
            builder.output("loss", ws.multiply(ws).sum().multiply(0.5).subtract(likelihood.multiply(lambda)));
            Map<String, double[]> at = Map.of("w", w, "x", x, "y", new double[] {y});

            double s = 1 / (1 + Math.exp(-y * dot));
            double[] gradient = new double[w.length];
            double[][] hessian = new double[w.length][w.length];
            for (int i = 0; i < w.length; i++) {
                gradient[i] = w[i] - lambda * (1 - s) * y * x[i];
                for (int j = 0; j < w.length; j++) {
                    hessian[i][j] = (i == j ? 1 : 0) + lambda * s * (1 - s) * x[i] * x[j];
                }
            }
            assertArrayEquals(gradient, gradient(builder.build(), at).get("d loss / d w"), 1e-14, "y = " + y);
            assertClose(hessian, new Hessian(builder.build(), "loss").at(at), 1e-14, "y = " + y);
        }
    }

    @Test
    void theHessianIsTheDifferenceOfGradientsAndSymmetric() {
        Program program = perceptron();
        for (int seed = 1; seed <= 5; seed++) {
            Map<String, double[]> at = point(program, seed);
            double[][] hessian = new Hessian(program, "loss").at(at);
            double[][] differences = differences(program, at);
            assertClose(differences, hessian, 1e-8, "seed " + seed);
            for (int i = 0; i < hessian.length; i++) {
                for (int j = 0; j < i; j++) {
                    assertEquals(hessian[i][j], hessian[j][i], 1e-14, i + ", " + j + ", seed " + seed);
                }
            }
        }
    }

    /** Central differences of the gradient: a row for each element of the parameters. */
    private static double[][] differences(Program program, Map<String, double[]> at) {
        double h = 1e-5;
        double[][] rows = new double[program.parameterCount()][];
        int row = 0;
        for (Program.Input parameter : program.parameters()) {
            for (int i = 0; i < parameter.shape().size(); i++) {
                Map<String, double[]> moved = new HashMap<>(at);
                double[] elements =
                        Objects.requireNonNull(at.get(parameter.name())).clone();
                moved.put(parameter.name(), elements);
                elements[i] += h;
                double[] above = flatGradient(program, moved);
                elements[i] -= 2 * h;
                double[] below = flatGradient(program, moved);
                rows[row] = new double[above.length];
                for (int j = 0; j < above.length; j++) {
                    rows[row][j] = (above[j] - below[j]) / (2 * h);
                }
                row++;
            }
        }
        return rows;
    }

    private static double[] flatGradient(Program program, Map<String, double[]> at) {
        Execution<double[]> gradient = gradient(program, at);
        double[] flat = new double[program.parameterCount()];
        int from = 0;
        for (Program.Input parameter : program.parameters()) {
            double[] part = gradient.get(Reverse.gradientName("loss", parameter.name()));
            System.arraycopy(part, 0, flat, from, part.length);
            from += part.length;
        }
        return flat;
    }

    @Test
    void aHessianVectorProductIsTheHessianTimesTheVector() {
        Program program = perceptron();
        for (int seed = 1; seed <= 5; seed++) {
            Map<String, double[]> at = point(program, seed);
            double[][] hessian = new Hessian(program, "loss").at(at);
            double[] vector = new Random(-seed).doubles(hessian.length, -1, 1).toArray();
            Execution<double[]> product = Execution.float64(Hessian.vectorProduct(program, "loss"));
            at.forEach(product::set);
            int from = 0;
            for (Program.Input parameter : program.parameters()) {
                double[] part = new double[parameter.shape().size()];
                System.arraycopy(vector, from, part, 0, part.length);
                product.set(Forward.tangentName(parameter.name()), part);
                from += part.length;
            }
            product.run();
            int row = 0;
            for (Program.Input parameter : program.parameters()) {
                for (double actual : product.get(Hessian.productName("loss", parameter.name()))) {
                    double expected = 0;
                    for (int j = 0; j < vector.length; j++) {
                        expected += hessian[row][j] * vector[j];
                    }
                    assertEquals(expected, actual, 1e-13, parameter.name() + ", seed " + seed);
                    row++;
                }
            }
            assertEquals(hessian.length, row);
        }
    }

    /** Two layers, three classes, four examples: 23 parameters that all meet in the second derivative. */
    private static Program perceptron() {
        ProgramBuilder builder = new ProgramBuilder();
        Value w1 = builder.parameter("W1", 2, 3);
        Value b1 = builder.parameter("b1", 1, 3);
        Value w2 = builder.parameter("W2", 3, 3);
        Value b2 = builder.parameter("b2", 1, 3);
        Value slope = builder.parameter("slope", 1, 2);
        Value x = builder.input("x", 4, 2).multiply(slope);
        Value logits = x.matmul(w1).add(b1).tanh().matmul(w2).add(b2);
        builder.output(
                "loss",
                Losses.softmaxCrossEntropy(logits, builder.input("y", 4, 1)).mean());
        return builder.build();
    }

    private static Map<String, double[]> point(Program program, int seed) {
        Random random = new Random(seed);
        Map<String, double[]> at = new HashMap<>();
        for (Program.Input input : program.inputs()) {
            boolean classes = input.name().equals("y");
            at.put(
                    input.name(),
                    random.doubles(input.shape().size(), -1, 1)
                            .map(u -> classes ? random.nextInt(3) : u)
                            .toArray());
        }
        return at;
    }

    private static Execution<double[]> gradient(Program program, Map<String, double[]> at) {
        Execution<double[]> execution = Execution.float64(Reverse.gradient(program, "loss"));
        at.forEach(execution::set);
        execution.run();
        return execution;
    }

    private static void assertClose(double[][] expected, double[][] actual, double tolerance, String message) {
        assertEquals(expected.length, actual.length, message);
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], actual[i], tolerance, message + ", row " + i);
        }
    }

    @Test
    void forwardOverForwardIsASecondDerivative() {
        ProgramBuilder builder = new ProgramBuilder();
        builder.output("y", builder.parameter("x", 1, 1).sin());
        Execution<double[]> second = Execution.float64(Forward.tangent(Forward.tangent(builder.build()), "e"));
        second.set("x", 0.7);
        second.set("d x", 1);
        second.set("e x", 2);
        second.run();
        assertEquals(Math.cos(0.7), second.get("d y")[0], 1e-15);
        assertEquals(-2 * Math.sin(0.7), second.get("e d y")[0], 1e-15);
    }
}
