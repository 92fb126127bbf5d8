package dev.adjoint.driver.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.adjoint.model.Dialect;
import dev.adjoint.model.Source;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Reads JSON: files with an object a line, or files that are one array or one object, over several lines. Keys that a row does not
 * have are missing values; a row that is no object goes to {@link Reader#MALFORMED}.
 */
final class JsonFiles {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // as Spark does
            .build();

    private final SparkSession spark;
    private final DataFiles files;

    JsonFiles(SparkSession spark, DataFiles files) {
        this.spark = spark;
        this.files = files;
    }

    /** How a file's rows lie in it. */
    private enum Layout {
        EMPTY,
        A_ROW_A_LINE,
        ONE_VALUE
    }

    /**
     * The rows of the files.
     *
     * @param path that they were found at
     * @throws DataException when a file is no JSON, or holds several values over several lines
     */
    Dataset<Row> read(String path, List<FileStatus> found, Source source) {
        String asked = source.dialect().encoding();
        Charset encoding = asked.equals(Dialect.AUTO) ? StandardCharsets.UTF_8 : Charset.forName(asked);
        List<Layout> layouts = files.each(found, file -> layout(file, encoding));
        int lines = layouts.indexOf(Layout.A_ROW_A_LINE);
        int value = layouts.indexOf(Layout.ONE_VALUE);
        if (lines >= 0 && value >= 0) {
            throw new DataException("%s has a row a line, but %s is one value over several lines; write both alike"
                    .formatted(found.get(lines).getPath(), found.get(value).getPath()));
        }
        if (lines >= 0) {
            requireAValueALine(path, encoding);
        }
        DataFrameReader reader = spark.read()
                .format("json")
                .option("columnNameOfCorruptRecord", Reader.MALFORMED)
                .option("multiLine", value >= 0);
        if (!encoding.equals(StandardCharsets.UTF_8)) {
            // Spark wants to be told the one where it is told the other.
            reader = reader.option("encoding", encoding.name()).option("lineSep", "\n");
        }
        return Reader.located(reader.load(path));
    }

    /** Of a line with several objects, as where a file without a last line break was put before another, Spark takes the first alone. */
    private void requireAValueALine(String path, Charset encoding) {
        UDF1<String, Boolean> several = JsonFiles::hasSeveral;
        DataFrameReader reader = spark.read();
        if (!encoding.equals(StandardCharsets.UTF_8)) {
            reader = reader.option("encoding", encoding.name()).option("lineSep", "\n");
        }
        Dataset<Row> lines = Reader.located(reader.text(path));
        Column line = lines.col("value");
        List<Row> found = lines.filter(line.rlike("\\}\\s*\\{"))
                .filter(functions.udf(several, DataTypes.BooleanType).apply(line))
                .limit(1)
                .collectAsList();
        if (!found.isEmpty()) {
            throw new DataException("%s has a line with several JSON values, expected one a line: %s"
                    .formatted(
                            found.get(0).getString(1),
                            Cells.shorten(found.get(0).getString(0))));
        }
    }

    private static boolean hasSeveral(String line) throws IOException {
        try (JsonParser parser = JSON.createParser(line)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.nextToken() != null;
        } catch (JsonProcessingException e) {
            return false; // it is told as a row that is no JSON
        }
    }

    /** Of a file over several lines all is looked at: of what comes after its first value, Spark says nothing. */
    private Layout layout(FileStatus file, Charset encoding) throws IOException {
        try (InputStream in = files.open(file)) {
            byte[] beginning = in.readNBytes(DataFiles.BEGINNING);
            DataFiles.requireText(file, beginning, "json", encoding);
            InputStream all = new SequenceInputStream(new ByteArrayInputStream(beginning), in);
            JsonParser parser = encoding.equals(StandardCharsets.UTF_8)
                    ? JSON.createParser(all) // which knows the mark
                    : JSON.createParser(new InputStreamReader(all, encoding));
            if (parser.nextToken() == null) {
                return Layout.EMPTY;
            }
            int first = parser.currentLocation().getLineNr();
            parser.skipChildren();
            int last = parser.currentLocation().getLineNr();
            boolean more = parser.nextToken() != null;
            if (more && (last > first || parser.currentLocation().getLineNr() == first)) {
                throw new DataException(
                        "%s has several JSON values, and they are not one a line; write them so, as jq -c . does"
                                .formatted(file.getPath()));
            }
            return last > first ? Layout.ONE_VALUE : Layout.A_ROW_A_LINE;
        } catch (JsonProcessingException e) {
            return Layout.A_ROW_A_LINE; // and the row where it is no JSON is told
        }
    }
}
