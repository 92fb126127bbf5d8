package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sums along a dimension, repetitions along one, and indicator rows. Summing and repeating are each other's transpose. */
final class Rearrangements {
    private Rearrangements() {}

    /** {@code [m x n]} to {@code [1 x n]}: the sum of the rows. */
    record SumRows() implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            return new Shape(1, operands.get(0).columns());
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.sumRows(operands[0], result);
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
    record SumColumns() implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            return new Shape(operands.get(0).rows(), 1);
        }

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

    /** Repeats a row, a column or a scalar to {@code shape}; with the operand's own shape it is a copy. */
    record Broadcast(Shape shape) implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            Shape x = operands.get(0);
            boolean fits =
                    (x.rows() == 1 || x.rows() == shape.rows()) && (x.columns() == 1 || x.columns() == shape.columns());
            if (!fits) {
                throw new ShapeException("broadcast: %s cannot be repeated to %s".formatted(x, shape));
            }
            return shape;
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.broadcast(operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return tangent.apply(this);
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return adjoint.sumTo(operands.get(0).shape());
        }
    }

    /** Class indices {@code [m x 1]} to indicator rows {@code [m x classes]}. Indices have no derivative. */
    record OneHot(int classes) implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            Shape index = operands.get(0);
            if (index.columns() != 1) {
                throw new ShapeException("oneHot: class indices %s, expected one column".formatted(index));
            }
            return new Shape(index.rows(), classes);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.oneHot(operands[0], result);
        }

        @Override
        public @Nullable Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return null;
        }

        @Override
        public @Nullable Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return null;
        }
    }
}
