package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.model.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** What a table suggests where nobody said it. */
public final class Guesses {
    /** Rows that the first one is compared with. */
    private static final int ROWS = 200;

    /** What a column to predict is called, the surest first. */
    private static final List<Pattern> LABELS = List.of(
            Pattern.compile("label|target|class|outcome|response|y"),
            Pattern.compile(".*[ _.-](label|target|class|outcome|response)"));

    /** Texts of a column that a task remembers. */
    private static final int MOST_STRAYS = 20;

    /** Numbers with more different values are amounts, not classes. */
    private static final int MOST_CLASSES = 20;

    private Guesses() {}

    /** The names of a table's columns. */
    public static List<String> columns(Dataset<Row> rows) {
        return Columns.dataColumns(rows.schema());
    }

    /**
     * Whether the first row of a table of texts has the names of its columns: text above numbers or dates, in more columns than
     * have a number there. Where all is text, names differ from each other, and from what is below.
     */
    public static boolean isHeader(Dataset<Row> rows, Texts texts) {
        List<Row> beginning = rows.limit(ROWS).collectAsList();
        if (beginning.isEmpty()) {
            return false;
        }
        int names = 0;
        int values = 0;
        boolean recur = false;
        Set<String> first = new HashSet<>();
        for (String column : columns(rows)) {
            int index = rows.schema().fieldIndex(column);
            List<String> cells = new ArrayList<>();
            beginning.stream().skip(1).map(row -> text(row, index, texts)).forEach(cell -> cell.ifPresent(cells::add));
            Optional<String> top = text(beginning.get(0), index, texts);
            if (top.isPresent()) {
                long numbers = cells.stream().filter(Guesses::isValue).count();
                values += isValue(top.get()) ? 1 : 0;
                names += !isValue(top.get()) && 2 * numbers > cells.size() ? 1 : 0;
                recur |= cells.contains(top.get()) || !first.add(top.get());
            }
        }
        return names + values > 0 ? names > values : !recur;
    }

    /** What the first line has, shortened. */
    public static String firstLine(Dataset<Row> rows) {
        Row first = rows.first();
        return Checks.shorten(columns(rows).stream()
                .map(column -> String.valueOf(first.<Object>getAs(column)))
                .toList());
    }

    private static Optional<String> text(Row row, int index, Texts texts) {
        return Optional.ofNullable(row.get(index))
                .map(String::valueOf)
                .map(String::strip)
                .filter(text -> !text.isEmpty() && !texts.nulls().contains(text));
    }

    /** Whether a text is no name but a number or a date. */
    private static boolean isValue(String text) {
        return !Double.isNaN(Cells.parse(text)) || !Double.isNaN(Cells.seconds(text)) || Cells.isFormatted(text);
    }

    /** The first column whose name is that of a label. */
    public static Optional<String> label(List<String> columns) {
        return LABELS.stream()
                .flatMap(label -> columns.stream().filter(name -> label.matcher(name.toLowerCase(Locale.ROOT))
                        .matches()))
                .findFirst();
    }

    /** Whether the different values of a label are classes: texts, or a few whole numbers. */
    public static boolean areClasses(List<String> values) {
        double[] numbers = values.stream().mapToDouble(Cells::parse).toArray();
        return Arrays.stream(numbers).anyMatch(Double::isNaN)
                || (values.size() <= MOST_CLASSES && Arrays.stream(numbers).allMatch(n -> n == Math.rint(n)));
    }

    /** The different texts in columns of numbers, by column; of a column with many of them, some. */
    public static Map<String, Set<String>> strays(Dataset<Row> rows, List<String> columns, Texts texts) {
        StructType schema = rows.schema();
        List<Use> uses = columns.stream()
                .map(name -> new Use(
                        name, schema.fieldIndex(name), schema.apply(name).dataType(), Kind.NUMBER, texts))
                .toList();
        Map<String, Set<String>> strays = new TreeMap<>();
        rows.queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(partition -> strays(partition, uses).iterator())
                .collect()
                .forEach(stray -> {
                    String[] parts = stray.split(" ", 2);
                    strays.computeIfAbsent(columns.get(Integer.parseInt(parts[0])), name -> new TreeSet<>())
                            .add(parts[1]);
                });
        return strays;
    }

    /** Each after the place of its column, and a space. */
    private static List<String> strays(Iterator<InternalRow> rows, List<Use> uses) {
        List<Set<String>> strays = new ArrayList<>();
        uses.forEach(use -> strays.add(new HashSet<>()));
        rows.forEachRemaining(row -> {
            for (int i = 0; i < uses.size(); i++) {
                @Nullable String text = Cells.textOf(row, uses.get(i));
                boolean stray = text != null
                        && Double.isNaN(Cells.parse(text, uses.get(i).texts()));
                if (stray && strays.get(i).size() < MOST_STRAYS) {
                    strays.get(i).add(i + " " + text);
                }
            }
        });
        return strays.stream().flatMap(Set::stream).toList();
    }
}
