package dev.adjoint.driver.data;

import dev.adjoint.model.Dialect;
import dev.adjoint.model.Source;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.csv.CSVOptions;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.csv.CSVUtils;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Map.Map1;

/**
 * Reads CSV files as Excel, pandas and R write them. Each file's beginning says how it is to be read; all cells are texts, and
 * what is in a row that has more or fewer of them than the header goes to {@link Reader#MALFORMED} as well, so that it is not
 * taken for something else.
 */
final class CsvFiles {
    /** R's names of rows, which are no data. */
    private static final String ROW_NAMES = "__adjoint_row_names";

    /** Of a row, if the columns are fewer; one with more stops the reading. */
    private static final int MOST_CELLS = 20_480;

    /** Where no record ends in so many bytes, it is no table. */
    private static final int LONGEST = 1 << 26;

    private final SparkSession spark;
    private final DataFiles files;
    private final Consumer<String> told;

    /** @param told of what was found out, where it is worth telling */
    CsvFiles(SparkSession spark, DataFiles files, Consumer<String> told) {
        this.spark = spark;
        this.files = files;
        this.told = told;
    }

    /** Files that are read alike, in one go. */
    private record Kind(List<String> names, char separator, char escape, Charset encoding, boolean multiLine) {
        StructType schema() {
            // All at once: each addition to a schema makes a copy.
            return DataTypes.createStructType(names.stream()
                    .map(name -> DataTypes.createStructField(name, DataTypes.StringType, true))
                    .toList());
        }

        boolean isPlain() {
            return separator == ',' && encoding.equals(StandardCharsets.UTF_8);
        }
    }

    /**
     * The rows of the files, those of all under the first one's names.
     *
     * @param path that they were found at
     * @throws DataException when a file is no text, or has other columns than the first
     */
    Dataset<Row> read(String path, List<FileStatus> found, Source source) throws IOException {
        Map<Kind, List<Path>> kinds = new LinkedHashMap<>();
        Iterator<Kind> each = files.each(found, file -> kind(file, source)).iterator();
        found.forEach(file ->
                kinds.computeIfAbsent(each.next(), kind -> new ArrayList<>()).add(file.getPath()));
        if (kinds.size() > 1) {
            kinds.keySet().removeIf(kind -> kind.names().isEmpty()); // a job may leave files without a row
        }
        Map.Entry<Kind, List<Path>> first = kinds.entrySet().iterator().next();
        kinds.forEach((kind, paths) -> DataFiles.requireSameColumns(
                first.getValue().get(0), first.getKey().schema(), paths.get(0), kind.schema()));
        if (!kinds.keySet().stream().allMatch(Kind::isPlain)) {
            told.accept("cells are separated by %s, the encoding is %s"
                    .formatted(
                            distinct(
                                    kinds.keySet(),
                                    kind -> kind.separator() == '\t' ? "tab" : "\"" + kind.separator() + "\""),
                            distinct(kinds.keySet(), kind -> kind.encoding().name())));
        }
        if (kinds.size() == 1) {
            return located(first.getKey(), source, reader -> reader.load(path));
        }
        Path directory = new Path(path);
        FileSystem fs = directory.getFileSystem(files.hadoop());
        // So that columns whose values are in the names of directories are found.
        Map<String, String> base =
                fs.exists(directory) && fs.getFileStatus(directory).isDirectory() ? Map.of("basePath", path) : Map.of();
        List<Dataset<Row>> parts = new ArrayList<>();
        kinds.forEach((kind, paths) -> parts.add(located(kind, source, reader -> reader.options(base)
                .option(DataSource.GLOB_PATHS_KEY(), false) // these are names
                .load(paths.stream().map(Path::toString).toArray(String[]::new)))));
        return parts.stream().reduce(Dataset::unionByName).orElseThrow();
    }

    private static String distinct(Set<Kind> kinds, Function<Kind, String> what) {
        return kinds.stream().map(what).distinct().collect(Collectors.joining(" or "));
    }

