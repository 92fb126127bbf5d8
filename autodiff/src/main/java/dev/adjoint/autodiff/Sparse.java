package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.List;

/**
 * Operations on matrices of mostly zeros, given in coordinates: the row, the column and the value of each entry, {@code [e
 * x 1]} each. A negative row or column ends the entries, so that e is the most there may be.
 */
final class Sparse {
    /** float32 counts so far without a gap. */
    private static final int MOST = 1 << 24;

    private Sparse() {}

    /** The matrix of entries {@code (values, rows, columns)}; what stands at one place is added. */
    record ToMatrix(Shape extents) implements Rules.Linear {
        @Override
        public Shape shape(List<Shape> operands) {
            requireEntries(name(), operands, extents);
            return extents;
        }

        @Override
        public long flops(List<Shape> operands, Shape result) {
            return operands.get(0).size();
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.toMatrix(operands[0], operands[1], operands[2], result);
        }

        @Override
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            return adjoint.entries(operands.get(1), operands.get(2));
        }
    }

    /** The entries {@code [e x 1]} of {@code (matrix, rows, columns)}; 0 after their end. */
    record Entries() implements Rules.Linear, Rules.WithoutFlops {
        @Override
        public Shape shape(List<Shape> operands) {
            requireEntries(name(), operands.subList(1, 3), operands.get(0));
            return operands.get(1);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.entries(operands[0], operands[1], operands[2], result);
        }

        @Override
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            return adjoint.toMatrix(
                    operands.get(1), operands.get(2), operands.get(0).shape());
        }
    }

    /**
     * {@code S D [m x n]} for the sparse {@code S [m x k]} of entries {@code (values, rows, columns)} and a dense {@code D [k
     * x n]}: row {@code rows[i]} of the result is the sum of {@code values[i]} times row {@code columns[i]} of {@code D}.
     *
     * @param rows the rows m of the result
     */
    record Product(int rows) implements Rules.Linear {
        @Override
        public Shape shape(List<Shape> operands) {
            requireEntries(
                    name(),
                    operands.subList(0, 3),
                    new Shape(rows, operands.get(3).rows()));
            return new Shape(rows, operands.get(3).columns());
        }

        @Override
        public long flops(List<Shape> operands, Shape result) {
            return 2L * operands.get(0).size() * result.columns();
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.sparseProduct(operands[0], operands[1], operands[2], operands[3], result);
        }

        @Override
        public boolean isLinearIn(int operand) {
            return operand == 0 || operand == 3;
        }

        /** {@code S' U} for {@code D}: the product with rows and columns exchanged. Of {@code U D'}, the entries. */
        @Override
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            Value rows = operands.get(1);
            Value columns = operands.get(2);
            Value dense = operands.get(3);
            return operand == 0
                    ? adjoint.apply(new EntriesOfProduct(), dense, rows, columns)
                    : operands.get(0).apply(new Product(dense.rows()), columns, rows, adjoint);
        }

        @Override
        public String name() {
            return "sparseMatmul";
        }
    }

    /**
     * The entries {@code [e x 1]} of {@code A B' [m x k]} for dense {@code A [m x n]} and {@code B [k x n]} at given rows and
     * columns, and no other element of that product (known as SDDMM): element i is the product of row {@code rows[i]} of A
     * with row {@code columns[i]} of B; 0 after their end. Operands: A, B, rows, columns.
     */
    record EntriesOfProduct() implements Rules.Linear {
        @Override
        public Shape shape(List<Shape> operands) {
            Shape a = operands.get(0);
            Shape b = operands.get(1);
            if (a.columns() != b.columns()) {
                throw new ShapeException(
                        "%s: %s and %s disagree: %d and %d columns".formatted(name(), a, b, a.columns(), b.columns()));
            }
            requireEntries(name(), operands.subList(2, 4), new Shape(a.rows(), b.rows()));
            return operands.get(2);
        }

        @Override
        public long flops(List<Shape> operands, Shape result) {
            return 2L * result.size() * operands.get(0).columns();
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.entriesOfProduct(operands[0], operands[1], operands[2], operands[3], result);
        }

        @Override
        public boolean isLinearIn(int operand) {
            return operand < 2;
        }

        /** With the sparse {@code S} of the adjoint's entries: {@code S B} for {@code A}, {@code S' A} for {@code B}. */
        @Override
        public Value transposed(int operand, List<Value> operands, Value adjoint) {
            Value rows = operands.get(2);
            Value columns = operands.get(3);
            Product product = new Product(operands.get(operand).rows());
            return operand == 0
                    ? adjoint.apply(product, rows, columns, operands.get(1))
                    : adjoint.apply(product, columns, rows, operands.get(0));
        }
    }

    private static void requireEntries(String op, List<Shape> entries, Shape matrix) {
        for (Shape shape : entries) {
            if (shape.columns() != 1 || shape.rows() != entries.get(0).rows()) {
                throw new ShapeException("%s: entries %s, expected columns of one length".formatted(op, entries));
            }
        }
        if (matrix.rows() > MOST || matrix.columns() > MOST) {
            throw new ShapeException(
                    "%s: %s, at most %d rows and columns can be counted in float32".formatted(op, matrix, MOST));
        }
    }
}
