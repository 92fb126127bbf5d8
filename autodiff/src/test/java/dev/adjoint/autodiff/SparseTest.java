package dev.adjoint.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparseTest {
    /** A batch of entries for {@code x [rows x width]}, of which there may be up to {@code most}. */
    private static Program gradient(int most, int rows, int width, int units) {
        ProgramBuilder net = new ProgramBuilder();
        Value w = net.parameter("W", width, units);
        Value x = net.input("values", most, 1)
                .toMatrix(net.input("rows", most, 1), net.input("columns", most, 1), new Shape(rows, width));
        net.output("loss", x.matmul(w).tanh().sum());
        return Reverse.gradient(net.build(), "loss");
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1", "7, 3, 5, 2", "40, 8, 9, 16", "40, 8, 9, 17", "100, 3, 30, 33"})
    void aProductOfEntriesIsThatOfTheMatrix(int most, int rows, int width, int units) {
        Random random = new Random(most);
        for (int entries : new int[] {0, most / 2, most}) {
            double[] r = new double[most];
            double[] c = new double[most];
            double[] v = new double[most];
            double[] x = new double[rows * width];
            for (int i = 0; i < most; i++) {
                r[i] = i < entries ? random.nextInt(rows) : -1;
                c[i] = random.nextInt(width);
                v[i] = random.nextGaussian(); // also after the end
                if (i < entries) {
                    x[((int) r[i]) * width + (int) c[i]] += v[i];
                }
            }
            double[] w = random.doubles((long) width * units, -1, 1).toArray();

            ProgramBuilder net = new ProgramBuilder();
            net.output(
                    "loss",
                    net.input("x", rows, width)
                            .matmul(net.parameter("W", width, units))
                            .tanh()
                            .sum());
            Execution<double[]> dense = Execution.float64(Reverse.gradient(net.build(), "loss"));
            dense.set("x", x);
            dense.set("W", w);
            dense.run();

            for (Execution<?> sparse : new Execution<?>[] {
                Execution.float64(gradient(most, rows, width, units)),
                Execution.float32(gradient(most, rows, width, units))
            }) {
                sparse.set("rows", r);
                sparse.set("columns", c);
                sparse.set("values", v);
                sparse.set("W", w);
                sparse.run();
                assertEquals(dense.get("loss")[0], sparse.get("loss")[0], 1e-4);
                assertArrayEquals(dense.get("d loss / d W"), sparse.get("d loss / d W"), 1e-4);
            }
        }
    }

    @Test
    void theMatrixItselfIsNotMadeWhereOnlyProductsNeedIt() {
        Program program = gradient(50, 1000, 100_000, 4);
        assertFalse(program.toString().contains("toMatrix"), program.toString());
        assertTrue(program.toString().contains("sparseMatmul"), program.toString());
        // W, its gradient, and little else.
        assertTrue(Execution.float32(program).arena().length < 1_000_000);
    }

    @Test
    void aMatrixOfEntriesThatIsReadAsAWholeIsMade() {
        ProgramBuilder net = new ProgramBuilder();
        Value x = net.input("values", 3, 1)
                .toMatrix(net.input("rows", 3, 1), net.input("columns", 3, 1), new Shape(4, 5));
        net.output("y", x.matmul(net.parameter("W", 5, 2)).sum().add(x.tanh().sum()));
        String program = net.build().toString();
        assertTrue(program.contains("toMatrix") && program.contains("sparseMatmul"), program);
    }

    /** The gradient with respect to the entries' values: one product of two rows for each, and none of all elements. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void theGradientOfTheValuesIsComputedAtTheEntriesAlone(boolean transpose) {
        int most = 6;
        Program gradient = valuesGradient(most, 4, 5, 3, transpose);
        String text = gradient.toString();
        assertFalse(text.contains(" matmul(") || text.contains("toMatrix"), text);
        assertTrue(text.contains("entriesOfProduct"), text);
        long small = valuesGradient(most, 40, 50, 3, transpose).flops();
        long large = valuesGradient(most, 4000, 50, 3, transpose).flops();
        // Of tanh and the sum there is more; a product of all elements would be 4000 x 50 x 3.
        assertTrue(large - small < 100_000, large + " flops, " + small + " for fewer rows");

        Random random = new Random(1);
        double[] values = random.doubles(most, -1, 1).toArray();
        double[] rows = {0, 3, 1, 1, 0, -1};
        double[] columns = {4, 0, 2, 2, 1, 3};
        double[] w = random.doubles(transpose ? 12 : 15, -1, 1).toArray();
        Execution<double[]> sparse = Execution.float64(gradient);
        sparse.set("values", values);
        sparse.set("rows", rows);
        sparse.set("columns", columns);
        sparse.set("W", w);
        sparse.run();

        // On a tape there is no program to rewrite: the matrix is made and its product taken as any other.
        Tape tape = new Tape();
        Shape column = new Shape(most, 1);
        Value v = tape.input("values", column, values);
        Value weights = tape.input("W", new Shape(w.length / 3, 3), w);
        Value loss = v.toMatrix(
                        tape.input("rows", column, rows), tape.input("columns", column, columns), new Shape(4, 5))
                .matmul(transpose, weights, false)
                .tanh()
                .sum();
        assertArrayEquals(tape.gradient(loss, v).get(0).elements(), sparse.get("d loss / d values"), 1e-14);
        assertArrayEquals(tape.gradient(loss, weights).get(0).elements(), sparse.get("d loss / d W"), 1e-14);
    }

    private static Program valuesGradient(int most, int rows, int width, int units, boolean transpose) {
        ProgramBuilder net = new ProgramBuilder();
        Value x = net.parameter("values", most, 1)
                .toMatrix(net.input("rows", most, 1), net.input("columns", most, 1), new Shape(rows, width));
        Value w = net.parameter("W", transpose ? rows : width, units);
        net.output("loss", x.matmul(transpose, w, false).tanh().sum());
        return Reverse.gradient(net.build(), "loss");
    }

    @Test
    void shapesOfAProductOfEntriesAreChecked() {
        ProgramBuilder net = new ProgramBuilder();
        Value x = net.input("values", 3, 1)
                .toMatrix(net.input("rows", 3, 1), net.input("columns", 3, 1), new Shape(4, 5));
        Value w = net.input("W", 6, 2);
        assertThrows(ShapeException.class, () -> x.matmul(w));
    }

    @Test
    void anIndexThatIsNoneIsReportedWithItsStep() {
        Execution<float[]> run = Execution.float32(gradient(3, 4, 5, 2));
        run.set("values", 1, 1, 1);
        run.set("rows", 0, 3, 4);
        run.set("columns", 0, 4, 0);
        String message = String.valueOf(
                assertThrows(IndexOutOfBoundsException.class, run::run).getMessage());
        assertTrue(message.startsWith("index 4.0 in row 2, expected 0 to 3  (step v1 = sparseMatmul("), message);
        run.set("rows", 0, 3, 1);
        run.set("columns", 0, 5, 0);
        message = String.valueOf(
                assertThrows(IndexOutOfBoundsException.class, run::run).getMessage());
        assertTrue(message.startsWith("index 5.0 in row 1, expected 0 to 4"), message);
    }

    @Test
    void entriesAtOnePlaceAdd() {
        Tape tape = new Tape();
        Value matrix = tape.input("values", 1, 2, 3, 4)
                .reshape(4, 1)
                .toMatrix(
                        tape.input("r", new Shape(4, 1), 0, 1, 0, -1),
                        tape.input("c", new Shape(4, 1), 1, 0, 1, 0),
                        new Shape(2, 2));
        assertEquals("[0.0, 4.0, 2.0, 0.0]", Arrays.toString(matrix.elements()));
    }
}
