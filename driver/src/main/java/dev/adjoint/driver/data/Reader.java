package dev.adjoint.driver.data;

import dev.adjoint.model.Source;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.util.QuotingUtils;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;

/** Reads what Spark SQL reads, from any Hadoop path or glob. */
public final class Reader {
    /** Added to every data set: the file that a row comes from, and the offset of the block that Spark read it in. */
    static final String FILE = "__adjoint_file";

    static final String BLOCK = "__adjoint_block";

    /** A row as it stands in its file, where it is none of its format; null in all others. Not where a format has no such rows. */
    static final String MALFORMED = "__adjoint_malformed";

    /** What is wrong with these rows, by format. */
    private static final Map<String, String> COMPLAINTS = Map.of(
            "csv",
                    "with more or fewer cells than there are columns (is a decimal comma, or a quote that is not closed, the reason?)",
            "json", "without a whole JSON object; expected is one a line, or a file that is an array of them",
            "libsvm", "not of the form LABEL INDEX:NUMBER INDEX:NUMBER ..., with indices that begin at 1 and ascend");

    private static final String COMPLAINT = "complaint";

    /** All that are added to a data set, where they are. */
    static final Set<String> ADDED = Set.of(MALFORMED, FILE, BLOCK);

    /** The formats that can be read. */
    public static final List<String> FORMATS = List.of("csv", "parquet", "orc", "json", "libsvm");

    /** How the names of files end that have a format, whatever compression's name comes after. */
    private static final Map<String, String> SUFFIXES = Map.of(
            "csv", "csv|tsv",
            "parquet", "parquet",
            "orc", "orc",
            "json", "json|jsonl|ndjson",
            "libsvm", "libsvm|svm|svmlight");

    private final SparkSession spark;
    private final DataFiles files;
    private final Consumer<String> told;

    /** Tells nothing. */
    public Reader(SparkSession spark) {
        this(spark, note -> {});
    }

    /**
     * A reader in a session.
     *
     * @param told of what was found out about files, where it is worth telling
     */
    public Reader(SparkSession spark, Consumer<String> told) {
        this.spark = spark;
        this.files = new DataFiles(spark);
        this.told = told;
    }

    /**
     * The format that a path's files have by their names; empty where the names do not tell.
     *
     * @throws DataException when they tell different ones
     */
    public Optional<String> formatOf(String path) {
        Map<String, Path> formats = new LinkedHashMap<>();
        files.at(path).forEach(file -> formatOf(file.getPath())
                .ifPresent(format -> formats.putIfAbsent(format, file.getPath())));
        if (formats.size() > 1) {
            throw new DataException("%s has files of several formats, %s; name those of one, as in %s/*.%s"
                    .formatted(path, formats, path, formats.keySet().iterator().next()));
        }
        return formats.keySet().stream().findFirst();
    }

