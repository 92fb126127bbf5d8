package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Unary;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation, a row each, against the three oracles: the adjoint identity, differences, and second derivatives. */
class OpTest {
    private static final int[] EXTENTS = {1, 2, 3, 8, 17, 33};
    private static final int CLASSES = 4;

    /** What an operand may be. */
    private enum Domain {
        /** Numbers away from 0, where some functions have a kink. */
        REAL,
        POSITIVE,
        /** Class indices, without a derivative. */
        INDEX
    }

    private record Operand(Shape shape, Domain domain) {}

    /** A function of values, and its operands for a matrix of m rows, n columns and an inner extent k. */
    private record Row(String name, Function<List<Value>, Value> function, Function<int[], List<Operand>> operands) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> table() {
        List<Row> rows = new ArrayList<>();
        // Two numbers: equal shapes, and everything that is repeated.
        Function<int[], List<Operand>> same = e -> List.of(real(e[0], e[1]), real(e[0], e[1]));
        Function<int[], List<Operand>> row = e -> List.of(real(e[0], e[1]), real(1, e[1]));
        Function<int[], List<Operand>> column = e -> List.of(real(e[0], 1), real(e[0], e[1]));
        Function<int[], List<Operand>> scalar = e -> List.of(real(1, 1), real(e[0], e[1]));
        Function<int[], List<Operand>> outer = e -> List.of(real(e[0], 1), real(1, e[1]));
        for (Function<int[], List<Operand>> shapes : List.of(same, row, column, scalar, outer)) {
            rows.add(new Row("add", v -> v.get(0).add(v.get(1)), shapes));
            rows.add(new Row("subtract", v -> v.get(0).subtract(v.get(1)), shapes));
            rows.add(new Row("multiply", v -> v.get(0).multiply(v.get(1)), shapes));
            rows.add(new Row("divide", v -> v.get(0).divide(v.get(1)), shapes));
            rows.add(new Row("maximum", v -> v.get(0).maximum(v.get(1)), shapes));
            rows.add(new Row("minimum", v -> v.get(0).minimum(v.get(1)), shapes));
            rows.add(new Row("greaterThan", v -> v.get(0).greaterThan(v.get(1)), shapes));
            rows.add(new Row("atLeast", v -> v.get(0).atLeast(v.get(1)), shapes));
            rows.add(new Row("equalTo", v -> v.get(0).equalTo(v.get(1)), shapes));
            rows.add(new Row("where", v -> v.get(0).add(0.3).greaterThan(0).where(v.get(0), v.get(1)), shapes));
        }
        rows.add(new Row(
                "where",
                v -> v.get(0).where(v.get(1), v.get(2)),
                e -> List.of(index(e[0], 1), real(1, e[1]), real(1, 1))));
        // One number.
        rows.add(unary("add number", x -> x.add(2)));
        rows.add(unary("subtract number", x -> x.subtract(2)));
        rows.add(unary("multiply number", x -> x.multiply(-1.5)));
        rows.add(unary("divide number", x -> x.divide(-1.5)));
        rows.add(unary("maximum number", x -> x.maximum(0.01)));
        rows.add(unary("minimum number", x -> x.minimum(0.01)));
        rows.add(unary("greaterThan number", x -> x.greaterThan(0.01)));
        rows.add(unary("atLeast number", x -> x.atLeast(0.01)));
        rows.add(unary("equalTo number", x -> x.equalTo(0.01)));
        rows.add(unary("constant", x -> x.constant(2.5)));
        rows.add(unary("multiply as a function", x -> x.map(Unary.SCALE, -1.5)));
        rows.add(unary("add as a function", x -> x.map(Unary.SHIFT, -1.5)));
        rows.add(unary("minimum and maximum as a function", x -> x.map(Unary.CLIP, 0.7)));
        rows.add(unary("negate", Value::negate));
        rows.add(unary("power 3", x -> x.power(3)));
        rows.add(unary("power 2", x -> x.power(2)));
        rows.add(unary("power 1", x -> x.power(1)));
        rows.add(unary("power 0", x -> x.power(0)));
        rows.add(positive("power 1.7", x -> x.power(1.7)));
        rows.add(positive("power -0.5", x -> x.power(-0.5)));
        rows.add(new Row(
                "power of value",
                v -> v.get(0).power(v.get(1)),
                e -> List.of(new Operand(new Shape(e[0], e[1]), Domain.POSITIVE), real(1, 1))));
        rows.add(unary("exp", Value::exp));
        rows.add(positive("log", Value::log));
        rows.add(positive("log1p", Value::log1p));
        rows.add(positive("sqrt", Value::sqrt));
        rows.add(unary("reciprocal", Value::reciprocal));
        rows.add(unary("sin", Value::sin));
        rows.add(unary("cos", Value::cos));
        rows.add(unary("absolute", Value::absolute));
        rows.add(unary("sign", Value::sign));
        rows.add(unary("tanh", Value::tanh));
        rows.add(unary("logistic", Value::logistic));
        rows.add(unary("softplus", Value::softplus));
        rows.add(unary("relu", Value::relu));
        rows.add(unary("leakyRelu", x -> x.leakyRelu(0.1)));
        rows.add(new Row("leakyRelu learned", v -> v.get(0).leakyRelu(v.get(1)), row));
        rows.add(unary("elu", x -> x.elu(1.3)));
        rows.add(unary("selu", Value::selu));
        rows.add(unary("gelu", Value::gelu));
        rows.add(unary("silu", Value::silu));
        rows.add(unary("mish", Value::mish));
        rows.add(unary("step", Value::step));
        // Sums, means and extremes.
        rows.add(unary("sumRows", Value::sumRows));
        rows.add(unary("sumColumns", Value::sumColumns));
        rows.add(unary("sum", Value::sum));
        rows.add(unary("meanRows", Value::meanRows));
        rows.add(unary("meanColumns", Value::meanColumns));
        rows.add(unary("mean", Value::mean));
        rows.add(unary("maxRows", Value::maxRows));
        rows.add(unary("maxColumns", Value::maxColumns));
        rows.add(unary("max", Value::max));
        rows.add(unary("minRows", Value::minRows));
        rows.add(unary("minColumns", Value::minColumns));
        rows.add(unary("min", Value::min));
        rows.add(unary("logSumExp", Value::logSumExp));
        rows.add(unary("softmax", Value::softmax));
        rows.add(unary("logSoftmax", Value::logSoftmax));
        // Products and rearrangements.
        rows.add(new Row("matmul", v -> v.get(0).matmul(v.get(1)), e -> List.of(real(e[0], e[2]), real(e[2], e[1]))));
        rows.add(new Row(
                "matmul A'B",
                v -> v.get(0).matmul(true, v.get(1), false),
                e -> List.of(real(e[2], e[0]), real(e[2], e[1]))));
        rows.add(new Row(
                "matmul AB'",
                v -> v.get(0).matmul(false, v.get(1), true),
                e -> List.of(real(e[0], e[2]), real(e[1], e[2]))));
        rows.add(new Row(
                "matmul A'B'",
                v -> v.get(0).matmul(true, v.get(1), true),
                e -> List.of(real(e[2], e[0]), real(e[1], e[2]))));
        // Differences would not take the detached factor for a constant; that it is one has a test of its own.
        rows.add(new Row(
                "detach",
                v -> v.get(0).detach().multiply(v.get(1)),
                e -> List.of(index(e[0], e[1]), real(e[0], e[1]))));
        rows.add(unary("transpose", Value::transpose));
        rows.add(unary("reshape", x -> x.reshape(1, x.shape().size())));
        rows.add(new Row("broadcastTo", v -> v.get(0).broadcastTo(new Shape(5, 7)), e -> List.of(real(1, 7))));
        rows.add(new Row("broadcastTo", v -> v.get(0).broadcastTo(new Shape(5, 7)), e -> List.of(real(5, 1))));
        rows.add(new Row("broadcastTo", v -> v.get(0).broadcastTo(new Shape(5, 7)), e -> List.of(real(1, 1))));
        rows.add(new Row(
                "concatColumns",
                v -> v.get(0).concatColumns(v.get(1), v.get(2)),
                e -> List.of(real(e[0], e[1]), real(e[0], 1), real(e[0], e[2]))));
        rows.add(unary("sliceColumns", x -> x.sliceColumns(x.columns() / 2, x.columns())));
        rows.add(unary("padColumns", x -> x.padColumns(2, 1)));
        rows.add(new Row(
                "gatherRows", v -> v.get(0).gatherRows(v.get(1)), e -> List.of(real(CLASSES, e[1]), index(e[0], 1))));
        rows.add(new Row(
                "scatterAddRows",
                v -> v.get(0).scatterAddRows(v.get(1), CLASSES),
                e -> List.of(real(e[0], e[1]), index(e[0], 1))));
        rows.add(new Row(
                "toMatrix",
                v -> v.get(0).toMatrix(v.get(1), v.get(2), new Shape(CLASSES, CLASSES)),
                e -> List.of(real(e[0], 1), index(e[0], 1), index(e[0], 1))));
        rows.add(new Row(
                "entries",
                v -> v.get(0).entries(v.get(1), v.get(2)),
                e -> List.of(real(CLASSES, CLASSES), index(e[0], 1), index(e[0], 1))));
        rows.add(new Row(
                "entries of a product",
                v -> v.get(0).apply(new Sparse.EntriesOfProduct(), v.get(1), v.get(2), v.get(3)),
                e -> List.of(real(CLASSES, e[1]), real(5, e[1]), index(e[0], 1), index(e[0], 1))));
        rows.add(new Row(
                "matmul of entries",
                v -> v.get(0)
                        .toMatrix(v.get(1), v.get(2), new Shape(5, CLASSES))
                        .matmul(v.get(3)),
                e -> List.of(real(e[0], 1), index(e[0], 1), index(e[0], 1), real(CLASSES, e[1]))));
        rows.add(new Row(
                "matmul of transposed entries",
                v -> v.get(0)
                        .toMatrix(v.get(1), v.get(2), new Shape(CLASSES, 5))
                        .matmul(true, v.get(3), false),
                e -> List.of(real(e[0], 1), index(e[0], 1), index(e[0], 1), real(CLASSES, e[1]))));
        rows.add(new Row("oneHot", v -> v.get(0).oneHot(CLASSES), e -> List.of(index(e[0], 1))));
        // Layers and losses.
        rows.add(new Row(
                "batchNorm",
                v -> v.get(0).batchNorm(v.get(1), v.get(2), v.get(3)),
                e -> List.of(
                        real(e[0] + 2, e[1]),
                        new Operand(new Shape(e[0] + 2, 1), Domain.POSITIVE),
                        real(1, e[1]),
                        real(1, e[1]))));
        rows.add(new Row(
                "dropout", v -> v.get(0).dropout(0.3, 5, v.get(1)), e -> List.of(real(e[0], e[1]), index(e[0], 2))));
        rows.add(new Row(
                "dropout of rates",
                v -> v.get(0).dropout(v.get(1).multiply(0.1), 5, v.get(1)),
                e -> List.of(real(e[0], e[1]), index(e[0], 1))));
        rows.add(new Row(
                "uniformNoise",
                v -> v.get(0).multiply(v.get(0).uniformNoise(5, v.get(1))),
                e -> List.of(real(e[0], e[1]), index(e[0], 2))));
        rows.add(new Row(
                "gaussianNoise",
                v -> v.get(0).multiply(v.get(0).gaussianNoise(5, v.get(1))),
                e -> List.of(real(e[0], e[1]), index(e[0], 2))));
        rows.add(new Row(
                "softmaxCrossEntropy",
                v -> Losses.softmaxCrossEntropy(v.get(0), v.get(1)),
                e -> List.of(real(e[0], CLASSES), index(e[0], 1))));
        rows.add(new Row(
                "binaryCrossEntropy",
                v -> Losses.binaryCrossEntropy(v.get(0), v.get(1)),
                e -> List.of(real(e[0], 1), real(e[0], 1))));
        for (double focus : new double[] {0, 0.5, 2}) {
            rows.add(new Row(
                    "softmaxCrossEntropy focus " + focus,
                    v -> Losses.softmaxCrossEntropy(v.get(0), v.get(1), focus, 0.2),
                    e -> List.of(real(e[0], CLASSES), index(e[0], 1))));
            rows.add(new Row(
                    "binaryCrossEntropy focus " + focus,
                    v -> Losses.binaryCrossEntropy(v.get(0), v.get(1), focus, 0.2),
                    same));
        }
        rows.add(new Row("quantile", v -> Losses.quantile(v.get(0), v.get(1), 0.9), same));
        rows.add(new Row(
                "poisson",
                v -> Losses.poisson(v.get(0), v.get(1)),
                e -> List.of(real(e[0], e[1]), new Operand(new Shape(e[0], e[1]), Domain.POSITIVE))));
        rows.add(new Row("hinge", v -> Losses.hinge(v.get(0), v.get(1)), e -> List.of(real(e[0], 1), real(e[0], 1))));
        rows.add(new Row("residualSumOfSquares", v -> Losses.residualSumOfSquares(v.get(0), v.get(1)), same));
        rows.add(new Row("halfSquaredError", v -> Losses.halfSquaredError(v.get(0), v.get(1)), same));
        rows.add(new Row("absoluteError", v -> Losses.absoluteError(v.get(0), v.get(1)), same));
        rows.add(new Row("huber", v -> Losses.huber(v.get(0), v.get(1), 0.7), same));
        return rows.stream();
    }

