package dev.adjoint.worker;

import dev.adjoint.autodiff.kernel.CounterRandom;
import java.io.Serializable;

/**
 * A random permutation of 0 .. size-1 whose elements are computed one by one: no array, no history.
 *
 * <p>A four-round Feistel network (Luby and Rackoff 1988) permutes the smallest even number of bits that holds the size;
 * a result outside the range is permuted again until it falls inside (cycle walking), at most about four times on average.
 */
public record Permutation(long size, long seed, long stream) implements Serializable {
    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException when it is negative or above 2^62
     */
    public Permutation {
        if (size < 0 || size > 1L << 62) {
            throw new IllegalArgumentException("permutation of " + size + " elements, expected 0 to 2^62");
        }
    }

    /** The element at {@code index}, which is in 0 .. size-1. */
    public long at(long index) {
        assert index >= 0 && index < size : index + " of " + size;
        int half = Math.max(1, (65 - Long.numberOfLeadingZeros(size - 1)) / 2);
        long mask = (1L << half) - 1;
        long value = index;
        do {
            long left = value >>> half;
            long right = value & mask;
            for (int round = 0; round < 4; round++) {
                long next = left ^ (CounterRandom.bits(seed, 4 * stream + round, right) & mask);
                left = right;
                right = next;
            }
            value = left << half | right;
        } while (value >= size);
        return value;
    }
}
