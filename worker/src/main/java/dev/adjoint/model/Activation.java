package dev.adjoint.model;

import dev.adjoint.autodiff.Value;
import java.util.function.UnaryOperator;

/** The functions between the layers. */
public enum Activation {
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

    /** The function of each element. */
    public Value of(Value x) {
        return function.apply(x);
    }

    /**
     * The bound of the uniformly distributed initial weights from {@code in} to {@code out} units in front of it: {@code
     * sqrt(6 / (in + out))} (Glorot and Bengio 2010). A rectifier passes on half of its input's variance, which He et al. 2015
     * make up for with {@code sqrt(6 / in)}.
     */
    public double initialBound(int in, int out) {
        return Math.sqrt(6.0 / (rectifier ? in : in + out));
    }

    /** The name in configurations and model files, e.g. {@code leaky-relu}. */
    @Override
    public String toString() {
        return Named.id(this);
    }
}
