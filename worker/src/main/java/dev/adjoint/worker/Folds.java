package dev.adjoint.worker;

import java.io.Serializable;

/**
 * Equal parts of the examples, by their places, which are random. Member {@code k} of a network does not learn from fold {@code
 * k}, so that it can be measured there; the folds that are left over, where there are more than members, all learn from.
 *
 * @param count how many; 0 for none
 */
public record Folds(int count) implements Serializable {
    /** Every member learns from every example. */
    public static final Folds NONE = new Folds(0);

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException when a single fold would leave nothing to learn from
     */
    public Folds {
        if (count < 0 || count == 1) {
            throw new IllegalArgumentException("%d folds, expected 2 or more, or 0 for none".formatted(count));
        }
    }

    public boolean areNone() {
        return count == 0;
    }

    /** The fold of a row of a shard. */
    int of(int shard, int row) {
        return (int) (((long) shard + row) % count);
    }
}
