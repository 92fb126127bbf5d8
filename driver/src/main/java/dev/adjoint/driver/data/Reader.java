package dev.adjoint.driver.data;

import dev.adjoint.model.Source;
import dev.adjoint.model.features.Features;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.util.QuotingUtils;
import org.apache.spark.sql.functions;

/** Reads what Spark SQL reads, from any Hadoop path or glob. */
public final class Reader {
    /** Added to every data set: the file that a row comes from, and the offset of the block that Spark read it in. */
    static final String FILE = "__adjoint_file";

    static final String BLOCK = "__adjoint_block";

    /** All that are added to a data set, where they are. */
    static final Set<String> ADDED = Set.of(CsvFiles.MALFORMED, FILE, BLOCK);

    /** The formats that can be read. */
    public static final List<String> FORMATS = List.of("csv", "parquet", "orc", "json", "libsvm");

    private final SparkSession spark;

    public Reader(SparkSession spark) {
        this.spark = spark;
    }

    /** The format that a path's files have by their names, csv where the names do not tell. */
    public String formatOf(String path) {
        String name = dataFiles(path).get(0).getPath().getName().toLowerCase(Locale.ROOT);
        return FORMATS.stream()
                .filter(format -> name.matches(".*\\." + format + "(\\.\\w+)?"))
                .findFirst()
                .orElse(name.matches(".*\\.(svm|svmlight)(\\.\\w+)?") ? "libsvm" : "csv");
    }

    /**
     * The rows at a path, each with its file and block.
     *
     * @param vectorWidth for libsvm, whose files do not say how wide their vectors are
     * @throws DataException when there is nothing at the path, or it cannot be read in that format
     */
    public Dataset<Row> read(String path, Source source, OptionalInt vectorWidth) {
        List<FileStatus> files = dataFiles(path);
        try {
            Dataset<Row> rows;
            if (source.format().equals("csv")) {
                rows = new CsvFiles(spark).read(path, files, source.header());
            } else {
                DataFrameReader reader = spark.read().format(source.format());
                if (source.format().equals("libsvm") && vectorWidth.isPresent()) {
                    reader = reader.option("numFeatures", vectorWidth.getAsInt());
                }
                rows = located(reader.load(path));
            }
            List<String> own = Columns.dataColumns(rows.schema());
            if (own.isEmpty()) {
                throw new DataException(path + ": there is no column in it; is it really " + source.format() + "?");
            }
            // Spark looks up each column that is renamed among all: that takes minutes where they are thousands.
            return source.columns().isEmpty() ? rows : renamed(rows, columnNames(path, source, own));
        } catch (DataException e) {
            throw e;
        } catch (Exception e) { // Spark's readers throw checked exceptions that Java does not know of
            throw new DataException("%s cannot be read as %s: %s".formatted(path, source.format(), firstLine(e)), e);
        }
    }

    /** The rows at a path for a model that exists: libsvm files do not say how wide their vectors are, its features do. */
    public Dataset<Row> read(String path, Source source, Features features) {
        OptionalInt width = features.columns().stream()
                .filter(column -> !(column instanceof Features.Categorical))
                .mapToInt(Features.Column::width)
                .filter(w -> w > 1)
                .findFirst();
        return read(path, source, width);
    }

    private static List<String> columnNames(String path, Source source, List<String> own) {
        if (source.columns().size() != own.size()) {
            throw new DataException("%s has %d columns, data.columns names %d: %s"
                    .formatted(path, own.size(), source.columns().size(), source.columns()));
        }
        return source.columns();
    }

    private static Dataset<Row> renamed(Dataset<Row> rows, List<String> names) {
        Iterator<String> next = names.iterator();
        return rows.select(Arrays.stream(rows.columns())
                .map(own -> ADDED.contains(own)
                        ? rows.col(own)
                        : rows.col(quoted(own)).as(next.next()))
                .toArray(Column[]::new));
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
    static String quoted(String name) {
        return QuotingUtils.quoteIdentifier(name);
    }

    /** The files with data at a path or glob, hidden ones left out. */
    private List<FileStatus> dataFiles(String path) {
        try {
            Path pattern = new Path(path);
            FileSystem fs = pattern.getFileSystem(spark.sessionState().newHadoopConf());
            FileStatus[] found = fs.globStatus(pattern);
            String where = fs.makeQualified(pattern).toString();
            if (found == null || found.length == 0) {
                throw new DataException("there is no file at %s (that is %s)".formatted(path, where));
            }
            List<FileStatus> files = new ArrayList<>();
            Arrays.sort(found, Comparator.comparing(FileStatus::getPath));
            for (FileStatus status : found) {
                collect(fs, status, files);
            }
            if (files.isEmpty()) {
                throw new DataException("%s is a directory without a data file (that is %s)".formatted(path, where));
            }
            if (files.stream().allMatch(file -> file.getLen() == 0)) {
                throw new DataException("%s is empty (that is %s)".formatted(path, where));
            }
            return files;
        } catch (IOException | IllegalArgumentException e) {
            throw new DataException("%s cannot be opened: %s".formatted(path, firstLine(e)), e);
        }
    }

    private static void collect(FileSystem fs, FileStatus status, List<FileStatus> files) throws IOException {
        if (status.isFile()) {
            files.add(status);
            return;
        }
        FileStatus[] children =
                fs.listStatus(status.getPath(), p -> !p.getName().matches("[._].*"));
        Arrays.sort(children, Comparator.comparing(FileStatus::getPath));
        for (FileStatus child : children) {
            collect(fs, child, files);
        }
    }

    private static String firstLine(Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return message.lines().findFirst().orElse(message);
    }
}
