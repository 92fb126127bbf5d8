package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.adjoint.autodiff.kernel.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The derivative rules of every operation: a row each, and a test that fails when an operation has none. */
class OpTest {
    private static final int[] EXTENTS = {1, 2, 3, 8, 17, 33};

    /** An operation, and the shapes of its operands for a matrix of m rows, n columns and an inner extent k. */
    record Row(Op op, Function<int[], List<Shape>> shapes, boolean targets) {
        Row(Op op, Function<int[], List<Shape>> shapes) {
            this(op, shapes, false);
        }

        @Override
        public String toString() {
            return op.toString();
        }
    }

    static Stream<Row> table() {
        Function<int[], List<Shape>> one = e -> List.of(new Shape(e[0], e[1]));
        Function<int[], List<Shape>> same = e -> List.of(new Shape(e[0], e[1]), new Shape(e[0], e[1]));
        Function<int[], List<Shape>> row = e -> List.of(new Shape(e[0], e[1]), new Shape(1, e[1]));
        Function<int[], List<Shape>> column = e -> List.of(new Shape(e[0], 1), new Shape(e[0], e[1]));
        Function<int[], List<Shape>> scalar = e -> List.of(Shape.SCALAR, new Shape(e[0], e[1]));
        Function<int[], List<Shape>> outer = e -> List.of(new Shape(e[0], 1), new Shape(1, e[1]));
        List<Row> rows = new ArrayList<>();
        for (Op op : List.of(new Arithmetic.Add(), new Arithmetic.Subtract(), new Arithmetic.Multiply())) {
            Stream.of(same, row, column, scalar, outer).forEach(shapes -> rows.add(new Row(op, shapes)));
        }
        rows.add(new Row(new MatMul(false, false), e -> List.of(new Shape(e[0], e[2]), new Shape(e[2], e[1]))));
        rows.add(new Row(new MatMul(true, false), e -> List.of(new Shape(e[2], e[0]), new Shape(e[2], e[1]))));
        rows.add(new Row(new MatMul(false, true), e -> List.of(new Shape(e[0], e[2]), new Shape(e[1], e[2]))));
        rows.add(new Row(new MatMul(true, true), e -> List.of(new Shape(e[2], e[0]), new Shape(e[1], e[2]))));
        rows.add(new Row(new Arithmetic.Scale(-1.5), one));
        rows.add(new Row(new Arithmetic.Constant(2.5), e -> List.of()));
        rows.add(new Row(new Activations.Relu(), one));
        rows.add(new Row(new Activations.LeakyRelu(0.1), one));
        rows.add(new Row(new Activations.Step(0.1), one));
        rows.add(new Row(new Activations.Logistic(), one));
        rows.add(new Row(new Activations.Tanh(), one));
        rows.add(new Row(new Rearrangements.SumRows(), one));
        rows.add(new Row(new Rearrangements.SumColumns(), one));
        rows.add(new Row(new Rearrangements.Broadcast(new Shape(5, 7)), e -> List.of(new Shape(1, 7))));
        rows.add(new Row(new Rearrangements.Broadcast(new Shape(5, 7)), e -> List.of(new Shape(5, 1))));
        rows.add(new Row(new Rearrangements.Broadcast(new Shape(5, 7)), e -> List.of(Shape.SCALAR)));
        rows.add(new Row(new Rearrangements.OneHot(4), e -> List.of(new Shape(e[0], 1)), true));
        rows.add(new Row(new Losses.Softmax(), one));
        rows.add(new Row(new Losses.SoftmaxCrossEntropy(), e -> List.of(new Shape(e[0], 4), new Shape(e[0], 1)), true));
        rows.add(new Row(new Losses.BinaryCrossEntropy(), e -> List.of(new Shape(e[0], 1), new Shape(e[0], 1))));
        rows.add(new Row(new Losses.HalfSquaredError(), same));
        return rows.stream();
    }

