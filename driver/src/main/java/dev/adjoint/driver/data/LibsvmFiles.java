package dev.adjoint.driver.data;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.mllib.util.MLUtils$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple3;

/**
 * Reads libsvm files line by line, each by Spark's own parser: its data source knows no comments and no {@code qid}, and does not
 * say where a line is that it cannot read. Such a one goes to {@link Reader#MALFORMED}, with the reason.
 */
final class LibsvmFiles {
    private static final StructType SCHEMA = new StructType()
            .add("label", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType())
            .add(Reader.MALFORMED, DataTypes.StringType);

    /** Comments, and the query that a row belongs to, which is for ranking. */
    private static final Pattern LEFT_OUT = Pattern.compile("#.*|\\sqid:\\S+");

    private final SparkSession spark;
    private final DataFiles files;

    LibsvmFiles(SparkSession spark, DataFiles files) {
        this.spark = spark;
        this.files = files;
    }

    /**
     * The rows of the files.
     *
     * @param path that they were found at
     * @param vectorWidth how wide they are; where that is not known, the greatest index says
     */
    Dataset<Row> read(String path, List<FileStatus> found, OptionalInt vectorWidth) {
        files.each(found, file -> {
            DataFiles.requireText(file, files.beginning(file, DataFiles.BEGINNING), "libsvm", StandardCharsets.UTF_8);
            return file;
        });
        Dataset<Row> lines = Reader.located(spark.read().text(path));
        Dataset<Row> rows = lines.filter(functions.not(lines.col("value").rlike("^\\s*(#.*)?$")));
        int width = vectorWidth.orElseGet(() -> width(rows));
        UDF1<String, Row> row = line -> row(line, width);
        return rows.withColumn("row", functions.udf(row, SCHEMA).apply(rows.col("value")))
                .select("row.*", Reader.FILE, Reader.BLOCK);
    }

    private static int width(Dataset<Row> rows) {
        UDF1<String, Integer> width = LibsvmFiles::width;
        Row most = rows.select(functions.max(
                        functions.udf(width, DataTypes.IntegerType).apply(rows.col("value"))))
                .first();
        return most.isNullAt(0) ? 0 : most.getInt(0);
    }

    private static int width(String line) {
        try {
            int[] indices = parse(line)._2();
            return indices.length == 0 ? 0 : indices[indices.length - 1] + 1;
        } catch (IllegalArgumentException e) {
            return 0; // it is told when the rows are read
        }
    }

    private static Row row(String line, int width) {
        try {
            Tuple3<Object, int[], double[]> parsed = parse(line);
            int[] indices = parsed._2();
            if (indices.length > 0 && indices[indices.length - 1] >= width) {
                throw new IllegalArgumentException(
                        "index %d, expected %d at most".formatted(indices[indices.length - 1] + 1, width));
            }
            return RowFactory.create(parsed._1(), Vectors.sparse(width, indices, parsed._3()), null);
        } catch (IllegalArgumentException e) {
            String reason = DataException.firstLine(e).replaceFirst("^requirement failed: ", "");
            return RowFactory.create(null, null, reason.replaceFirst("; line=.*", "") + " in " + line);
        }
    }

    /** @throws IllegalArgumentException when a line is none of libsvm, saying why */
    private static Tuple3<Object, int[], double[]> parse(String line) {
        String text = LEFT_OUT.matcher(line).replaceAll("").replace('\t', ' ').strip();
        String label = text.split(" ", 2)[0];
        if (label.indexOf(',') >= 0) {
            throw new IllegalArgumentException("several labels, %s".formatted(label));
        }
        try {
            return MLUtils$.MODULE$.parseLibSVMRecord(text);
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("an index without a number", e);
        }
    }
}
