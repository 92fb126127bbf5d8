package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Functions of two numbers, element by element, and the choice between two. An operand's dimension of 1 is repeated along
 * the other's: a row {@code [1 x n]}, a column {@code [m x 1]} or a scalar meets a matrix {@code [m x n]}.
 */
final class Elementwise {
    private Elementwise() {}

    /** {@code x + y}. */
    record Add() implements Broadcasting {
        @Override
        public Binary kernel() {
            return Binary.ADD;
        }

        @Override
        public String format(List<String> operands) {
            return infix("+", operands);
        }

        @Override
        public Value derivative(int operand, List<Value> operands, Value result, Value direction) {
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
        public String format(List<String> operands) {
            return infix("-", operands);
        }

        @Override
        public Value derivative(int operand, List<Value> operands, Value result, Value direction) {
            return operand == 0 ? direction : direction.negate();
        }
    }

    /** {@code x * y}. */
    record Multiply() implements Broadcasting {
        @Override
        public Binary kernel() {
            return Binary.MULTIPLY;
        }

        @Override
        public String format(List<String> operands) {
            return infix("*", operands);
        }

        @Override
        public Value derivative(int operand, List<Value> operands, Value result, Value direction) {
            return direction.multiply(operands.get(1 - operand));
        }
    }

    /** {@code q = x / y}; {@code dq = dx / y - q dy / y}. */
    record Divide() implements Broadcasting {
        @Override
        public Binary kernel() {
            return Binary.DIVIDE;
        }

        @Override
        public String format(List<String> operands) {
            return infix("/", operands);
        }

        @Override
        public Value derivative(int operand, List<Value> operands, Value result, Value direction) {
            Value quotient = direction.divide(operands.get(1));
            return operand == 0 ? quotient : quotient.multiply(result).negate();
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
            return tangent.multiply(factor);
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return adjoint.multiply(factor);
        }

        @Override
        public String format(List<String> operands) {
            return factor == -1 ? "-" + grouped(operands.get(0)) : infix("*", List.of(number(factor), operands.get(0)));
        }
    }

    /** The larger of the two. */
    record Maximum() implements Broadcasting {
        @Override
        public Binary kernel() {
            return Binary.MAXIMUM;
        }

        @Override
        public Value derivative(int operand, List<Value> operands, Value result, Value direction) {
            return direction.multiply(shareOfLarger(operands.get(operand), operands.get(1 - operand)));
        }
    }

    /** The smaller of the two. */
    record Minimum() implements Broadcasting {
        @Override
        public Binary kernel() {
            return Binary.MINIMUM;
        }

        @Override
        public Value derivative(int operand, List<Value> operands, Value result, Value direction) {
            return direction.multiply(shareOfLarger(operands.get(1 - operand), operands.get(operand)));
        }
    }

    /** 1 where {@code x} is larger, 1/2 where both are equal, 0 elsewhere. */
    private static Value shareOfLarger(Value x, Value y) {
        return x.greaterThan(y).add(x.atLeast(y)).multiply(0.5);
    }

    /** 1 where {@code x > y}. */
    record Greater() implements Comparison {
        @Override
        public Binary kernel() {
            return Binary.GREATER;
        }

        @Override
        public String format(List<String> operands) {
            return infix(">", operands);
        }
    }

    /** 1 where {@code x >= y}. */
    record GreaterOrEqual() implements Comparison {
        @Override
        public Binary kernel() {
            return Binary.GREATER_OR_EQUAL;
        }

        @Override
        public String format(List<String> operands) {
            return infix(">=", operands);
        }
    }

    /** 1 where {@code x = y}. */
    record Equal() implements Comparison {
        @Override
        public Binary kernel() {
            return Binary.EQUAL;
        }

        @Override
        public String format(List<String> operands) {
            return infix("==", operands);
        }
    }

    /** {@code x} where the condition is not 0, {@code y} elsewhere; operands: condition, x, y. */
    record Where() implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            return common(name(), operands);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.select(operands[0], operands[1], operands[2], result);
        }

        @Override
        public @Nullable Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            Value image = taken(operand, operands, tangent);
            return image == null ? null : image.broadcastTo(result.shape());
        }

        @Override
        public @Nullable Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            Value image = taken(operand, operands, adjoint);
            return image == null ? null : image.sumTo(operands.get(operand).shape());
        }

        private static @Nullable Value taken(int operand, List<Value> operands, Value direction) {
            Value condition = operands.get(0);
            Value zero = condition.constant(0);
            return switch (operand) {
                case 1 -> condition.where(direction, zero);
                case 2 -> condition.where(zero, direction);
                default -> null;
            };
        }
    }

    /** A scalar that never changes. Its derivative is zero. */
    record Constant(double value) implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            return Shape.SCALAR;
        }

        @Override
        public long flops(List<Shape> operands, Shape result) {
            return 0;
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
            return number(value);
        }
    }

    private interface Broadcasting extends Op {
        Binary kernel();

        /**
         * What a change of one operand along {@code direction} does to the result, before any repetition is undone; null
         * for nothing.
         */
        @Nullable
        Value derivative(int operand, List<Value> operands, Value result, Value direction);

        @Override
        default Shape shape(List<Shape> operands) {
            return common(name(), operands);
        }

        @Override
        default void run(Kernels kernels, Block[] operands, Block result) {
            kernels.zip(kernel(), operands[0], operands[1], result);
        }

        @Override
        default @Nullable Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            Value image = derivative(operand, operands, result, tangent);
            return image == null ? null : image.broadcastTo(result.shape());
        }

        @Override
        default @Nullable Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            Value image = derivative(operand, operands, result, adjoint);
            return image == null ? null : image.sumTo(operands.get(operand).shape());
        }
    }

    /** 1 where it holds, 0 elsewhere: its derivative is zero almost everywhere. */
    private interface Comparison extends Broadcasting {
        @Override
        default @Nullable Value derivative(int operand, List<Value> operands, Value result, Value direction) {
            return null;
        }
    }

    private static String infix(String symbol, List<String> operands) {
        return grouped(operands.get(0)) + " " + symbol + " " + grouped(operands.get(1));
    }

    /** In parentheses if an operator stands in it outside of parentheses. */
    private static String grouped(String operand) {
        int depth = 0;
        for (int i = 0; i < operand.length(); i++) {
            char c = operand.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0 && (c == ' ' || (c == '-' && i == 0))) {
                return "(" + operand + ")";
            }
        }
        return operand;
    }

    /** As people write it: 2 and not 2.0. */
    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }

    /** The shape that all are repeated to. */
    private static Shape common(String op, List<Shape> operands) {
        return new Shape(extent(op, "rows", Shape::rows, operands), extent(op, "columns", Shape::columns, operands));
    }

    private static int extent(String op, String dimension, ToIntFunction<Shape> extent, List<Shape> operands) {
        Shape largest = operands.get(0);
        for (Shape other : operands) {
            int a = extent.applyAsInt(largest);
            int b = extent.applyAsInt(other);
            if (a != b && a != 1 && b != 1) {
                String both = operands.size() == 2 ? "left %s and right %s" : "%s and %s";
                throw new ShapeException(
                        "%s: %s disagree: %d and %d %s".formatted(op, both.formatted(largest, other), a, b, dimension));
            }
            largest = b > a ? other : largest;
        }
        return extent.applyAsInt(largest);
    }
}
