package dev.adjoint.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.adjoint.autodiff.Value;

/**
 * An objective of one example, and the prediction that belongs to it: functions of values, whose derivatives follow.
 *
 * <pre>{@code
 * public final class Focal implements Loss.OfClasses {
 *     public Value perExample(Value logits, Value classes) {
 *         Value p = logits.softmax().multiply(classes.oneHot(logits.columns())).sumColumns();
 *         return p.log().multiply(p.subtract(1).power(2)).negate();
 *     }
 * }
 * }</pre>
 *
 * <p>As with a {@link Layer}, what travels is the program that is recorded, and a model file keeps a name.
 */
public interface Loss {
    /** The losses {@code [rows x 1]} of outputs {@code [rows x k]} and targets {@code [rows x 1]}. */
    Value perExample(Value outputs, Value targets);

    /** What the outputs {@code [rows x k]} predict: the probability of each class, or a number. */
    Value prediction(Value outputs);

    /**
     * The width of the outputs for a number of classes; 0 classes are a regression.
     *
     * @throws IllegalArgumentException when this is no loss for so many
     */
    int outputs(int classes);

    boolean isClassification();

    /** A loss of several classes: targets are class indices, outputs are logits, the prediction is their softmax. */
    @FunctionalInterface
    interface OfClasses extends Loss {
        @Override
        default Value prediction(Value outputs) {
            return outputs.softmax();
        }

        @Override
        default boolean isClassification() {
            return true;
        }

        @Override
        default int outputs(int classes) {
            if (classes < 2) {
                throw new IllegalArgumentException("loss %s is for classes, not for numbers".formatted(id()));
            }
            return classes;
        }
    }

    /** A loss of numbers: one output, which is the prediction. */
    @FunctionalInterface
    interface OfNumbers extends Loss {
        @Override
        default Value prediction(Value outputs) {
            return outputs;
        }

        @Override
        default boolean isClassification() {
            return false;
        }

        @Override
        default int outputs(int classes) {
            if (classes != 0) {
                throw new IllegalArgumentException(
                        "loss %s is for numbers, not for %d classes".formatted(id(), classes));
            }
            return 1;
        }
    }

    /** How configurations and model files call it. */
    @JsonValue
    default String id() {
        return Named.id(this);
    }

    /**
     * The loss of that name: a standard one's, or a class's.
     *
     * @throws IllegalArgumentException when there is none
     */
    @JsonCreator
    static Loss named(String id) {
        return Named.find(Loss.class, id, StandardLoss.values());
    }
}
