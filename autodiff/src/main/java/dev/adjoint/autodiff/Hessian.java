package dev.adjoint.autodiff;

import java.util.Map;

/**
 * Second derivatives of a scalar by composition: the gradient by reverse mode, and its derivative along a direction by
 * forward mode, so that a product with the Hessian costs a few gradients whatever its size (Pearlmutter 1994).
 */
public final class Hessian {
    private final Program program;
    private final String output;
    private final Execution<double[]> product;

    /**
     * The Hessian of {@code output} with respect to all parameters, in float64.
     *
     * @throws ShapeException when the output is not a scalar
     */
    public Hessian(Program program, String output) {
        this.program = program;
        this.output = output;
        this.product = Execution.float64(vectorProduct(program, output));
    }

    /**
     * The program of the product with a vector: beside each parameter it takes that part of the vector ({@code d W}, see
     * {@link Forward#tangentName}), and beside each gradient it computes that part of the product, named {@link
     * #productName}.
     */
    public static Program vectorProduct(Program program, String output) {
        return Forward.tangent(Reverse.gradient(program, output));
    }

    /** The name of the output of {@link #vectorProduct} that belongs to {@code parameter}. */
    public static String productName(String output, String parameter) {
        return Forward.tangentName(Reverse.gradientName(output, parameter));
    }

    /**
     * The whole Hessian at a point, one product a row: for small programs. Rows and columns are the elements of the
     * parameters, side by side in declaration order.
     *
     * @param inputs the elements of every input of the program
     */
    public double[][] at(Map<String, double[]> inputs) {
        inputs.forEach(product::set);
        double[][] hessian = new double[program.parameterCount()][program.parameterCount()];
        Jacobian.alongEachParameter(
                program,
                product,
                row -> Jacobian.sideBySide(
                        program, product, parameter -> productName(output, parameter), hessian[row]));
        return hessian;
    }
}
