package dev.adjoint.examples;

import dev.adjoint.autodiff.Value;
import dev.adjoint.model.Loss;

/**
 * {@code -(1 - p)^2 log p} of the probability {@code p} of the right class: examples that are right already count for
 * little (Lin et al. 2017).
 */
public record FocalLoss() implements Loss.OfClasses {
    @Override
    public Value perExample(Value logits, Value classes) {
        Value logP =
                logits.logSoftmax().multiply(classes.oneHot(logits.columns())).sumColumns();
        return logP.exp().subtract(1).power(2).multiply(logP).negate();
    }
}
