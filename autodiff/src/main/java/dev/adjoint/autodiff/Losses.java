package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Softmax, and losses of each example, {@code [m x 1]}. The losses start from logits, so that no logit, however large,
 * gives NaN; weighting and summing are the program's.
 */
final class Losses {
    private Losses() {}

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

    /**
     * {@code log sum_j exp(z_j) - z_c} of logits {@code z [m x k]} and class indices {@code c [m x 1]}. Its derivative with
     * respect to the logits is softmax less the indicator of the class; indices have none.
     */
    record SoftmaxCrossEntropy() implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            return perExample(
                    name(),
                    operands.get(0),
                    operands.get(1),
                    new Shape(operands.get(0).rows(), 1));
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.softmaxCrossEntropy(operands[0], operands[1], result);
        }

        @Override
        public @Nullable Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return operand == 1 ? null : residual(operands).multiply(tangent).sumColumns();
        }

        @Override
        public @Nullable Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return operand == 1 ? null : residual(operands).multiply(adjoint);
        }

        private static Value residual(List<Value> operands) {
            Value logits = operands.get(0);
            return logits.softmax()
                    .subtract(operands.get(1).oneHot(logits.shape().columns()));
        }
    }

    /** {@code log(1 + exp(z)) - y z} of logits {@code z [m x 1]} and targets {@code y [m x 1]} between 0 and 1. */
    record BinaryCrossEntropy() implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            Shape logits = operands.get(0);
            if (logits.columns() != 1) {
                throw new ShapeException("%s: logits %s, expected one column".formatted(name(), logits));
            }
            return perExample(name(), logits, operands.get(1), logits);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.binaryCrossEntropy(operands[0], operands[1], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            Value z = operands.get(0);
            return tangent.multiply(operand == 0 ? z.logistic().subtract(operands.get(1)) : z.scale(-1));
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return jvp(operand, operands, result, adjoint);
        }
    }

    /** {@code 1/2 sum_j (x_j - y_j)^2} of each row of {@code x} and {@code y}, both {@code [m x k]}. */
    record HalfSquaredError() implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            Shape x = operands.get(0);
            return new Shape(perExample(name(), x, operands.get(1), x).rows(), 1);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.halfSquaredError(operands[0], operands[1], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return slope(operand, operands).multiply(tangent).sumColumns();
        }

        @Override
        public Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return slope(operand, operands).multiply(adjoint);
        }

        private static Value slope(int operand, List<Value> operands) {
            return operands.get(operand).subtract(operands.get(1 - operand));
        }
    }

    private static Shape perExample(String loss, Shape outputs, Shape targets, Shape expected) {
        if (!targets.equals(expected)) {
            throw new ShapeException(
                    "%s: targets %s for outputs %s, expected %s".formatted(loss, targets, outputs, expected));
        }
        return expected;
    }
}
