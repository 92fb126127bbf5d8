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
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

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
