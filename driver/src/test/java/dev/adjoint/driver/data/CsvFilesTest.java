package dev.adjoint.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.model.Dialect;
import dev.adjoint.model.Source;
import dev.adjoint.model.Texts;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvFilesTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|"})
    void theSeparatorIsTheOneThatMakesTheRecordsAlike(String separator) throws IOException {
        Path file = file(
                "a.csv",
                "a,b,y\n1,\"x, y; z | w\tq\",0\n2.5,u,1\n-3,v,1\n".replace(",", separator),
                StandardCharsets.UTF_8);
        // The quoted cell's own commas were replaced as well: it holds the separator in any case.
        List<List<String>> rows = cells(file, true);
        assertEquals(List.of("a", "b", "y"), rows.get(0));
        assertEquals(List.of("2.5", "u", "1"), rows.get(2));
        assertEquals("x" + separator + " y; z | w\tq", rows.get(1).get(1));
    }

    @Test
    void aCommaInNumbersSeparatesNoCells() throws IOException {
        assertEquals(
                List.of(List.of("a", "b", "y"), List.of("1,5", "2,5", "u"), List.of("3,5", "4,0", "v")),
                cells(file("a.csv", "a;b;y\n1,5;2,5;u\n3,5;4,0;v\n", StandardCharsets.UTF_8), true));
        assertEquals(
                List.of(List.of("_c0", "_c1"), List.of("1,5", "2,5"), List.of("3,5", "4,0")),
                cells(file("b.csv", "1,5;2,5\n3,5;4,0\n", StandardCharsets.UTF_8), false));
        assertEquals(List.of(List.of("a"), List.of("x")), cells(file("c.csv", "a\nx\n", StandardCharsets.UTF_8), true));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100_000})
    void aHeaderMayBeLong(int characters) throws IOException {
        String name = "c".repeat(characters);
        Path file = file(
                "a.csv", String.join(",", name + "1", name + "2", name + "3") + "\n1,2,3\n", StandardCharsets.UTF_8);
        assertEquals(List.of(List.of(name + "1", name + "2", name + "3"), List.of("1", "2", "3")), cells(file, true));
    }

    @Test
    void quotesSeparatorsAndLineBreaksInQuotedCellsAreText() throws IOException {
        Path file = file(
                "a.csv",
                "text,y\n\"he said \"\"go\"\", twice\",1\nC:\\tmp\\,0\n\"two\nlines\",1\n",
                StandardCharsets.UTF_8);
        assertEquals(
                List.of(
                        List.of("text", "y"),
                        List.of("he said \"go\", twice", "1"),
                        List.of("C:\\tmp\\", "0"),
                        List.of("two\nlines", "1")),
                cells(file, true));
    }

    @Test
    void quotesMayHaveABackslashBeforeThemAsSparkWritesThem() throws IOException {
        Path file = file(
                "a.csv",
                "text,y\n\"he said \\\"go\\\", twice\",1\n\"2\\\" pipe\",0\nC:\\tmp\\,0\n",
                StandardCharsets.UTF_8);
        assertEquals(
                List.of(
                        List.of("text", "y"),
                        List.of("he said \"go\", twice", "1"),
                        List.of("2\" pipe", "0"),
                        List.of("C:\\tmp\\", "0")),
                cells(file, true));
        // A backslash at a cell's end is one.
        Path paths = file("b.csv", "text,y\n\"C:\\tmp, D:\\\",1\n\"C:\\\",0\n", StandardCharsets.UTF_8);
        assertEquals(
                List.of(List.of("text", "y"), List.of("C:\\tmp, D:\\", "1"), List.of("C:\\", "0")), cells(paths, true));
    }

    @ParameterizedTest
    @CsvSource({"UTF-8, true", "UTF-8, false", "UTF-16LE, true", "UTF-16BE, true"})
    void theEncodingIsTheOneOfTheMark(String encoding, boolean mark) throws IOException {
        String text = "größe,y\n1,köln\n2,łódź\n";
        Path file = file("a.csv", (mark ? "\ufeff" : "") + text, Charset.forName(encoding));
        assertEquals(List.of(List.of("größe", "y"), List.of("1", "köln"), List.of("2", "łódź")), cells(file, true));
        Path headerless = file("b.csv", (mark ? "\ufeff" : "") + "1,köln\n2,łódź\n", Charset.forName(encoding));
        assertEquals(
                List.of(List.of("_c0", "_c1"), List.of("1", "köln"), List.of("2", "łódź")), cells(headerless, false));
    }

    @Test
    void bytesThatAreNoTextAreToldWithTheirRow() throws IOException {
        Path file = file("a.csv", "x,city,y\n1,Bonn,0\n2,Köln,1\n3,Bonn,1\n4,Köln,0\n", StandardCharsets.ISO_8859_1);
        assertEquals(
                ("%s cannot be used:\n  column \"city\" has 2 rows with bytes that its encoding does not have; save it as UTF-8, or"
                                + " set data.encoding (windows-1252, say); the first is row 2 of %s: 2,K\ufffdln,1")
                        .formatted(file, file),
                refused(file));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {"5,1,9,5,no ! 2", "1,2 ! 2", "7 ! 2", "1,2,3,'', ! 2"})
    void aRowWithMoreOrFewerCellsIsRefusedWithItsPlace(String bad, int row) throws IOException {
        Path file = file("a.csv", "a,b,y\n1,2,no\n" + bad + "\n3,4,yes\n5,6,no\n", StandardCharsets.UTF_8);
        assertEquals(
                ("%s cannot be used:\n  there is 1 row with more or fewer cells than there are columns (is a decimal comma, or a"
                                + " quote that is not closed, the reason?); the first is row %d of %s: %s")
                        .formatted(file, row, file, bad),
                refused(file));
    }

    @Test
    void filesWithTheSameColumnsInAnotherOrderAreReadByName() throws IOException {
        Files.createDirectory(folder.resolve("d"));
        file("d/1.csv", "a,b,y\n1,2,u\n3,4,v\n", StandardCharsets.UTF_8);
        file("d/0.csv", "\n", StandardCharsets.UTF_8);
        file("d/00.csv", "", StandardCharsets.UTF_8);
        file("d/2[1].csv", "b;y;a\n6;u;5\n", StandardCharsets.UTF_8);
        file("d/3.csv", "a,b,y\n7,8,v\n", StandardCharsets.UTF_8);
        List<List<String>> rows = cells(folder.resolve("d"), true);
        assertEquals(List.of("a", "b", "y"), rows.get(0));
        assertEquals(
                Set.of(List.of("1", "2", "u"), List.of("3", "4", "v"), List.of("5", "6", "u"), List.of("7", "8", "v")),
                Set.copyOf(rows.subList(1, rows.size())));
        file("d/4.csv", "a,c,y\n7,8,v\n", StandardCharsets.UTF_8);
        assertEquals(
                "file:%s has other columns than file:%s: [without \"b\", with \"c\"]"
                        .formatted(folder.resolve("d/4.csv"), folder.resolve("d/1.csv")),
                refused(folder.resolve("d")));
    }

    @Test
    void namesOfRowsThatRWritesAreNoColumnButADecimalCommaIsNone() throws IOException {
        Path file = file("a.csv", "\"a\",\"y\"\n\"1\",0.5,7\n\"2\",1.5,8\n\"3\",2.5,9\n", StandardCharsets.UTF_8);
        assertEquals(
                List.of(List.of("a", "y"), List.of("0.5", "7"), List.of("1.5", "8"), List.of("2.5", "9")),
                cells(file, true));
        Path commas = file("b.csv", "a,y\n1,5,u\n2,5,v\n4,5,v\n", StandardCharsets.UTF_8);
        assertTrue(refused(commas).contains("there are 3 rows with more or fewer cells"));
    }

    @Test
    void whatIsNoCsvIsCalledByItsName() throws IOException {
        Path zip = folder.resolve("a.csv.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("a.csv"));
            out.write("a,y\n1,2\n".getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(
                "file:%s is no CSV but a zip archive (or an Excel workbook); unpack it, or save it as CSV"
                        .formatted(zip),
                refused(zip));
        Path gzip = folder.resolve("a.csv");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write("a,y\n1,2\n".getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(
                "file:%s is no CSV but compressed by gzip; its name has to end in .gz".formatted(gzip), refused(gzip));
        Path named = Files.move(gzip, folder.resolve("a.csv.gz"));
        assertEquals(List.of(List.of("a", "y"), List.of("1", "2")), cells(named, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ORCID", "PAR1", "PK"})
    void aColumnMayBeCalledAsAnotherFormatBegins(String name) throws IOException {
        Path file = file("a.csv", name + ",y\n1,2\n", StandardCharsets.UTF_8);
        assertEquals(List.of(List.of(name, "y"), List.of("1", "2")), cells(file, true));
    }

    @Test
    void columnsWithoutANameOrWithTheSameAreCalledByTheirPlace() throws IOException {
        Path file = file("a.csv", "a,,A,b\n1,2,3,4\n", StandardCharsets.UTF_8);
        assertEquals(List.of("a0", "_c1", "A2", "b"), cells(file, true).get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "windows-1252", "ISO-8859-2", "Shift_JIS", "UTF-16LE", "UTF-16BE", "IBM037"})
    void theEncodingIsTheOneThatIsAskedFor(String encoding) throws IOException {
        String city = encoding.equals("Shift_JIS") ? "\u6771\u4eac" : "K\u00f6ln";
        Path file = file("a.csv", "n,city\n1,\"" + city + "\"\n", Charset.forName(encoding));
        assertEquals(
                List.of(List.of("n", "city"), List.of("1", city)), cells(file, new Dialect("auto", encoding, "\"")));
    }

    @Test
    void bytesThatTheEncodingDoesNotHaveAreRefusedInTheHeaderToo() throws IOException {
        Path file = file("a.csv", "gr\u00f6\u00dfe,y\n1,2\n", StandardCharsets.ISO_8859_1);
        assertEquals(
                ("file:%s has a header with bytes that are no UTF-8: [gr\ufffd\ufffde, y]; save it as UTF-8, or set data.encoding"
                                + " (windows-1252, say)")
                        .formatted(file),
                refused(file));
        Path marked = file("b.csv", "\ufeffa,y\n1,2\n", StandardCharsets.UTF_8);
        assertEquals(
                "file:%s begins with the mark of UTF-8, but data.encoding says windows-1252; leave that out"
                        .formatted(marked),
                refused(marked, new Dialect("auto", "windows-1252", "\"")));
        Path unmarked = file("c.csv", "a,y\n1,2\n", StandardCharsets.UTF_16LE);
        assertEquals(
                ("file:%s has zero bytes, as no text in UTF-8 has; if it is UTF-16, save it as UTF-8, or set data.encoding ="
                                + " UTF-16LE")
                        .formatted(unmarked),
                refused(unmarked));
    }

    @ParameterizedTest
    @ValueSource(strings = {"^", " ", "\t", ":", "#"})
    void theSeparatorIsTheOneThatIsAskedFor(String separator) throws IOException {
        Path file = file("a.csv", "a;y\n\"x;y\";2\n;4\n".replace(";", separator), StandardCharsets.UTF_8);
        assertEquals(
                List.of(List.of("a", "y"), List.of("x" + separator + "y", "2"), Arrays.asList(null, "4")),
                cells(file, new Dialect(separator, "auto", "\"")));
    }

    @Test
    void theQuoteIsTheOneThatIsAskedForOrNone() throws IOException {
        Path file = file("a.csv", "a,y\n'it''s, \"so\"',2\n'two\nlines',4\n", StandardCharsets.UTF_8);
        assertEquals(
                List.of(List.of("a", "y"), List.of("it's, \"so\"", "2"), List.of("two\nlines", "4")),
                cells(file, new Dialect("auto", "auto", "'")));
        Path none = file("b.csv", "a,y\n\"5 inches,2\n6\",4\n", StandardCharsets.UTF_8);
        assertEquals(
                List.of(List.of("a", "y"), List.of("\"5 inches", "2"), List.of("6\"", "4")),
                cells(none, new Dialect("auto", "auto", "")));
    }

    @Test
    void aLineBreakInAQuotedCellMayComeAfterManyRows() throws IOException {
        Path file =
                file("a.csv", "a,y\n" + "1,2\n".repeat(1000) + "\"two\nlines\",3\n" + "4,5\n", StandardCharsets.UTF_8);
        List<List<String>> cells = cells(file, true);
        assertEquals(1003, cells.size());
        assertEquals(List.of("two\nlines", "3"), cells.get(1001));
    }

    @Test
    void whatIsNotPlainIsTold() throws IOException {
        assertEquals(List.of(), told(file("a.csv", "a,y\n1,2\n", StandardCharsets.UTF_8)));
        assertEquals(
                List.of("cells are separated by tab, the encoding is UTF-16"),
                told(file("b.csv", "\ufeffa\ty\n1\t2\n", StandardCharsets.UTF_16LE)));
    }

    private static List<String> told(Path path) {
        List<String> told = new ArrayList<>();
        new Reader(TestSpark.session(), told::add)
                .read(path.toString(), new Source("csv", true, List.of()), OptionalInt.empty());
        return told;
    }

    private Path file(String name, String text, Charset encoding) throws IOException {
        return Files.write(folder.resolve(name), text.getBytes(encoding));
    }

    /** The names, and the cells of each row. */
    private static List<List<String>> cells(Path path, boolean header) {
        return cells(read(path, header));
    }

    private static List<List<String>> cells(Path path, Dialect dialect) {
        return cells(read(path, dialect));
    }

    private static List<List<String>> cells(Dataset<Row> read) {
        Dataset<Row> rows = read.drop(Reader.ADDED.toArray(String[]::new));
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of(rows.columns()));
        for (Row row : rows.collectAsList()) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                texts.add(row.getString(i));
            }
            cells.add(texts);
        }
        return cells;
    }

    private static String refused(Path path) {
        return refused(path, Dialect.USUAL);
    }

    private static String refused(Path path, Dialect dialect) {
        TrainingData.Options options =
                new TrainingData.Options(true, "y", List.of(), List.of(), RowOrder.OF_FILES, 0, 1, examples -> 2);
        DataException refusal = assertThrows(
                DataException.class, () -> TrainingData.prepare(read(path, dialect), path.toString(), options));
        return String.valueOf(refusal.getMessage());
    }

    private static Dataset<Row> read(Path path, boolean header) {
        return new Reader(TestSpark.session())
                .read(path.toString(), new Source("csv", header, List.of()), OptionalInt.empty());
    }

    private static Dataset<Row> read(Path path, Dialect dialect) {
        Source source = new Source("csv", true, List.of(), Texts.USUAL, dialect);
        return new Reader(TestSpark.session()).read(path.toString(), source, OptionalInt.empty());
    }
}
