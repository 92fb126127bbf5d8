package dev.adjoint.jobs;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where results go. */
final class Outputs {
    private Outputs() {}

    /**
     * Checks that a directory may be written, before any work is done.
     *
     * @throws UsageException when it exists and is not to be replaced, or its place cannot be reached
     */
    static void requireFree(String directory, boolean overwrite, Configuration configuration) {
        try {
            Path path = new Path(directory);
            FileSystem fs = path.getFileSystem(configuration);
            if (fs.exists(path) && !overwrite) {
                throw new UsageException(
                        "%s exists (that is %s); choose another place, or add --overwrite to replace it"
                                .formatted(directory, fs.makeQualified(path)));
            }
            if (fs.exists(path) && fs.getFileStatus(path).isFile()) {
                throw new UsageException("%s is a file, expected a directory or nothing".formatted(directory));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException("the output %s cannot be reached: %s".formatted(directory, e.getMessage()));
        }
    }
}
