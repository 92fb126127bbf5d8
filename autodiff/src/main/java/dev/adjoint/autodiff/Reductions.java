package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.List;

/** Sums and extremes along a dimension, and softmax with its kin, each row for itself. */
final class Reductions {
    private Reductions() {}

    /** What is gone over: the rows, {@code [m x n]} to {@code [1 x n]}, or the columns, {@code [m x n]} to {@code [m x 1]}. */
    enum Over {
        ROWS,
        COLUMNS
    }

    /** The sum of the rows or of the columns. */
    record Sum(Over over) implements Reduction, Rules.Linear {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            if (over == Over.ROWS) {
                kernels.foldRows(Binary.ADD, operands[0], result);
            } else {
                kernels.sumColumns(operands[0], result);
            }
        }

        @Override
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            return adjoint.broadcastTo(operands.get(0).shape());
        }
    }

    /** The largest of each column or of each row; its derivative is shared out among the equal ones. */
    record Max(Over over) implements Reduction {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            if (over == Over.ROWS) {
                kernels.foldRows(Binary.MAXIMUM, operands[0], result);
            } else {
                kernels.maxColumns(operands[0], result);
            }
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return share(operands.get(0), result).multiply(tangent).apply(new Sum(over));
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return share(operands.get(0), result).multiply(adjoint);
        }

        private Value share(Value x, Value largest) {
            Value selected = x.equalTo(largest);
            return selected.divide(selected.apply(new Sum(over)));
        }
    }

    /** Each row's {@code log sum_j exp(x_j)}; its gradient is the softmax of the row. */
    record LogSumExp() implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            return new Shape(operands.get(0).rows(), 1);
        }

        @Override
        public long flops(List<Shape> operands, Shape result) {
            return operands.get(0).size();
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.logSumExp(operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return operands.get(0).softmax().multiply(tangent).sumColumns();
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return operands.get(0).softmax().multiply(adjoint);
        }
    }

    /** Each row's {@code y_k = exp(x_k) / sum_j exp(x_j)}; its Jacobian is {@code y_k (d_ki - y_i)}. */
    record Softmax() implements Rules.Symmetric {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.softmax(operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return result.multiply(tangent.subtract(result.multiply(tangent).sumColumns()));
        }
    }

    /** The logarithm {@code y} of softmax; its Jacobian is {@code d_ki - exp(y_i)}. */
    record LogSoftmax() implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            return operands.get(0);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.logSoftmax(operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return tangent.subtract(result.exp().multiply(tangent).sumColumns());
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return adjoint.subtract(result.exp().multiply(adjoint.sumColumns()));
        }
    }

    private interface Reduction extends Op {
        Over over();

        @Override
        default Shape shape(List<Shape> operands) {
            Shape x = operands.get(0);
            return over() == Over.ROWS ? new Shape(1, x.columns()) : new Shape(x.rows(), 1);
        }

        @Override
        default long flops(List<Shape> operands, Shape result) {
            return operands.get(0).size();
        }

        @Override
        default boolean isShared(Kernels alone, Kernels[] members, Block[] operands, Block result) {
            return over() == Over.ROWS;
        }

        /** E.g. {@code sumRows(x)}. */
        @Override
        default String format(List<String> operands) {
            return name() + (over() == Over.ROWS ? "Rows(" : "Columns(") + operands.get(0) + ")";
        }
    }
}
