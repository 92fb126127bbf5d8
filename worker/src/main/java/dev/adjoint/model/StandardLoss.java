package dev.adjoint.model;

import dev.adjoint.autodiff.Losses;
import dev.adjoint.autodiff.Value;
import java.util.Arrays;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** The losses that are chosen by name. */
public enum StandardLoss implements Loss {
    /** Several classes: targets are class indices, the prediction is the probability of each. */
    SOFTMAX_CROSS_ENTROPY(Losses::softmaxCrossEntropy, Value::softmax),
    /** Two classes from one logit, or several flags from one each: targets are 0 or 1, the prediction is the probability of 1. */
    BINARY_CROSS_ENTROPY(Losses::binaryCrossEntropy, Value::logistic),
    /** Regression: the predictions are the values themselves. */
    HALF_SQUARED_ERROR(Losses::halfSquaredError, u -> u),
    /** The same without the half: the residual sum of squares (RSS), over an example's targets. */
    SQUARED_ERROR(
            (outputs, targets) -> Losses.halfSquaredError(outputs, targets).multiply(2), u -> u),
    /** The mean of an example's squared errors over its targets (MSE), which is of one size however many there are. */
    MEAN_SQUARED_ERROR(
            (outputs, targets) -> Losses.halfSquaredError(outputs, targets).multiply(2.0 / outputs.columns()), u -> u),
    /** Regression to the median. */
    ABSOLUTE_ERROR(Losses::absoluteError, u -> u),
    /** Regression that outliers move little: quadratic up to one spread of the label, linear beyond. */
    HUBER((outputs, targets) -> Losses.huber(outputs, targets, 1), u -> u);

    private final BinaryOperator<Value> perExample;
    private final UnaryOperator<Value> prediction;

    StandardLoss(BinaryOperator<Value> perExample, UnaryOperator<Value> prediction) {
        this.perExample = perExample;
        this.prediction = prediction;
    }

    @Override
    public Value perExample(Value outputs, Value targets) {
        return perExample.apply(outputs, targets);
    }

    @Override
    public Value prediction(Value outputs) {
        return prediction.apply(outputs);
    }

    @Override
    public double[] outputsFor(double[] mean) {
        return switch (this) {
            case SOFTMAX_CROSS_ENTROPY ->
                Arrays.stream(mean).map(Loss::logarithm).toArray();
            case BINARY_CROSS_ENTROPY ->
                Arrays.stream(mean)
                        .map(p -> Loss.logarithm(p) - Loss.logarithm(1 - p))
                        .toArray();
            default -> mean.clone();
        };
    }

    @Override
    public int outputs(int classes, int targets) {
        boolean fits =
                switch (this) {
                    case SOFTMAX_CROSS_ENTROPY -> classes >= 2 && targets == 1;
                    case BINARY_CROSS_ENTROPY -> classes == 2;
                    default -> classes == 0;
                };
        if (!fits) {
            String given = classes == 0 ? "numbers" : targets > 1 ? targets + " flags" : classes + " classes";
            throw new IllegalArgumentException("loss %s is not for %s".formatted(this, given));
        }
        return this == SOFTMAX_CROSS_ENTROPY ? classes : targets;
    }

    @Override
    public int targets(int outputs) {
        return this == SOFTMAX_CROSS_ENTROPY ? 1 : outputs;
    }

    @Override
    public boolean isClassification() {
        return this == SOFTMAX_CROSS_ENTROPY || this == BINARY_CROSS_ENTROPY;
    }

    @Override
    public Targets targetsAs() {
        return this == HUBER || this == ABSOLUTE_ERROR ? Targets.ROBUST : Targets.STANDARDISED;
    }

    /** The usual loss for a number of classes; 0 classes are a regression. */
    public static Loss forClasses(int classes) {
        return switch (classes) {
            case 0 -> HALF_SQUARED_ERROR;
            case 2 -> BINARY_CROSS_ENTROPY;
            default -> SOFTMAX_CROSS_ENTROPY;
        };
    }

    /** The name in configurations and model files, e.g. {@code softmax-cross-entropy}. */
    @Override
    public String toString() {
        return Named.id(this);
    }
}
