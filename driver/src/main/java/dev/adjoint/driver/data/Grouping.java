package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.model.Texts;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Puts each row in the group of those that have the same value in a column. Rows without a value there are a group of their own,
 * the last.
 *
 * @param numbers of the groups, by the value
 */
record Grouping(Use column, Map<String, Integer> numbers) implements Serializable {
    /** The most values that a column may have. */
    private static final int MOST_GROUPS = 1000;

    /**
     * By the values that are found in a column.
     *
     * @param path for messages
     * @throws DataException when the column is not there, holds what is no single value, or has too many
     */
    static Grouping by(String name, Dataset<Row> rows, String path, Texts texts) {
        StructType schema = rows.schema();
        int index = Columns.index(schema, name, "the column of --by");
        DataType type = schema.fields()[index].dataType();
        if (!Columns.isValue(type)) {
            throw new DataException("--by: the column \"%s\" has the type %s, expected numbers, text, flags or dates"
                    .formatted(name, type.simpleString()));
        }
        Use use = new Use(name, index, type, Kind.CATEGORY, texts);
        Set<String> values = new TreeSet<>(rows.queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(partition -> values(partition, use).iterator())
                .collect());
        if (values.size() > MOST_GROUPS) {
            throw new DataException(
                    "%s: the column \"%s\" of --by has more than %,d values; group by one with fewer, of ranges, say"
                            .formatted(path, name, MOST_GROUPS));
        }
        Map<String, Integer> numbers = new HashMap<>();
        Cells.sorted(values).forEach(value -> numbers.put(value, numbers.size()));
        return new Grouping(use, numbers);
    }

    /** The different values of a partition; one more than are allowed is enough to know. */
    private static Set<String> values(Iterator<InternalRow> rows, Use use) {
        Set<String> values = new TreeSet<>();
        while (rows.hasNext() && values.size() <= MOST_GROUPS) {
            InternalRow row = rows.next();
            String value = Cells.textOf(row, use);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /** The number of a row's group. */
    int of(InternalRow row) {
        String value = Cells.textOf(row, column);
        if (value == null) {
            return numbers.size();
        }
        Integer number = numbers.get(value);
        if (number == null) {
            throw new IllegalStateException("the data changed while it was read: \"%s\" had no value %s before"
                    .formatted(column.name(), value));
        }
        return number;
    }

    /** What the rows of each group have in the column; empty for the group of those that have nothing there. */
    List<Optional<String>> values() {
        List<Optional<String>> values = new ArrayList<>(Collections.nCopies(numbers.size() + 1, Optional.empty()));
        numbers.forEach((value, number) -> values.set(number, Optional.of(value)));
        return values;
    }
}
