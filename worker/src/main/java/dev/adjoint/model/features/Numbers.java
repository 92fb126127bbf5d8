package dev.adjoint.model.features;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The numeric columns of an example in the order of the features, vectors spread out.
 *
 * @param width how many there are
 * @param places which of them {@code values} are, ascending, the others being 0; null where {@code values} are all
 */
public record Numbers(int width, int @Nullable [] places, double[] values) implements Serializable {
    /** All numbers of an example. */
    public Numbers(double[] values) {
        this(values.length, null, values);
    }
}
