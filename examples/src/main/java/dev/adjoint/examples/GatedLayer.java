package dev.adjoint.examples;

import dev.adjoint.autodiff.Value;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Scope;

/** {@code (x W + b) * logistic(x V + c)}: half of the layer decides what of the other half passes (Dauphin et al. 2017). */
public record GatedLayer(int units) implements Layer {
    @Override
    public Value apply(Scope scope, Value x) {
        Value gate = x.matmul(scope.weights("V", x.columns(), units)).add(scope.bias("c", units));
        return scope.affine(x, units).multiply(gate.logistic());
    }
}
