package dev.adjoint.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.adjoint.autodiff.Value;

/**
 * A hidden layer: a function of values, with the parameters that it declares. Its derivative follows. A layer is a record,
 * whose components are its options: numbers, flags, texts or enum constants.
 *
 * <pre>{@code
 * public record GatedLayer(int units) implements Layer {
 *     public Value apply(Scope scope, Value x) {
 *         Value gate = x.matmul(scope.weights("V", x.columns(), units)).add(scope.bias("c", units));
 *         return scope.affine(x, units).multiply(gate.logistic());
 *     }
 * }
 * }</pre>
 *
 * <p>It is called where the network is made, and records a program; the program travels to the executors, the layer never
 * does. A configuration and a model file have {@code {layer: "affine", units: 16, activation: "tanh"}}, or in place of {@code
 * affine} the name of a public class, which must then be on the class path wherever the model is read.
 */
@FunctionalInterface
public interface Layer {
    /**
     * The layer's output.
     *
     * @param x {@code [rows x columns]}; a row is an example, and a batch is filled up with rows of zeros and weight 0: what
     *     mixes rows must weight them, see {@link Scope#exampleWeights}
     */
    Value apply(Scope scope, Value x);

    /**
     * The bound of the uniformly distributed initial weights that follow it, from {@code in} units to {@code out}: by default
     * {@code sqrt(6 / (in + out))} (Glorot and Bengio 2010).
     */
    default double boundAfter(int in, int out) {
        return Activation.IDENTITY.initialBound(in, out);
    }

    /** The function that its outputs are values of, element by element; the identity where it ends with none. */
    default Activation outputActivation() {
        return Activation.IDENTITY;
    }

    /** Its name with its options, as configurations and model files have them. */
    @JsonValue
    default JsonNode json() {
        return Named.LAYERS.json(this);
    }

    /**
     * The layer that {@link #json} describes.
     *
     * @throws IllegalArgumentException when there is none of that name, or its options are others
     */
    @JsonCreator
    static Layer of(JsonNode json) {
        return Named.LAYERS.find(json);
    }
}