    @Test
    void everyOperationHasARow() {
        Set<String> operations = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.adjoint.autodiff").stream()
                        .filter(c -> c.isAssignableTo(Op.class) && !c.isInterface())
                        .map(JavaClass::getName)
                        .collect(Collectors.toSet());
        Set<String> rows = table().map(row -> row.op().getClass().getName()).collect(Collectors.toSet());
        assertTrue(operations.size() >= 15, "operations were not found");
        assertEquals(operations, rows);
    }

    @ParameterizedTest
    @MethodSource("table")
    void reverseAndForwardRulesAreEachOthersTranspose(Row row) {
        Random random = new Random(42);
        for (int trial = 0; trial < 40; trial++) {
            Sample sample = new Sample(row, random);
            double[] tangentOut = sample.forward();
            double[] u = sample.randomLike(tangentOut.length);
            double forward = dot(u, tangentOut);
            double reverse = sample.reverse(u);
            double scale = Math.max(1, norm(u) * norm(tangentOut));
            assertEquals(forward, reverse, 1e-5 * scale, sample + " (seed 42, trial " + trial + ")");
        }
    }

    @ParameterizedTest
    @MethodSource("table")
    void forwardRuleIsTheDerivative(Row row) {
        Random random = new Random(7);
        for (int trial = 0; trial < 20; trial++) {
            Sample sample = new Sample(row, random);
            double[] tangent = sample.forward();
            float h = 1f / 64;
            double[] above = sample.primal(h);
            double[] below = sample.primal(-h);
            for (int i = 0; i < tangent.length; i++) {
                double difference = (above[i] - below[i]) / (2 * h);
                double tolerance = 2e-2 * Math.max(1, Math.abs(difference)) + 1e-5 * Math.abs(above[i]) / h;
                assertEquals(difference, tangent[i], tolerance, sample + " element " + i + " (seed 7, trial " + trial);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("table")
    void derivativesOfTheDerivativeExist(Row row) {
        Sample sample = new Sample(row, new Random(3));
        Program once = Reverse.gradient(sample.scalarProgram(), "loss");
        if (once.parameters().isEmpty()) {
            return; // a constant has nothing to differentiate
        }
        ProgramBuilder builder = new ProgramBuilder();
        List<Value> inputs = once.inputs().stream().map(builder::input).toList();
        List<Value> values = once.recordInto(builder, inputs);
        String first = once.parameters().get(0).name();
        Value gradient =
                values.get(once.output(Reverse.gradientName("loss", first)).value());
        builder.output("norm", gradient.multiply(gradient).sum());
        Program twice = Reverse.gradient(builder.build(), "norm");
        Program tangent = Forward.tangent(builder.build());
        Execution reverse = new Execution(twice);
        Execution forward = new Execution(tangent);
        sample.writeInputs(reverse, 0);
        sample.writeInputs(forward, 0);
        sample.writeTangents(forward);
        reverse.run();
        forward.run();
        double byReverse = sample.dotWithTangents(reverse, "norm");
        double byForward = sum(forward, Forward.tangentName("norm"));
        assertEquals(byForward, byReverse, 2e-4 * Math.max(1, Math.abs(byForward)));
    }

    /** One operation on random operands, all of them parameters but class indices; with random tangents. */
    private static final class Sample {
        private final Row row;
        private final List<Shape> shapes;
        private final Random random;
        private final List<float[]> values = new ArrayList<>();
        private final List<float[]> tangents = new ArrayList<>();

        Sample(Row row, Random random) {
            this.row = row;
            this.random = random;
            int[] extents = {pick(random), pick(random), pick(random)};
            this.shapes = row.shapes().apply(extents);
            for (int i = 0; i < shapes.size(); i++) {
                float[] value = new float[shapes.get(i).size()];
                float[] tangent = new float[value.length];
                for (int j = 0; j < value.length; j++) {
                    // Away from 0, where some operations have a kink.
                    value[j] = (0.05f + random.nextFloat()) * (random.nextBoolean() ? 1 : -1);
                    tangent[j] = (float) random.nextGaussian();
                    if (isIndex(i)) {
                        value[j] = random.nextInt(4);
                        tangent[j] = 0;
                    }
                }
                values.add(value);
                tangents.add(tangent);
            }
        }

        private static int pick(Random random) {
            return EXTENTS[random.nextInt(EXTENTS.length)];
        }

        private boolean isIndex(int operand) {
            return row.targets() && operand == shapes.size() - 1;
        }

        private Value result(ProgramBuilder builder) {
            List<Value> operands = new ArrayList<>();
            for (int i = 0; i < shapes.size(); i++) {
                operands.add(builder.input(new Program.Input("x" + i, shapes.get(i), !isIndex(i))));
            }
            if (operands.isEmpty()) {
                return builder.record(row.op(), List.of());
            }
            return operands.get(0)
                    .apply(row.op(), operands.subList(1, operands.size()).toArray(Value[]::new));
        }

        Program program() {
            ProgramBuilder builder = new ProgramBuilder();
            builder.output("y", result(builder));
            return builder.build();
        }

        /** A scalar that is not linear in the result, so that second derivatives are not all zero. */
        Program scalarProgram() {
            ProgramBuilder builder = new ProgramBuilder();
            Value y = result(builder);
            builder.output("loss", y.multiply(y).sum());
            return builder.build();
        }

        double[] primal(float h) {
            Execution execution = new Execution(program());
            writeInputs(execution, h);
            execution.run();
            return read(execution, "y");
        }

        double[] forward() {
            Execution execution = new Execution(Forward.tangent(program()));
            writeInputs(execution, 0);
            writeTangents(execution);
            execution.run();
            return read(execution, Forward.tangentName("y"));
        }

        /** The tangents times the adjoints of the operands, for the adjoint u of the result. */
        double reverse(double[] u) {
            ProgramBuilder builder = new ProgramBuilder();
            Program primal = program();
            List<Value> inputs = primal.inputs().stream().map(builder::input).toList();
            Shape shape = primal.shape(primal.output("y").value());
            Value weight = builder.input("u", shape.rows(), shape.columns());
            List<Value> all = primal.recordInto(builder, inputs);
            builder.output("loss", all.get(all.size() - 1).multiply(weight).sum());
            Execution execution = new Execution(Reverse.gradient(builder.build(), "loss"));
            writeInputs(execution, 0);
            Block block = execution.input("u");
            for (int i = 0; i < u.length; i++) {
                execution.arena()[block.offset() + i] = (float) u[i];
            }
            execution.run();
            return dotWithTangents(execution, "loss");
        }

        double dotWithTangents(Execution execution, String loss) {
            double total = 0;
            for (int i = 0; i < shapes.size(); i++) {
                if (!isIndex(i)) {
                    double[] adjoint = read(execution, Reverse.gradientName(loss, "x" + i));
                    for (int j = 0; j < adjoint.length; j++) {
                        total += adjoint[j] * tangents.get(i)[j];
                    }
                }
            }
            return total;
        }

        void writeInputs(Execution execution, float h) {
            for (int i = 0; i < shapes.size(); i++) {
                Block block = execution.input("x" + i);
                for (int j = 0; j < block.size(); j++) {
                    execution.arena()[block.offset() + j] = values.get(i)[j] + h * tangents.get(i)[j];
                }
            }
        }

        void writeTangents(Execution execution) {
            for (int i = 0; i < shapes.size(); i++) {
                if (!isIndex(i)) {
                    Block block = execution.input(Forward.tangentName("x" + i));
                    System.arraycopy(tangents.get(i), 0, execution.arena(), block.offset(), block.size());
                }
            }
        }

        double[] randomLike(int n) {
            return random.doubles(n, -1, 1).toArray();
        }

        @Override
        public String toString() {
            return row.op() + " on " + shapes;
        }
    }

    private static double[] read(Execution execution, String output) {
        Block block = execution.output(output);
        double[] values = new double[block.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = execution.arena()[block.offset() + i];
        }
        return values;
    }

    private static double sum(Execution execution, String output) {
        double total = 0;
        for (double v : read(execution, output)) {
            total += v;
        }
        return total;
    }

    private static double dot(double[] a, double[] b) {
        double total = 0;
        for (int i = 0; i < a.length; i++) {
            total += a[i] * b[i];
        }
        return total;
    }

    private static double norm(double[] a) {
        return Math.sqrt(dot(a, a));
    }
}
