package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/**
 * {@code scale (x - mean) / sqrt(variance + 1e-5) + shift}, with mean and (biased) variance of each row for itself, and for each
 * column a learned scale that starts at 1 and a learned shift that starts at 0 (Ba, Kiros and Hinton 2016). Training and scoring
 * do the same, however many rows there are.
 */
public record LayerNorm() implements Layer {
    @Override
    public Value apply(Scope scope, Value x) {
        Value scale = scope.constant("scale", x.columns(), 1);
        Value shift = scope.bias("shift", x.columns());
        Value centred = x.subtract(x.meanColumns());
        Value variance = centred.multiply(centred).meanColumns();
        return centred.divide(variance.add(BatchNorm.EPSILON).sqrt())
                .multiply(scale)
                .add(shift);
    }
}
