package dev.adjoint.model;

import java.io.Serializable;
import java.util.List;

/**
 * How a data set is read: what the training data was read with, and what new data for the same model is read with.
 *
 * @param format a Spark SQL format: csv, parquet, orc, json, libsvm
 * @param header whether the first line of a CSV file names the columns
 * @param columns names for the columns, in order; empty to keep the file's own
 * @param texts what the cells of text files, and of columns of text, mean
 * @param dialect how the text of CSV files is written
 */
public record Source(String format, boolean header, List<String> columns, Texts texts, Dialect dialect)
        implements Serializable {
    public Source {
        columns = List.copyOf(columns);
    }

    /** Where texts are written as usual, and mean the usual. */
    public Source(String format, boolean header, List<String> columns) {
        this(format, header, columns, Texts.USUAL, Dialect.USUAL);
    }

    /** The same in another format. */
    public Source in(String other) {
        return new Source(other, header, columns, texts, dialect);
    }

    /** The same with names for the columns. */
    public Source named(List<String> names) {
        return new Source(format, header, names, texts, dialect);
    }
}
