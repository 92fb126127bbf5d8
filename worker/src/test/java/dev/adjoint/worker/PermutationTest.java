package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 16, 17, 100, 1000})
    void everyElementComesOnce(int size) {
        long[] natural = LongStream.range(0, size).toArray();
        for (long seed = -5; seed < 5; seed++) {
            long[] elements = elements(size, seed, 3);
            Arrays.sort(elements);
            assertArrayEquals(natural, elements, "seed " + seed);
        }
    }

    @Test
    void seedsAndStreamsPermuteDifferently() {
        long[] elements = elements(1000, 1, 1);
        assertArrayEquals(elements, elements(1000, 1, 1));
        assertFalse(Arrays.equals(elements, elements(1000, 2, 1)), "seed");
        assertFalse(Arrays.equals(elements, elements(1000, 1, 2)), "stream");
        assertFalse(Arrays.equals(elements, LongStream.range(0, 1000).toArray()), "natural order");
    }

    @Test
    void everyPermutationOfThreeElementsOccurs() {
        long distinct = LongStream.range(0, 200)
                .mapToObj(seed -> Arrays.toString(elements(3, seed, 0)))
                .distinct()
                .count();
        assertEquals(6, distinct);
    }

    @Test
    void elementsOfTheLargestPermutationStayInRange() {
        Permutation permutation = new Permutation(1L << 62, 7, 0);
        for (long index : new long[] {0, 1, 1L << 31, (1L << 62) - 1}) {
            long element = permutation.at(index);
            assertTrue(element >= 0 && element < permutation.size(), index + " to " + element);
        }
    }

    @Test
    void sizesOutsideTheRangeAreRejected() {
        for (long size : new long[] {-1, Long.MIN_VALUE, (1L << 62) + 1}) {
            assertEquals(
                    "permutation of " + size + " elements, expected 0 to 2^62",
                    assertThrows(IllegalArgumentException.class, () -> new Permutation(size, 0, 0))
                            .getMessage());
        }
    }

    private static long[] elements(int size, long seed, long stream) {
        return LongStream.range(0, size)
                .map(new Permutation(size, seed, stream)::at)
                .toArray();
    }
}
