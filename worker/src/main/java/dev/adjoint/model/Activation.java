package dev.adjoint.model;

import dev.adjoint.autodiff.Value;
import java.util.function.UnaryOperator;

/** The usual hidden layers: {@code activation(x W + b)}. */
public enum Activation implements Layer {
    RELU(Value::relu, true),
    LEAKY_RELU(x -> x.leakyRelu(0.01), true),
    ELU(x -> x.elu(1), true),
    GELU(Value::gelu, true),
    SILU(Value::silu, true),
    SOFTPLUS(Value::softplus, true),
    LOGISTIC(Value::logistic, false),
    TANH(Value::tanh, false),
    IDENTITY(x -> x, false);

    private final UnaryOperator<Value> function;
    private final boolean rectifier;

    Activation(UnaryOperator<Value> function, boolean rectifier) {
        this.function = function;
        this.rectifier = rectifier;
    }

    @Override
    public Value apply(Scope scope, Value x, int units) {
        return function.apply(scope.affine(x, units));
    }

    /** A rectifier passes on half of its input's variance, which He et al. 2015 make up for with {@code sqrt(6 / in)}. */
    @Override
    public double initialBound(int in, int out) {
        return rectifier ? Math.sqrt(6.0 / in) : Layer.super.initialBound(in, out);
    }

    /** The name in configurations and model files, e.g. {@code leaky-relu}. */
    @Override
    public String toString() {
        return id();
    }
}
