package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wrong with a program is told while it is made, with the step, its operands' shapes and what was expected. */
class ProgramErrorsTest {
    private final ProgramBuilder builder = new ProgramBuilder();
    private final Value w = builder.parameter("W", 4, 5);
    private final Value x = builder.input("x", 2, 3);
    private final Value y = builder.input("y", 2, 1);

    @Test
    void productsOfShapesThatDisagree() {
        assertShape(
                "matmul: left [2x3] and right [4x5] disagree: 3 columns, 4 rows  (step v1 = matmul(x, W))",
                () -> x.matmul(w));
        assertShape(
                "matmul: left [2x3]' and right [4x5] disagree: 2 columns, 4 rows  (step v1 = matmul(x', W))",
                () -> x.matmul(true, w, false));
        assertShape(
                "matmul: left [2x3] and right [4x5]' disagree: 3 columns, 5 rows  (step v1 = matmul(x, W'))",
                () -> x.matmul(false, w, true));
    }

    @Test
    void elementsThatHaveNoCounterpart() {
        Value z = builder.input("z", 2, 4);
        assertShape("add: left [2x3] and right [4x5] disagree: 2 and 4 rows  (step v1 = x + W)", () -> x.add(w));
        assertShape(
                "subtract: left [2x3] and right [2x4] disagree: 3 and 4 columns  (step v1 = x - z)",
                () -> x.subtract(z));
        assertShape(
                "multiply: left [2x4] and right [2x3] disagree: 4 and 3 columns  (step v1 = z * x)",
                () -> z.multiply(x));
        assertShape(
                "divide: left [2x3] and right [2x4] disagree: 3 and 4 columns  (step v1 = x / z)", () -> x.divide(z));
        assertShape(
                "maximum: left [2x3] and right [2x4] disagree: 3 and 4 columns  (step v1 = maximum(x, z))",
                () -> x.maximum(z));
        assertShape(
                "greater: left [2x3] and right [2x4] disagree: 3 and 4 columns  (step v1 = x > z)",
                () -> x.greaterThan(z));
        assertShape(
                "broadcast: [2x3] cannot be repeated to [4x3]  (step v1 = broadcast(x))",
                () -> x.broadcastTo(new Shape(4, 3)));
    }

    @Test
    void whereNamesTheTwoThatDisagree() {
        Value one = builder.input("one", 1, 1);
        Value z = builder.input("z", 2, 4);
        assertShape(
                "where: [2x3] and [4x5] disagree: 2 and 4 rows  (step v1 = where(x, W, one))", () -> x.where(w, one));
        assertShape(
                "where: [2x3] and [4x5] disagree: 2 and 4 rows  (step v1 = where(x, one, W))", () -> x.where(one, w));
        assertShape(
                "where: [2x3] and [2x4] disagree: 3 and 4 columns  (step v1 = where(y, x, z))", () -> y.where(x, z));
    }

    @Test
    void columnsThatAreNotThere() {
        assertShape(
                "concatColumns: [2x3] and [4x5] disagree: 2 and 4 rows  (step v1 = concatColumns(x, y, W))",
                () -> x.concatColumns(y, w));
        assertShape(
                "sliceColumns: from 1 to 4 of [2x3], expected 0 <= from < to <= 3  (step v1 = sliceColumns(x, 1, 4))",
                () -> x.sliceColumns(1, 4));
        assertShape(
                "sliceColumns: from -1 to 2 of [2x3], expected 0 <= from < to <= 3  (step v1 = sliceColumns(x, -1, 2))",
                () -> x.sliceColumns(-1, 2));
        assertShape(
                "sliceColumns: from 2 to 2 of [2x3], expected 0 <= from < to <= 3  (step v1 = sliceColumns(x, 2, 2))",
                () -> x.sliceColumns(2, 2));
        assertShape(
                "padColumns: -1 columns before and 2 after, expected 0 or more of each  (step v1 = padColumns(x, -1, 2))",
                () -> x.padColumns(-1, 2));
    }

