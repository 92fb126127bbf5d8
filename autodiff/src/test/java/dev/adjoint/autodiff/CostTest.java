package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a derivative costs beside its program: memory, flops, allocations. */
class CostTest {
    private static final int CLASSES = 4;

    /** So many equal layers, which share their parameters. */
    private static Program deep(int depth) {
        ProgramBuilder builder = new ProgramBuilder();
        Value w = builder.parameter("W", 6, 6);
        Value b = builder.parameter("b", 1, 6);
        Value h = builder.input("x", 5, 6);
        for (int i = 0; i < depth; i++) {
            h = h.matmul(w).add(b).tanh();
        }
        builder.output("loss", h.multiply(h).sum());
        return builder.build();
    }

    @Test
    void forwardModeKeepsNothingThatIsNoLongerNeeded() {
        int shallow = Execution.float64(Forward.tangent(deep(10))).arena().length;
        int deep = Execution.float64(Forward.tangent(deep(100))).arena().length;
        assertEquals(shallow, deep);
    }

    @Test
    void reverseModeKeepsOneResultOfEachLayerAndNoMore() {
        int shallow = Execution.float64(Reverse.gradient(deep(10), "loss")).arena().length;
        int deep = Execution.float64(Reverse.gradient(deep(100), "loss")).arena().length;
        // tanh's derivative needs its result alone; the sum before it is forgotten.
        assertEquals((100 - 10) * 5 * 6, deep - shallow);
    }

    @Test
    void aGradientTakesAtMostAboutThreeTimesTheFlopsOfTheLoss() {
        for (boolean inputsToo : new boolean[] {false, true}) {
            assertGradientFlops(inputsToo, 64, 784, 512, 256, 10);
            assertGradientFlops(inputsToo, 64, 64, 32, 10);
            assertGradientFlops(inputsToo, 1, 64, 32, 10);
        }
    }

    /** Forward a product for each layer; back one for its weights, and one for its inputs where those have a gradient. */
    private static void assertGradientFlops(boolean inputsToo, int rows, int... widths) {
        ProgramBuilder builder = new ProgramBuilder();
        Value h = builder.declare("x", new Shape(rows, widths[0]), inputsToo);
        for (int i = 1; i < widths.length; i++) {
            Value w = builder.parameter("W" + i, widths[i - 1], widths[i]);
            h = h.matmul(w).add(builder.parameter("b" + i, 1, widths[i]));
            h = i < widths.length - 1 ? h.tanh() : h;
        }
        builder.output(
                "loss",
                Losses.softmaxCrossEntropy(h, builder.input("y", rows, 1)).sum());
        double loss = builder.build().flops();
        double gradient = Reverse.gradient(builder.build(), "loss").flops();
        assertTrue(gradient <= 3.2 * loss, "%s for the gradient, %s for the loss".formatted(gradient, loss));
        assertTrue(gradient >= (inputsToo ? 2.9 : 1.9) * loss, "less than the products of the way back: " + gradient);
    }

    /** Every function that Value has, a layer each, and every loss. */
    private static Program everything() {
        ProgramBuilder builder = new ProgramBuilder();
        int rows = 9;
        int units = 10;
        Value weights = builder.input("weights", rows, 1);
        Value index = builder.input("y", rows, 1);
        Value h = builder.input("x", rows, units);
        Value slope = builder.parameter("slope", 1, units);
        Value shift = builder.parameter("shift", 1, units);
        h = h.matmul(builder.parameter("W1", units, units)).add(shift).relu();
        h = h.matmul(builder.parameter("W2", units, units)).leakyRelu(0.1).add(h.leakyRelu(slope));
        h = h.elu(1.3)
                .add(h.tanh())
                .add(h.logistic())
                .add(h.softplus())
                .add(h.gelu())
                .add(h.silu());
        h = h.batchNorm(weights, slope, shift).dropout(0.3, 7, index).multiply(h.detach());
        h = h.sin().subtract(h.cos()).multiply(h.absolute()).add(h.sign()).add(h.step());
        Value positive = h.multiply(h).add(0.5);
        h = positive.sqrt().add(positive.log()).add(positive.log1p()).add(positive.reciprocal());
        h = h.add(positive.power(1.7))
                .add(h.power(3))
                .add(h.negate().exp())
                .maximum(-3)
                .minimum(positive.add(3));
        h = h.greaterThan(0.3).where(h, positive).add(h.atLeast(1)).add(h.equalTo(positive));
        h = h.softmax().add(h.logSoftmax()).add(h.logSumExp()).divide(positive);
        h = h.add(h.maxRows()).add(h.minColumns()).subtract(h.mean());
        h = h.sliceColumns(2, 6).concatColumns(h.transpose().transpose().sliceColumns(0, 2));
        h = h.padColumns(1, 3)
                .reshape(rows, units)
                .add(h.reshape(h.columns(), rows).reshape(1, 54).sum());
        Value table = builder.parameter("table", CLASSES, units);
        h = h.add(table.gatherRows(index)).add(h.scatterAddRows(index, CLASSES).gatherRows(index));
        Value logits = h.sliceColumns(0, CLASSES);
        Value logit = h.sliceColumns(0, 1);
        Value loss = Losses.softmaxCrossEntropy(logits, index)
                .add(Losses.binaryCrossEntropy(logit, weights))
                .add(Losses.hinge(logit, weights))
                .add(Losses.halfSquaredError(logits, index.oneHot(CLASSES)))
                .add(Losses.absoluteError(logits, index.oneHot(CLASSES)))
                .add(Losses.huber(logits, index.oneHot(CLASSES), 0.5));
        builder.output("loss", loss.multiply(weights).sum());
        return builder.build();
    }

    @Test
    void aStepInFloat32AllocatesNothing() {
        assertAllocatesNothingOnRandomInputs(Execution.float32(Reverse.gradient(everything(), "loss")));
    }

    @Test
    void aStepInFloat64AllocatesNothing() {
        assertAllocatesNothingOnRandomInputs(Execution.float64(Reverse.gradient(everything(), "loss")));
    }

    private static void assertAllocatesNothingOnRandomInputs(Execution<?> execution) {
        Random random = new Random(1);
        for (Program.Input input : execution.program().inputs()) {
            double[] elements = new double[input.shape().size()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = switch (input.name()) {
                    case "y" -> random.nextInt(CLASSES);
                    case "weights" -> 1;
                    default -> random.nextDouble() - 0.5;
                };
            }
            execution.set(input.name(), elements);
        }
        assertAllocatesNothing(execution);
        assertTrue(
                Double.isFinite(execution.get("loss")[0]),
                "the loss is " + execution.get("loss")[0]);
    }

    /** Runs it long enough for the compiler to have seen it, and then counts. */
    static void assertAllocatesNothing(Execution<?> execution) {
        for (int i = 0; i < 20_000; i++) {
            execution.run(); // the Vector API allocates until the compiler has seen it
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long me = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(me);
        for (int i = 0; i < 1000; i++) {
            execution.run();
        }
        long allocated = threads.getThreadAllocatedBytes(me) - before;
        assertTrue(allocated < 1000, allocated + " bytes in 1000 steps");
    }
}
