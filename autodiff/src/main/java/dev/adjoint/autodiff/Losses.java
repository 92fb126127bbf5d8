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
    /** A probability is taken to be so far from 1 at least: a root of the distance has no slope at 0. */
    private static final double LEAST_DISTANCE = 1e-7;

    private Losses() {}

    /** Logits {@code [m x k]}, class indices {@code [m x 1]}: {@code log sum_j exp(z_j) - z_c}. */
    public static Value softmaxCrossEntropy(Value logits, Value classIndices) {
        return logits.apply(new SoftmaxCrossEntropy(), classIndices);
    }

    /**
     * {@link #softmaxCrossEntropy(Value, Value)} that counts what is right already for less, and wants no certainty: {@code
     * sum_j q_j (1 - p_j)^focus (-log p_j)} with the softmax p, and {@code q_j = smoothing / k}, for the class {@code 1 -
     * smoothing} more (Lin et al. 2017; Szegedy et al. 2016). With 0 for both it is the cross-entropy itself.
     */
    public static Value softmaxCrossEntropy(Value logits, Value classIndices, double focus, double smoothing) {
        requireOptions("softmaxCrossEntropy", focus, smoothing);
        if (focus == 0 && smoothing == 0) {
            return softmaxCrossEntropy(logits, classIndices);
        }
        perExample("softmaxCrossEntropy", logits.shape(), classIndices.shape(), new Shape(logits.rows(), 1));
        Value shares = smoothed(classIndices.oneHot(logits.columns()), smoothing, logits.columns());
        Value losses = shares.multiply(logits.logSoftmax());
        if (focus > 0) {
            Value distance = logits.softmax().negate().add(1).maximum(LEAST_DISTANCE);
            losses = losses.multiply(distance.power(focus));
        }
        return losses.sumColumns().negate();
    }

    /** Logits and targets between 0 and 1, both {@code [m x k]}: {@code sum_j log(1 + exp(z_j)) - y_j z_j}. */
    public static Value binaryCrossEntropy(Value logits, Value targets) {
        Value losses = logits.apply(new BinaryCrossEntropy(), targets);
        return logits.columns() == 1 ? losses : losses.sumColumns();
    }

    /**
     * {@link #binaryCrossEntropy(Value, Value)} that counts what is right already for less, and wants no certainty: {@code
     * sum_j q_j (1 - p_j)^focus (-log p_j) + (1 - q_j) p_j^focus (-log(1 - p_j))} with the logistic function p of the logits,
     * and {@code q = (1 - smoothing) y + smoothing / 2} (Lin et al. 2017; Szegedy et al. 2016). With 0 for both it is the
     * cross-entropy itself.
     */
    public static Value binaryCrossEntropy(Value logits, Value targets, double focus, double smoothing) {
        requireOptions("binaryCrossEntropy", focus, smoothing);
        requireSameShape("binaryCrossEntropy", logits, targets);
        Value shares = smoothed(targets, smoothing, 2);
        if (focus == 0) {
            return binaryCrossEntropy(logits, shares);
        }
        // -log p and -log(1 - p); the powers by way of them have slopes however near to 0 or 1 p is.
        Value ofOne = logits.negate().softplus();
        Value ofZero = logits.softplus();
        Value one = shares.multiply(ofZero.multiply(-focus).exp()).multiply(ofOne);
        Value zero =
                shares.negate().add(1).multiply(ofOne.multiply(-focus).exp()).multiply(ofZero);
        Value losses = one.add(zero);
        return logits.columns() == 1 ? losses : losses.sumColumns();
    }

    private static Value smoothed(Value shares, double smoothing, int classes) {
        return smoothing == 0 ? shares : shares.multiply(1 - smoothing).add(smoothing / classes);
    }

    private static void requireOptions(String loss, double focus, double smoothing) {
        if (!(focus >= 0) || Double.isInfinite(focus)) {
            throw new IllegalArgumentException("%s: the focus is %s, expected 0 or more".formatted(loss, focus));
        }
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    "%s: the smoothing is %s, expected 0 or more and less than 1".formatted(loss, smoothing));
        }
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

    /**
     * The sum of {@code max(q r, (q - 1) r)} with {@code r = y_j - x_j}, which is least in the mean where x is y's quantile q
     * (Koenker and Bassett 1978); outputs and targets {@code [m x k]}.
     */
    public static Value quantile(Value outputs, Value targets, double quantile) {
        if (!(quantile > 0 && quantile < 1)) {
            throw new IllegalArgumentException(
                    "quantile: the quantile is %s, expected more than 0 and less than 1".formatted(quantile));
        }
        Value above = residuals("quantile", outputs, targets).negate();
        return above.multiply(quantile).maximum(above.multiply(quantile - 1)).sumColumns();
    }

    /**
     * Half the deviance of Poisson distributions whose means have the logarithms u: {@code sum_j exp(u_j) - y_j + y_j (log y_j -
     * u_j)} (Nelder and Wedderburn 1972). It is 0 where {@code exp(u) = y}, and its gradient is {@code exp(u) - y}, as is the
     * negative log-likelihood's.
     *
     * @param logMeans {@code [m x k]}
     * @param targets {@code [m x k]}, 0 or more
     */
    public static Value poisson(Value logMeans, Value targets) {
        requireSameShape("poisson", logMeans, targets);
        // 0 log 0 is 0.
        Value logTargets = targets.maximum(Float.MIN_NORMAL).log();
        Value ofTargets = targets.multiply(logTargets.subtract(logMeans).subtract(1));
        return logMeans.exp().add(ofTargets).sumColumns();
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
