package dev.adjoint.data;

import dev.adjoint.model.Label;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterable;
import scala.jdk.javaapi.CollectionConverters;

/** Values of a row's cells, whatever type Spark gave them. */
final class Cells {
    private static final Pattern PLAIN = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern SPECIAL = Pattern.compile("[+-]?(NaN|Infinity)");

    private Cells() {}

    /** Whether there is no value: null, or a text without letters. */
    static boolean isMissing(Row row, int index) {
        return row.isNullAt(index) || (row.get(index) instanceof String text && text.isBlank());
    }

    /** The cell as a number; null when it is none. "NaN" and "Infinity" are numbers here, "1d" and "0x1p3" are not. */
    static @Nullable Double number(Row row, int index) {
        Object cell = row.get(index);
        if (cell instanceof Number number) {
            return number.doubleValue();
        }
        if (cell instanceof Boolean flag) {
            return flag ? 1.0 : 0.0;
        }
        return cell instanceof String text ? parse(text.strip()) : null;
    }

    static @Nullable Double parse(String text) {
        boolean isNumber =
                PLAIN.matcher(text).matches() || SPECIAL.matcher(text).matches();
        return isNumber ? Double.valueOf(text) : null;
    }

    /** The cell as a text: numbers without a fraction have none, so that 3, 3.0 and "3" are one class. */
    static String text(Row row, int index) {
        Object cell = row.get(index);
        if (cell instanceof Double || cell instanceof Float || cell instanceof BigDecimal) {
            return canonical(((Number) cell).doubleValue());
        }
        return String.valueOf(cell).strip();
    }

    /** The cell as the name of a class of that type; a cell that is not of the type keeps its text. */
    static String className(Row row, int index, Label.Classes.Type type) {
        return className(text(row, index), type);
    }

    static String className(String text, Label.Classes.Type type) {
        Double number = type == Label.Classes.Type.TEXT ? null : parse(text);
        return number == null ? text : canonical(number);
    }

    private static String canonical(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    /** The cell's numbers: those of a vector or array, or the number itself. A null inside an array is NaN. */
    static double[] numbers(Row row, int index) {
        Object cell = row.get(index);
        if (cell instanceof Vector vector) {
            return vector.toArray();
        }
        if (cell instanceof Iterable<?> sequence) {
            return CollectionConverters.asJava(sequence.toSeq()).stream()
                    .mapToDouble(x -> x instanceof Number number ? number.doubleValue() : Double.NaN)
                    .toArray();
        }
        Double number = number(row, index);
        return new double[] {number == null ? Double.NaN : number};
    }

    /** A row for an error message, shortened. */
    static String show(Row row, int columns) {
        List<String> cells = IntStream.range(0, columns)
                .mapToObj(i -> row.isNullAt(i) ? "" : String.valueOf(row.get(i)))
                .toList();
        String text = String.join(",", cells);
        return text.length() > 160 ? text.substring(0, 157) + "..." : text;
    }
}
