package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Losses of each example, {@code [m x 1]}, from a model's outputs and the targets; weighting and summing are the
 * program's. Those of classes start from logits, so that no logit, however large, gives NaN.
 */
public final class Losses {
    private Losses() {}

    /** Logits {@code [m x k]}, class indices {@code [m x 1]}: {@code log sum_j exp(z_j) - z_c}. */
    public static Value softmaxCrossEntropy(Value logits, Value classIndices) {
        return logits.apply(new SoftmaxCrossEntropy(), classIndices);
    }

    /** Logits and targets between 0 and 1, both {@code [m x k]}: {@code sum_j log(1 + exp(z_j)) - y_j z_j}. */
    public static Value binaryCrossEntropy(Value logits, Value targets) {
        Value losses = logits.apply(new BinaryCrossEntropy(), targets);
        return logits.columns() == 1 ? losses : losses.sumColumns();
    }

    /** Logits and targets -1 or 1, both {@code [m x 1]}: {@code max(0, 1 - y z)}. */
    public static Value hinge(Value logits, Value signs) {
        if (logits.columns() != 1) {
            throw new ShapeException("hinge: logits %s, expected one column".formatted(logits));
        }
        requireSameShape("hinge", logits, signs);
        return logits.constant(1).subtract(signs.multiply(logits)).relu();
    }

    /** The squared distance {@code sum_j (x_j - y_j)^2}; outputs and targets {@code [m x k]}. */
    public static Value residualSumOfSquares(Value outputs, Value targets) {
        return sumOfSquares(residuals("residualSumOfSquares", outputs, targets));
    }

    /** Half the squared distance, so that its gradient is the residual. */
    public static Value halfSquaredError(Value outputs, Value targets) {
        return sumOfSquares(residuals("halfSquaredError", outputs, targets)).multiply(0.5);
    }

    private static Value sumOfSquares(Value residuals) {
        return residuals.multiply(residuals).sumColumns();
    }

    /** {@code sum_j |x_j - y_j|}. */
    public static Value absoluteError(Value outputs, Value targets) {
        return residuals("absoluteError", outputs, targets).absolute().sumColumns();
    }

    /**
     * Quadratic for residuals up to {@code delta}, linear beyond (Huber 1964): with {@code c} the residual {@code r} cut off
     * at {@code +-delta}, the sum of {@code c (r - c / 2)}.
     */
    public static Value huber(Value outputs, Value targets, double delta) {
        if (!(delta > 0)) {
            throw new IllegalArgumentException("huber: delta is %s, expected more than 0".formatted(delta));
        }
        Value residuals = residuals("huber", outputs, targets);
        Value cut = residuals.minimum(delta).maximum(-delta);
        return cut.multiply(residuals.subtract(cut.multiply(0.5))).sumColumns();
    }

    private static Value residuals(String loss, Value outputs, Value targets) {
        requireSameShape(loss, outputs, targets);
        return outputs.subtract(targets);
    }

    /** No repetition here: a row of targets for many rows of outputs is more likely a mistake. */
    private static void requireSameShape(String loss, Value outputs, Value targets) {
        if (!targets.shape().equals(outputs.shape())) {
            throw new ShapeException(
                    "%s: targets %s for outputs %s, expected %s".formatted(loss, targets, outputs, outputs.shape()));
        }
    }

    /** Its derivative with respect to the logits is softmax less the indicator of the class; indices have none. */
    record SoftmaxCrossEntropy() implements Op {
        @Override
        public Shape shape(List<Shape> operands) {
            Shape logits = operands.get(0);
            return perExample(name(), logits, operands.get(1), new Shape(logits.rows(), 1));
        }

        @Override
        public long flops(List<Shape> operands, Shape result) {
            return operands.get(0).size();
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
            return logits.softmax().subtract(operands.get(1).oneHot(logits.columns()));
        }
    }

    /** Of each element; the derivative with respect to the logit is the logistic function less the target. */
    record BinaryCrossEntropy() implements Rules.Symmetric {
        @Override
        public Shape shape(List<Shape> operands) {
            Shape logits = operands.get(0);
            return perExample(name(), logits, operands.get(1), logits);
        }

        @Override
        public void run(Kernels kernels, Block[] operands, Block result) {
            kernels.binaryCrossEntropy(operands[0], operands[1], result);
        }

        @Override
        public Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            Value z = operands.get(0);
            return tangent.multiply(operand == 0 ? z.logistic().subtract(operands.get(1)) : z.negate());
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
