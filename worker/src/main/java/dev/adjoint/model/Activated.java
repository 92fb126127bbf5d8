package dev.adjoint.model;

import dev.adjoint.autodiff.Value;

/** An activation by itself, for where something stands between it and the affine layer. */
public record Activated(Activation activation) implements Layer {
    @Override
    public Value apply(Scope scope, Value x) {
        return activation.of(x);
    }

    @Override
    public Activation outputActivation() {
        return activation;
    }

    @Override
    public double boundAfter(int in, int out) {
        return activation.initialBound(in, out);
    }
}