    private static Operand real(int rows, int columns) {
        return new Operand(new Shape(rows, columns), Domain.REAL);
    }

    private static Operand index(int rows, int columns) {
        return new Operand(new Shape(rows, columns), Domain.INDEX);
    }

    private static Row unary(String name, Function<Value, Value> function) {
        return new Row(name, v -> function.apply(v.get(0)), e -> List.of(real(e[0], e[1])));
    }

    private static Row positive(String name, Function<Value, Value> function) {
        return new Row(
                name, v -> function.apply(v.get(0)), e -> List.of(new Operand(new Shape(e[0], e[1]), Domain.POSITIVE)));
    }

    @Test
    void everyOperationIsReachedByARow() {
        Set<String> operations = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.adjoint.autodiff").stream()
                        .filter(c -> c.isAssignableTo(Op.class) && !c.isInterface())
                        .map(JavaClass::getName)
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> reached = new TreeSet<>();
        Set<Object> attributes = new HashSet<>();
        Random random = new Random(1);
        table().flatMap(row -> new Sample(row, random).program().steps().stream())
                .forEach(step -> {
                    reached.add(step.op().getClass().getName());
                    attributes.addAll(step.op().attributes());
                });
        assertTrue(operations.size() >= 25, "operations were not found: " + operations);
        assertEquals(operations, reached);
        assertTrue(attributes.containsAll(List.of(Unary.values())), "functions of one number: " + attributes);
        assertTrue(attributes.containsAll(List.of(Binary.values())), "functions of two numbers: " + attributes);
    }

