package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JacobianTest {
    @ParameterizedTest
    @EnumSource
    void twoSquaresAndAProduct(Jacobian.Mode mode) {
        Jacobian jacobian = new Jacobian(squaresAndProduct(), "f", mode);
        for (double[] at : new double[][] {{3, -0.7}, {0, 0}, {1e-3, 1e3}}) {
            double x = at[0];
            double y = at[1];
            assertExactly(
                    new double[][] {{2 * x, 0}, {0, 2 * y}, {2 * y, 2 * x}},
                    jacobian.at(Map.of("x", new double[] {x}, "y", new double[] {y})));
        }
    }

    /** {@code f(x, y) = (x^2, y^2, 2xy)}. */
    private static Program squaresAndProduct() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.parameter("x", 1, 1);
        Value y = builder.parameter("y", 1, 1);
        Value product = x.multiply(y).multiply(2);
        builder.output("f", x.power(2).concatColumns(y.power(2), product));
        return builder.build();
    }

    @Test
    void aTallJacobianIsTakenForwardAndAWideOneReverse() {
        assertEquals(Jacobian.Mode.FORWARD, new Jacobian(squaresAndProduct(), "f").mode());
        assertEquals(Jacobian.Mode.FORWARD, layer(2, 20).mode());
        assertEquals(Jacobian.Mode.REVERSE, layer(20, 2).mode());
        for (int n : new int[] {2, 3, 100}) {
            assertEquals(Jacobian.Mode.REVERSE, layer(n, 1).mode(), "a gradient of " + n + " numbers");
        }
    }

    @Test
    void theCheaperModeGivesWhatBothGive() {
        Random random = new Random(4);
        for (int n : new int[] {1, 2, 7}) {
            for (int m : new int[] {1, 3, 8}) {
                double[] x = random.doubles(n, -1, 1).toArray();
                double[] w = random.doubles((long) n * m, -1, 1).toArray();
                Map<String, double[]> at = Map.of("x", x, "W", w);
                Program program = layerProgram(n, m);
                double[][] forward = new Jacobian(program, "y", Jacobian.Mode.FORWARD).at(at);
                double[][] reverse = new Jacobian(program, "y", Jacobian.Mode.REVERSE).at(at);
                double[][] cheaper = new Jacobian(program, "y").at(at);
                for (int j = 0; j < m; j++) {
                    assertArrayEquals(forward[j], reverse[j], 1e-15, n + " to " + m + ", seed 4");
                    assertArrayEquals(forward[j], cheaper[j], 1e-15, n + " to " + m + ", seed 4");
                }
            }
        }
    }

    private static Jacobian layer(int n, int m) {
        return new Jacobian(layerProgram(n, m), "y");
    }

    /** {@code tanh(x W)} of {@code n} numbers to {@code m}; the weights are data. */
    private static Program layerProgram(int n, int m) {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.parameter("x", 1, n);
        builder.output("y", x.matmul(builder.input("W", n, m)).tanh());
        return builder.build();
    }

    @ParameterizedTest
    @EnumSource
    void softmaxOfARow(Jacobian.Mode mode) {
        double[] z = {0.3, -1.2, 2, 0.3, -40};
        double total = 0;
        for (double logit : z) {
            total += Math.exp(logit);
        }
        double[][] actual = new Jacobian(function(z.length, Value::softmax), "y", mode).at(Map.of("x", z));
        for (int k = 0; k < z.length; k++) {
            for (int i = 0; i < z.length; i++) {
                double yk = Math.exp(z[k]) / total;
                double yi = Math.exp(z[i]) / total;
                double expected = yk * ((k == i ? 1 : 0) - yi);
                assertEquals(expected, actual[k][i], 1e-15 + 1e-14 * Math.abs(expected), k + ", " + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void reluIsDiagonal(Jacobian.Mode mode) {
        double[] x = {1.5, -2, 0, 1e-300, -1e-300, 7};
        double[][] expected = new double[x.length][x.length];
        for (int i = 0; i < x.length; i++) {
            expected[i][i] = x[i] > 0 ? 1 : 0;
        }
        assertExactly(expected, new Jacobian(function(x.length, Value::relu), "y", mode).at(Map.of("x", x)));
    }

    private static Program function(int n, UnaryOperator<Value> function) {
        ProgramBuilder builder = new ProgramBuilder();
        builder.output("y", function.apply(builder.parameter("x", 1, n)));
        return builder.build();
    }

    /** {@code (x W + b)_ij} depends on column j of W, through row i of x, and on b_j: on nothing else. */
    @ParameterizedTest
    @EnumSource
    void anAffineLayerIsBlockSparseInItsParameters(Jacobian.Mode mode) {
        int rows = 3;
        int inputs = 4;
        int units = 5;
        ProgramBuilder builder = new ProgramBuilder();
        Value w = builder.parameter("W", inputs, units);
        Value b = builder.parameter("b", 1, units);
        builder.output("y", builder.input("x", rows, inputs).matmul(w).add(b));
        Random random = new Random(8);
        double[] x = random.doubles((long) rows * inputs, 0.1, 1).toArray();

        double[][] expected = new double[rows * units][(inputs + 1) * units];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < units; j++) {
                for (int k = 0; k < inputs; k++) {
                    expected[i * units + j][k * units + j] = x[i * inputs + k];
                }
                expected[i * units + j][inputs * units + j] = 1;
            }
        }
        Map<String, double[]> at = Map.of(
                "x", x,
                "W", random.doubles((long) inputs * units, -1, 1).toArray(),
                "b", random.doubles(units, -1, 1).toArray());
        assertExactly(expected, new Jacobian(builder.build(), "y", mode).at(at));
    }

    /** Not a bit of difference but the sign of a zero. */
    private static void assertExactly(double[][] expected, double[][] actual) {
        assertEquals(expected.length, actual.length, "rows");
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i].length, actual[i].length, "columns");
            for (int j = 0; j < expected[i].length; j++) {
                double e = expected[i][j];
                double a = actual[i][j];
                assertTrue(e == a, "row %d, column %d: expected %s, was %s".formatted(i, j, e, a));
            }
        }
    }
}
