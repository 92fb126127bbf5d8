package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Plain control flow on computed values is differentiated along the path that was taken. */
class TapeTest {
    /** Newton's iteration for {@code r^2 = x}: it stops where the computed value says so. */
    private static Value newtonsRoot(Value x) {
        Value root = x;
        while (Math.abs(root.item() * root.item() - x.item()) > 1e-14 * x.item()) {
            root = root.add(x.divide(root)).multiply(0.5);
        }
        return root;
    }

    @Test
    void newtonsSquareRootHasTheDerivativesOfTheSquareRoot() {
        for (double at : new double[] {0.01, 0.5, 2, 9, 1e4}) {
            Tape tape = new Tape();
            Value x = tape.input("x", at);
            Value root = newtonsRoot(x);
            Value first = tape.gradient(root, x).get(0);
            Value second = tape.gradient(first, x).get(0);
            assertRelative(Math.sqrt(at), root.item(), 1e-14);
            assertRelative(1 / (2 * Math.sqrt(at)), first.item(), 1e-12);
            // Newton's error is squared in each step; differentiated twice it is only what it was a step before.
            assertRelative(-1 / (4 * at * Math.sqrt(at)), second.item(), 1e-6);
        }
    }

    private static void assertRelative(double expected, double actual, double tolerance) {
        assertEquals(expected, actual, tolerance * Math.abs(expected));
    }

    private static Value power(Value x, int n) {
        if (n == 0) {
            return x.constant(1);
        }
        Value half = power(x, n / 2);
        Value even = half.multiply(half);
        return n % 2 == 0 ? even : even.multiply(x);
    }

    @Test
    void aPowerByRepeatedSquaringHasTheDerivativesOfThePower() {
        for (double at : new double[] {-1.25, 0, 0.5, 1, 2}) {
            Tape tape = new Tape();
            Value x = tape.input("x", at);
            Value y = power(x, 13);
            assertRelative(Math.pow(at, 13), y.item(), 1e-14);
            Value derivative = y;
            double factor = 1;
            for (int order = 1; order <= 4; order++) {
                derivative = tape.gradient(derivative, x).get(0);
                factor *= 14 - order;
                assertRelative(factor * Math.pow(at, 13 - order), derivative.item(), 1e-13);
            }
        }
    }

    @Test
    void theBranchThatWasTakenIsDifferentiated() {
        for (double at : new double[] {-3, -0.5, 0.5, 3}) {
            Tape tape = new Tape();
            Value x = tape.input("x", at);
            // The Collatz rule, on whatever number comes: which branch is taken depends on the value before.
            Value y = x;
            double slope = 1;
            for (int i = 0; i < 20; i++) {
                if (Math.floorMod((long) Math.floor(y.item()), 2L) == 0) {
                    y = y.multiply(0.5);
                    slope *= 0.5;
                } else {
                    y = y.multiply(3).add(1);
                    slope *= 3;
                }
            }
            assertEquals(slope, tape.gradient(y, x).get(0).item(), "at " + at);
        }
    }

    @Test
    void theTangentIsTheGradientTimesTheDirection() {
        Random random = new Random(23);
        for (int trial = 0; trial < 20; trial++) {
            Tape tape = new Tape();
            Value x = tape.input("x", random.doubles(4, 0.5, 2).toArray());
            Value a = tape.input("a", new Shape(4, 4), random.doubles(16, -1, 1).toArray());
            Value ofX = tape.input("t", random.doubles(4, -1, 1).toArray());
            Value ofA =
                    tape.input("s", new Shape(4, 4), random.doubles(16, -1, 1).toArray());
            Value y = x.matmul(a).sin().multiply(x).add(x.log()).softmax().maxColumns();
            List<Value> gradient = tape.gradient(y, x, a);
            double expected = gradient.get(0)
                    .multiply(ofX)
                    .sum()
                    .add(gradient.get(1).multiply(ofA).sum())
                    .item();
            double tangent = tape.tangent(y, Map.of(x, ofX, a, ofA)).item();
            assertEquals(expected, tangent, 1e-14, "seed 23, trial " + trial);
            assertTrue(Math.abs(expected) > 1e-9, "nothing to compare");
        }
    }

