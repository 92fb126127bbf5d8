package dev.adjoint.model;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.adjoint.autodiff.Value;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** What a hidden layer applies to its affine part. */
public enum Activation {
    RELU(Value::relu, true),
    LEAKY_RELU(x -> x.leakyRelu(0.01), true),
    LOGISTIC(Value::logistic, false),
    TANH(Value::tanh, false),
    IDENTITY(x -> x, false);

    private final UnaryOperator<Value> function;
    private final boolean rectifier;

    Activation(UnaryOperator<Value> function, boolean rectifier) {
        this.function = function;
        this.rectifier = rectifier;
    }

    Value apply(Value x) {
        return function.apply(x);
    }

    /**
     * The bound of the uniformly distributed initial weights of a layer from {@code in} to {@code out} units. A rectifier
     * passes on half of its input's variance, which He et al. 2015 make up for with {@code sqrt(6 / in)}; the others take
     * the {@code sqrt(6 / (in + out))} of Glorot and Bengio 2010.
     */
    double initialBound(int in, int out) {
        return Math.sqrt(6.0 / (rectifier ? in : in + out));
    }

    /** The name in configurations and model files, e.g. {@code leaky-relu}. */
    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
