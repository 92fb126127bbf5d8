package dev.adjoint.bench;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.adjoint.driver.settings.BatchSize;

/**
 * How many examples a step takes.
 *
 * @param size {@link Integer#MAX_VALUE} for all that there are
 */
record Batch(int size) {
    static final Batch FULL = new Batch(Integer.MAX_VALUE);

    /**
     * Reads a number from 1 on, or {@code full}.
     *
     * @throws IllegalArgumentException when it is neither
     */
    @JsonCreator
    static Batch parse(String text) {
        if (text.equals("full")) {
            return FULL;
        }
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("expected a number of examples or full, but was '%s'".formatted(text));
        }
        return new Batch(Integer.parseInt(text));
    }

    boolean isFull() {
        return equals(FULL);
    }

    BatchSize option() {
        return isFull() ? BatchSize.FULL : new BatchSize(size);
    }

    @Override
    @JsonValue
    public String toString() {
        return isFull() ? "full" : String.valueOf(size);
    }
}
