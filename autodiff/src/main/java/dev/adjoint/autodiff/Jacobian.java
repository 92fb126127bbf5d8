package dev.adjoint.autodiff;

import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * The Jacobian of an output, {@code m} numbers, with respect to all parameters of a program, {@code n} numbers, in
 * float64.
 *
 * <p>Forward mode gives a column in each pass, reverse mode a row. The cheaper is taken: {@code n} times the flops of
 * {@link Forward#tangent} are compared with {@code m} times those of {@link Reverse#pullback}. A forward pass is the lighter
 * one, so forward mode also serves somewhat wide Jacobians, up to about {@code n = 1.5 m}; a gradient is always reverse.
 */
public final class Jacobian {
    /** How a Jacobian is computed. */
    public enum Mode {
        /** Column by column, one pass for each of the n numbers. */
        FORWARD,
        /** Row by row, one pass for each of the m numbers. */
        REVERSE
    }

    private final Program program;
    private final String output;
    private final Mode mode;
    private final Execution<double[]> pass;

    /** The Jacobian of {@code output}, by the cheaper mode. */
    public Jacobian(Program program, String output) {
        this(program, output, cheaper(program, output));
    }

    /** The Jacobian of {@code output}, by the given mode. */
    public Jacobian(Program program, String output, Mode mode) {
        this.program = program;
        this.output = output;
        this.mode = mode;
        this.pass =
                Execution.float64(mode == Mode.FORWARD ? Forward.tangent(program) : Reverse.pullback(program, output));
    }

    private static Mode cheaper(Program program, String output) {
        long n = program.parameterCount();
        long m = program.shape(program.output(output).value()).size();
        long columns = n * Forward.tangent(program).flops();
        long rows = m * Reverse.pullback(program, output).flops();
        return columns <= rows ? Mode.FORWARD : Mode.REVERSE;
    }

    public Mode mode() {
        return mode;
    }

    /**
     * The Jacobian at a point: {@code m} rows, {@code n} columns, both in the order of the elements row by row, the
     * parameters side by side in declaration order.
     *
     * @param inputs the elements of every input of the program
     */
    public double[][] at(Map<String, double[]> inputs) {
        inputs.forEach(pass::set);
        int m = program.shape(program.output(output).value()).size();
        double[][] jacobian = new double[m][program.parameterCount()];
        if (mode == Mode.FORWARD) {
            alongEachParameter(program, pass, column -> {
                double[] derivative = pass.get(Forward.tangentName(output));
                for (int row = 0; row < m; row++) {
                    jacobian[row][column] = derivative[row];
                }
            });
        } else {
            for (int row = 0; row < m; row++) {
                pass.set(Reverse.adjointName(output), unit(m, row));
                pass.run();
                sideBySide(program, pass, parameter -> Reverse.gradientName(output, parameter), jacobian[row]);
            }
        }
        return jacobian;
    }

    /** Runs a forward pass for each number of the parameters, with the unit tangent along it; {@code ran} gets its place. */
    static void alongEachParameter(Program program, Execution<double[]> pass, IntConsumer ran) {
        int place = 0;
        for (Program.Input parameter : program.parameters()) {
            String tangent = Forward.tangentName(parameter.name());
            int size = parameter.shape().size();
            for (int i = 0; i < size; i++) {
                pass.set(tangent, unit(size, i));
                pass.run();
                ran.accept(place++);
            }
            pass.set(tangent, new double[size]);
        }
    }

    /** Copies the outputs that belong to the parameters into {@code row}, in their order. */
    static void sideBySide(Program program, Execution<double[]> pass, UnaryOperator<String> outputOf, double[] row) {
        int at = 0;
        for (Program.Input parameter : program.parameters()) {
            double[] part = pass.get(outputOf.apply(parameter.name()));
            System.arraycopy(part, 0, row, at, part.length);
            at += part.length;
        }
    }

    private static double[] unit(int size, int one) {
        double[] unit = new double[size];
        unit[one] = 1;
        return unit;
    }
}
