package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.model.features.Label;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Values of a row's cells, whatever type Spark gave them. */
final class Cells {
    private static final Pattern PLAIN = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern SPECIAL = Pattern.compile("[+-]?(NaN|Infinity)");
    /** Where a row is cut short in a message. */
    private static final int LONGEST = 160;

    private Cells() {}

    /** Whether there is no value: null, or a text without letters. */
    static boolean isMissing(InternalRow row, Use use) {
        return row.isNullAt(use.index())
                || (use.type() instanceof StringType && isBlank(row.getUTF8String(use.index())));
    }

    private static boolean isBlank(UTF8String text) {
        return text.numBytes() == 0
                || (text.getByte(0) <= ' ' && text.toString().isBlank());
    }

    /** Whether the cell is a number: "NaN" and "Infinity" are, "1d" and "0x1p3" are not. */
    static boolean isNumber(InternalRow row, Use use) {
        return use.type() instanceof StringType
                ? parse(text(row, use)) != null
                : use.type() instanceof NumericType || use.type() instanceof BooleanType;
    }

    /** The cell as a number; NaN when it is none. */
    static double number(InternalRow row, Use use) {
        if (use.type() instanceof StringType) {
            Double number = parse(text(row, use));
            return number == null ? Double.NaN : number;
        }
        return number(row, use.index(), use.type());
    }

    /** An element of a row or of an array; null is NaN. */
    private static double number(SpecializedGetters cells, int index, DataType type) {
        if (cells.isNullAt(index)) {
            return Double.NaN;
        }
        if (type instanceof DoubleType) {
            return cells.getDouble(index);
        }
        if (type instanceof FloatType) {
            return cells.getFloat(index);
        }
        if (type instanceof IntegerType) {
            return cells.getInt(index);
        }
        if (type instanceof LongType) {
            return cells.getLong(index);
        }
        if (type instanceof ShortType) {
            return cells.getShort(index);
        }
        if (type instanceof ByteType) {
            return cells.getByte(index);
        }
        if (type instanceof BooleanType) {
            return cells.getBoolean(index) ? 1 : 0;
        }
        return type instanceof DecimalType decimal
                ? cells.getDecimal(index, decimal.precision(), decimal.scale())
                        .toJavaBigDecimal()
                        .doubleValue()
                : Double.NaN;
    }

    static @Nullable Double parse(String text) {
        boolean isNumber =
                PLAIN.matcher(text).matches() || SPECIAL.matcher(text).matches();
        return isNumber ? Double.valueOf(text) : null;
    }

    /** The cell as a text: numbers without a fraction have none, so that 3, 3.0 and "3" are one class. */
    static String text(InternalRow row, Use use) {
        DataType type = use.type();
        if (type instanceof StringType) {
            return row.getUTF8String(use.index()).toString().strip();
        }
        if (type instanceof DoubleType || type instanceof FloatType || type instanceof DecimalType) {
            return canonical(number(row, use.index(), type));
        }
        return String.valueOf(outside(row, use.index(), type)).strip();
    }

    /** The cell as the name of a class of that type; a cell that is not of the type keeps its text. */
    static String className(InternalRow row, Use use, Label.Classes.Type type) {
        return className(text(row, use), type);
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

    /** The numbers of a vector or an array. A null inside an array is NaN. */
    static Vector vector(InternalRow row, Use use) {
        if (use.type() instanceof ArrayType array) {
            ArrayData elements = row.getArray(use.index());
            double[] numbers = new double[elements.numElements()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = number(elements, i, array.elementType());
            }
            return Vectors.dense(numbers);
        }
        UserDefinedType<?> vector = (UserDefinedType<?>) use.type();
        return (Vector) vector.deserialize(row.get(use.index(), vector.sqlType()));
    }

    /** A row for an error message, in one line, shortened; a malformed one as it stands in its file. */
    static String show(InternalRow row, StructType schema) {
        List<String> names = List.of(schema.fieldNames());
        int malformed = names.indexOf(CsvFiles.MALFORMED);
        if (malformed >= 0 && !row.isNullAt(malformed)) {
            return shorten(row.getUTF8String(malformed).toString());
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < names.size() && text.length() <= LONGEST; i++) {
            if (!Reader.ADDED.contains(names.get(i))) {
                text.append(i == 0 ? "" : ",");
                if (!row.isNullAt(i)) {
                    text.append(outside(row, i, schema.fields()[i].dataType()));
                }
            }
        }
        return shorten(text.toString());
    }

    private static String shorten(String text) {
        String line = text.replaceAll("\\R", "\\\\n");
        return line.length() > LONGEST ? line.substring(0, LONGEST - 3) + "..." : line;
    }

    /** A cell as Spark shows it to the outside. */
    private static Object outside(InternalRow row, int index, DataType type) {
        return CatalystTypeConverters.convertToScala(row.get(index, type), type);
    }
}
