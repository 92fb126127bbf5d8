package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sums, differences and products, element by element. An operand's dimension of 1 is repeated along the other's: a row
 * {@code [1 x n]}, a column {@code [m x 1]} or a scalar meets a matrix {@code [m x n]}.
 */
final class Arithmetic {
    private Arithmetic() {}

    /** {@code x + y}. */
    record Add() implements Broadcasting {
        @Override
        public Binary kernel() {
            return Binary.ADD;
        }

        @Override
        public Value derivative(int operand, List<Value> operands, Value direction) {
            return direction;
        }
    }

    /** {@code x - y}. */
    record Subtract() implements Broadcasting {
        @Override
        public Binary kernel() {
            return Binary.SUBTRACT;
        }

        @Override
        public Value derivative(int operand, List<Value> operands, Value direction) {
            return operand == 0 ? direction : direction.scale(-1);
        }
    }

    /** {@code x * y}, element by element. */
    record Multiply() implements Broadcasting {
        @Override
        public Binary kernel() {
            return Binary.MULTIPLY;
        }

        @Override
        public Value derivative(int operand, List<Value> operands, Value direction) {
            return direction.multiply(operands.get(1 - operand));
        }
    }

    /** {@code factor * x}. */
    record Scale(double factor) implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            return operands.get(0);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.map(Unary.SCALE, factor, operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return tangent.scale(factor);
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return adjoint.scale(factor);
        }

        @Override
        public String format(List<String> operands) {
            return "scale(%s, %s)".formatted(factor, operands.get(0));
        }
    }

    /** A scalar that never changes. Its derivative is zero. */
    record Constant(double value) implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            return Shape.SCALAR;
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.fill(value, result);
        }

        @Override
        public @Nullable Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return null;
        }

        @Override
        public @Nullable Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return null;
        }

        @Override
        public String format(List<String> operands) {
            return String.valueOf(value);
        }
    }

    /** A function of two numbers, element by element, that is linear in each of them. */
    private interface Broadcasting extends Op {
        Binary kernel();

        /** What a change of one operand, along {@code direction}, does to the result, before any repetition is undone. */
        Value derivative(int operand, List<Value> operands, Value direction);

        @Override
        default Shape shape(List<Shape> operands) {
            Shape x = operands.get(0);
            Shape y = operands.get(1);
            return new Shape(
                    extent(x.rows(), y.rows(), x, y, "rows"), extent(x.columns(), y.columns(), x, y, "columns"));
        }

        private int extent(int a, int b, Shape x, Shape y, String dimension) {
            if (a != b && a != 1 && b != 1) {
                throw new ShapeException(
                        "%s: left %s and right %s disagree: %d and %d %s".formatted(name(), x, y, a, b, dimension));
            }
            return Math.max(a, b);
        }

        @Override
        default void run(Kernels kernels, Block[] operands, Block result) {
            kernels.zip(kernel(), operands[0], operands[1], result);
        }

        @Override
        default Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return derivative(operand, operands, tangent).broadcastTo(result.shape());
        }

        @Override
        default Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return derivative(operand, operands, adjoint)
                    .sumTo(operands.get(operand).shape());
        }
    }
}
