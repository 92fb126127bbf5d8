package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Operations that move numbers and compute none. They are linear, and most come in pairs that are each other's transpose:
 * concatenate and slice, slice and pad, gather and scatter-add; a repetition's is a sum.
 */
final class Rearrangements {
    private Rearrangements() {}

    /** {@code [m x n]} to {@code [n x m]}. */
    record Transpose() implements Movement {
        @Override
        public Shape shape(List<Shape> operands) {
            return new Shape(operands.get(0).columns(), operands.get(0).rows());
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.transpose(operands[0], result);
        }

        @Override
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            return adjoint.transpose();
        }
    }

    /** The same elements in the same order, in another shape. */
    record Reshape(Shape shape) implements ToShape {
        @Override
        public Shape shape(List<Shape> operands) {
            if (operands.get(0).size() != shape.size()) {
                throw new ShapeException("reshape: %s has %d elements, %s has %d"
                        .formatted(operands.get(0), operands.get(0).size(), shape, shape.size()));
            }
            return shape;
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.reshape(operands[0], result);
        }

        @Override
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            return adjoint.reshape(operands.get(0).rows(), operands.get(0).columns());
        }
    }

    /** Repeats a row, a column or a scalar to {@code shape}; with the operand's own shape it is a copy. */
    record Broadcast(Shape shape) implements ToShape, Rules.Shared {
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
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            return adjoint.sumTo(operands.get(0).shape());
        }
    }

    /** All operands' columns side by side. */
    record ConcatColumns() implements Rules.WithoutFlops {
        @Override
        public Shape shape(List<Shape> operands) {
            int rows = operands.get(0).rows();
            for (Shape other : operands) {
                if (other.rows() != rows) {
                    throw new ShapeException("concatColumns: %s and %s disagree: %d and %d rows"
                            .formatted(operands.get(0), other, rows, other.rows()));
                }
            }
            return new Shape(rows, operands.stream().mapToInt(Shape::columns).reduce(0, Math::addExact));
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            int from = 0;
            for (Block x : operands) {
                kernels.copyColumns(x, 0, x.columns(), from, result);
                from += x.columns();
            }
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            int from = firstColumn(operand, operands);
            return tangent.padColumns(from, result.columns() - from - tangent.columns());
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            int from = firstColumn(operand, operands);
            return adjoint.sliceColumns(from, from + operands.get(operand).columns());
        }

        private static int firstColumn(int operand, List<Value> operands) {
            return IntStream.range(0, operand)
                    .map(i -> operands.get(i).columns())
                    .sum();
        }
    }

    /** The columns {@code from} to {@code to}, exclusive. */
    record SliceColumns(int from, int to) implements Movement {
        @Override
        public Shape shape(List<Shape> operands) {
            Shape x = operands.get(0);
            if (from < 0 || to <= from || to > x.columns()) {
                throw new ShapeException("sliceColumns: from %d to %d of %s, expected 0 <= from < to <= %d"
                        .formatted(from, to, x, x.columns()));
            }
            return new Shape(x.rows(), to - from);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.copyColumns(operands[0], from, to - from, 0, result);
        }

        @Override
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            return adjoint.padColumns(from, operands.get(0).columns() - to);
        }
    }

    /** Columns of zeros on the left and on the right. */
    record PadColumns(int before, int after) implements Movement {
        @Override
        public Shape shape(List<Shape> operands) {
            if (before < 0 || after < 0) {
                throw new ShapeException("padColumns: %d columns before and %d after, expected 0 or more of each"
                        .formatted(before, after));
            }
            int columns = Math.addExact(Math.addExact(before, operands.get(0).columns()), after);
            return new Shape(operands.get(0).rows(), columns);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.fill(0, result);
            kernels.copyColumns(operands[0], 0, operands[0].columns(), before, result);
        }

        @Override
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            return adjoint.sliceColumns(before, before + operands.get(0).columns());
        }
    }

    /** Rows of a table {@code [v x d]} by indices {@code [m x 1]}. Indices have no derivative. */
    record GatherRows() implements Movement {
        @Override
        public Shape shape(List<Shape> operands) {
            requireIndices(name(), operands.get(1));
            return new Shape(operands.get(1).rows(), operands.get(0).columns());
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.gatherRows(operands[0], operands[1], result);
        }

        @Override
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            return adjoint.scatterAddRows(operands.get(1), operands.get(0).rows());
        }
    }

    /** Adds rows {@code [m x d]} to those of {@code [rows x d]} zeros that indices {@code [m x 1]} name. */
    record ScatterAddRows(int rows) implements Movement {
        @Override
        public Shape shape(List<Shape> operands) {
            requireIndices(name(), operands.get(1));
            if (operands.get(0).rows() != operands.get(1).rows()) {
                throw new ShapeException("scatterAddRows: %s and indices %s disagree: %d and %d rows"
                        .formatted(
                                operands.get(0),
                                operands.get(1),
                                operands.get(0).rows(),
                                operands.get(1).rows()));
            }
            return new Shape(rows, operands.get(0).columns());
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.scatterAddRows(operands[0], operands[1], result);
        }

        @Override
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            return adjoint.gatherRows(operands.get(1));
        }
    }

    /** Class indices {@code [m x 1]} to indicator rows {@code [m x classes]}. Indices have no derivative. */
    record OneHot(int classes) implements OfConstants {
        @Override
        public Shape shape(List<Shape> operands) {
            requireIndices(name(), operands.get(0));
            return new Shape(operands.get(0).rows(), classes);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.oneHot(operands[0], result);
        }
    }

    /** From counters {@code [m x k]} a mask {@code [m x columns]} of zeros and {@code 1 / (1 - rate)}. */
    record DropoutMask(double rate, long seed, int columns) implements OfConstants, Rules.Shared {
        DropoutMask {
            if (!(rate >= 0 && rate < 1)) {
                throw new IllegalArgumentException(
                        "dropout: the rate is %s, expected 0 or more and less than 1".formatted(rate));
            }
        }

        @Override
        public Shape shape(List<Shape> operands) {
            return new Shape(operands.get(0).rows(), columns);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.dropoutMask(rate, seed, operands[0], result);
        }
    }

    /** From counters {@code [m x k]} numbers {@code [m x columns]}, uniformly distributed over [0, 1). */
    record UniformNoise(long seed, int columns) implements OfConstants, Rules.Shared {
        @Override
        public Shape shape(List<Shape> operands) {
            return new Shape(operands.get(0).rows(), columns);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.uniformNoise(seed, operands[0], result);
        }
    }

    /** From counters {@code [m x k]} numbers {@code [m x columns]}, normally distributed with mean 0 and deviation 1. */
    record GaussianNoise(long seed, int columns) implements OfConstants, Rules.Shared {
        @Override
        public Shape shape(List<Shape> operands) {
            return new Shape(operands.get(0).rows(), columns);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.gaussianNoise(seed, operands[0], result);
        }
    }

    /** The same numbers, which count as constants: its derivative is taken as zero. */
    record Detach() implements OfConstants {
        @Override
        public Shape shape(List<Shape> operands) {
            return operands.get(0);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.reshape(operands[0], result);
        }
    }

    private static void requireIndices(String op, Shape indices) {
        if (indices.columns() != 1) {
            throw new ShapeException("%s: indices %s, expected one column".formatted(op, indices));
        }
    }

    /** Linear, and computes nothing. */
    private interface Movement extends Rules.Linear, Rules.WithoutFlops {}

    /** To a shape of one's choice, which is printed behind every step. */
    private interface ToShape extends Movement {
        @Override
        default String format(List<String> operands) {
            return name() + "(" + operands.get(0) + ")";
        }
    }

    /** Of numbers that have no derivative: whole ones, or those of which none is wanted. */
    private interface OfConstants extends Rules.Flat, Rules.WithoutFlops {}
}