    @Test
    void theTangentOfAGradientIsAHessianVectorProduct() {
        Tape tape = new Tape();
        Value x = tape.input("x", 2, 3);
        Value y = x.power(3).sum(); // its Hessian is 6 x on the diagonal
        Value gradient = tape.gradient(y, x).get(0);
        Value direction = tape.input("t", 0.5, -1);
        double[] product = tape.tangent(gradient, Map.of(x, direction)).elements();
        assertArrayEquals(new double[] {6 * 2 * 0.5, 6 * 3 * -1}, product);
    }

    @Test
    void whatTheOutputDoesNotDependOnHasZeros() {
        Tape tape = new Tape();
        Value x = tape.input("x", 1, 2);
        Value unused = tape.input("unused", new Shape(2, 2), 1, 2, 3, 4);
        Value y = x.sum();
        Value later = x.exp();
        List<Value> gradient = tape.gradient(y, unused, later, x);
        assertEquals(new Shape(2, 2), gradient.get(0).shape());
        assertArrayEquals(new double[4], gradient.get(0).elements());
        assertArrayEquals(new double[2], gradient.get(1).elements());
        assertArrayEquals(new double[] {1, 1}, gradient.get(2).elements());
        assertArrayEquals(
                new double[2],
                tape.tangent(later, Map.of(unused, unused)).elements(),
                "the tangent along what is not depended on");
    }

    @Test
    void misuseIsToldWithTheValueAndItsShape() {
        Tape tape = new Tape();
        Value x = tape.input("x", 1, 2);
        Value stranger = new Tape().input("z", 1);
        assertMessage("item of x [1x2]: expected a scalar [1x1]", x::item);
        assertMessage("gradient of v1: its shape is [1x2], expected a scalar [1x1]", () -> tape.gradient(x.exp(), x));
        assertMessage("add: the value z [1x1] belongs to another program or tape", () -> x.add(stranger));
        assertMessage("gradient: the value z [1x1] belongs to another program or tape", () -> tape.gradient(stranger));
        assertMessage(
                "gradient: the value z [1x1] belongs to another program or tape",
                () -> tape.gradient(x.sum(), stranger));
        assertMessage(
                "tangent: the value z [1x1] belongs to another program or tape",
                () -> tape.tangent(x.sum(), Map.of(stranger, x)));
        assertMessage(
                "tangent of x [1x2]: the value z [1x1] belongs to another program or tape",
                () -> tape.tangent(x.sum(), Map.of(x, stranger)));
        assertMessage(
                "tangent of x [1x2]: the tangent is t [1x1]", () -> tape.tangent(x, Map.of(x, tape.input("t", 1))));
        assertMessage("input x [1x1]: there is one of that name already", () -> tape.input("x", 3));
        assertMessage(
                "input y [2x2]: expected 4 elements, 3 were given", () -> tape.input("y", new Shape(2, 2), 1, 2, 3));
        assertMessage("input y: expected at least 1 element, 0 were given", () -> tape.input("y"));
    }

    @Test
    void aProgramBeingBuiltHasNoNumbers() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", 2, 3);
        Value total = x.sum();
        assertUnknown("v2 [1x1] = sumRows(v1)", total::item);
        assertUnknown("x [2x3]", x::elements);
    }

    private static void assertUnknown(String step, Supplier<?> code) {
        assertEquals(
                step + " is not known while a program is being built;"
                        + " choose between values with where(), or compute on a Tape",
                assertThrows(IllegalStateException.class, code::get).getMessage());
    }

    private static void assertMessage(String expected, Supplier<?> code) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, code::get).getMessage());
    }
}
