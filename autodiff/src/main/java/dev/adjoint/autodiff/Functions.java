package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions of one number, element by element. Their Jacobian is diagonal, so one derivative serves both rules. */
final class Functions {
    private Functions() {}

    /** {@code x^p}; its derivative is {@code p x^(p-1)}. */
    record Power(double p) implements Function {
        @Override
        public Unary kernel() {
            return Unary.POWER;
        }

        @Override
        public double parameter() {
            return p;
        }

        @Override
        public @Nullable Value derivative(Value x, Value y) {
            return p == 0 ? null : x.power(p - 1).multiply(p);
        }
    }

    /** {@code y = e^x}; {@code y' = y}. */
    record Exp() implements Function {
        @Override
        public Unary kernel() {
            return Unary.EXP;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return y;
        }
    }

    /** {@code log x}; its derivative is {@code 1 / x}. */
    record Log() implements Function {
        @Override
        public Unary kernel() {
            return Unary.LOG;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return x.reciprocal();
        }
    }

    /** {@code log(1 + x)}; its derivative is {@code 1 / (1 + x)}. */
    record Log1p() implements Function {
        @Override
        public Unary kernel() {
            return Unary.LOG1P;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return x.add(1).reciprocal();
        }
    }

    /** {@code y = sqrt(x)}; {@code y' = 1 / (2 y)}. */
    record Sqrt() implements Function {
        @Override
        public Unary kernel() {
            return Unary.SQRT;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return y.multiply(2).reciprocal();
        }
    }

    /** {@code y = 1 / x}; {@code y' = -y^2}. */
    record Reciprocal() implements Function {
        @Override
        public Unary kernel() {
            return Unary.RECIPROCAL;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return y.multiply(y).negate();
        }
    }

    /** {@code sin x}; its derivative is {@code cos x}. */
    record Sin() implements Function {
        @Override
        public Unary kernel() {
            return Unary.SIN;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return x.cos();
        }
    }

    /** {@code cos x}; its derivative is {@code -sin x}. */
    record Cos() implements Function {
        @Override
        public Unary kernel() {
            return Unary.COS;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return x.sin().negate();
        }
    }

    /** {@code |x|}; its derivative is the sign, 0 at 0. */
    record Absolute() implements Function {
        @Override
        public Unary kernel() {
            return Unary.ABSOLUTE;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return x.sign();
        }
    }

    /** -1, 0 or 1. Its derivative is zero almost everywhere. */
    record Sign() implements Function {
        @Override
        public Unary kernel() {
            return Unary.SIGN;
        }

        @Override
        public @Nullable Value derivative(Value x, Value y) {
            return null;
        }
    }

    /** {@code y = tanh(x)}; {@code y' = 1 - y^2}. */
    record Tanh() implements Function {
        @Override
        public Unary kernel() {
            return Unary.TANH;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return y.constant(1).subtract(y.multiply(y));
        }
    }

    /** {@code y = 1 / (1 + exp(-x))}; {@code y' = y (1 - y)}. */
    record Logistic() implements Function {
        @Override
        public Unary kernel() {
            return Unary.LOGISTIC;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return y.multiply(y.constant(1).subtract(y));
        }
    }

    /** {@code log(1 + exp(x))}; its derivative is the logistic function. */
    record Softplus() implements Function {
        @Override
        public Unary kernel() {
            return Unary.SOFTPLUS;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return x.logistic();
        }
    }

    /** {@code max(x, 0)}; its derivative at 0 is taken as 0. */
    record Relu() implements Function {
        @Override
        public Unary kernel() {
            return Unary.RELU;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return x.step();
        }
    }

    /** {@code x} where it is positive, {@code slope * x} elsewhere; its derivative at 0 is taken as {@code slope}. */
    record LeakyRelu(double slope) implements Function {
        @Override
        public Unary kernel() {
            return Unary.LEAKY_RELU;
        }

        @Override
        public double parameter() {
            return slope;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return x.apply(new Step(slope));
        }
    }

    /** {@code x} where it is positive, {@code y = scale (exp(x) - 1)} elsewhere; there {@code y' = y + scale}. */
    record Elu(double scale) implements Function {
        @Override
        public Unary kernel() {
            return Unary.ELU;
        }

        @Override
        public double parameter() {
            return scale;
        }

        @Override
        public Value derivative(Value x, Value y) {
            return x.greaterThan(0).where(x.constant(1), y.add(scale));
        }
    }

    /** 1 where {@code x} is positive, {@code below} elsewhere. Its derivative is zero almost everywhere. */
    record Step(double below) implements Function {
        @Override
        public Unary kernel() {
            return Unary.STEP;
        }

        @Override
        public double parameter() {
            return below;
        }

        @Override
        public @Nullable Value derivative(Value x, Value y) {
            return null;
        }
    }

    private interface Function extends Op {
        Unary kernel();

        /** The kernel function's own number, where it has one. */
        default double parameter() {
            return 0;
        }

        /** {@code f'(x)}, where {@code y = f(x)}; null where it is zero. */
        @Nullable
        Value derivative(Value x, Value y);

        @Override
        default Shape shape(List<Shape> operands) {
            return operands.get(0);
        }

        @Override
        default void run(Kernels kernels, Block[] operands, Block result) {
            kernels.map(kernel(), parameter(), operands[0], result);
        }

        @Override
        default @Nullable Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            Value derivative = derivative(operands.get(0), result);
            return derivative == null ? null : tangent.multiply(derivative);
        }

        @Override
        default @Nullable Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return jvp(operand, operands, result, adjoint);
        }

        @Override
        default String format(List<String> operands) {
            // A record without components prints as "Exp[]".
            String parameter = toString().endsWith("[]") ? "" : ", " + Elementwise.number(parameter());
            return name() + "(" + operands.get(0) + parameter + ")";
        }
    }
}
