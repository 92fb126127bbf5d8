package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/** Each column times a learned factor of its own, which starts at 1; as the first layer it weighs the features. */
public record Scale() implements Layer {
    @Override
    public Value apply(Scope scope, Value x) {
        return x.multiply(scope.constant("scale", x.columns(), 1));
    }
}
