package dev.adjoint.jobs;

import dev.adjoint.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.security.AccessControlException;
import org.jspecify.annotations.Nullable;

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
                throw exists(directory, fs.makeQualified(path));
            }
            if (fs.exists(path) && fs.getFileStatus(path).isFile()) {
                throw new UsageException("%s is a file, expected a directory or nothing".formatted(directory));
            }
            requireWritable(fs, fs.makeQualified(path).getParent(), directory);
        } catch (IOException | IllegalArgumentException e) {
            throw unreachable(directory, e);
        }
    }

    /**
     * The same of a file.
     *
     * @param appended whether one that exists is written to at its end
     */
    static void requireFreeFile(String file, boolean overwrite, boolean appended, Configuration configuration) {
        try {
            Path path = new Path(file);
            FileSystem fs = path.getFileSystem(configuration);
            if (fs.exists(path) && fs.getFileStatus(path).isDirectory()) {
                throw new UsageException("%s is a directory, expected a file or nothing".formatted(file));
            }
            if (fs.exists(path) && !overwrite && !appended) {
                throw exists(file, fs.makeQualified(path));
            }
            requireWritable(fs, fs.makeQualified(path).getParent(), file);
        } catch (IOException | IllegalArgumentException e) {
            throw unreachable(file, e);
        }
    }

    /**
     * Deletes a file, where there is one.
     *
     * @throws UsageException when it cannot be deleted
     */
    static void delete(String file, Configuration configuration) {
        try {
            Path path = new Path(file);
            path.getFileSystem(configuration).delete(path, false);
        } catch (IOException e) {
            throw unreachable(file, e);
        }
    }

    private static UsageException exists(String output, Path qualified) {
        return new UsageException("%s exists (that is %s); choose another place, or add --overwrite to replace it"
                .formatted(output, qualified));
    }

    private static UsageException unreachable(String output, Exception cause) {
        return new UsageException("the output %s cannot be reached: %s".formatted(output, cause.getMessage()));
    }

    /** Looks at the nearest ancestor that exists: the others can be made in it. */
    private static void requireWritable(FileSystem fs, @Nullable Path parent, String directory) throws IOException {
        Path ancestor = parent;
        while (ancestor != null && !fs.exists(ancestor)) {
            ancestor = ancestor.getParent();
        }
        if (ancestor == null) {
            return;
        }
        if (fs.getFileStatus(ancestor).isFile()) {
            throw new UsageException("%s cannot be made: %s is a file".formatted(directory, ancestor));
        }
        if (!mayWrite(fs, ancestor)) {
            throw new UsageException("%s cannot be made: %s may not be written to".formatted(directory, ancestor));
        }
    }

    private static boolean mayWrite(FileSystem fs, Path directory) throws IOException {
        if ("file".equals(fs.getUri().getScheme())) {
            // Hadoop would ask for its own user, who has another name where HADOOP_USER_NAME is set.
            return Files.isWritable(java.nio.file.Path.of(directory.toUri().getPath()));
        }
        try {
            fs.access(directory, FsAction.WRITE_EXECUTE);
            return true;
        } catch (AccessControlException e) {
            return false;
        }
    }
}
