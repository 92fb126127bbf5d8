package dev.adjoint.worker;

/**
 * What a program takes at a time.
 *
 * @param entriesOfRow how many features of a row are not 0 at most, where rows are sparse; 0 where they are dense
 */
public record BatchShape(int rows, int entriesOfRow) {
    /** Fewer rows are too few for fast products, more take the memory of a wide net and gain nothing. */
    private static final int LEAST_ROWS = 32;

    private static final int MOST_ROWS = 1024;

    /** The most numbers of the features to take at a time. */
    private static final int MOST_NUMBERS = 1 << 23;

    /** Rows with all their features. */
    public static BatchShape dense(int rows) {
        return new BatchShape(rows, 0);
    }

    /**
     * What suits {@code rows} rows in all: as few runs of the program as there may be, of about equal size.
     *
     * @param width how many features a row has
     * @param entriesOfRow as above
     */
    public static BatchShape of(long rows, int width, int entriesOfRow) {
        // An entry is three numbers.
        int numbers = entriesOfRow > 0 ? 3 * entriesOfRow : width;
        long most = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, MOST_NUMBERS / numbers));
        long runs = Math.max(1, (rows + most - 1) / most);
        return new BatchShape((int) Math.max(1, (rows + runs - 1) / runs), entriesOfRow);
    }

    public boolean isSparse() {
        return entriesOfRow > 0;
    }

    /** How many entries all rows have at most. */
    public int entries() {
        return Math.multiplyExact(rows, entriesOfRow);
    }
}
