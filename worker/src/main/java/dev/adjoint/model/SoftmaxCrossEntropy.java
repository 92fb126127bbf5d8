package dev.adjoint.model;

import dev.adjoint.autodiff.Losses;
import dev.adjoint.autodiff.Value;

/**
 * {@link StandardLoss#SOFTMAX_CROSS_ENTROPY} with options, which are 0 by default: see {@link
 * Losses#softmaxCrossEntropy(Value, Value, double, double)}.
 *
 * @param gamma how much less the classes count that are likely already (focal loss)
 * @param smoothing the share of an example that all classes have alike
 */
public record SoftmaxCrossEntropy(
        @Default("0") double gamma, @Default("0") double smoothing) implements Loss.OfClasses {
    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when gamma is negative, or smoothing no share below 1
     */
    public SoftmaxCrossEntropy {
        requireOptions(gamma, smoothing);
    }

    static void requireOptions(double gamma, double smoothing) {
        if (!(gamma >= 0) || Double.isInfinite(gamma)) {
            throw new IllegalArgumentException("gamma is %s, expected 0 or more".formatted(gamma));
        }
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    "smoothing is %s, expected 0 or more and less than 1".formatted(smoothing));
        }
    }

    @Override
    public Value perExample(Value logits, Value classes) {
        return Losses.softmaxCrossEntropy(logits, classes, gamma, smoothing);
    }
}
