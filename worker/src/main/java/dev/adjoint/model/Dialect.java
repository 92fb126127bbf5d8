package dev.adjoint.model;

import java.io.Serializable;

/**
 * How the text of a CSV file is written.
 *
 * @param separator the character between cells, or {@link #AUTO} for the one that each file's beginning shows
 * @param encoding the name of a charset, or {@link #AUTO} for UTF-8, and for UTF-16 where a file has its mark
 * @param quote the character around cells that hold separators or line breaks, "" where none does that
 */
public record Dialect(String separator, String encoding, String quote) implements Serializable {
    /** What a file's beginning says. */
    public static final String AUTO = "auto";

    /** As Excel, pandas and R write CSV. */
    public static final Dialect USUAL = new Dialect(AUTO, AUTO, "\"");

    /**
     * Checks that they can be told apart.
     *
     * @throws IllegalArgumentException when one is more than a character, or both are the same
     */
    public Dialect {
        if (!separator.equals(AUTO) && separator.length() != 1) {
            throw new IllegalArgumentException("the separator is \"%s\", expected one character".formatted(separator));
        }
        if (quote.length() > 1 || quote.equals(separator)) {
            throw new IllegalArgumentException(
                    "the quote is \"%s\", expected one character that is not the separator".formatted(quote));
        }
    }
}
