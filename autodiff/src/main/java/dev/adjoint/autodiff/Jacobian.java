package dev.adjoint.autodiff;

import java.util.Map;

/**
 * The Jacobian of an output, {@code m} numbers, with respect to all parameters of a program, {@code n} numbers, in
 * float64.
 *
 * <p>Forward mode gives a column in each pass, reverse mode a row. The cheaper is taken: {@code n} times the arithmetic of
 * {@link Forward#tangent} is compared with {@code m} times that of {@link Reverse#pullback}. A forward pass is the lighter
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
        long columns = n * Forward.tangent(program).arithmetic();
        long rows = m * Reverse.pullback(program, output).arithmetic();
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
        int column = 0;
        if (mode == Mode.REVERSE) {
            for (int row = 0; row < m; row++) {
                pass.set(Reverse.adjointName(output), unit(m, row));
                pass.run();
                column = 0;
                for (Program.Input parameter : program.parameters()) {
                    double[] gradient = pass.get(Reverse.gradientName(output, parameter.name()));
                    System.arraycopy(gradient, 0, jacobian[row], column, gradient.length);
                    column += gradient.length;
                }
            }
            return jacobian;
        }
        for (Program.Input parameter : program.parameters()) {
            String tangent = Forward.tangentName(parameter.name());
            int size = parameter.shape().size();
            for (int i = 0; i < size; i++) {
                pass.set(tangent, unit(size, i));
                pass.run();
                double[] derivative = pass.get(Forward.tangentName(output));
                for (int row = 0; row < m; row++) {
                    jacobian[row][column] = derivative[row];
                }
                column++;
            }
            pass.set(tangent, new double[size]);
        }
        return jacobian;
    }

    static double[] unit(int size, int one) {
        double[] unit = new double[size];
        unit[one] = 1;
        return unit;
    }
}
