package dev.adjoint.model.features;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One example as it was read, before any statistics are known.
 *
 * @param numbers the numeric columns, NaN where one is missing
 * @param texts the categorical columns, in the order of the features, null where one is missing
 * @param label the class's name for classification, null where there is none
 * @param targets the numbers or flags to predict, in the order of the label's columns
 * @param weight how many examples it counts as
 * @param difficulty how hard it is; 0 where that is not known
 */
public record RawExample(
        Numbers numbers,
        @Nullable String[] texts,
        @Nullable String label,
        double[] targets,
        double weight,
        double difficulty)
        implements Serializable {
    public static final double[] NO_TARGETS = {};
}
