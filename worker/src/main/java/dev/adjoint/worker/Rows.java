package dev.adjoint.worker;

import java.io.Serializable;
import java.util.List;

/** The features of some examples, float32, a row each. */
public sealed interface Rows extends Serializable {
    int rows();

    int width();

    /** All numbers: arrays of float or int. */
    List<Object> arrays();

    /**
     * All numbers, row-major.
     *
     * @param values {@code [rows x width]}
     */
    record Dense(int rows, int width, float[] values) implements Rows {
        /**
         * Checks that there are as many numbers as the extents say.
         *
         * @throws IllegalArgumentException when not
         */
        public Dense {
            if (values.length != (long) rows * width) {
                throw new IllegalArgumentException(
                        "%d features for %d rows of %d features".formatted(values.length, rows, width));
            }
        }

        @Override
        public List<Object> arrays() {
            return List.of(values);
        }
    }

    /**
     * The numbers that are not 0, in compressed rows.
     *
     * @param starts {@code [rows + 1]}: where each row's numbers begin, and where the last one's end
     * @param columns of each number
     */
    record Sparse(int width, int[] starts, int[] columns, float[] values) implements Rows {
        /**
         * Checks that the arrays fit each other.
         *
         * @throws IllegalArgumentException when not
         */
        public Sparse {
            if (starts.length == 0 || starts[starts.length - 1] != values.length || columns.length != values.length) {
                throw new IllegalArgumentException("%d columns and %d values for %d rows that end at %d"
                        .formatted(
                                columns.length,
                                values.length,
                                starts.length - 1,
                                starts.length == 0 ? 0 : starts[starts.length - 1]));
            }
        }

        @Override
        public int rows() {
            return starts.length - 1;
        }

        @Override
        public List<Object> arrays() {
            return List.of(starts, columns, values);
        }
    }
}
