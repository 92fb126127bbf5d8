package dev.adjoint.model;

import dev.adjoint.autodiff.Losses;
import dev.adjoint.autodiff.Value;

/**
 * {@link StandardLoss#BINARY_CROSS_ENTROPY} with options, which are 0 by default: see {@link
 * Losses#binaryCrossEntropy(Value, Value, double, double)}.
 *
 * @param gamma how much less an example counts that is likely already (focal loss)
 * @param smoothing the share of an example that both classes have alike
 */
public record BinaryCrossEntropy(
        @Default("0") double gamma, @Default("0") double smoothing) implements Loss {
    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when gamma is negative, or smoothing no share below 1
     */
    public BinaryCrossEntropy {
        SoftmaxCrossEntropy.requireOptions(gamma, smoothing);
    }

    @Override
    public Value perExample(Value logits, Value targets) {
        return Losses.binaryCrossEntropy(logits, targets, gamma, smoothing);
    }

    @Override
    public Value prediction(Value logits) {
        return StandardLoss.BINARY_CROSS_ENTROPY.prediction(logits);
    }

    @Override
    public double[] outputsFor(double[] mean) {
        return StandardLoss.BINARY_CROSS_ENTROPY.outputsFor(mean);
    }

    @Override
    public int outputs(int classes, int targets) {
        return StandardLoss.BINARY_CROSS_ENTROPY.outputs(classes, targets);
    }

    @Override
    public int targets(int outputs) {
        return outputs;
    }

    @Override
    public boolean isClassification() {
        return true;
    }
}
