package dev.adjoint.driver.data;

import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import dev.adjoint.model.Dialect;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How the beginning of a CSV file is to be read: RFC 4180 quoting, or a backslash before quotes where there are some; and where
 * nothing else was asked for, the separator that makes its records equally long.
 *
 * @param escape what stands before a quote within a quoted cell: another quote, or a backslash, as Spark and R's {@code write.table}
 *     write it
 * @param multiLine whether Spark has to read the file as a whole: a quoted cell has line breaks, or a line break is not a byte
 * @param first the first record, the header where there is one
 * @param rowNames whether the records after it have a number of the row more, as R's {@code write.table} has it: consecutive
 *     numbers, since anything else may as well be a number with a decimal comma
 */
record CsvDialect(
        char separator, char escape, Charset encoding, boolean multiLine, List<String> first, boolean rowNames) {
    /** The likelier later: where the comma and another fit as well, it is in the numbers. "1,5;2,5" are two. */
    private static final List<Character> SEPARATORS = List.of(',', '|', ';', '\t');
    /** Records that tell the separator; in a table with long texts, as many as the beginning has. */
    private static final int RECORDS = 100;

    /**
     * Looks at the beginning of a file.
     *
     * @param text without a mark
     * @param whole whether that is all of it: its last record is whole, then
     * @return with no records where there are none
     * @throws IllegalArgumentException when a quote is opened and not closed in all of the file
     */
    static CsvDialect of(String text, Charset encoding, boolean whole, Dialect asked) {
        char quote = asked.quote().isEmpty() ? '\0' : asked.quote().charAt(0);
        List<Character> separators = asked.separator().equals(Dialect.AUTO)
                ? SEPARATORS
                : List.of(asked.separator().charAt(0));
        Split best = separators.stream()
                .map(separator -> new Split(separator, records(text, separator, quote, quote, RECORDS, whole)))
                .reduce((one, other) -> other.alike() > 0 && other.alike() >= one.alike() ? other : one)
                .orElseThrow();
        char separator = best.separator();
        char escape = hasBackslashes(text, separator, quote) ? '\\' : quote;
        List<List<String>> records =
                escape == quote ? best.records() : records(text, separator, quote, escape, RECORDS, whole);
        List<List<String>> all = text.indexOf(quote) < 0 ? records : records(text, separator, quote, escape, -1, true);
        if (whole && isOpenAtTheEnd(text, all, quote)) {
            throw new IllegalArgumentException(
                    "its record %,d opens a quote that is not closed; close it, or set data.quote = none"
                            .formatted(all.size()));
        }
        return new CsvDialect(
                separator,
                escape,
                encoding,
                !isByte(encoding) || all.stream().flatMap(List::stream).anyMatch(CsvDialect::hasBreak),
                records.isEmpty() ? List.of() : records.get(0),
                haveRowNames(records));
    }

    /** Whether a quote has a backslash before it, and nothing after it that would end a cell: then it did not end one. */
    private static boolean hasBackslashes(String text, char separator, char quote) {
        String mark = Pattern.quote(String.valueOf(quote));
        String end = "[ \\t]*(" + Pattern.quote(String.valueOf(separator)) + "|[\\r\\n]|\\z)";
        return quote != '\0'
                && Pattern.compile("\\\\%s(?!%s|%s)".formatted(mark, mark, end))
                        .matcher(text)
                        .find();
    }

    /** The records, if their cells are separated so. */
    private record Split(char separator, List<List<String>> records) {
        /** How many have as many cells as the first, or one more, as R writes them; 0 where that is one cell. */
        long alike() {
            return records.stream()
                    .mapToInt(List::size)
                    .filter(cells -> cells > 1)
                    .filter(cells -> cells == records.get(0).size()
                            || cells == records.get(0).size() + 1)
                    .count();
        }
    }

    /** Whether files in that encoding can be split into lines before they are decoded. */
    private static boolean isByte(Charset encoding) {
        return Arrays.equals("\n".getBytes(encoding), new byte[] {'\n'});
    }

    private static boolean hasBreak(String cell) {
        return cell.indexOf('\n') >= 0 || cell.indexOf('\r') >= 0;
    }

    /** Whether the last cell took all the lines to the end in, which no parser minds. */
    private static boolean isOpenAtTheEnd(String text, List<List<String>> records, char quote) {
        if (records.isEmpty() || text.stripTrailing().endsWith(String.valueOf(quote))) {
            return false;
        }
        List<String> last = records.get(records.size() - 1);
        return hasBreak(last.get(last.size() - 1));
    }

    private static boolean haveRowNames(List<List<String>> records) {
        if (records.size() < 3) {
            return false;
        }
        for (int i = 1; i < records.size(); i++) {
            List<String> record = records.get(i);
            boolean number = record.get(0).matches("\\d{1,9}");
            boolean follows = number
                    && (i == 1
                            || Integer.parseInt(record.get(0))
                                    == Integer.parseInt(records.get(i - 1).get(0)) + 1);
            if (record.size() != records.get(0).size() + 1 || !follows) {
                return false;
            }
        }
        return true;
    }

    /**
     * The records of a text; without its last one where that may go on.
     *
     * @param most that are wanted, negative for all
     */
    private static List<List<String>> records(
            String text, char separator, char quote, char escape, int most, boolean whole) {
        CsvParserSettings settings = new CsvParserSettings();
        settings.getFormat().setDelimiter(separator);
        settings.getFormat().setQuote(quote);
        settings.getFormat().setQuoteEscape(escape);
        settings.getFormat().setComment('\0');
        settings.setLineSeparatorDetectionEnabled(true);
        // The text is here already; as it comes, each of a thousand parsers would have a thread, and megabytes.
        settings.setReadInputOnSeparateThread(false);
        settings.setInputBufferSize(text.length() + 1);
        settings.setNullValue("");
        settings.setMaxCharsPerColumn(-1);
        // No record has more cells than that.
        settings.setMaxColumns((int) text.chars().filter(c -> c == separator).count() + 1);
        settings.setNumberOfRecordsToRead(most);
        List<List<String>> records = new CsvParser(settings)
                .parseAll(new StringReader(text)).stream().map(List::of).toList();
        boolean cut = !whole && records.size() != most && !records.isEmpty();
        return cut ? records.subList(0, records.size() - 1) : records;
    }
}
