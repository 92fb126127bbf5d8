package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.kernel.Block;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ProgramTest {
    @Test
    void aProgramReadsAsItsComputation() {
        ProgramBuilder builder = new ProgramBuilder();
        Value w = builder.parameter("W", 3, 2);
        Value x = builder.input("x", 5, 3);
        builder.output("loss", x.matmul(w).tanh().sum());
        String text = Reverse.gradient(builder.build(), "loss").toString();
        List<String> lines =
                text.lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
        assertEquals(
                List.of(
                        "parameter W [3x2]",
                        "input x [5x3]",
                        "v1 = matmul(x, W) [5x2]",
                        "v2 = tanh(v1) [5x2]",
                        "v3 = sumColumns(v2) [5x1]",
                        "v4 = sumRows(v3) [1x1]",
                        "-- adjoint",
                        "v5 = 1 [1x1]",
                        "v6 = broadcast(v5) [5x1]",
                        "v7 = broadcast(v6) [5x2]",
                        "v8 = v2 * v2 [5x2]",
                        "v9 = v5 - v8 [5x2]",
                        "v10 = v7 * v9 [5x2]",
                        "v11 = matmul(x', v10) [3x2]",
                        "output loss = v4",
                        "output d loss / d W = v11"),
                lines);
    }

    @Test
    void whatIsComputedAlreadyIsNotComputedAgain() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.parameter("x", 2, 3);
        Value y = builder.parameter("y", 2, 3);
        assertSame(x.tanh().multiply(y), x.tanh().multiply(y));
        assertNotSame(x.subtract(y), y.subtract(x));
        assertNotSame(x.leakyRelu(0.1), x.leakyRelu(0.2));
        // Equal gradients need a place each all the same.
        builder.output("y", x.add(y).sum());
        Program gradient = Reverse.gradient(builder.build(), "y");
        assertNotEquals(
                gradient.output("d y / d x").value(),
                gradient.output("d y / d y").value());
    }

    @Test
    void theAdjointOfTheInputDataIsNotComputed() {
        Program gradient = Reverse.gradient(perceptron(8), "loss");
        long products =
                gradient.steps().stream().filter(s -> s.op() instanceof MatMul).count();
        // Two forward; back: two for W2 (itself, its input), one for W1.
        assertEquals(5, products);
    }

    @Test
    void gradientsStandSideBySideAlsoWhenTwoParametersShareTheirs() {
        ProgramBuilder builder = new ProgramBuilder();
        Value a = builder.parameter("a", 1, 3);
        Value b = builder.parameter("b", 1, 3);
        builder.parameter("unused", 2, 2);
        builder.output("loss", a.add(b).sum());
        Execution<float[]> execution = Execution.float32(Reverse.gradient(builder.build(), "loss"));
        Arrays.fill(execution.arena(), 9);
        execution.run();
        int first = execution.output(Reverse.gradientName("loss", "a")).offset();
        float[] gradients = Arrays.copyOfRange(execution.arena(), first, first + 10);
        assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1, 0, 0, 0, 0}, gradients);
    }

    @Test
    void reusingMemoryDoesNotChangeTheResults() {
        Program whole = Reverse.gradient(perceptron(16), "loss");
        // The same program with every intermediate an output: nothing is reused.
        List<Program.Output> all = new ArrayList<>(whole.outputs());
        for (int i = whole.inputs().size(); i < whole.valueCount(); i++) {
            all.add(new Program.Output("keep " + i, i));
        }
        Program kept = new Program(whole.inputs(), whole.steps(), all, whole.primalSteps());
        Execution<float[]> reusing = Execution.float32(whole);
        Execution<float[]> keeping = Execution.float32(kept);
        assertTrue(reusing.arena().length < keeping.arena().length);
        for (int run = 0; run < 2; run++) {
            fillInputs(reusing, run);
            fillInputs(keeping, run);
            reusing.run();
            keeping.run();
            for (Program.Output output : whole.outputs()) {
                assertArrayEquals(read(keeping, output.name()), read(reusing, output.name()), output.name());
            }
        }
    }

    @Test
    void anIndexAmongTheDataThatIsNoneIsToldWithItsStepAndRow() {
        ProgramBuilder builder = new ProgramBuilder();
        Value table = builder.parameter("table", 4, 2);
        Value x = builder.input("x", 3, 1);
        builder.output("y", table.tanh().gatherRows(x));
        Execution<float[]> execution = Execution.float32(builder.build());
        execution.set("x", 3, 0, 2);
        execution.run();
        for (double wrong : new double[] {4, -1, 1.5, Double.NaN}) {
            execution.set("x", 3, wrong, 2);
            assertEquals(
                    "index " + wrong + " in row 1, expected 0 to 3  (step v2 = gatherRows(v1, x))",
                    assertThrows(IndexOutOfBoundsException.class, execution::run)
                            .getMessage());
        }
    }

    @Test
    void aStepAllocatesNothing() {
        Execution<float[]> execution = Execution.float32(Reverse.gradient(perceptron(64), "loss"));
        fillInputs(execution, 1);
        CostTest.assertAllocatesNothing(execution);
    }

    @Test
    void aProgramTravelsInAFewKilobytes() throws IOException, ClassNotFoundException {
        Program program = Reverse.gradient(perceptron(64), "loss");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(program);
        }
        assertTrue(bytes.size() < 8192, bytes.size() + " bytes");
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertEquals(program, in.readObject());
        }
    }

    @Test
    void programsRecordedAlikeHaveTheSameDigest() {
        String digest = Reverse.gradient(perceptron(8), "loss").digest();
        assertTrue(digest.matches("[0-9a-f]{64}"), digest);
        Locale locale = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertEquals(digest, Reverse.gradient(perceptron(8), "loss").digest());
        } finally {
            Locale.setDefault(locale);
        }
    }

    /** As a constant: what a checkpoint says must mean the same to another version of Java and of this class. */
    @Test
    void aDigestStaysAsItIs() {
        assertEquals(
                "c9c68b2387236b273461b694d8a0751111b9c6e64695cd356bd9b59f67d65e83",
                digest(x ->
                        x.leakyRelu(0.1).dropout(0.5, 7, x).sliceColumns(0, 2).matmul(true, x, false)));
    }

    @Test
    void programsThatDifferAnywhereHaveDifferentDigests() {
        List<String> digests = new ArrayList<>();
        for (UnaryOperator<Value> function : List.<UnaryOperator<Value>>of(
                x -> x.dropout(0.5, 7, x),
                x -> x.dropout(0.5, 8, x),
                x -> x.dropout(0.25, 7, x),
                x -> x.leakyRelu(0.1),
                x -> x.leakyRelu(Math.nextUp(0.1)),
                Value::tanh,
                Value::exp,
                x -> x.multiply(2),
                x -> x.add(2),
                x -> x.tanh().subtract(x),
                x -> x.subtract(x.tanh()),
                x -> x.reshape(3, 2),
                x -> x.reshape(1, 6),
                Value::sumRows,
                Value::sumColumns,
                x -> x.matmul(true, x, false),
                x -> x.matmul(false, x, true))) {
            digests.add(digest(function));
        }
        for (boolean parameter : new boolean[] {false, true}) {
            for (String name : List.of("x", "xy")) {
                for (Shape shape : List.of(new Shape(2, 4), new Shape(4, 2))) {
                    ProgramBuilder builder = new ProgramBuilder();
                    builder.output("y", builder.declare(name, shape, parameter).tanh());
                    digests.add(builder.build().digest());
                }
            }
        }
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", 2, 4);
        builder.output("y", x.tanh());
        builder.output("x", x);
        digests.add(builder.build().digest());
        assertEquals(digests.size(), Set.copyOf(digests).size(), digests.toString());
    }

    private static String digest(UnaryOperator<Value> function) {
        ProgramBuilder builder = new ProgramBuilder();
        builder.output("y", function.apply(builder.input("x", 2, 3)));
        return builder.build().digest();
    }

    @Test
    void aStepPrintsTheAttributesOfItsOperation() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", 2, 3);
        assertEquals(
                "dropoutMask(x, 0.3, 7, 3)",
                x.dropout(0.3, 7, x).operands().get(1).formula());
        assertEquals("sliceColumns(x, 0, 2)", x.sliceColumns(0, 2).formula());
        assertEquals("leakyRelu(x, 0.1)", x.leakyRelu(0.1).formula());
        assertEquals("reshape(x)", x.reshape(3, 2).formula());
        assertEquals("maxRows(x)", x.maxRows().formula());
    }

    private static Program perceptron(int rows) {
        ProgramBuilder builder = new ProgramBuilder();
        Value w1 = builder.parameter("W1", 20, 30);
        Value b1 = builder.parameter("b1", 1, 30);
        Value w2 = builder.parameter("W2", 30, 4);
        Value b2 = builder.parameter("b2", 1, 4);
        Value x = builder.input("x", rows, 20);
        Value y = builder.input("y", rows, 1);
        Value weights = builder.input("weights", rows, 1);
        Value logits = x.matmul(w1).add(b1).tanh().matmul(w2).add(b2);
        builder.output(
                "loss", Losses.softmaxCrossEntropy(logits, y).multiply(weights).sum());
        return builder.build();
    }

    private static void fillInputs(Execution<float[]> execution, long seed) {
        Random random = new Random(seed);
        for (Program.Input input : execution.program().inputs()) {
            Block block = execution.input(input.name());
            for (int i = 0; i < block.size(); i++) {
                execution.arena()[block.offset() + i] =
                        input.name().equals("y") ? random.nextInt(4) : random.nextFloat() - 0.5f;
            }
        }
    }

    private static float[] read(Execution<float[]> execution, String output) {
        Block block = execution.output(output);
        return Arrays.copyOfRange(execution.arena(), block.offset(), block.offset() + block.size());
    }
}