    private static Optional<String> formatOf(Path file) {
        String name = file.getName().toLowerCase(Locale.ROOT);
        return SUFFIXES.entrySet().stream()
                .filter(suffix -> name.matches(".*\\.(" + suffix.getValue() + ")(\\.\\w+)?"))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * The rows at a path, each with its file and block.
     *
     * @param vectorWidth for libsvm, whose files do not say how wide their vectors are
     * @throws DataException when there is nothing at the path, or it cannot be read in that format
     */
    public Dataset<Row> read(String path, Source source, OptionalInt vectorWidth) {
        return read(path, source, vectorWidth, List.of());
    }

    /** @param optional columns of {@code source} that the files need not have, all or none of them */
    private Dataset<Row> read(String path, Source source, OptionalInt vectorWidth, List<String> optional) {
        List<FileStatus> found = files.at(path);
        return DataException.reading(path, () -> {
            Dataset<Row> rows = complaining(read(path, found, source, vectorWidth), source.format());
            List<String> own = Columns.dataColumns(rows.schema());
            if (own.isEmpty()) {
                String complaint = complaint(rows.schema());
                throw new DataException(
                        complaint.isEmpty()
                                ? "%s: there is no column in it; is it really %s?".formatted(path, source.format())
                                : "%s has only rows %s".formatted(path, complaint));
            }
            return renamed(rows, own, columnNames(path, source.columns(), own, optional));
        });
    }

    private Dataset<Row> read(String path, List<FileStatus> found, Source source, OptionalInt vectorWidth)
            throws IOException {
        return switch (source.format()) {
            case "csv" -> new CsvFiles(spark, files, told).read(path, found, source);
            case "json" -> new JsonFiles(spark, files).read(path, found, source);
            case "libsvm" -> new LibsvmFiles(spark, files).read(path, found, vectorWidth);
            default -> new ColumnarFiles(spark, files).read(path, found, source);
        };
    }

    private static Dataset<Row> complaining(Dataset<Row> rows, String format) {
        String complaint = COMPLAINTS.getOrDefault(format, "");
        return List.of(rows.columns()).contains(MALFORMED)
                ? rows.withMetadata(
                        MALFORMED,
                        new MetadataBuilder().putString(COMPLAINT, complaint).build())
                : rows;
    }

    /** What is wrong with the rows that are {@link #MALFORMED}. */
    static String complaint(StructType schema) {
        return Arrays.stream(schema.fields())
                .filter(field -> field.name().equals(MALFORMED))
                .map(field -> field.metadata().getString(COMPLAINT))
                .findFirst()
                .orElse("");
    }

    /** The rows at a path for a model that exists: libsvm files do not say how wide their vectors are, its features do. */
    public Dataset<Row> read(String path, Source source, Features features) {
        return read(path, source, vectorWidth(features), List.of());
    }

    /** The same of rows that need no label: where the files do not name their columns, it may be missing among them. */
    public Dataset<Row> readUnlabelled(String path, Source source, Features features, Label label) {
        return read(path, source, vectorWidth(features), label.columns());
    }

    private static OptionalInt vectorWidth(Features features) {
        return features.columns().stream()
                .filter(column -> !(column instanceof Features.Categorical))
                .mapToInt(Features.Column::width)
                .filter(w -> w > 1)
                .findFirst();
    }

    /**
     * A source with the names of the columns that were read, where the files have none: by them new data is seen to be without a
     * label, or to be something else.
     */
    public static Source named(Source source, Dataset<Row> rows) {
        boolean nameless = source.format().equals("csv")
                && !source.header()
                && source.columns().isEmpty();
        return nameless ? source.named(Columns.dataColumns(rows.schema())) : source;
    }

    private List<String> columnNames(String path, List<String> names, List<String> own, List<String> optional) {
        if (names.isEmpty() || names.size() == own.size()) {
            return names.isEmpty() ? own : names;
        }
        List<String> least =
                names.stream().filter(name -> !optional.contains(name)).toList();
        if (least.size() != own.size()) {
            throw new DataException("%s has %d columns, expected %d%s: %s; if it has others, name them by data.columns"
                    .formatted(
                            path,
                            own.size(),
                            names.size(),
                            least.size() == names.size() ? "" : ", or %d without the label".formatted(least.size()),
                            Checks.shorten(names)));
        }
        told.accept("%s has no label, its columns are %s".formatted(path, Checks.shorten(least)));
        return least;
    }

    private static Dataset<Row> renamed(Dataset<Row> rows, List<String> own, List<String> names) {
        if (names.equals(own)) {
            return rows;
        }
        Iterator<String> next = names.iterator();
        // By their places: Spark looks a name up among all others, which takes its time where there are thousands.
        return rows.toDF(Arrays.stream(rows.columns())
                .map(name -> ADDED.contains(name) ? name : next.next())
                .toArray(String[]::new));
    }

    /** The rows of files, each with its file and block. */
    static Dataset<Row> located(Dataset<Row> rows) {
        return rows.select(
                rows.col("*"),
                rows.col("_metadata.file_path").as(FILE),
                rows.col("_metadata.file_block_start").as(BLOCK));
    }

    /** The rows with their places: of a query, which has no files, those in its partitions. */
    static Dataset<Row> placed(Dataset<Row> rows) {
        return List.of(rows.columns()).contains(FILE)
                ? rows
                : rows.withColumn(FILE, functions.lit(""))
                        .withColumn(BLOCK, functions.spark_partition_id().cast("long"));
    }

    /** A column's name as Spark's expressions want it. */
    public static String quoted(String name) {
        return QuotingUtils.quoteIdentifier(name);
    }
}
