package dev.adjoint.driver.data;

import dev.adjoint.autodiff.kernel.CounterRandom;
import dev.adjoint.worker.Permutation;
import java.io.Serializable;

/**
 * Which rows are held out, and which shard each of the others goes to: a function of the row's number, of how many there
 * are, and of the seed. A random permutation of all rows comes first, so files that are sorted by class do no harm; its
 * first places are held out, the others are dealt to the shards in turn.
 *
 * @param rows all rows, held-out ones included
 * @param heldOut how many are held out
 */
record Placement(long rows, long heldOut, long seed) implements Serializable {
    /** The stream of {@link CounterRandom} that this draws from. */
    private static final long STREAM = 0x5011L;

    /**
     * Holds out a fraction of the rows, rounded.
     *
     * @throws DataException when that would hold out none, or all
     */
    static Placement of(String path, long rows, double fraction, long seed) {
        long heldOut = Math.round(fraction * rows);
        if (fraction > 0 && (heldOut == 0 || heldOut == rows)) {
            throw new DataException("%s has %d rows: data.validation-fraction = %s would hold out %d of them"
                    .formatted(path, rows, fraction, heldOut));
        }
        return new Placement(rows, heldOut, seed);
    }

    long trained() {
        return rows - heldOut;
    }

    /** The place of a row: {@code 0 .. trained()-1} among the trained ones, or negative, {@code -1-i}, when it is held out as number i. */
    long place(long row) {
        long shuffled = new Permutation(rows, CounterRandom.bits(seed, STREAM, 0), 0).at(row);
        return shuffled < heldOut ? -1 - shuffled : shuffled - heldOut;
    }
}
