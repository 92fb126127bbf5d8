package dev.adjoint.worker;

import java.util.Arrays;

/** Gathers sparse rows, one after the other, entry by entry. */
public final class SparseRows {
    private final int width;
    /** Of each row that was ended, where it ends. */
    private int[] ends = new int[16];

    private int[] columns = new int[16];
    private float[] values = new float[16];
    private int rows;
    private int entries;

    public SparseRows(int width) {
        this.width = width;
    }

    /** Adds an entry to the row that is being gathered. */
    public void add(int column, float value) {
        if (entries == values.length) {
            columns = Arrays.copyOf(columns, 2 * entries);
            values = Arrays.copyOf(values, 2 * entries);
        }
        columns[entries] = column;
        values[entries] = value;
        entries++;
    }

    /** Ends the row; what is added next is of the next one. */
    public void endRow() {
        if (rows == ends.length) {
            ends = Arrays.copyOf(ends, 2 * rows);
        }
        ends[rows] = entries;
        rows++;
    }

    /** The rows that were ended. */
    public Rows.Sparse rows() {
        int[] starts = new int[rows + 1];
        System.arraycopy(ends, 0, starts, 1, rows);
        int total = starts[rows];
        return new Rows.Sparse(width, starts, Arrays.copyOf(columns, total), Arrays.copyOf(values, total));
    }
}
