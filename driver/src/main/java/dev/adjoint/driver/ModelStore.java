package dev.adjoint.driver;

import dev.adjoint.driver.checkpoint.Streams;
import dev.adjoint.model.Model;
import dev.adjoint.model.ModelFiles;
import dev.adjoint.model.ModelFormatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Models on any Hadoop file system. */
public final class ModelStore {
    private final Configuration configuration;

    public ModelStore(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * Writes the model's two files; a directory that was there before is replaced when the new one is whole.
     *
     * @throws IOException when it cannot be written; what was there before is then still there
     */
    public void save(Model model, String directory) throws IOException {
        Map<String, byte[]> files = Map.of(
                ModelFiles.DESCRIPTION, ModelFiles.description(model), ModelFiles.WEIGHTS, ModelFiles.weights(model));
        Path target = new Path(directory);
        new ReplacedDirectory(target.getFileSystem(configuration), target).write(part -> {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Streams.fill(
                        part.fileSystem().create(new Path(part.directory(), file.getKey()), false),
                        out -> out.write(file.getValue()));
            }
        });
    }

    /**
     * The model in a directory.
     *
     * @throws ModelFormatException when there is none, or it is damaged or too new
     * @throws IOException when the file system fails
     */
    public Model load(String directory) throws IOException, ModelFormatException {
        Path path = new Path(directory);
        FileSystem fs = path.getFileSystem(configuration);
        if (!fs.exists(path)) {
            throw new ModelFormatException(
                    "there is no model at %s (that is %s)".formatted(directory, fs.makeQualified(path)));
        }
        byte[] description = read(fs, path, ModelFiles.DESCRIPTION, ModelFiles.LARGEST_DESCRIPTION);
        byte[] weights = read(fs, path, ModelFiles.WEIGHTS, Integer.MAX_VALUE - 8);
        try {
            return ModelFiles.read(description, weights);
        } catch (ModelFormatException e) {
            throw new ModelFormatException(
                    "the model at %s cannot be used: %s".formatted(directory, e.getMessage()), e);
        }
    }

    private static byte[] read(FileSystem fs, Path directory, String name, int largest) throws ModelFormatException {
        Path file = new Path(directory, name);
        try {
            long length = fs.getFileStatus(file).getLen();
            if (length > largest) {
                throw new ModelFormatException("%s has %d bytes, at most %d are read".formatted(file, length, largest));
            }
            byte[] bytes = new byte[(int) length];
            try (FSDataInputStream in = fs.open(file)) {
                in.readFully(0, bytes);
            }
            return bytes;
        } catch (FileNotFoundException e) {
            throw new ModelFormatException("%s is no model: it has no %s".formatted(directory, name), e);
        } catch (IOException e) { // a checksum that does not match, a file that ends early
            throw new ModelFormatException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}
