package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Functions of one number and of two, element by element, and the choice between two. An operand's dimension of 1 is
 * repeated along the other's: a row {@code [1 x n]}, a column {@code [m x 1]} or a scalar meets a matrix {@code [m x n]}.
 */
final class Elementwise {
    private Elementwise() {}

    /**
     * {@code y = f(x)}; its Jacobian is diagonal.
     *
     * @param parameter the function's own number, for those that have one
     */
    record UnaryFunction(Unary function, double parameter) implements Rules.Symmetric, Rules.Shared {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.map(function, parameter, operands[0], result);
        }

        @Override
        public @Nullable Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            Value derivative = derivative(operands.get(0), result, parameter);
            return derivative == null ? null : tangent.multiply(derivative);
        }

        /** {@code f'(x)}, where {@code y = f(x)}; null where it is zero almost everywhere. */
        private @Nullable Value derivative(Value x, Value y, double p) {
            return switch (function) {
                case SCALE -> x.constant(p);
                case SHIFT -> x.constant(1);
                case CLIP -> x.absolute().equalTo(y.absolute());
                case POWER -> p == 0 ? null : x.power(p - 1).multiply(p);
                case SQRT -> y.multiply(2).reciprocal();
                case RECIPROCAL -> y.multiply(y).negate();
                case EXP -> y;
                case LOG -> x.reciprocal();
                case LOG1P -> x.add(1).reciprocal();
                case SIN -> x.cos();
                case COS -> x.sin().negate();
                case TANH -> y.constant(1).subtract(y.multiply(y));
                case LOGISTIC -> y.multiply(y.constant(1).subtract(y));
                case SOFTPLUS -> x.logistic();
                case RELU -> x.step();
                case LEAKY_RELU -> x.map(Unary.STEP, p);
                case ELU -> x.greaterThan(0).where(x.constant(1), y.add(p));
                case ABSOLUTE -> x.sign();
                case SIGN, STEP -> null;
            };
        }

        @Override
        public String name() {
            return camelCase(function);
        }

        @Override
        public String format(List<String> operands) {
            String arguments =
                    switch (function) {
                        case SCALE, SHIFT, CLIP, POWER, LEAKY_RELU, ELU, STEP ->
                            operands.get(0) + ", " + number(parameter);
                        default -> operands.get(0);
                    };
            return name() + "(" + arguments + ")";
        }
    }

    /** {@code factor * x}. */
    record Scale(double factor) implements Rules.Symmetric, Rules.Shared {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.map(Unary.SCALE, factor, operands[0], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return tangent.apply(this);
        }

        @Override
        public String format(List<String> operands) {
            return factor == -1 ? "-" + grouped(operands.get(0)) : infix("*", List.of(number(factor), operands.get(0)));
        }
    }

    /** {@code z = f(x, y)}. */
    record BinaryFunction(Binary function) implements Broadcasting {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.zip(function, operands[0], operands[1], result);
        }

        @Override
        public @Nullable Value image(int operand, List<Value> operands, Value result, Value direction) {
            Value changed = operands.get(operand);
            Value other = operands.get(1 - operand);
            return switch (function) {
                case ADD -> direction;
                case SUBTRACT -> operand == 0 ? direction : direction.negate();
                case MULTIPLY -> direction.multiply(other);
                case DIVIDE -> // dz = dx / y - z dy / y
                    operand == 0
                            ? direction.divide(other)
                            : direction.divide(changed).multiply(result).negate();
                case MAXIMUM -> direction.multiply(shareOfLarger(changed, other));
                case MINIMUM -> direction.multiply(shareOfLarger(other, changed));
                case GREATER, GREATER_OR_EQUAL, EQUAL -> null;
            };
        }

        /** 1 where {@code x} is larger, 1/2 where both are equal, 0 elsewhere. */
        private static Value shareOfLarger(Value x, Value y) {
            return x.greaterThan(y).add(x.atLeast(y)).multiply(0.5);
        }

        @Override
        public String name() {
            return camelCase(function);
        }

        @Override
        public String format(List<String> operands) {
            return switch (function) {
                case ADD -> infix("+", operands);
                case SUBTRACT -> infix("-", operands);
                case MULTIPLY -> infix("*", operands);
                case DIVIDE -> infix("/", operands);
                case GREATER -> infix(">", operands);
                case GREATER_OR_EQUAL -> infix(">=", operands);
                case EQUAL -> infix("==", operands);
                case MAXIMUM, MINIMUM -> name() + "(" + String.join(", ", operands) + ")";
            };
        }
    }

    /** {@code x} where the condition is not 0, {@code y} elsewhere; operands: condition, x, y. */
    record Where() implements Broadcasting {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.select(operands[0], operands[1], operands[2], result);
        }

        @Override
        public @Nullable Value image(int operand, List<Value> operands, Value result, Value direction) {
            Value condition = operands.get(0);
            Value zero = condition.constant(0);
            return switch (operand) {
                case 1 -> condition.where(direction, zero);
                case 2 -> condition.where(zero, direction);
                default -> null;
            };
        }
    }

    /** A scalar that never changes. */
    record Constant(double value) implements Rules.Flat, Rules.WithoutFlops {
        @Override
        public Shape shape(List<Shape> operands) {
            return Shape.SCALAR;
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.fill(value, result);
        }

        @Override
        public String format(List<String> operands) {
            return number(value);
        }
    }

    private interface Broadcasting extends Rules.Shared {
        /**
         * What a change of one operand along {@code direction} does to the result, before any repetition is undone; null
         * for nothing.
         */
        @Nullable
        Value image(int operand, List<Value> operands, Value result, Value direction);

        @Override
        default Shape shape(List<Shape> operands) {
            return common(name(), operands);
        }

        @Override
        default @Nullable Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            Value image = image(operand, operands, result, tangent);
            return image == null ? null : image.broadcastTo(result.shape());
        }

        @Override
        default @Nullable Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            Value image = image(operand, operands, result, adjoint);
            return image == null ? null : image.sumTo(operands.get(operand).shape());
        }
    }

    /** {@code LEAKY_RELU} as {@code leakyRelu}. */
    private static String camelCase(Enum<?> function) {
        String[] words = function.name().split("_", -1);
        StringBuilder name = new StringBuilder(words[0].toLowerCase(Locale.ROOT));
        for (int i = 1; i < words.length; i++) {
            name.append(words[i].charAt(0)).append(words[i].substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
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