    @Test
    void elementsThatDoNotFillAShape() {
        assertShape("reshape: [2x3] has 6 elements, [4x2] has 8  (step v1 = reshape(x))", () -> x.reshape(4, 2));
        assertMessage("shape: 0 rows and 6 columns, expected at least 1 of each", () -> x.reshape(0, 6));
        assertMessage(
                "shape: [65536x65536] has more elements than one array holds",
                () -> builder.input("huge", 65536, 65536));
    }

    @Test
    void indicesThatAreNotAColumn() {
        assertShape(
                "gatherRows: indices [2x3], expected one column  (step v1 = gatherRows(W, x))", () -> w.gatherRows(x));
        assertShape(
                "scatterAddRows: indices [2x3], expected one column  (step v1 = scatterAddRows(W, x, 7))",
                () -> w.scatterAddRows(x, 7));
        assertShape(
                "scatterAddRows: [4x5] and indices [2x1] disagree: 4 and 2 rows  (step v1 = scatterAddRows(W, y, 7))",
                () -> w.scatterAddRows(y, 7));
        assertShape(
                "shape: 0 rows and 3 columns, expected at least 1 of each  (step v1 = scatterAddRows(x, y, 0))",
                () -> x.scatterAddRows(y, 0));
        assertShape("oneHot: indices [2x3], expected one column  (step v1 = oneHot(x, 9))", () -> x.oneHot(9));
        assertShape(
                "shape: 2 rows and 0 columns, expected at least 1 of each  (step v1 = oneHot(y, 0))",
                () -> y.oneHot(0));
    }

    @Test
    void layersOfOtherRowsAndRates() {
        for (double rate : new double[] {1, -0.1, 1.5, Double.NaN}) {
            assertMessage(
                    "dropout: the rate is " + rate + ", expected 0 or more and less than 1",
                    () -> x.dropout(rate, 1, y));
        }
        Value one = builder.input("one", 1, 1);
        assertShape("dropout: counters one [1x1] for x [2x3], expected 2 rows", () -> x.dropout(0.5, 1, one));
        assertShape("uniformNoise: counters one [1x1] for x [2x3], expected 2 rows", () -> x.dropout(y, 1, one));
        assertShape("gaussianNoise: counters one [1x1] for x [2x3], expected 2 rows", () -> x.gaussianNoise(1, one));
        assertShape("batchNorm: weights one [1x1] for x [2x3], expected [2x1]", () -> x.batchNorm(one, one, one));
        assertShape("batchNorm: weights x [2x3] for x [2x3], expected [2x1]", () -> x.batchNorm(x, one, one));
    }

    @Test
    void lossesOfOtherTargets() {
        Value row = builder.input("row", 1, 3);
        Value pair = builder.input("pair", 2, 2);
        Value one = builder.input("one", 1, 1);
        assertShape(
                "softmaxCrossEntropy: targets [2x2] for outputs [2x3], expected [2x1]  (step v1 = softmaxCrossEntropy(x, pair))",
                () -> Losses.softmaxCrossEntropy(x, pair));
        assertShape(
                "binaryCrossEntropy: targets [2x1] for outputs [2x3], expected [2x3]  (step v1 = binaryCrossEntropy(x, y))",
                () -> Losses.binaryCrossEntropy(x, y));
        assertShape(
                "binaryCrossEntropy: targets [1x1] for outputs [2x1], expected [2x1]  (step v1 = binaryCrossEntropy(y, one))",
                () -> Losses.binaryCrossEntropy(y, one));
        assertShape("hinge: logits x [2x3], expected one column", () -> Losses.hinge(x, x));
        assertShape("hinge: targets one [1x1] for outputs y [2x1], expected [2x1]", () -> Losses.hinge(y, one));
        String disagree = ": targets row [1x3] for outputs x [2x3], expected [2x3]";
        assertShape("residualSumOfSquares" + disagree, () -> Losses.residualSumOfSquares(x, row));
        assertShape("halfSquaredError" + disagree, () -> Losses.halfSquaredError(x, row));
        assertShape("absoluteError" + disagree, () -> Losses.absoluteError(x, row));
        assertShape("huber" + disagree, () -> Losses.huber(x, row, 1));
        assertShape("quantile" + disagree, () -> Losses.quantile(x, row, 0.5));
        assertShape("poisson" + disagree, () -> Losses.poisson(x, row));
        assertShape("binaryCrossEntropy" + disagree, () -> Losses.binaryCrossEntropy(x, row, 2, 0));
        assertShape(
                "softmaxCrossEntropy: targets [2x2] for outputs [2x3], expected [2x1]",
                () -> Losses.softmaxCrossEntropy(x, pair, 2, 0));
        for (double delta : new double[] {0, -1, Double.NaN}) {
            assertMessage("huber: delta is " + delta + ", expected more than 0", () -> Losses.huber(x, x, delta));
        }
        for (double quantile : new double[] {0, 1, Double.NaN}) {
            assertMessage(
                    "quantile: the quantile is " + quantile + ", expected more than 0 and less than 1",
                    () -> Losses.quantile(x, x, quantile));
        }
        for (double focus : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertMessage(
                    "binaryCrossEntropy: the focus is " + focus + ", expected 0 or more",
                    () -> Losses.binaryCrossEntropy(x, x, focus, 0));
        }
        for (double smoothing : new double[] {-0.1, 1, Double.NaN}) {
            assertMessage(
                    "softmaxCrossEntropy: the smoothing is " + smoothing + ", expected 0 or more and less than 1",
                    () -> Losses.softmaxCrossEntropy(x, y, 0, smoothing));
        }
    }

