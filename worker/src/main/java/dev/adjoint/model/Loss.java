package dev.adjoint.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.adjoint.autodiff.Value;
import java.util.Arrays;

/**
 * An objective of one example, and the prediction that belongs to it: functions of values, whose derivatives follow.
 *
 * <pre>{@code
 * public record FocalLoss() implements Loss.OfClasses {
 *     public Value perExample(Value logits, Value classes) {
 *         Value logP = logits.logSoftmax().multiply(classes.oneHot(logits.columns())).sumColumns();
 *         return logP.exp().subtract(1).power(2).multiply(logP).negate();
 *     }
 * }
 * }</pre>
 *
 * <p>As with a {@link Layer}, what travels is the program that is recorded, a model file keeps a name, and options are the
 * components of a record.
 */
public interface Loss {
    /** Keeps the logarithm of a share that is 0 finite. */
    double LEAST_SHARE = 1e-6;

    /** The losses {@code [rows x 1]} of outputs {@code [rows x k]} and targets {@code [rows x targets]}. */
    Value perExample(Value outputs, Value targets);

    /** What the outputs {@code [rows x k]} predict: the probability of each class, or a number. */
    Value prediction(Value outputs);

    /**
     * The width of the outputs for a number of classes, 0 of which are a regression, and of targets: more than one are as many
     * numbers, or as many flags with 2 classes each.
     *
     * @throws IllegalArgumentException when this is no loss for so many
     */
    int outputs(int classes, int targets);

    /** Whether targets are class indices, or numbers. */
    boolean isClassification();

    /** How many targets an example has: one class, or one for each output. */
    default int targets(int outputs) {
        return isClassification() ? 1 : outputs;
    }

    /**
     * The outputs that predict, of any example, what examples are on average: where the last layer's biases may start.
     *
     * @param mean of each output's target; of class indices, the share of each class
     */
    double[] outputsFor(double[] mean);

    /** Of a share or a mean; of {@link #LEAST_SHARE} where it is less. */
    static double logarithm(double mean) {
        return StrictMath.log(Math.max(mean, LEAST_SHARE));
    }

    /** What a loss of numbers is given of them. */
    enum Targets {
        /** Each less its centre, by a spread that a few far ones widen: a squared error follows these. */
        STANDARDISED,
        /** Each less its centre, by the spread of most: far ones move the loss little. */
        ROBUST,
        /** By their mean alone, where zero is what it is; a negative one is refused. */
        RATIOS
    }

    /** How numbers to predict are put to it; of no matter to a loss of classes. */
    default Targets targetsAs() {
        return Targets.STANDARDISED;
    }

    /** A loss of several classes: targets are class indices, outputs are logits, the prediction is their softmax. */
    @FunctionalInterface
    interface OfClasses extends Loss {
        @Override
        default Value prediction(Value outputs) {
            return outputs.softmax();
        }

        @Override
        default double[] outputsFor(double[] mean) {
            return Arrays.stream(mean).map(Loss::logarithm).toArray();
        }

        @Override
        default boolean isClassification() {
            return true;
        }

        @Override
        default int outputs(int classes, int targets) {
            if (classes < 2 || targets > 1) {
                throw new IllegalArgumentException("loss %s is for classes, not for %s"
                        .formatted(id(), classes < 2 ? "numbers" : targets + " flags"));
            }
            return classes;
        }
    }

    /** A loss of numbers: an output for each target, which is the prediction. */
    @FunctionalInterface
    interface OfNumbers extends Loss {
        @Override
        default Value prediction(Value outputs) {
            return outputs;
        }

        @Override
        default double[] outputsFor(double[] mean) {
            return mean.clone();
        }

        @Override
        default boolean isClassification() {
            return false;
        }

        @Override
        default int outputs(int classes, int targets) {
            if (classes != 0) {
                throw new IllegalArgumentException(
                        "loss %s is for numbers, not for %d classes".formatted(id(), classes));
            }
            return targets;
        }
    }

    /** Its name, with its options where it has some, as configurations and model files have them. */
    @JsonValue
    default JsonNode json() {
        return Named.LOSSES.json(this);
    }

    /** Its name for messages. */
    default String id() {
        JsonNode json = json();
        return json.path("loss").asText(json.asText());
    }

    /**
     * The loss that {@link #json} describes.
     *
     * @throws IllegalArgumentException when there is none of that name, or its options are others
     */
    @JsonCreator
    static Loss of(JsonNode json) {
        return Named.LOSSES.find(json);
    }
}
