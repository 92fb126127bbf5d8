package dev.adjoint.worker;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The features of some examples, float32, a row each. */
public sealed interface Rows extends Serializable {
    int rows();

    int width();

    /** All numbers, arrays of float or int one after the other, each of which is valid until the next is asked for. */
    Stream<Object> arrays();

    /** Rows of which every feature is given, zeros as well. */
    sealed interface Full extends Rows {
        /** Writes the {@link #width} features of a row to {@code out} from {@code at} on. */
        void write(int row, float[] out, int at);
    }

    /**
     * All numbers, row-major.
     *
     * @param values {@code [rows x width]}
     */
    record Dense(int rows, int width, float[] values) implements Full {
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
        public void write(int row, float[] out, int at) {
            System.arraycopy(values, row * width, out, at, width);
        }

        @Override
        public Stream<Object> arrays() {
            return Stream.of(values);
        }
    }

    /**
     * The same where some features are indicators of levels: of the columns with levels a code each is kept, so that memory
     * goes with the columns and not with the levels.
     *
     * @param places {@code [n]}: which features of a row are numbers
     * @param numbers {@code [rows x n]}
     * @param codes {@code [rows x c]}: of each column with levels the feature that is 1; -1 where all of its are 0
     */
    record Coded(int rows, int width, int[] places, float[] numbers, int[] codes) implements Full {
        /**
         * Checks that there are as many numbers and codes as the extents say.
         *
         * @throws IllegalArgumentException when not
         */
        public Coded {
            if (numbers.length != (long) rows * places.length || (rows > 0 && codes.length % rows > 0)) {
                throw new IllegalArgumentException("%d numbers at %d places and %d codes for %d rows"
                        .formatted(numbers.length, places.length, codes.length, rows));
            }
        }

        @Override
        public void write(int row, float[] out, int at) {
            Arrays.fill(out, at, at + width, 0f);
            for (int i = 0; i < places.length; i++) {
                out[at + places[i]] = numbers[row * places.length + i];
            }
            int columns = codes.length / rows;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                if (codes[i] >= 0) {
                    out[at + codes[i]] = 1f;
                }
            }
        }

        /** Of the rows as they are written: to code them changes no checksum. */
        @Override
        public Stream<Object> arrays() {
            float[] features = new float[width];
            return IntStream.range(0, rows).mapToObj(row -> {
                write(row, features, 0);
                return features;
            });
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
        public Stream<Object> arrays() {
            return Stream.of(starts, columns, values);
        }
    }
}
