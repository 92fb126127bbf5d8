package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.List;

/** Sums and extremes along a dimension, and softmax with its kin, each row for itself. */
final class Reductions {
    private Reductions() {}

    /** {@code [m x n]} to {@code [1 x n]}: the sum of the rows. */
    record SumRows() implements OfRows {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.foldRows(Binary.ADD, operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return tangent.sumRows();
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return adjoint.broadcastTo(operands.get(0).shape());
        }
    }

    /** {@code [m x n]} to {@code [m x 1]}: the sum of the columns. */
    record SumColumns() implements OfColumns {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.sumColumns(operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return tangent.sumColumns();
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return adjoint.broadcastTo(operands.get(0).shape());
        }
    }

    /** {@code [m x n]} to {@code [1 x n]}: the largest of each column; its derivative is shared out among the equal ones. */
    record MaxRows() implements OfRows {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.foldRows(Binary.MAXIMUM, operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return share(operands.get(0), result).multiply(tangent).sumRows();
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return share(operands.get(0), result).multiply(adjoint);
        }

        private static Value share(Value x, Value largest) {
            Value selected = x.equalTo(largest);
            return selected.divide(selected.sumRows());
        }
    }

    /** {@code [m x n]} to {@code [m x 1]}: the largest of each row; its derivative is shared out among the equal ones. */
    record MaxColumns() implements OfColumns {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.maxColumns(operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return share(operands.get(0), result).multiply(tangent).sumColumns();
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return share(operands.get(0), result).multiply(adjoint);
        }

        private static Value share(Value x, Value largest) {
            Value selected = x.equalTo(largest);
            return selected.divide(selected.sumColumns());
        }
    }

    /** Each row's {@code log sum_j exp(x_j)}; its gradient is the softmax of the row. */
    record LogSumExp() implements OfColumns {
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

    /** Each row's {@code y_k = exp(x_k) / sum_j exp(x_j)}; its Jacobian is {@code y_k (d_ki - y_i)}, symmetric. */
    record Softmax() implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            return operands.get(0);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.softmax(operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return result.multiply(tangent.subtract(result.multiply(tangent).sumColumns()));
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return jvp(operand, operands, result, adjoint);
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

    private interface OfRows extends Op {
        @Override
        default Shape shape(List<Shape> operands) {
            return new Shape(1, operands.get(0).columns());
        }

        @Override
        default long flops(List<Shape> operands, Shape result) {
            return operands.get(0).size();
        }
    }

    private interface OfColumns extends Op {
        @Override
        default Shape shape(List<Shape> operands) {
            return new Shape(operands.get(0).rows(), 1);
        }

        @Override
        default long flops(List<Shape> operands, Shape result) {
            return operands.get(0).size();
        }
    }
}
