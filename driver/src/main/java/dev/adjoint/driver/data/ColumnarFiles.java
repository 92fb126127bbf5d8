package dev.adjoint.driver.data;

import dev.adjoint.model.Source;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.Footer;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.orc.OrcUtils;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFooterReader;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Map$;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads Parquet and ORC files, all of which have to have the same columns: Spark takes those of one file for those of all, and
 * leaves out what another has more, or fills up what it has less.
 */
final class ColumnarFiles {
    private final SparkSession spark;
    private final DataFiles files;

    ColumnarFiles(SparkSession spark, DataFiles files) {
        this.spark = spark;
        this.files = files;
    }

    /**
     * The rows of the files.
     *
     * @param path that they were found at
     * @throws DataException when one is no such file, or has other columns than the first
     */
    Dataset<Row> read(String path, List<FileStatus> found, Source source) {
        List<StructType> schemas =
                files.each(found, file -> source.format().equals("orc") ? ofOrc(file) : ofParquet(file));
        for (int i = 1; i < found.size(); i++) {
            DataFiles.requireSameColumns(
                    found.get(0).getPath(), schemas.get(0), found.get(i).getPath(), schemas.get(i));
        }
        return Reader.located(spark.read().format(source.format()).load(path));
    }

    private StructType ofOrc(FileStatus file) {
        return OrcUtils.readSchema(
                        spark, CollectionConverters.asScala(List.of(file)).toSeq(), Map$.MODULE$.empty())
                .getOrElse(StructType::new);
    }

    private StructType ofParquet(FileStatus file) throws IOException {
        ParquetMetadata footer = ParquetFooterReader.readFooter(
                HadoopInputFile.fromStatus(file, files.hadoop()), ParquetMetadataConverter.SKIP_ROW_GROUPS);
        ParquetToSparkSchemaConverter converter =
                new ParquetToSparkSchemaConverter(spark.sessionState().conf());
        MessageType schema = footer.getFileMetaData().getSchema();
        try {
            return ParquetFileFormat.readSchemaFromFooter(new Footer(file.getPath(), footer), converter);
        } catch (Exception e) {
            // Spark's AnalysisException, which Java does not know of, says the type and not the column.
            schema.getFields().forEach(column -> requireReadable(file, column, converter));
            throw e;
        }
    }

    private static void requireReadable(FileStatus file, Type column, ParquetToSparkSchemaConverter converter) {
        try {
            converter.convert(new MessageType("column", column));
        } catch (Exception e) { // as above
            throw new DataException(
                    "%s: column \"%s\" has a type that Spark does not read, %s; write it as another (float16 as float32, say)"
                            .formatted(file.getPath(), column.getName(), column),
                    e);
        }
    }
}
