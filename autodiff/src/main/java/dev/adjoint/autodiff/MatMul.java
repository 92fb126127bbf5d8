package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.List;

/** The matrix product of two values, each transposed first where its flag says so: {@code left [m x k] . right [k x n]}. */
record MatMul(boolean transposeLeft, boolean transposeRight) implements Rules.Linear {
    @Override
    public Shape shape(List<Shape> operands) {
        Shape left = transposed(operands.get(0), transposeLeft);
        Shape right = transposed(operands.get(1), transposeRight);
        if (left.columns() != right.rows()) {
            throw new ShapeException("matmul: left %s%s and right %s%s disagree: %d columns, %d rows"
                    .formatted(
                            operands.get(0),
                            transposeLeft ? "'" : "",
                            operands.get(1),
                            transposeRight ? "'" : "",
                            left.columns(),
                            right.rows()));
        }
        return new Shape(left.rows(), right.columns());
    }

    private static Shape transposed(Shape shape, boolean transpose) {
        return transpose ? new Shape(shape.columns(), shape.rows()) : shape;
    }

    @Override
    public long flops(List<Shape> operands, Shape result) {
        return 2L * result.size() * transposed(operands.get(0), transposeLeft).columns();
    }

    @Override
    public void run(Kernels kernels, Block[] operands, Block result) {
        kernels.matmul(operands[0], transposeLeft, operands[1], transposeRight, result);
    }

    @Override
    public boolean isShared(Kernels alone, Kernels[] members, Block[] operands, Block result) {
        return alone.areSame(members, operands[0], transposeLeft, operands[1], transposeRight, result);
    }

    @Override
    public boolean isLinearIn(int operand) {
        return true;
    }

    /** For {@code Y = A B}: {@code U B'} and {@code A' U}; a transposed operand takes the transpose of that. */
    @Override
    public Value transposed(int operand, List<Value> operands, Value adjoint) {
        Value left = operands.get(0);
        Value right = operands.get(1);
        if (operand == 0) {
            return transposeLeft
                    ? right.apply(new MatMul(transposeRight, true), adjoint)
                    : adjoint.apply(new MatMul(false, !transposeRight), right);
        }
        return transposeRight
                ? adjoint.apply(new MatMul(true, transposeLeft), left)
                : left.apply(new MatMul(!transposeLeft, false), adjoint);
    }

    @Override
    public String name() {
        return "matmul";
    }

    @Override
    public String format(List<String> operands) {
        return "matmul(%s%s, %s%s)"
                .formatted(operands.get(0), transposeLeft ? "'" : "", operands.get(1), transposeRight ? "'" : "");
    }
}
