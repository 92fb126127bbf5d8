package dev.adjoint.model;

import dev.adjoint.autodiff.Losses;
import dev.adjoint.autodiff.Value;

/**
 * Two classes by a margin, as of a support vector machine: {@code max(0, 1 - y z)} with y -1 for class 0 and 1 for class 1
 * (Cortes and Vapnik 1995). The prediction is the logistic function of z: more than 1/2 where z is positive, and in
 * z's order, but no probability that was fitted.
 */
public record Hinge() implements Loss {
    @Override
    public Value perExample(Value margins, Value targets) {
        return Losses.hinge(margins, targets.multiply(2).subtract(1));
    }

    @Override
    public Value prediction(Value margins) {
        return margins.logistic();
    }

    @Override
    public double[] outputsFor(double[] mean) {
        return StandardLoss.BINARY_CROSS_ENTROPY.outputsFor(mean);
    }

    @Override
    public int outputs(int classes, int targets) {
        if (classes != 2 || targets != 1) {
            String given = classes == 0 ? "numbers" : targets > 1 ? targets + " flags" : classes + " classes";
            throw new IllegalArgumentException("loss hinge is for two classes, not for " + given);
        }
        return 1;
    }

    @Override
    public boolean isClassification() {
        return true;
    }
}
