package dev.adjoint.driver;

import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A directory that is written beside its place, under a hidden name, and moved there when it is whole. Whatever fails
 * before that leaves what was there untouched, and nothing half-written behind.
 */
public record ReplacedDirectory(FileSystem fileSystem, Path directory) {
    /** Fills a new directory. */
    public interface Writer {
        void write(ReplacedDirectory part) throws IOException;
    }

    /**
     * Lets {@code writer} fill the hidden directory, then puts it in place of what was there.
     *
     * @throws IOException when writing or moving fails
     */
    public void write(Writer writer) throws IOException {
        String id = UUID.randomUUID().toString().substring(0, 8);
        Path part = sibling("part-" + id);
        Path old = sibling("old-" + id);
        try {
            fileSystem.mkdirs(part);
            writer.write(new ReplacedDirectory(fileSystem, part));
            boolean replaces = fileSystem.exists(directory);
            if (replaces && !fileSystem.rename(directory, old)) {
                throw new IOException("cannot move %s aside".formatted(directory));
            }
            if (!fileSystem.rename(part, directory)) {
                if (replaces) {
                    fileSystem.rename(old, directory);
                }
                throw new IOException("cannot rename %s to %s".formatted(part, directory));
            }
            fileSystem.delete(old, true);
        } finally {
            fileSystem.delete(part, true);
        }
    }

    private Path sibling(String suffix) {
        Path absolute = fileSystem.makeQualified(directory);
        return new Path(absolute.getParent(), "." + absolute.getName() + "." + suffix);
    }
}
