package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.kernel.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How features get into the inputs of an {@link Objective}: rows as they are, or, where they are sparse, their entries. */
public interface FeatureInput {
    /** That of an {@link Objective}'s program. */
    static FeatureInput of(Execution<float[]> execution) {
        boolean dense = new Objective(execution.program()).takes(Objective.FEATURES);
        return dense ? new All(execution.arena(), execution.input(Objective.FEATURES)) : new Entries(execution);
    }

    /**
     * Takes a row as row {@code to} of the batch.
     *
     * @throws IllegalArgumentException when the program takes other rows
     */
    void take(Rows rows, int row, int to);

    /** Makes the rows from {@code taken} on zeros, and what was taken ready for a run. The next batch begins. */
    void close(int taken);

    /** Rows with all features. */
    record All(float[] arena, Block x) implements FeatureInput {
        @Override
        public void take(Rows rows, int row, int to) {
            int width = x.columns();
            if (!(rows instanceof Rows.Full full) || full.width() != width) {
                throw new IllegalArgumentException("rows of %d features%s, the network takes %d"
                        .formatted(rows.width(), rows instanceof Rows.Sparse ? ", sparse" : "", width));
            }
            full.write(row, arena, x.offset() + to * width);
        }

        @Override
        public void close(int taken) {
            // Zeros, not what the last batch left: 0 times a stale negative is -0, and bits would hang on the history.
            Arrays.fill(arena, x.offset() + taken * x.columns(), x.offset() + x.size(), 0f);
        }
    }

    /** Sparse rows. Entries are sorted by column, so that a product reads each row of the weights once. */
    final class Entries implements FeatureInput {
        private final float[] arena;
        private final Block values;
        private final Block rows;
        private final Block columns;
        private final List<Taken> batch = new ArrayList<>();

        /** Of each column how many entries the batch has; then, where the next one goes. */
        private int[] places = {};

        private int entries;

        private record Taken(Rows.Sparse rows, int row, int to) {}

        Entries(Execution<float[]> execution) {
            this.arena = execution.arena();
            this.values = execution.input(Objective.ENTRIES);
            this.rows = execution.input(Objective.ROWS);
            this.columns = execution.input(Objective.COLUMNS);
        }

        @Override
        public void take(Rows from, int row, int to) {
            if (!(from instanceof Rows.Sparse sparse)) {
                throw new IllegalArgumentException(
                        "rows of %d features, all given; the network takes sparse ones".formatted(from.width()));
            }
            int begin = sparse.starts()[row];
            int end = sparse.starts()[row + 1];
            if (entries + end - begin > values.rows()) {
                throw new IllegalArgumentException("a row with %d entries, after %d in the batch, which takes %d"
                        .formatted(end - begin, entries, values.rows()));
            }
            if (places.length < sparse.width()) {
                places = Arrays.copyOf(places, sparse.width());
            }
            for (int i = begin; i < end; i++) {
                places[sparse.columns()[i]]++;
            }
            entries += end - begin;
            batch.add(new Taken(sparse, row, to));
        }

        /** Ends a counting sort, which keeps the order of the rows; it costs less than a gradient of so many columns. */
        @Override
        public void close(int taken) {
            int place = 0;
            for (int column = 0; column < places.length; column++) {
                int count = places[column];
                Arrays.fill(arena, columns.offset() + place, columns.offset() + place + count, column);
                places[column] = place;
                place += count;
            }
            for (Taken one : batch) {
                int end = one.rows.starts()[one.row + 1];
                for (int i = one.rows.starts()[one.row]; i < end; i++) {
                    int at = places[one.rows.columns()[i]]++;
                    arena[values.offset() + at] = one.rows.values()[i];
                    arena[rows.offset() + at] = one.to;
                }
            }
            if (entries < values.rows()) {
                arena[rows.offset() + entries] = -1; // the end of the entries
            }
            Arrays.fill(places, 0);
            batch.clear();
            entries = 0;
        }
    }
}
