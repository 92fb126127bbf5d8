package dev.adjoint.driver.data;

import com.fasterxml.jackson.core.io.NumberInput;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.model.Texts;
import dev.adjoint.model.features.Label;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.UserDefinedType;
import org.jspecify.annotations.Nullable;

/** Values of a row's cells, whatever type Spark gave them. */
final class Cells {
    private static final Pattern PLAIN = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern SPECIAL = Pattern.compile("[+-]?(NaN|Infinity)");
    private static final String SPECIAL_BEGINNINGS = "+-NI";
    private static final Pattern FORMATTED = Pattern.compile(
            "[+-]?\\p{Sc}?\\s*[+-]?(\\d{1,3}([.,' \\u00a0\\u202f]\\d{3})+|\\d+)([.,]\\d+)?\\s*[%\\p{Sc}]?");
    private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);
    /** Where a row is cut short in a message. */
    private static final int LONGEST = 160;

    private Cells() {}

    /** Whether there is no value: null, a text without letters or one that stands for none, or a number that is NaN. */
    static boolean isMissing(InternalRow row, Use use) {
        return textOf(row, use) == null;
    }

    /** The cell as a text, as {@link #text} has it; null where there is no value. */
    static @Nullable String textOf(InternalRow row, Use use) {
        if (row.isNullAt(use.index())) {
            return null;
        }
        String text = text(row, use);
        boolean none = use.type() instanceof StringType
                ? text.isEmpty() || use.texts().nulls().contains(text)
                : text.equals("NaN");
        return none ? null : text;
    }

    /** The cell as a number, NaN where it is missing or none. */
    static double number(InternalRow row, Use use) {
        if (use.type() instanceof StringType) {
            String text = textOf(row, use);
            return text == null ? Double.NaN : parse(text, use.texts());
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

    /** A number as people and programs write it; NaN where a text is none: "Infinity" is one, "1d" and "0x1p3" are not. */
    static double parse(String text, Texts texts) {
        if (texts.decimal() == ',') {
            return text.indexOf('.') >= 0 ? Double.NaN : parse(text.replace(',', '.'));
        }
        return parse(text);
    }

    /** As numbers where all are, or else as texts. */
    static List<String> sorted(Collection<String> texts) {
        Comparator<String> byText = Comparator.naturalOrder();
        return texts.stream()
                .sorted(
                        areNumbers(texts)
                                ? Comparator.<String>comparingDouble(Cells::parse)
                                        .thenComparing(byText)
                                : byText)
                .toList();
    }

    /** Whether all these texts are numbers. */
    static boolean areNumbers(Collection<String> texts) {
        return texts.stream().noneMatch(text -> Double.isNaN(parse(text)));
    }

    static double parse(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
                // Most texts are seen to be no number by their first letter.
                return SPECIAL_BEGINNINGS.indexOf(text.charAt(0)) >= 0
                                && SPECIAL.matcher(text).matches()
                        ? Double.parseDouble(text)
                        : Double.NaN;
            }
        }
        try {
            return NumberInput.parseDouble(text, true);
        } catch (NumberFormatException e) {
            return Double.NaN; // "1e", "-", "1.2.3"
        }
    }

    /** Whether a text is a number that was formatted for people: with thousands apart, a unit, a percent or currency sign. */
    static boolean isFormatted(String text) {
        return text.chars().anyMatch(c -> c >= '0' && c <= '9')
                && FORMATTED.matcher(text).matches();
    }

    /** Seconds since 1970-01-01 on the calendar's own clock, of an ISO date or time; NaN where a text is none. */
    static double seconds(String text) {
        if (text.length() < 10 || text.charAt(4) != '-' || text.charAt(7) != '-') {
            return Double.NaN;
        }
        try {
            if (text.length() == 10) {
                return LocalDate.parse(text).toEpochDay() * 86_400.0;
            }
            LocalDateTime time =
                    LocalDateTime.parse(text.replace(' ', 'T').replaceFirst("(Z|[+-]\\d\\d:?\\d\\d)$", ""));
            return ChronoUnit.MICROS.between(EPOCH, time) / 1e6;
        } catch (DateTimeParseException e) {
            return Double.NaN;
        }
    }

    /** A date or time cell as {@link #seconds(String)}; NaN where it is missing or none. */
    static double seconds(InternalRow row, Use use) {
        if (row.isNullAt(use.index())) {
            return Double.NaN;
        }
        if (use.type() instanceof DateType) {
            return row.getInt(use.index()) * 86_400.0;
        }
        if (use.type() instanceof TimestampType || use.type() instanceof TimestampNTZType) {
            long micros = row.getLong(use.index());
            if (use.type() instanceof TimestampType) {
                ZoneId zone = ZoneId.of(SQLConf.get().sessionLocalTimeZone());
                Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
                micros += zone.getRules().getOffset(instant).getTotalSeconds() * 1_000_000L;
            }
            return micros / 1e6;
        }
        String text = textOf(row, use);
        return text == null ? Double.NaN : seconds(text);
    }

    /** The cell as a text: numbers without a fraction have none, so that 3, 3.0 and "3" are one class. */
    static String text(InternalRow row, Use use) {
        DataType type = use.type();
        if (type instanceof StringType) {
            return row.getUTF8String(use.index()).toString().strip();
        }
        if (type instanceof DecimalType decimal) {
            return plain(row.getDecimal(use.index(), decimal.precision(), decimal.scale())
                    .toJavaBigDecimal());
        }
        if (type instanceof DoubleType || type instanceof FloatType) {
            return canonical(number(row, use.index(), type));
        }
        if (type instanceof IntegerType || type instanceof LongType) {
            return Long.toString(type instanceof LongType ? row.getLong(use.index()) : row.getInt(use.index()));
        }
        return String.valueOf(outside(row, use.index(), type)).strip();
    }

    /**
     * The name of a class as the label's column has it: of a text, the text; of a number, without a fraction where it has none,
     * so that 3, 3.0 and "3" are one.
     *
     * @param type of {@link Label.Classes}
     */
    static String className(String text, String type) {
        switch (type) {
            case "tinyint", "smallint", "int", "bigint" -> {
                boolean isOther = !isCounted(text) && PLAIN.matcher(text).matches();
                return isOther ? plain(new BigDecimal(text)) : text;
            }
            case "float", "double" -> {
                double number = parse(text);
                return Double.isNaN(number) ? text : canonical(number);
            }
            default -> {
                return text;
            }
        }
    }

    /** Whether a text is a number above 0 as it is to be, which most are, and takes long to find out otherwise. */
    private static boolean isCounted(String text) {
        return !text.startsWith("0") && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String plain(BigDecimal number) {
        return Math.abs((long) number.precision() - number.scale()) > 40
                ? number.toString()
                : number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    static String canonical(double number) {
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
        int malformed = names.indexOf(Reader.MALFORMED);
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

    static String shorten(String text) {
        String line = text.replaceAll("\\R", "\\\\n");
        return line.length() > LONGEST ? line.substring(0, LONGEST - 3) + "..." : line;
    }

    /** A cell as Spark shows it to the outside. */
    private static Object outside(InternalRow row, int index, DataType type) {
        return CatalystTypeConverters.convertToScala(row.get(index, type), type);
    }
}
