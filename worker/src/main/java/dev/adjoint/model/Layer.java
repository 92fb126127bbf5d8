package dev.adjoint.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.adjoint.autodiff.Value;

/**
 * A hidden layer: a function of values, with the parameters that it declares. Its derivative follows.
 *
 * <pre>{@code
 * public final class Gated implements Layer {
 *     public Value apply(Scope scope, Value x, int units) {
 *         Value h = x.matmul(scope.weights("W", x.columns(), units)).add(scope.bias("b", units));
 *         Value gate = x.matmul(scope.weights("V", x.columns(), units)).add(scope.bias("c", units));
 *         return h.multiply(gate.logistic());
 *     }
 * }
 * }</pre>
 *
 * <p>It is called where the network is made, and records a program; the program travels to the executors, the layer never
 * does. A model file keeps a layer by its name: that of an {@link Activation}, or of a public class with a constructor
 * without arguments, which must then be on the class path wherever the model is read.
 */
@FunctionalInterface
public interface Layer {
    /**
     * The layer's output.
     *
     * @param x {@code [rows x columns]}; a row is an example, and a layer must not mix them: a batch is filled up with rows
     *     of zeros
     * @param units the width that the configuration asks for
     */
    Value apply(Scope scope, Value x, int units);

    /**
     * The bound of the uniformly distributed initial weights from {@code in} to {@code out} units: by default {@code
     * sqrt(6 / (in + out))} (Glorot and Bengio 2010).
     */
    default double initialBound(int in, int out) {
        return Math.sqrt(6.0 / (in + out));
    }

    /** How configurations and model files call it. */
    @JsonValue
    default String id() {
        return Named.id(this);
    }

    /**
     * The layer of that name: an activation's, or a class's.
     *
     * @throws IllegalArgumentException when there is none
     */
    @JsonCreator
    static Layer named(String id) {
        return Named.find(Layer.class, id, Activation.values());
    }
}
