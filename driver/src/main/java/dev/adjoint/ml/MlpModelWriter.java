package dev.adjoint.ml;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.driver.ModelStore;
import dev.adjoint.driver.ReplacedDirectory;
import dev.adjoint.driver.checkpoint.Streams;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLWriter;

/** Writes a model beside its place and moves it there when it is whole: what was there before is deleted last. */
final class MlpModelWriter extends MLWriter {
    /** The network, its parameters and preprocessing, as every command reads and writes them. */
    static final String MODEL = "model";

    static final String HISTORY = "history.json";

    private final MlpModel<?> instance;

    MlpModelWriter(MlpModel<?> instance) {
        this.instance = instance;
    }

    @Override
    public void save(String path) throws IOException {
        Configuration configuration = sparkSession().sparkContext().hadoopConfiguration();
        Path target = new Path(path);
        FileSystem fs = target.getFileSystem(configuration);
        if (fs.exists(target) && !shouldOverwrite()) {
            throw new FileAlreadyExistsException(
                    "there is something at %s already; write().overwrite().save(...) replaces it".formatted(path));
        }
        new ReplacedDirectory(fs, fs.makeQualified(target)).write(part -> write(part.directory(), fs, configuration));
    }

    @Override
    public void saveImpl(String path) {
        throw new UnsupportedOperationException("save writes all that there is");
    }

    private void write(Path directory, FileSystem fs, Configuration configuration) throws IOException {
        DefaultParamsWriter.saveMetadata(instance, directory.toString(), sparkSession());
        new ModelStore(configuration).save(instance.model(), new Path(directory, MODEL).toString());
        Streams.fill(
                fs.create(new Path(directory, HISTORY), false),
                out -> out.write(new ObjectMapper().writeValueAsBytes(instance.epochs())));
    }
}
