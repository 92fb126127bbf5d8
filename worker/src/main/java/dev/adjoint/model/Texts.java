package dev.adjoint.model;

import java.io.Serializable;
import java.util.List;

/**
 * What the cells of a text mean.
 *
 * @param decimal the sign before a number's fraction, a point or a comma
 * @param nulls the texts that stand for a missing value, beside the empty one
 */
public record Texts(char decimal, List<String> nulls) implements Serializable {
    /** A point, and what pandas, R, SQL and people write where they have nothing. */
    public static final Texts USUAL = new Texts('.', List.of("NA", "N/A", "NaN", "null", "None", "?"));

    public Texts {
        nulls = List.copyOf(nulls);
    }
}
