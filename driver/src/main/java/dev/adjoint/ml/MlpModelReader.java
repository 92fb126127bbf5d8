package dev.adjoint.ml;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.driver.ModelStore;
import dev.adjoint.model.Model;
import dev.adjoint.model.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** Reads what {@link MlpModelWriter} wrote. */
final class MlpModelReader<M extends MlpModel<M>> extends MLReader<M> {
    private final Class<M> type;
    private final Maker<M> maker;

    /** Makes a model. */
    interface Maker<M> {
        M make(String uid, Model model, List<Epoch> epochs);
    }

    MlpModelReader(Class<M> type, Maker<M> maker) {
        this.type = type;
        this.maker = maker;
    }

    @Override
    public M load(String path) {
        SparkSession spark = sparkSession();
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        DefaultParamsReader.Metadata metadata = DefaultParamsReader.loadMetadata(path, spark, type.getName());
        try {
            Model model = new ModelStore(configuration).load(new Path(path, MlpModelWriter.MODEL).toString());
            M read = maker.make(metadata.uid(), model, history(new Path(path, MlpModelWriter.HISTORY), configuration));
            metadata.getAndSetParams(read, Option.empty());
            return read;
        } catch (ModelFormatException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("the model at %s cannot be read: %s".formatted(path, e.getMessage()), e);
        }
    }

    private static List<Epoch> history(Path file, Configuration configuration) throws IOException {
        try (InputStream in = file.getFileSystem(configuration).open(file)) {
            return new ObjectMapper().readValue(in, new TypeReference<List<Epoch>>() {});
        }
    }
}
