package dev.adjoint.driver.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds the files at a path, and looks into them before Spark reads them: many at a time, since a store may be far away. */
final class DataFiles {
    /** Bytes of a text file that are looked at. */
    static final int BEGINNING = 1 << 18;

    private static final int MOST_AT_ONCE = 32;

    /** How files begin that are no text, and what they are. */
    private static final Map<String, String> MARKS = Map.of(
            "PK\3\4", "a zip archive (or an Excel workbook); unpack it, or save it as CSV",
            "PAR1", "a Parquet file; say so by data.format = parquet, or by its name",
            "ORC", "an ORC file; say so by data.format = orc, or by its name",
            "BZh", "compressed by bzip2; its name has to end in .bz2",
            "\u001f\u008b", "compressed by gzip; its name has to end in .gz");

    private final Configuration hadoop;
    private final CompressionCodecFactory codecs;

    DataFiles(SparkSession spark) {
        this.hadoop = spark.sessionState().newHadoopConf();
        this.codecs = new CompressionCodecFactory(hadoop);
    }

    /** From a file to what it is found to be. */
    interface Look<T> {
        T into(FileStatus file) throws Exception;
    }

    Configuration hadoop() {
        return hadoop;
    }

    /**
     * The files with data at a path or glob, hidden ones left out, in the order of their names.
     *
     * @throws DataException when there is none, or nothing in them
     */
    List<FileStatus> at(String path) {
        try {
            Path pattern = new Path(path);
            FileSystem fs = pattern.getFileSystem(hadoop);
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
            throw new DataException("%s cannot be opened: %s".formatted(path, DataException.firstLine(e)), e);
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

    /** A file's bytes, decompressed where its name says that they are compressed. */
    InputStream open(FileStatus file) throws IOException {
        InputStream raw = file.getPath().getFileSystem(hadoop).open(file.getPath());
        CompressionCodec codec = codecs.getCodec(file.getPath());
        return codec == null ? raw : codec.createInputStream(raw);
    }

    /** The first bytes of what {@link #open} gives: all, where they are fewer than {@code most}. */
    byte[] beginning(FileStatus file, int most) throws IOException {
        try (InputStream in = open(file)) {
            return in.readNBytes(most);
        }
    }

    /**
     * Checks that two files have the same columns, in whatever order.
     *
     * @throws DataException when they have not, saying what the other has more, less, and otherwise
     */
    static void requireSameColumns(Path first, StructType columns, Path other, StructType others) {
        List<String> differences = new ArrayList<>();
        Map<String, DataType> types = new LinkedHashMap<>();
        for (StructField column : others.fields()) {
            types.put(column.name(), column.dataType());
        }
        for (StructField column : columns.fields()) {
            DataType type = types.remove(column.name());
            if (type == null) {
                differences.add("without \"%s\"".formatted(column.name()));
            } else if (!DataTypeUtils.sameType(type, column.dataType())) {
                differences.add("\"%s\" is %s, not %s"
                        .formatted(
                                column.name(),
                                type.simpleString(),
                                column.dataType().simpleString()));
            }
        }
        types.keySet().forEach(name -> differences.add("with \"%s\"".formatted(name)));
        if (!differences.isEmpty()) {
            throw new DataException(
                    "%s has other columns than %s: %s".formatted(other, first, Checks.shorten(differences)));
        }
    }

    /**
     * Checks that a file is a text, and not in another format, which its first bytes tell, and its name does not.
     *
     * @param format that it should have
     * @throws DataException when it is none
     */
    static void requireText(FileStatus file, byte[] beginning, String format, Charset encoding) {
        // A text may begin as other formats do, but has no such bytes.
        if (IntStream.range(0, beginning.length).noneMatch(i -> beginning[i] >= 0 && beginning[i] < '\t')) {
            return;
        }
        String start = new String(beginning, 0, Math.min(4, beginning.length), StandardCharsets.ISO_8859_1);
        MARKS.forEach((mark, what) -> {
            if (start.startsWith(mark)) {
                throw new DataException(
                        "%s is no %s but %s".formatted(file.getPath(), format.toUpperCase(Locale.ROOT), what));
            }
        });
        if (new String(beginning, encoding).indexOf('\0') >= 0) {
            throw new DataException(
                    "%s has zero bytes, as no text in %s has; if it is UTF-16, save it as UTF-8, or set data.encoding = UTF-16LE"
                            .formatted(file.getPath(), encoding));
        }
    }

    /**
     * What each file is found to be, in their order.
     *
     * @throws DataException of the first file that cannot be looked into
     */
    <T> List<T> each(List<FileStatus> files, Look<T> look) {
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(files.size(), MOST_AT_ONCE));
        try {
            List<Future<T>> looks = files.stream()
                    .map(file -> threads.submit(
                            () -> DataException.reading(file.getPath().toString(), () -> look.into(file))))
                    .toList();
            List<T> found = new ArrayList<>();
            for (Future<T> one : looks) {
                found.add(one.get());
            }
            return found;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof DataException problem ? problem : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException(
                    "interrupted while looking into " + files.get(0).getPath(), e);
        } finally {
            threads.shutdownNow();
        }
    }
}
