package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.driver.data.HoldOut.Part;
import dev.adjoint.model.Texts;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The columns that say what is held out, and what is wrong with them. */
final class Parts {
    /** Wrong names that are told, and groups. */
    private static final int MOST_TOLD = 4;

    /** Of different cells of a split; where there are more, some of these are wrong. */
    private static final int MOST_CELLS = 100;

    private Parts() {}

    /** A column that decides, read as a text; null where there is none. */
    static @Nullable Use use(StructType schema, Optional<String> name) {
        return name.map(n -> new Use(n, schema.fieldIndex(n), schema.apply(n).dataType(), Kind.CATEGORY, Texts.USUAL))
                .orElse(null);
    }

    /**
     * What is wrong with the columns of {@code data.split} and {@code data.group}, which are in the data: values that are no part, no row to train on,
     * groups in more than one part.
     */
    static List<String> problems(Dataset<Row> rows, HoldOut holdOut) {
        List<String> problems = new ArrayList<>();
        holdOut.group().ifPresent(name -> {
            DataType type = rows.schema().apply(name).dataType();
            if (!Columns.isValue(type)) {
                problems.add("data.group: column \"%s\" has the type %s, expected numbers, text, flags or dates"
                        .formatted(name, type.simpleString()));
            }
        });
        holdOut.split().ifPresent(name -> {
            DataType type = rows.schema().apply(name).dataType();
            if (type instanceof StringType) {
                split(rows, name, holdOut, problems);
            } else {
                problems.add("data.split: column \"%s\" has the type %s, expected the texts train, validation and test"
                        .formatted(name, type.simpleString()));
            }
        });
        return problems;
    }

    private static void split(Dataset<Row> rows, String name, HoldOut holdOut, List<String> problems) {
        Column split = rows.col(Reader.quoted(name));
        List<String> unknown = new ArrayList<>();
        Map<Part, List<Object>> cells = new EnumMap<>(Part.class);
        List<Row> found = rows.groupBy(split.as("cell"))
                .count()
                .orderBy(functions.desc("count"), functions.col("cell"))
                .limit(MOST_CELLS)
                .collectAsList();
        for (Row row : found) {
            String cell = row.isNullAt(0) ? "" : row.getString(0);
            Part.named(cell)
                    .ifPresentOrElse(
                            part -> cells.computeIfAbsent(part, p -> new ArrayList<>())
                                    .add(cell),
                            () -> unknown.add("%s in %,d rows"
                                    .formatted(cell.isBlank() ? "nothing" : "\"" + cell + "\"", row.getLong(1))));
        }
        String column = "data.split: column \"" + name + "\" ";
        if (!unknown.isEmpty()) {
            problems.add(column + "says train, validation or test of each row, and has "
                    + String.join(", ", unknown.subList(0, Math.min(MOST_TOLD, unknown.size())))
                    + (unknown.size() > MOST_TOLD ? ", ..." : ""));
            return;
        }
        if (!cells.containsKey(Part.TRAINING)) {
            problems.add(column + "has no row to train on, which is one that says train");
        } else if (cells.size() == 1 && holdOut.fraction() == 0) {
            problems.add(column + "says train of every row; leave data.split out");
        }
        if (cells.containsKey(Part.VALIDATION) && holdOut.fraction() > 0) {
            problems.add(column + "says which rows validate, and so does data.validation-fraction; leave one out");
        }
        holdOut.group()
                .filter(group -> Columns.isValue(rows.schema().apply(group).dataType()))
                .ifPresent(group -> spanning(rows, split, group, cells, problems));
    }

    private static void spanning(
            Dataset<Row> rows, Column split, String group, Map<Part, List<Object>> cells, List<String> problems) {
        Column part = functions.lit(null).cast("string");
        for (Map.Entry<Part, List<Object>> written : cells.entrySet()) {
            part = functions
                    .when(
                            split.isin(written.getValue().toArray()),
                            functions.lit(written.getKey().toString()))
                    .otherwise(part);
        }
        Column of = rows.col(Reader.quoted(group));
        List<String> spanning = rows
                .filter(of.isNotNull())
                .groupBy(of.cast("string").as("group"))
                .agg(functions.min(part).as("least"), functions.max(part).as("greatest"))
                .filter("least != greatest")
                .orderBy("group")
                .limit(MOST_TOLD)
                .collectAsList()
                .stream()
                .map(row -> "%s in %s and in %s".formatted(row.getString(0), row.getString(1), row.getString(2)))
                .toList();
        if (!spanning.isEmpty()) {
            problems.add("data.group: rows of one group are to be in one part, but data.split has of \"%s\" %s%s"
                    .formatted(
                            group,
                            String.join(", ", spanning),
                            spanning.size() == MOST_TOLD ? ", and perhaps others" : ""));
        }
    }
}
