package dev.adjoint.worker;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters, and vectors of their length that an optimiser keeps beside them, by name: what a training's numbers are,
 * from a replica to a checkpoint.
 *
 * @param names of the vectors after the parameters
 * @param values the parameters, then the vectors in the order of their names; not copied
 */
public record Vectors(List<String> names, List<float[]> values) implements Serializable {
    /**
     * Checks that there is a vector for each name, of the parameters' length.
     *
     * @throws IllegalArgumentException when not
     */
    public Vectors {
        names = List.copyOf(names);
        values = List.copyOf(values);
        if (values.size() != names.size() + 1) {
            throw new IllegalArgumentException("%d vectors for the parameters and %s".formatted(values.size(), names));
        }
        for (float[] vector : values) {
            if (vector.length != values.get(0).length) {
                throw new IllegalArgumentException(
                        "vectors %s of %d and %d numbers".formatted(names, values.get(0).length, vector.length));
            }
        }
    }

    /** The parameters alone. */
    public static Vectors of(float[] parameters) {
        return new Vectors(List.of(), List.of(parameters));
    }

    /** The parameters, and zeros for each name: before the first step. */
    public static Vectors initial(float[] parameters, List<String> names) {
        List<float[]> values = new ArrayList<>(List.of(parameters));
        names.forEach(name -> values.add(new float[parameters.length]));
        return new Vectors(names, values);
    }

    /** The parameters, flat, in the network's order. */
    public float[] parameters() {
        return values.get(0);
    }

    /** The vectors beside the parameters. */
    public List<float[]> state() {
        return values.subList(1, values.size());
    }

    /** The same numbers in arrays of their own. */
    public Vectors copy() {
        return new Vectors(names, values.stream().map(float[]::clone).toList());
    }
}