    private Dataset<Row> located(Kind kind, Source source, Function<DataFrameReader, Dataset<Row>> load) {
        Dataset<Row> rows = Reader.located(load.apply(reader(kind, source)));
        return kind.names().contains(ROW_NAMES) ? rows.drop(ROW_NAMES) : rows;
    }

    private DataFrameReader reader(Kind kind, Source source) {
        String quote = source.dialect().quote();
        return spark.read()
                .format("csv")
                .schema(kind.schema().add(Reader.MALFORMED, DataTypes.StringType))
                .option("columnNameOfCorruptRecord", Reader.MALFORMED)
                .option("header", source.header())
                .option("sep", String.valueOf(kind.separator()))
                .option("quote", quote)
                .option("escape", quote.isEmpty() ? "" : String.valueOf(kind.escape()))
                .option("encoding", kind.encoding().name())
                .option("multiLine", kind.multiLine())
                .option("maxColumns", Math.max(MOST_CELLS, 2 * kind.names().size()))
                .option("ignoreLeadingWhiteSpace", true)
                .option("ignoreTrailingWhiteSpace", true);
    }

    private Kind kind(FileStatus file, Source source) throws IOException {
        int bytes = DataFiles.BEGINNING;
        byte[] beginning = files.beginning(file, bytes);
        Charset encoding = encoding(file, beginning, source.dialect().encoding());
        DataFiles.requireText(file, beginning, source.format(), encoding);
        CsvDialect dialect = dialect(beginning, encoding, beginning.length < bytes, source);
        // A header that is longer than that.
        while (dialect.first().isEmpty() && beginning.length == bytes && bytes < LONGEST) {
            bytes *= 4;
            beginning = files.beginning(file, bytes);
            dialect = dialect(beginning, encoding, beginning.length < bytes, source);
        }
        if (source.header() && String.join("", dialect.first()).indexOf('\ufffd') >= 0) {
            throw new DataException("%s has a header with bytes that are no %s: %s; %s"
                    .formatted(file.getPath(), encoding, dialect.first(), Checks.ENCODING));
        }
        List<String> names = new ArrayList<>(source.header() && dialect.rowNames() ? List.of(ROW_NAMES) : List.of());
        names.addAll(names(dialect.first(), source.header()));
        return new Kind(names, dialect.separator(), dialect.escape(), encoding, dialect.multiLine());
    }

    private static CsvDialect dialect(byte[] beginning, Charset encoding, boolean whole, Source source) {
        // The mark of UTF-8 is decoded as a character, that of UTF-16 is not.
        String text = new String(beginning, encoding).replaceFirst("^\ufeff", "");
        return CsvDialect.of(text, encoding, whole, source.dialect());
    }

    /** The encoding that was asked for, which a mark may not contradict. */
    private static Charset encoding(FileStatus file, byte[] beginning, String asked) {
        Optional<Charset> marked = mark(beginning);
        if (asked.equals(Dialect.AUTO)) {
            return marked.orElse(StandardCharsets.UTF_8);
        }
        marked.filter(mark -> !asked.startsWith(mark.name())).ifPresent(mark -> {
            throw new DataException("%s begins with the mark of %s, but data.encoding says %s; leave that out"
                    .formatted(file.getPath(), mark, asked));
        });
        return marked.orElseGet(() -> Charset.forName(asked));
    }

    private static Optional<Charset> mark(byte[] beginning) {
        String start = new String(beginning, 0, Math.min(3, beginning.length), StandardCharsets.ISO_8859_1);
        if (start.startsWith("\u00fe\u00ff") || start.startsWith("\u00ff\u00fe")) {
            return Optional.of(StandardCharsets.UTF_16);
        }
        return start.equals("\u00ef\u00bb\u00bf") ? Optional.of(StandardCharsets.UTF_8) : Optional.empty();
    }

    /** As Spark names columns: what has no name by its place, what has another's name by both. */
    private List<String> names(List<String> first, boolean header) {
        CSVOptions options = new CSVOptions(new Map1<>("header", String.valueOf(header)), false, "UTC");
        boolean caseSensitive = spark.sessionState().conf().caseSensitiveAnalysis();
        return List.of(CSVUtils.makeSafeHeader(first.toArray(String[]::new), caseSensitive, options));
    }
}
