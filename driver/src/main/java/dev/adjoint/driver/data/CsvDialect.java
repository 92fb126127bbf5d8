package dev.adjoint.driver.data;

import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the beginning of a CSV file is to be read: RFC 4180 quoting, the separator that makes its records equally long, the
 * encoding that its mark names.
 *
 * @param multiLine whether Spark has to read the file as a whole: a quoted cell has line breaks, or a line break is not a byte
 * @param first the first record, the header where there is one
 * @param rowNames whether the records after it have a number of the row more, as R's {@code write.table} has it: consecutive
 *     numbers, since anything else may as well be a number with a decimal comma
 */
record CsvDialect(char separator, Charset encoding, boolean multiLine, List<String> first, boolean rowNames) {
    /** The likelier later: where the comma and another fit as well, it is in the numbers. "1,5;2,5" are two. */
    private static final List<Character> SEPARATORS = List.of(',', '|', ';', '\t');
    /** Records that are looked at; in a table with long texts, as many as the beginning has. */
    private static final int RECORDS = 100;

    /**
     * Looks at the beginning of a file.
     *
     * @param whole whether that is all of it: its last record is whole, then
     * @return with no records where there are none
     */
    static CsvDialect of(byte[] beginning, boolean whole) {
        Charset encoding = encoding(beginning);
        String text = new String(beginning, encoding);
        if (text.startsWith("\ufeff")) {
            text = text.substring(1);
        }
        @Nullable CsvDialect best = null;
        long mostAlike = 0;
        for (char separator : SEPARATORS) {
            List<List<String>> records = records(text, separator, whole);
            long alike = alike(records);
            if (best == null || (alike > 0 && alike >= mostAlike)) {
                mostAlike = alike;
                best = dialect(separator, encoding, records);
            }
        }
        return Objects.requireNonNull(best);
    }

    private static CsvDialect dialect(char separator, Charset encoding, List<List<String>> records) {
        boolean breaks = records.stream().flatMap(List::stream).anyMatch(cell -> cell.indexOf('\n') >= 0);
        return new CsvDialect(
                separator,
                encoding,
                breaks || !encoding.equals(StandardCharsets.UTF_8),
                records.isEmpty() ? List.of() : records.get(0),
                haveRowNames(records));
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

    private static Charset encoding(byte[] beginning) {
        int mark = beginning.length < 2 ? 0 : (beginning[0] & 0xff) << 8 | (beginning[1] & 0xff);
        return mark == 0xfeff || mark == 0xfffe ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
    }

    /** The records of a text; without its last one where that may go on. */
    private static List<List<String>> records(String text, char separator, boolean whole) {
        CsvParserSettings settings = new CsvParserSettings();
        settings.getFormat().setDelimiter(separator);
        settings.getFormat().setQuote('"');
        settings.getFormat().setQuoteEscape('"');
        settings.getFormat().setComment('\0');
        settings.setLineSeparatorDetectionEnabled(true);
        settings.setNullValue("");
        settings.setMaxCharsPerColumn(-1);
        // No record has more cells than that.
        settings.setMaxColumns((int) text.chars().filter(c -> c == separator).count() + 1);
        settings.setNumberOfRecordsToRead(RECORDS);
        List<List<String>> records = new CsvParser(settings)
                .parseAll(new StringReader(text)).stream().map(List::of).toList();
        boolean cut = !whole && records.size() < RECORDS && !records.isEmpty();
        return cut ? records.subList(0, records.size() - 1) : records;
    }

    /** How many records have as many cells as the first, or one more, as R writes them; 0 where that is one cell. */
    private static long alike(List<List<String>> records) {
        if (records.isEmpty()) {
            return 0;
        }
        int cells = records.get(0).size();
        return records.stream()
                .filter(record -> record.size() > 1 && (record.size() == cells || record.size() == cells + 1))
                .count();
    }
}