    @Test
    void namesThatAreNotThereOrThereTwice() {
        builder.output("sum", x.sum());
        Value stranger = new ProgramBuilder().input("z", 1, 1);
        assertMessage("add: the value z [1x1] belongs to another program or tape", () -> x.add(stranger));
        assertMessage(
                "output z: the value z [1x1] belongs to another program or tape", () -> builder.output("z", stranger));
        assertMessage("input x [1x1]: there is one of that name already", () -> builder.input("x", 1, 1));
        assertMessage("input W [1x1]: there is one of that name already", () -> builder.parameter("W", 1, 1));
        assertMessage(
                "output sum: it would be written twice, by v2 [1x1] and by y [2x1]", () -> builder.output("sum", y));
        Program program = builder.build();
        Execution<double[]> execution = Execution.float64(program);
        String inputs = "; the inputs are [W [4x5], x [2x3], y [2x1]]";
        assertMessage("no input named sum" + inputs, () -> execution.set("sum", 1));
        assertMessage("no input named z" + inputs, () -> execution.input("z"));
        assertMessage("no output named x; the outputs are [sum = v2 [1x1]]", () -> execution.get("x"));
        assertMessage("no output named x; the outputs are [sum = v2 [1x1]]", () -> Reverse.gradient(program, "x"));
        assertMessage("no output named x; the outputs are [sum = v2 [1x1]]", () -> Reverse.pullback(program, "x"));
        assertMessage("no output named x; the outputs are [sum = v2 [1x1]]", () -> new Jacobian(program, "x"));
        assertMessage("input x [2x3]: expected 6 elements, 2 were given", () -> execution.set("x", 1, 2));
        assertEquals(
                "a program needs at least one output",
                assertThrows(IllegalStateException.class, new ProgramBuilder()::build)
                        .getMessage());
    }

    @Test
    void onlyAScalarHasAGradient() {
        builder.output("h", x.tanh());
        Program program = builder.build();
        String message = "gradient of h: its shape is [2x3], expected a scalar [1x1]";
        assertShape(message, () -> Reverse.gradient(program, "h"));
        assertShape(message, () -> new Hessian(program, "h"));
        assertShape(message, () -> Hessian.vectorProduct(program, "h"));
    }

    @Test
    void aProgramGoesOnOnlyFromInputsOfItsShapes() {
        builder.output("h", x.tanh());
        Program program = builder.build();
        Tape tape = new Tape();
        Value wide = tape.input("wide", 1, 2, 3, 4);
        assertMessage("a program of 3 inputs, and 1 values for them", () -> program.recordInto(tape, List.of(wide)));
        assertShape(
                "input W [4x5]: the value for it is wide [1x4]",
                () -> program.recordInto(tape, List.of(wide, wide, wide)));
    }

    private static void assertShape(String expected, Runnable code) {
        assertEquals(expected, assertThrows(ShapeException.class, code::run).getMessage());
    }

    private static void assertMessage(String expected, Runnable code) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, code::run).getMessage());
    }
}
