package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Use;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.RowOrdering$;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;

/**
 * What decides a row's number, and with that its shard: where it stands in its file; or values of columns. Rows whose values
 * there are equal come in the order of a hash of all columns that are used; rows that are equal in those as well may take
 * each other's place.
 *
 * @param columns names; {@link #ALL} for the hash alone; empty for the place in the file
 */
public record RowOrder(List<String> columns) {
    /** All columns that are used. */
    public static final String ALL = "*";

    /** By the files' names, and in each from its beginning. */
    public static final RowOrder OF_FILES = new RowOrder(List.of());

    public RowOrder {
        columns = List.copyOf(columns);
    }

    /** Whether rows are numbered as they stand in their files. */
    public boolean isOfFiles() {
        return columns.isEmpty();
    }

    /**
     * The order for these rows: a query's come as Spark's tasks happen to end, so they are told apart by their values.
     *
     * @throws DataException when a column is not there or its values have no order, or the query gives other rows each time
     */
    RowOrder of(Dataset<Row> rows) {
        if (!Determinism.of(rows)) {
            throw new DataException(
                    "the query is not deterministic (it calls rand(), perhaps), so it gives other rows each time that it is run;"
                            + " write them to a file, and train on that");
        }
        List<String> names = List.of(rows.columns());
        for (String name : columns) {
            if (name.equals(ALL)) {
                continue;
            }
            if (!names.contains(name)) {
                throw new DataException("data.order-by: the column \"%s\" is not in the data; the nearest names are %s"
                        .formatted(name, Names.nearest(name, names)));
            }
            DataType type = rows.schema().apply(name).dataType();
            if (!RowOrdering$.MODULE$.isOrderable(type)) {
                throw new DataException("data.order-by: the column \"%s\" has the type %s, whose values have no order"
                        .formatted(name, type.simpleString()));
            }
        }
        return isOfFiles() && !names.contains(Reader.FILE) ? new RowOrder(List.of(ALL)) : this;
    }

    /**
     * The rows in this order, however they were split before.
     *
     * @param last a column whose values tell rows apart that are equal in all others
     */
    Dataset<Row> sort(Dataset<Row> rows, Columns used, Optional<Use> last) {
        List<Column> keys = new ArrayList<>();
        columns.stream().filter(name -> !name.equals(ALL)).forEach(name -> keys.add(column(rows, name)));
        Column[] values = Stream.concat(used.features().stream(), used.labels().stream())
                .map(Use::name)
                .map(name -> column(rows, name))
                .toArray(Column[]::new);
        // 128 bits: in 64, two of 10^8 rows may well be the same.
        keys.add(functions.xxhash64(values));
        keys.add(functions.xxhash64(Stream.concat(Stream.of(functions.lit("adjoint")), Arrays.stream(values))
                .toArray(Column[]::new)));
        Stream.of(used.weight(), used.difficulty())
                .flatMap(Optional::stream)
                .forEach(use -> keys.add(column(rows, use.name())));
        last.ifPresent(use -> keys.add(column(rows, use.name())));
        return rows.orderBy(keys.toArray(Column[]::new));
    }

    private static Column column(Dataset<Row> rows, String name) {
        return rows.col(Reader.quoted(name));
    }

    @Override
    public String toString() {
        return isOfFiles() ? "files" : String.join(", ", columns);
    }
}
