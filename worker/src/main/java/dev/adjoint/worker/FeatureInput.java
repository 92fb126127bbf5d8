package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.kernel.Block;
import java.util.Arrays;

/**
 * How features get into a program: rows into the input {@code x [rows x width]}; or, where rows are sparse, their entries
 * into the inputs {@code x.values}, {@code x.rows} and {@code x.columns}, {@code [entries x 1]} each.
 */
public interface FeatureInput {
    /** That of a program of a {@link dev.adjoint.model.Network}. */
    static FeatureInput of(Execution<float[]> execution) {
        boolean dense = execution.program().inputs().stream()
                .anyMatch(input -> input.name().equals("x"));
        return dense ? new All(execution.arena(), execution.input("x")) : new Entries(execution);
    }

    /**
     * Takes a row as row {@code to} of the batch.
     *
     * @throws IllegalArgumentException when the program takes other rows
     */
    void take(Rows rows, int row, int to);

    /** Makes the rows from {@code taken} on zeros, and what was taken ready for a run. The next batch begins. */
    void close(int taken);

    /** Dense rows. */
    record All(float[] arena, Block x) implements FeatureInput {
        @Override
        public void take(Rows rows, int row, int to) {
            int width = x.columns();
            if (!(rows instanceof Rows.Dense dense) || dense.width() != width) {
                throw new IllegalArgumentException("rows of %d features%s, the network takes %d"
                        .formatted(rows.width(), rows instanceof Rows.Sparse ? ", sparse" : "", width));
            }
            System.arraycopy(dense.values(), row * width, arena, x.offset() + to * width, width);
        }

        @Override
        public void close(int taken) {
            // Zeros, not what the last batch left: 0 times a stale negative is -0, and bits would hang on the history.
            Arrays.fill(arena, x.offset() + taken * x.columns(), x.offset() + x.size(), 0f);
        }
    }

    /** Sparse rows. Entries are sorted by column, so that a product reads each row of the weights once. */
    final class Entries implements FeatureInput {
        /** The sort goes over the entries once for so many bits of the column. */
        private static final int BITS = 11;

        private final float[] arena;
        private final Block values;
        private final Block rows;
        private final Block columns;
        private final int[] counts = new int[1 << BITS];

        /** The entries as they came, and as they are sorted: column above, row below, and the value. */
        private long[] keys;

        private float[] numbers;
        private long[] sortedKeys;
        private float[] sortedNumbers;
        private int entries;
        private int largest;

        Entries(Execution<float[]> execution) {
            this.arena = execution.arena();
            this.values = execution.input("x.values");
            this.rows = execution.input("x.rows");
            this.columns = execution.input("x.columns");
            this.keys = new long[values.rows()];
            this.numbers = new float[values.rows()];
            this.sortedKeys = new long[values.rows()];
            this.sortedNumbers = new float[values.rows()];
        }

        @Override
        public void take(Rows from, int row, int to) {
            if (!(from instanceof Rows.Sparse sparse)) {
                throw new IllegalArgumentException(
                        "rows of %d features, all given; the network takes sparse ones".formatted(from.width()));
            }
            int begin = sparse.starts()[row];
            int end = sparse.starts()[row + 1];
            if (entries + end - begin > keys.length) {
                throw new IllegalArgumentException("a row with %d entries, after %d in the batch, which takes %d"
                        .formatted(end - begin, entries, keys.length));
            }
            for (int i = begin; i < end; i++, entries++) {
                int column = sparse.columns()[i];
                largest = Math.max(largest, column);
                keys[entries] = (long) column << Integer.SIZE | to;
                numbers[entries] = sparse.values()[i];
            }
        }

        @Override
        public void close(int taken) {
            for (int shift = 0; largest >>> shift > 0; shift += BITS) {
                sort(Integer.SIZE + shift);
            }
            for (int i = 0; i < entries; i++) {
                arena[values.offset() + i] = numbers[i];
                arena[rows.offset() + i] = (int) keys[i];
                arena[columns.offset() + i] = (int) (keys[i] >>> Integer.SIZE);
            }
            if (entries < values.rows()) {
                arena[rows.offset() + entries] = -1; // the end of the entries
            }
            entries = 0;
            largest = 0;
        }

        /** A pass of a radix sort, which keeps the order of equal ones. */
        private void sort(int shift) {
            Arrays.fill(counts, 0);
            for (int i = 0; i < entries; i++) {
                counts[(int) (keys[i] >>> shift) & counts.length - 1]++;
            }
            int place = 0;
            for (int digit = 0; digit < counts.length; digit++) {
                int count = counts[digit];
                counts[digit] = place;
                place += count;
            }
            for (int i = 0; i < entries; i++) {
                int at = counts[(int) (keys[i] >>> shift) & counts.length - 1]++;
                sortedKeys[at] = keys[i];
                sortedNumbers[at] = numbers[i];
            }
            long[] oldKeys = keys;
            keys = sortedKeys;
            sortedKeys = oldKeys;
            float[] oldNumbers = numbers;
            numbers = sortedNumbers;
            sortedNumbers = oldNumbers;
        }
    }
}
