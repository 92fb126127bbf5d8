package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions of one number, element by element. Their Jacobian is diagonal, so one derivative serves both rules. */
final class Activations {
    private Activations() {}

    /** {@code max(x, 0)}; its derivative at 0 is taken as 0. */
    record Relu() implements Elementwise {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.map(Unary.RELU, 0, operands[0], result);
        }

        @Override
        public Value derivative(Value x, Value y) {
            return x.apply(new Step(0));
        }
    }

    /** {@code x} where it is positive, {@code slope * x} elsewhere; its derivative at 0 is taken as {@code slope}. */
    record LeakyRelu(double slope) implements Elementwise {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.map(Unary.LEAKY_RELU, slope, operands[0], result);
        }

        @Override
        public Value derivative(Value x, Value y) {
            return x.apply(new Step(slope));
        }
    }

    /** 1 where {@code x} is positive, {@code below} elsewhere. Its derivative is zero almost everywhere. */
    record Step(double below) implements Elementwise {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.map(Unary.STEP, below, operands[0], result);
        }

        @Override
        public @Nullable Value derivative(Value x, Value y) {
            return null;
        }
    }

    /** {@code y = 1 / (1 + exp(-x))}; {@code y' = y (1 - y)}. */
    record Logistic() implements Elementwise {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.map(Unary.LOGISTIC, 0, operands[0], result);
        }

        @Override
        public Value derivative(Value x, Value y) {
            return y.multiply(y.constant(1).subtract(y));
        }
    }

    /** {@code y = tanh(x)}; {@code y' = 1 - y^2}. */
    record Tanh() implements Elementwise {
        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.map(Unary.TANH, 0, operands[0], result);
        }

        @Override
        public Value derivative(Value x, Value y) {
            return y.constant(1).subtract(y.multiply(y));
        }
    }

    private interface Elementwise extends Op {
        /** {@code f'(x)}, where {@code y = f(x)}; null where it is zero. */
        @Nullable
        Value derivative(Value x, Value y);

        @Override
        default Shape shape(List<Shape> operands) {
            return operands.get(0);
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
    }
}
