package dev.adjoint.driver.metrics;

import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * The end of a file on any Hadoop file system. What is written can be read at once, where the file system lets it; on an object
 * store, when the file is closed.
 */
final class AppendedFile implements Closeable {
    private final FSDataOutputStream stream;

    private AppendedFile(FSDataOutputStream stream) {
        this.stream = stream;
    }

    /**
     * Opens a file, or makes it with its directories.
     *
     * @throws IOException when it cannot be written to, or exists where a file cannot be appended to
     */
    static AppendedFile open(Path path, Configuration configuration) throws IOException {
        FileSystem named = path.getFileSystem(configuration);
        // Without checksum files, which would be written in blocks, and cannot be appended to.
        FileSystem fileSystem = named instanceof LocalFileSystem local ? local.getRawFileSystem() : named;
        if (!fileSystem.exists(path)) {
            return new AppendedFile(fileSystem.create(path, false));
        }
        try {
            return new AppendedFile(fileSystem.append(path));
        } catch (UnsupportedOperationException e) {
            throw new IOException(
                    "%s exists, and nothing can be appended to a file there; name another one".formatted(path), e);
        }
    }

    /** Appends, and lets readers see it where that can be. */
    void write(byte[] bytes) throws IOException {
        stream.write(bytes);
        // Whoever can sync can flush.
        if (stream.hasCapability(StreamCapabilities.HSYNC)) {
            stream.hflush();
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
