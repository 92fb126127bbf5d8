package dev.adjoint.model.features;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One example as it was read, before any statistics are known.
 *
 * @param numbers the numeric columns
 * @param texts the categorical columns, in the order of the features
 * @param label the label's text for classification, null when there is no label
 * @param target the label's value for regression
 */
public record RawExample(
        Numbers numbers, String[] texts, @Nullable String label, double target) implements Serializable {}
