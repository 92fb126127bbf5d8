package dev.adjoint.model;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.adjoint.autodiff.Losses;
import dev.adjoint.autodiff.Value;
import java.util.Locale;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** An objective of one example, from the network's last affine layer, and the prediction that belongs to it. */
public enum Loss {
    /** Several classes: targets are class indices, the prediction is the probability of each. */
    SOFTMAX_CROSS_ENTROPY(Losses::softmaxCrossEntropy, Value::softmax),
    /** Two classes from one logit: targets are 0 or 1, the prediction is the probability of 1. */
    BINARY_CROSS_ENTROPY(Losses::binaryCrossEntropy, Value::logistic),
    /** Regression: the prediction is the value itself. */
    HALF_SQUARED_ERROR(Losses::halfSquaredError, u -> u);

    private final BinaryOperator<Value> perExample;
    private final UnaryOperator<Value> prediction;

    Loss(BinaryOperator<Value> perExample, UnaryOperator<Value> prediction) {
        this.perExample = perExample;
        this.prediction = prediction;
    }

    /** The losses {@code [rows x 1]} of outputs {@code [rows x k]} and targets {@code [rows x 1]}. */
    Value perExample(Value outputs, Value targets) {
        return perExample.apply(outputs, targets);
    }

    Value prediction(Value outputs) {
        return prediction.apply(outputs);
    }

    /** The loss for a number of classes; 0 classes are a regression. */
    static Loss forClasses(int classes) {
        return switch (classes) {
            case 0 -> HALF_SQUARED_ERROR;
            case 2 -> BINARY_CROSS_ENTROPY;
            default -> SOFTMAX_CROSS_ENTROPY;
        };
    }

    public boolean isClassification() {
        return this != HALF_SQUARED_ERROR;
    }

    /** The name in model files, e.g. {@code softmax-cross-entropy}. */
    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
