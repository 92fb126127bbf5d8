package dev.adjoint.driver.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.csv.CSVOptions;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.csv.CSVUtils;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import scala.collection.immutable.Map.Map1;

/**
 * Reads CSV files as Excel, pandas and R write them. Each file's beginning says how it is to be read; all cells are texts, and
 * what is in a row that has more or fewer of them than the header goes to {@link #MALFORMED} as well, so that it is not
 * taken for something else.
 */
final class CsvFiles {
    /** A row as it stands in its file, where it has not as many cells as there are columns; null in all others. */
    static final String MALFORMED = "__adjoint_malformed";

    /** R's names of rows, which are no data. */
    private static final String ROW_NAMES = "__adjoint_row_names";

    /** Of a row, if the columns are fewer; one with more stops the reading. */
    private static final int MOST_CELLS = 20_480;

    /** Bytes of a file that are looked at. */
    private static final int BEGINNING = 1 << 18;

    /** Where no record ends in so many bytes, it is no table. */
    private static final int LONGEST = 1 << 26;

    private final SparkSession spark;
    private final Configuration hadoop;

    CsvFiles(SparkSession spark) {
        this.spark = spark;
        this.hadoop = spark.sessionState().newHadoopConf();
    }

    /** Files that are read alike, in one go. */
    private record Kind(List<String> names, char separator, String encoding, boolean multiLine) {}

    /**
     * The rows of the files, those of all under the first one's names.
     *
     * @param path that they were found at
     * @throws DataException when a file is no text, or has other columns than the first
     */
    Dataset<Row> read(String path, List<FileStatus> files, boolean header) throws IOException {
        Map<Kind, List<Path>> kinds = new LinkedHashMap<>();
        for (FileStatus file : files) {
            kinds.computeIfAbsent(kind(file.getPath(), header), kind -> new ArrayList<>())
                    .add(file.getPath());
        }
        if (kinds.size() > 1) {
            kinds.keySet().removeIf(kind -> kind.names().isEmpty()); // a job may leave files without a row
        }
        Map.Entry<Kind, List<Path>> first = kinds.entrySet().iterator().next();
        kinds.entrySet().forEach(kind -> requireSameNames(first, kind));
        if (kinds.size() == 1) {
            return located(first.getKey(), header, reader -> reader.load(path));
        }
        Path directory = new Path(path);
        FileSystem fs = directory.getFileSystem(hadoop);
        // So that columns whose values are in the names of directories are found.
        Map<String, String> base =
                fs.exists(directory) && fs.getFileStatus(directory).isDirectory() ? Map.of("basePath", path) : Map.of();
        List<Dataset<Row>> parts = new ArrayList<>();
        kinds.forEach((kind, paths) -> parts.add(located(kind, header, reader -> reader.options(base)
                .option(DataSource.GLOB_PATHS_KEY(), false) // these are names
                .load(paths.stream().map(Path::toString).toArray(String[]::new)))));
        return parts.stream().reduce(Dataset::unionByName).orElseThrow();
    }

    private Dataset<Row> located(Kind kind, boolean header, Function<DataFrameReader, Dataset<Row>> load) {
        return Reader.located(load.apply(reader(kind, header))).drop(ROW_NAMES);
    }

    private DataFrameReader reader(Kind kind, boolean header) {
        List<StructField> cells = Stream.concat(kind.names().stream(), Stream.of(MALFORMED))
                .map(name -> DataTypes.createStructField(name, DataTypes.StringType, true))
                .toList();
        return spark.read()
                .format("csv")
                .schema(DataTypes.createStructType(cells))
                .option("columnNameOfCorruptRecord", MALFORMED)
                .option("header", header)
                .option("sep", String.valueOf(kind.separator()))
                .option("escape", "\"") // a quote within quotes is written twice
                .option("encoding", kind.encoding())
                .option("multiLine", kind.multiLine())
                .option("maxColumns", Math.max(MOST_CELLS, 2 * kind.names().size()))
                .option("ignoreLeadingWhiteSpace", true)
                .option("ignoreTrailingWhiteSpace", true);
    }

    private Kind kind(Path file, boolean header) throws IOException {
        int bytes = BEGINNING;
        byte[] beginning = beginning(file, bytes);
        requireText(file, beginning);
        CsvDialect dialect = CsvDialect.of(beginning, beginning.length < bytes);
        // A header that is longer than that.
        while (dialect.first().isEmpty() && beginning.length == bytes && bytes < LONGEST) {
            bytes *= 4;
            beginning = beginning(file, bytes);
            dialect = CsvDialect.of(beginning, beginning.length < bytes);
        }
        List<String> names = new ArrayList<>(header && dialect.rowNames() ? List.of(ROW_NAMES) : List.of());
        names.addAll(names(dialect.first(), header));
        return new Kind(names, dialect.separator(), dialect.encoding().name(), dialect.multiLine());
    }

    private byte[] beginning(Path file, int bytes) throws IOException {
        FileSystem fs = file.getFileSystem(hadoop);
        CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file);
        try (InputStream raw = fs.open(file);
                InputStream in = codec == null ? raw : codec.createInputStream(raw)) {
            return in.readNBytes(bytes);
        }
    }

    private static void requireText(Path file, byte[] beginning) {
        // Column names may begin so as well; a text has no such bytes.
        if (IntStream.range(0, beginning.length).noneMatch(i -> beginning[i] >= 0 && beginning[i] < '\t')) {
            return;
        }
        String start = new String(beginning, 0, Math.min(4, beginning.length), StandardCharsets.ISO_8859_1);
        Map<String, String> others = Map.of(
                "PK\3\4", "a zip archive (or an Excel workbook); unpack it, or save it as CSV",
                "PAR1", "a Parquet file; say so by data.format = parquet, or by its name",
                "ORC", "an ORC file; say so by data.format = orc, or by its name",
                "\u001f\u008b", "compressed by gzip; its name has to end in .gz");
        others.forEach((mark, what) -> {
            if (start.startsWith(mark)) {
                throw new DataException("%s is no CSV but %s".formatted(file, what));
            }
        });
    }

    /** As Spark names columns: what has no name by its place, what has another's name by both. */
    private List<String> names(List<String> first, boolean header) {
        CSVOptions options = new CSVOptions(new Map1<>("header", String.valueOf(header)), false, "UTC");
        boolean caseSensitive = spark.sessionState().conf().caseSensitiveAnalysis();
        return List.of(CSVUtils.makeSafeHeader(first.toArray(String[]::new), caseSensitive, options));
    }

    private static void requireSameNames(Map.Entry<Kind, List<Path>> first, Map.Entry<Kind, List<Path>> other) {
        Set<String> missing = new LinkedHashSet<>(first.getKey().names());
        missing.removeAll(other.getKey().names());
        Set<String> extra = new LinkedHashSet<>(other.getKey().names());
        extra.removeAll(first.getKey().names());
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw new DataException("%s has other columns than %s:%s%s"
                    .formatted(
                            other.getValue().get(0),
                            first.getValue().get(0),
                            missing.isEmpty() ? "" : " without " + missing,
                            extra.isEmpty() ? "" : " with " + extra));
        }
    }
}
