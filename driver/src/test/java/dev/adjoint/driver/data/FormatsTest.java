package dev.adjoint.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.model.Dialect;
import dev.adjoint.model.Source;
import dev.adjoint.model.Texts;
import dev.adjoint.model.features.Features;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files other than CSV, and files that are damaged: read as they are meant, or refused with file, row and reason. */
class FormatsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aLineThatIsNoJsonIsToldWithItsRow() throws IOException {
        for (String bad : List.of("{\"a\": 1, \"b\": ", "5", "[1, 2]", "a,y")) {
            Path file = file(
                    "a.json", "{\"a\":1,\"y\":\"u\"}\n{\"a\":2,\"y\":\"v\"}\n\n" + bad + "\n{\"a\":3,\"y\":\"u\"}\n");
            assertEquals(
                    ("%s cannot be used:\n  there is 1 row without a whole JSON object; expected is one a line, or a file that is an"
                                    + " array of them; the first is row 3 of %s: %s")
                            .formatted(file, file, bad),
                    refused(file, "json"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"y\":\"u\"}\n{\"y\":\"v\"}\n{\"a\":3,\"b\":2,\"y\":\"u\"}\n",
                "[{\"a\":1,\"y\":\"u\"},{\"y\":\"v\"},{\"a\":3,\"b\":2,\"y\":\"u\"}]",
                "[\n {\"a\":1,\"y\":\"u\"},\n {\n  \"y\":\"v\"},\n {\"a\":3,\"b\":2,\"y\":\"u\"}\n]\n"
            })
    void jsonIsReadALineOrAsAnArrayAndMissingKeysAreMissingValues(String text) throws IOException {
        Features features = prepare(file("a.json", text), "json").features();
        Features.Numeric a = (Features.Numeric) features.columns().get(0);
        assertEquals("a", a.name());
        assertEquals(List.of(0), a.missing().indicated());
    }

    @Test
    void jsonThatSparkReadsInPartIsRefused() throws IOException {
        for (String text : List.of(
                "{\n\"a\":1,\n\"y\":\"u\"\n}\n{\n\"a\":2,\n\"y\":\"v\"\n}\n",
                "{\"a\":1,\"y\":\"u\"}{\"a\":2,\"y\":\"v\"}\n")) {
            Path file = file("a.json", text);
            assertEquals(
                    "file:%s has several JSON values, and they are not one a line; write them so, as jq -c . does"
                            .formatted(file),
                    refused(file, "json"));
        }
        Path joined = file(
                "j.json",
                "{\"a\":1,\"y\":\"u } {\"}\n{\"a\":2,\"y\":\"v\"} {\"a\":3,\"y\":\"u\"}\n{\"a\":4,\"y\":\"v\"}\n");
        assertTrue(
                refused(joined, "json")
                        .contains(
                                "j.json has a line with several JSON values, expected one a line: {\"a\":2,\"y\":\"v\"} {"),
                refused(joined, "json"));
        Path open = file("b.json", "[\n{\"a\":1,\"y\":\"u\"},\n{\"a\":2,\"y\":\"v\"}\n");
        assertTrue(refused(open, "json").contains("without a whole JSON object"), refused(open, "json"));
        Path none = file("n.json", "a,y\n1,u\n");
        assertEquals(
                none
                        + " has only rows without a whole JSON object; expected is one a line, or a file that is an array of them",
                refused(none, "json"));
        Path wide = Files.write(folder.resolve("w.json"), "\ufeff{\"a\":1}\n".getBytes(StandardCharsets.UTF_16LE));
        assertTrue(refused(wide, "json").contains("w.json has zero bytes, as no text in UTF-8 has"));
        Files.createDirectory(folder.resolve("d"));
        Path one = file("d/1.json", "[\n{\"a\":1,\"y\":\"u\"}\n]\n");
        Path two = file("d/2.json", "{\"a\":1,\"y\":\"u\"}\n");
        assertEquals(
                "file:%s has a row a line, but file:%s is one value over several lines; write both alike"
                        .formatted(two, one),
                refused(folder.resolve("d"), "json"));
        Path twice = file("c.json", "{\"a\":1,\"A\":2,\"y\":\"u\"}\n");
        assertEquals(
                "%s has two columns `a`, or two that differ in case alone; rename one".formatted(twice),
                refused(twice, "json"));
    }

    @Test
    void typesOfJsonThatDifferAreTold() throws IOException {
        Path file = file(
                "a.json",
                "{\"a\":1,\"y\":\"u\"}\n{\"a\":2,\"y\":\"v\"}\n{\"a\":{\"b\":3},\"y\":\"u\"}\n{\"a\":4,\"y\":\"u\"}\n");
        String message = refused(file, "json");
        assertTrue(message.contains("column \"a\" is numeric but has 1 row with text"), message);
        assertTrue(message.contains("the first is row 3 of " + file), message);
    }

    @Test
    void jsonIsInTheEncodingThatIsAskedFor() throws IOException {
        Path file =
                Files.write(folder.resolve("a.json"), "{\"c\":\"K\u00f6ln\"}\n".getBytes(StandardCharsets.ISO_8859_1));
        Source source =
                new Source("json", false, List.of(), Texts.USUAL, new Dialect(Dialect.AUTO, "ISO-8859-1", "\""));
        assertEquals(
                "K\u00f6ln",
                new Reader(TestSpark.session())
                        .read(file.toString(), source, OptionalInt.empty())
                        .first()
                        .getString(0));
    }

    @Test
    void commentsAndQueriesOfLibsvmAreLeftOut() throws IOException {
        Path file = file(
                "a.libsvm", "# made by hand\n0 1:0.5 3:2 # a tail\n\n  # another\n1\tqid:7 2:1.5\n+1 qid:8 1:4#\n-1\n");
        List<Row> rows = read(file, "libsvm", OptionalInt.empty()).collectAsList();
        assertEquals(
                List.of("0.0 (3,[0,2],[0.5,2.0])", "1.0 (3,[1],[1.5])", "1.0 (3,[0],[4.0])", "-1.0 (3,[],[])"),
                rows.stream().map(row -> row.get(0) + " " + row.get(1)).toList());
        assertEquals(
                "(9,[0,2],[0.5,2.0])",
                read(file, "libsvm", OptionalInt.of(9)).first().get(1).toString());
    }

    @Test
    void aLineThatIsNoLibsvmIsToldWithItsRowAndTheReason() throws IOException {
        Map<String, String> bad = Map.of(
                "1,3 1:2", "several labels, 1,3",
                "1 0:2", "indices should be one-based and in ascending order; found current=-1, previous=-1",
                "1 3:2 2:1", "indices should be one-based and in ascending order; found current=1, previous=2",
                "1 3", "an index without a number",
                "1 x:2", "For input string: \"x\"",
                "1:2 2:3", "For input string: \"1:2\"");
        for (Map.Entry<String, String> line : bad.entrySet()) {
            Path file = file("a.libsvm", "# c\n0 1:1\n1 2:1\n" + line.getKey() + "\n");
            assertEquals(
                    ("%s cannot be used:\n  there is 1 row not of the form LABEL INDEX:NUMBER INDEX:NUMBER ..., with indices that"
                                    + " begin at 1 and ascend; the first is row 3 of %s: %s in %s")
                            .formatted(file, file, line.getValue(), line.getKey()),
                    refused(file, "libsvm"));
        }
        Path wide = file("b.libsvm", "0 1:1\n1 4:1\n");
        DataException refused = assertThrows(
                DataException.class,
                () -> TrainingData.prepare(read(wide, "libsvm", OptionalInt.of(3)), "b", options("label")));
        assertTrue(String.valueOf(refused.getMessage()).contains("index 4, expected 3 at most in 1 4:1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "orc"})
    void filesOfADirectoryHaveTheSameColumnsInWhateverOrder(String format) {
        String first = write(format, "d/1", "id as a, 'u' as y");
        write(format, "d/2", "'v' as y, id as a");
        assertEquals(8, read(folder.resolve("d"), format, OptionalInt.empty()).count());
        Map<String, String> others = Map.of(
                "id as a, 'u' as y, 1 as b", "with \"b\"",
                "id as a", "without \"y\"",
                "id as A, 'u' as y", "without \"a\", with \"A\"",
                "cast(id as double) as a, 'u' as y", "\"a\" is double, not bigint");
        others.forEach((columns, difference) -> {
            String other = write(format, "e/" + columns.length() + "/2", columns);
            Path both = folder.resolve("e/" + columns.length());
            String same = write(format, "e/" + columns.length() + "/1", "id as a, 'u' as y");
            assertEquals(
                    "%s has other columns than %s: [%s]".formatted(other, same, difference), refused(both, format));
        });
        assertTrue(first.endsWith(format));
    }

    @Test
    void filesOfSeveralFormatsAreRefusedByName() throws IOException {
        Files.createDirectory(folder.resolve("d"));
        Path csv = file("d/1.tsv", "a,y\n");
        Path json = file("d/2.jsonl.gz", "{}");
        Reader reader = new Reader(TestSpark.session());
        String message = String.valueOf(assertThrows(
                        DataException.class,
                        () -> reader.formatOf(folder.resolve("d").toString()))
                .getMessage());
        assertTrue(message.contains("has files of several formats, {csv=file:" + csv + ", json=file:" + json), message);
    }

    @Test
    void aTypeThatSparkDoesNotReadIsToldWithItsColumn() throws IOException {
        Path half = folder.resolve("half.parquet");
        MessageType type = MessageTypeParser.parseMessageType(
                "message m { required int32 y; required fixed_len_byte_array(2) h (FLOAT16); }");
        ExampleParquetWriter.builder(new LocalOutputFile(half))
                .withType(type)
                .build()
                .close();
        String message = refused(half, "parquet");
        assertTrue(
                message.contains("half.parquet: column \"h\" has a type that Spark does not read, required"
                        + " fixed_len_byte_array(2) h (FLOAT16)"),
                message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "json", "libsvm"})
    void aFileThatWasCutShortIsToldByItsName(String format) throws IOException {
        byte[] whole = gzip(
                switch (format) {
                    case "csv" -> "1,u\n2,v\n";
                    case "json" -> "{\"a\":1,\"y\":\"u\"}\n{\"a\":2,\"y\":\"v\"}\n";
                    default -> "0 1:2\n1 2:3\n";
                });
        for (int most : new int[] {12, whole.length / 2, whole.length - 1}) {
            Path file = Files.write(folder.resolve("a b." + format + ".gz"), Arrays.copyOf(whole, most));
            assertEquals(
                    "file:%s ends too early: it was cut short, or is not compressed as its name says; copy it anew"
                            .formatted(file),
                    refused(file, format));
        }
        whole[whole.length - 6] ^= 1;
        Path file = Files.write(folder.resolve("b." + format + ".gz"), whole);
        assertTrue(refused(file, format).contains(file + " cannot be read: gzip stream CRC failure"));
        Path zip = folder.resolve("a." + format + ".zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("a"));
            out.write(1);
        }
        assertTrue(refused(zip, format).contains("but a zip archive"), refused(zip, format));
    }

    @Test
    void aQuoteThatIsNotClosedIsTold() throws IOException {
        Path file = file("a.csv", "1,u\n2,\"v\n3,u\n4,v\n");
        assertEquals(
                "file:%s cannot be read: its record 2 opens a quote that is not closed; close it, or set data.quote = none"
                        .formatted(file),
                refused(file, "csv"));
    }

    /** Of 100,000 rows and more, so that tasks find it out and not the look at the beginning. */
    private static byte[] gzip(String rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(rows.repeat(60_000).getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** Four rows in one file, whose name is returned. */
    private String write(String format, String name, String columns) {
        Path directory = folder.resolve(name.replace('/', '-'));
        spark().range(0, 4, 1, 1)
                .selectExpr(columns.split(", "))
                .write()
                .format(format)
                .save(directory.toString());
        try (var files = Files.list(directory)) {
            Path part = files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .findFirst()
                    .orElseThrow();
            Path target = folder.resolve(name + "." + format);
            Files.createDirectories(target.resolveSibling("."));
            return "file:" + Files.move(part, target);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Spark's own readers move classes that Spark does not register. */
    private static SparkSession spark() {
        return TestSpark.session("local[2]", Map.of("spark.kryo.registrationRequired", "false"));
    }

    private static Dataset<Row> read(Path path, String format, OptionalInt width) {
        return new Reader(spark()).read(path.toString(), new Source(format, false, List.of()), width);
    }

    private static TrainingData.Options options(String label) {
        return new TrainingData.Options(true, label, List.of(), List.of(), RowOrder.OF_FILES, 0, 1, examples -> 2);
    }

    private static TrainingData prepare(Path path, String format) {
        String label = format.equals("libsvm") ? "label" : format.equals("csv") ? "_c1" : "y";
        return TrainingData.prepare(read(path, format, OptionalInt.empty()), path.toString(), options(label));
    }

    private static String refused(Path path, String format) {
        return String.valueOf(assertThrows(
                        DataException.class, () -> DataException.reading(path.toString(), () -> prepare(path, format)))
                .getMessage());
    }
}
