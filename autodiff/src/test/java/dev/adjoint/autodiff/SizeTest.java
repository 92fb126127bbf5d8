package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** Graphs of many steps: the time grows as they do, and the stack not at all. */
class SizeTest {
    /** Far more than ten, so that a busy machine does no harm, and far less than the hundred of a quadratic algorithm. */
    private static final int MOST_FOR_TEN_TIMES_THE_STEPS = 25;

    /** So many scalar steps, each on the one before; {@code x} is read by half of them. */
    private static Value chain(Value x, int steps) {
        Value y = x;
        for (int i = 0; i < steps; i++) {
            y = switch (i % 4) {
                case 0 -> y.sin();
                case 1 -> y.multiply(x);
                case 2 -> y.tanh();
                default -> y.add(x);
            };
        }
        return y;
    }

    /** The chain's value and derivative by plain arithmetic. */
    private static double[] chainByHand(double x, int steps) {
        double y = x;
        double dy = 1;
        for (int i = 0; i < steps; i++) {
            switch (i % 4) {
                case 0 -> {
                    dy *= Math.cos(y);
                    y = Math.sin(y);
                }
                case 1 -> {
                    dy = dy * x + y;
                    y *= x;
                }
                case 2 -> {
                    y = Math.tanh(y);
                    dy *= 1 - y * y;
                }
                default -> {
                    dy += 1;
                    y += x;
                }
            }
        }
        return new double[] {y, dy};
    }

    private static Program chainProgram(int steps) {
        ProgramBuilder builder = new ProgramBuilder();
        builder.output("y", chain(builder.parameter("x", 1, 1), steps));
        return builder.build();
    }

    private static void assertChain(int steps, double y, double derivative) {
        double[] expected = chainByHand(0.8, steps);
        assertEquals(expected[0], y, 1e-12, steps + " steps");
        assertEquals(expected[1], derivative, 1e-12, steps + " steps");
    }

    private static void reverseAsAProgram(int steps) {
        Execution<double[]> gradient = Execution.float64(Reverse.gradient(chainProgram(steps), "y"));
        gradient.set("x", 0.8);
        gradient.run();
        assertChain(steps, gradient.get("y")[0], gradient.get("d y / d x")[0]);
    }

    private static void forwardAsAProgram(int steps) {
        Execution<double[]> tangent = Execution.float64(Forward.tangent(chainProgram(steps)));
        tangent.set("x", 0.8);
        tangent.set("d x", 1);
        tangent.run();
        assertChain(steps, tangent.get("y")[0], tangent.get("d y")[0]);
    }

    private static void onATape(int steps) {
        Tape tape = new Tape();
        Value x = tape.input("x", 0.8);
        Value y = chain(x, steps);
        assertChain(steps, y.item(), tape.gradient(y, x).get(0).item());
        assertChain(steps, y.item(), tape.tangent(y, Map.of(x, x.constant(1))).item());
    }

    private static void manyParameters(int count) {
        ProgramBuilder builder = new ProgramBuilder();
        Value sum = builder.constant(0);
        for (int i = 0; i < count; i++) {
            sum = sum.add(builder.parameter("w" + i, 1, 1));
        }
        builder.output("sum", sum);
        Execution<double[]> gradient = Execution.float64(Reverse.gradient(builder.build(), "sum"));
        gradient.run();
        assertEquals(1, gradient.get("d sum / d w" + (count - 1))[0]);
    }

    @Test
    void reverseModeTakesTimeInProportionToTheSteps() {
        assertLinear(SizeTest::reverseAsAProgram);
    }

    @Test
    void forwardModeTakesTimeInProportionToTheSteps() {
        assertLinear(SizeTest::forwardAsAProgram);
    }

    @Test
    void aTapeTakesTimeInProportionToTheSteps() {
        assertLinear(SizeTest::onATape);
    }

    @Test
    void manyParametersTakeTimeInProportion() {
        assertLinear(SizeTest::manyParameters);
    }

    private static void assertLinear(IntConsumer task) {
        fastest(task, 10_000, 8); // the compiler sees it, and the heap grows
        double thousand = fastest(task, 1000, 20);
        double tenThousand = fastest(task, 10_000, 8);
        // The two bounds together: a thousand steps fit the processor's caches, and ten thousand do not.
        double bound = Math.min(
                MOST_FOR_TEN_TIMES_THE_STEPS * tenThousand,
                MOST_FOR_TEN_TIMES_THE_STEPS * MOST_FOR_TEN_TIMES_THE_STEPS * thousand);
        // Noise only adds: one run within the bound is enough, and one of a quadratic algorithm never is.
        double hundredThousand = fastest(task, 100_000, 1);
        for (int run = 1; run < 10 && hundredThousand > bound; run++) {
            hundredThousand = Math.min(hundredThousand, fastest(task, 100_000, 1));
        }
        assertTrue(
                hundredThousand < bound,
                "nanoseconds at 1 000, 10 000 and 100 000 steps: %s, %s, %s"
                        .formatted(thousand, tenThousand, hundredThousand));
    }

    /** Of this thread's time on a processor: the collector's, and that of others on the machine, is not the algorithm's. */
    private static double fastest(IntConsumer task, int steps, int runs) {
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < runs; i++) {
            long start = thread.getCurrentThreadCpuTime();
            task.accept(steps);
            fastest = Math.min(fastest, thread.getCurrentThreadCpuTime() - start);
        }
        return fastest;
    }

    @Test
    void aLongChainNeedsNoDeepStack() throws InterruptedException {
        everything(8); // classes are loaded here, which takes a stack of its own
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, () -> everything(100_000), "small stack", 128 * 1024);
        thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
        thread.start();
        thread.join();
        assertNull(failure.get());
    }

    private static void everything(int steps) {
        reverseAsAProgram(steps);
        forwardAsAProgram(steps);
        onATape(steps);
        Program program = Reverse.gradient(chainProgram(steps), "y");
        assertTrue(program.toString().lines().count() > 2L * steps);
        Program copy = (Program) deserialized(serialized(program));
        assertEquals(program, copy);
        assertEquals(program.hashCode(), copy.hashCode());
    }

    private static byte[] serialized(Object object) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static Object deserialized(byte[] bytes) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
