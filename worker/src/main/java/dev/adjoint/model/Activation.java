package dev.adjoint.model;

import dev.adjoint.autodiff.Value;
import java.util.function.UnaryOperator;

/** The functions between the layers. A softmax is none of them: that of the outputs follows from the loss. */
public enum Activation {
    RELU(Value::relu, Initial.HE),
    LEAKY_RELU(x -> x.leakyRelu(0.01), Initial.HE),
    ELU(x -> x.elu(1), Initial.HE),
    SELU(Value::selu, Initial.LECUN),
    GELU(Value::gelu, Initial.HE),
    SILU(Value::silu, Initial.HE),
    MISH(Value::mish, Initial.HE),
    SOFTPLUS(Value::softplus, Initial.HE),
    LOGISTIC(Value::logistic, Initial.GLOROT),
    TANH(Value::tanh, Initial.GLOROT),
    IDENTITY(x -> x, Initial.GLOROT);

    private final UnaryOperator<Value> function;
    private final Initial initial;

    Activation(UnaryOperator<Value> function, Initial initial) {
        this.function = function;
        this.initial = initial;
    }

    /** The function of each element. */
    public Value of(Value x) {
        return function.apply(x);
    }

    /** How weights in front of it usually start. */
    Initial initial() {
        return initial;
    }

    /**
     * The bound of the uniformly distributed initial weights from {@code in} to {@code out} units in front of it: {@code
     * sqrt(6 / (in + out))} (Glorot and Bengio 2010). A rectifier passes on half of its input's variance, which He et al. 2015
     * make up for with {@code sqrt(6 / in)}; selu takes {@code sqrt(3 / in)} (LeCun et al. 1998), which its scale is made for.
     */
    public double initialBound(int in, int out) {
        return initial.bound(this, in, out);
    }

    /** The name in configurations and model files, e.g. {@code leaky-relu}. */
    @Override
    public String toString() {
        return Named.id(this);
    }
}