    @Test
    void everyMethodThatGivesAValueHasARow() {
        Set<String> methods = new TreeSet<>();
        for (Class<?> type : List.of(Value.class, Losses.class)) {
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers()) && method.getReturnType() == Value.class) {
                    methods.add(method.getName());
                }
            }
        }
        methods.remove("apply"); // any operation
        Set<String> rows =
                table().map(row -> row.name().split(" ", 2)[0]).collect(Collectors.toCollection(TreeSet::new));
        assertTrue(methods.size() >= 60, "methods were not found: " + methods);
        assertEquals(methods, rows);
    }

    @ParameterizedTest
    @MethodSource("table")
    void reverseAndForwardRulesAreEachOthersTranspose(Row row) {
        Random random = new Random(42);
        for (int trial = 0; trial < 40; trial++) {
            Sample sample = new Sample(row, random);
            String where = sample + " (seed 42, trial " + trial + ")";
            Program forward = Forward.tangent(sample.program());
            Program reverse = Reverse.pullback(sample.program(), "y");
            double[] u = random.doubles(sample.size(), -1, 1).toArray();
            assertIdentity(1e-5, sample, Execution.float32(forward), Execution.float32(reverse), u, where);
            assertIdentity(1e-13, sample, Execution.float64(forward), Execution.float64(reverse), u, where);
        }
    }

    /** {@code <u, J v> = <J' u, v>}, relative to the lengths of {@code u} and {@code J v}. */
    private static void assertIdentity(
            double tolerance, Sample sample, Execution<?> forward, Execution<?> reverse, double[] u, String where) {
        sample.write(forward, 0);
        sample.writeTangents(forward);
        forward.run();
        double[] jv = forward.get(Forward.tangentName("y"));
        sample.write(reverse, 0);
        reverse.set(Reverse.adjointName("y"), u);
        reverse.run();
        double scale = Math.max(1, Math.sqrt(dot(u, u) * dot(jv, jv)));
        assertEquals(dot(u, jv), sample.dotWithTangents(reverse, "y"), tolerance * scale, where);
    }

    @ParameterizedTest
    @MethodSource("table")
    void theForwardRuleIsTheDerivative(Row row) {
        Random random = new Random(7);
        for (int trial = 0; trial < 20; trial++) {
            Sample sample = new Sample(row, random);
            Execution<double[]> primal = Execution.float64(sample.program());
            Execution<double[]> forward = Execution.float64(Forward.tangent(sample.program()));
            sample.writeTangents(forward);
            assertDifferences(sample, primal, "y", forward, Forward.tangentName("y"), "seed 7, trial " + trial);
        }
    }

    @ParameterizedTest
    @MethodSource("table")
    void secondDerivativesAreTheDerivativeOfTheFirst(Row row) {
        Random random = new Random(3);
        for (int trial = 0; trial < 10; trial++) {
            Sample sample = new Sample(row, random);
            if (sample.parameters().isEmpty()) {
                return; // indices alone: nothing to differentiate
            }
            Program first = Reverse.gradient(sample.loss(), "loss");
            Program second = Forward.tangent(first);
            for (String parameter : sample.parameters()) {
                String gradient = Reverse.gradientName("loss", parameter);
                Execution<double[]> hessianVector = Execution.float64(second);
                sample.writeTangents(hessianVector);
                assertDifferences(
                        sample,
                        Execution.float64(first),
                        gradient,
                        hessianVector,
                        Forward.tangentName(gradient),
                        "seed 3, trial " + trial);
            }
        }
    }

    /** Central differences of an output along the tangents, which differ from the derivative by h^2 and by eps / h. */
    private static void assertDifferences(
            Sample sample, Execution<?> primal, String output, Execution<?> derivative, String tangent, String seed) {
        double h = 1e-5;
        sample.write(primal, h);
        primal.run();
        double[] above = primal.get(output);
        sample.write(primal, -h);
        primal.run();
        double[] below = primal.get(output);
        sample.write(derivative, 0);
        derivative.run();
        double[] actual = derivative.get(tangent);
        for (int i = 0; i < above.length; i++) {
            double difference = (above[i] - below[i]) / (2 * h);
            double tolerance = 2e-5 * Math.max(1, Math.abs(difference)) + 1e-8 * Math.abs(above[i]);
            assertEquals(difference, actual[i], tolerance, sample + " " + tangent + " " + i + " (" + seed + ")");
        }
    }

    @ParameterizedTest
    @MethodSource("table")
    void reverseOverReverseIsForwardOverReverse(Row row) {
        Random random = new Random(5);
        Sample sample = new Sample(row, random);
        if (sample.parameters().isEmpty()) {
            return;
        }
        // g = <gradient, 1>: its gradient is H 1, and its tangent along v is <v, H 1>.
        Program once = Reverse.gradient(sample.loss(), "loss");
        ProgramBuilder builder = new ProgramBuilder();
        List<Value> values = once.recordInto(builder, builder.inputsOf(once));
        Value g = builder.constant(0);
        for (String parameter : sample.parameters()) {
            g = g.add(values.get(
                            once.output(Reverse.gradientName("loss", parameter)).value())
                    .sum());
        }
        builder.output("g", g);
        Execution<double[]> reverse = Execution.float64(Reverse.gradient(builder.build(), "g"));
        Execution<double[]> forward = Execution.float64(Forward.tangent(builder.build()));
        sample.write(reverse, 0);
        sample.write(forward, 0);
        sample.writeTangents(forward);
        reverse.run();
        forward.run();
        double expected = forward.get(Forward.tangentName("g"))[0];
        assertEquals(expected, sample.dotWithTangents(reverse, "g"), 1e-9 * Math.max(1, Math.abs(expected)));
    }

    @Test
    void whatIsDetachedIsAConstantInBothModes() {
        Tape tape = new Tape();
        Value x = tape.input("x", 3, -2);
        Value y = x.multiply(x.detach());
        assertEquals("detach(x)", x.detach().formula());
        assertEquals("[9.0, 4.0]", Arrays.toString(y.elements()));
        assertGradient(new double[] {3, -2}, tape, y.sum(), x);
        assertGradient(new double[] {0, 0}, tape, x.detach().sum(), x);
        Value tangent = tape.input("t", 1, 10);
        assertEquals(
                "[3.0, -20.0]",
                Arrays.toString(tape.tangent(y, Map.of(x, tangent)).elements()));
        assertEquals(
                "[0.0, 0.0]",
                Arrays.toString(tape.tangent(x.detach(), Map.of(x, tangent)).elements()));
    }

    @Test
    void equalElementsShareTheGradient() {
        Tape tape = new Tape();
        Value x = tape.input("x", new Shape(2, 3), 1, 5, 5, 5, 2, 0);
        Value y = tape.input("y", new Shape(2, 3), 1, 4, 6, 5, 2, 0);
        double third = 1.0 / 3;
        assertGradient(new double[] {0, third, third, third, 0, 0}, tape, x.max(), x);
        assertGradient(new double[] {0, 0.5, 0.5, 1, 0, 0}, tape, x.maxColumns().sum(), x);
        assertGradient(new double[] {0, 1, 1, 1, 0, 0}, tape, x.maxRows().sum(), x);
        assertGradient(new double[] {0, 0, 0, 0, 0, 1}, tape, x.min(), x);
        assertGradient(
                new double[] {0.5, 1, 0, 0.5, 0.5, 0.5}, tape, x.maximum(y).sum(), x);
        assertGradient(
                new double[] {0.5, 0, 1, 0.5, 0.5, 0.5}, tape, x.minimum(y).sum(), x);
    }

    @Test
    void whatWhereDidNotTakeHasTheGradientZeroEvenIfItIsNotANumber() {
        Tape tape = new Tape();
        Value x = tape.input("x", -1, 4);
        Value root = x.sqrt();
        assertEquals(Double.NaN, root.elements()[0]);
        Value safe = x.greaterThan(0).where(root, x.constant(0));
        assertEquals("[0.0, 2.0]", Arrays.toString(safe.elements()));
        assertGradient(new double[] {0, 1}, tape, safe.sum(), root);
    }

    private static void assertGradient(double[] expected, Tape tape, Value y, Value x) {
        double[] actual = tape.gradient(y, x).get(0).elements();
        assertEquals(Arrays.toString(expected), Arrays.toString(actual));
    }

    @Test
    void aDropoutMaskIsAFunctionOfItsCountersAndKeepsTheMean() {
        Tape tape = new Tape();
        int rows = 400;
        double[] counters = new double[2 * rows];
        for (int i = 0; i < rows; i++) {
            counters[2 * i] = 7;
            counters[2 * i + 1] = i;
        }
        double[] ones = new double[rows * 50];
        Arrays.fill(ones, 1);
        Value x = tape.input("x", new Shape(rows, 50), ones);
        double[] all = x.dropout(0.2, 3, tape.input("counters", new Shape(rows, 2), counters))
                .elements();
        double[] fifth = tape.input("row", Arrays.copyOf(ones, 50))
                .dropout(0.2, 3, tape.input("c", 7, 5))
                .elements();
        assertEquals(Arrays.toString(Arrays.copyOfRange(all, 250, 300)), Arrays.toString(fifth));
        assertEquals(1, Arrays.stream(all).average().orElseThrow(), 0.02);
        assertEquals(Set.of(0.0, 1.25), Arrays.stream(all).boxed().collect(Collectors.toSet()));
    }

    @Test
    void aRateOfEachRowDropsWhatOneRateOfAllDrops() {
        Tape tape = new Tape();
        double[] counters = {3, 0, 3, 1, 3, 2};
        double[] numbers = new double[3 * 40];
        Arrays.setAll(numbers, i -> 1 + i);
        Value x = tape.input("x", new Shape(3, 40), numbers);
        Value rows = tape.input("counters", new Shape(3, 2), counters);
        double[] rates = {0, 0.25, 0.5};
        double[] each =
                x.dropout(tape.input("rates", new Shape(3, 1), rates), 3, rows).elements();
        for (int i = 0; i < 3; i++) {
            double[] all = x.dropout(rates[i], 3, rows).elements();
            assertEquals(
                    Arrays.toString(Arrays.copyOfRange(all, 40 * i, 40 * i + 40)),
                    Arrays.toString(Arrays.copyOfRange(each, 40 * i, 40 * i + 40)),
                    "rate " + rates[i]);
        }
    }

    /** A row's function on random operands, all of them parameters but indices; with random tangents. */
    private static final class Sample {
        private final Row row;
        private final List<Operand> operands;
        private final List<double[]> values = new ArrayList<>();
        private final List<double[]> tangents = new ArrayList<>();

        Sample(Row row, Random random) {
            this.row = row;
            this.operands = row.operands().apply(new int[] {pick(random), pick(random), pick(random)});
            for (Operand operand : operands) {
                double[] value = new double[operand.shape().size()];
                double[] tangent = new double[value.length];
                for (int j = 0; j < value.length; j++) {
                    double magnitude = 0.05 + random.nextDouble();
                    value[j] = switch (operand.domain()) {
                        case REAL -> random.nextBoolean() ? magnitude : -magnitude;
                        case POSITIVE -> magnitude;
                        case INDEX -> random.nextInt(CLASSES);
                    };
                    tangent[j] = operand.domain() == Domain.INDEX ? 0 : random.nextGaussian();
                }
                values.add(value);
                tangents.add(tangent);
            }
        }

        private static int pick(Random random) {
            return EXTENTS[random.nextInt(EXTENTS.length)];
        }

        private Value result(ProgramBuilder builder) {
            List<Value> inputs = new ArrayList<>();
            for (int i = 0; i < operands.size(); i++) {
                Operand operand = operands.get(i);
                inputs.add(builder.declare("x" + i, operand.shape(), operand.domain() != Domain.INDEX));
            }
            return row.function().apply(inputs);
        }

        Program program() {
            ProgramBuilder builder = new ProgramBuilder();
            builder.output("y", result(builder));
            return builder.build();
        }

        /** A scalar that is not linear in the result, so that second derivatives are not all zero. */
        Program loss() {
            ProgramBuilder builder = new ProgramBuilder();
            Value y = result(builder);
            builder.output("loss", y.multiply(y).mean());
            return builder.build();
        }

        /** How many elements the result has. */
        int size() {
            Program program = program();
            return program.shape(program.output("y").value()).size();
        }

        List<String> parameters() {
            return program().parameters().stream().map(Program.Input::name).toList();
        }

        /** Writes the operands, moved by {@code h} along the tangents. */
        void write(Execution<?> execution, double h) {
            for (int i = 0; i < operands.size(); i++) {
                double[] moved = values.get(i).clone();
                for (int j = 0; j < moved.length; j++) {
                    moved[j] += h * tangents.get(i)[j];
                }
                execution.set("x" + i, moved);
            }
        }

        void writeTangents(Execution<?> execution) {
            for (String parameter : parameters()) {
                execution.set(Forward.tangentName(parameter), tangents.get(Integer.parseInt(parameter.substring(1))));
            }
        }

        double dotWithTangents(Execution<?> execution, String output) {
            double total = 0;
            for (String parameter : parameters()) {
                double[] adjoint = execution.get(Reverse.gradientName(output, parameter));
                total += dot(adjoint, tangents.get(Integer.parseInt(parameter.substring(1))));
            }
            return total;
        }

        @Override
        public String toString() {
            return row + " on " + operands;
        }
    }

    private static double dot(double[] a, double[] b) {
        double total = 0;
        for (int i = 0; i < a.length; i++) {
            total += a[i] * b[i];
        }
        return total;
    }
}
