package dev.adjoint.jobs;

import dev.adjoint.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A file on this machine that a command writes, whole or not at all. */
record OutputFile(Path path) {
    /**
     * Checks that the file may be written, before any work is done.
     *
     * @throws UsageException when it exists and is not to be replaced, or there can be no file
     */
    void requireFree(boolean overwrite) {
        if (Files.isDirectory(path)) {
            throw new UsageException("%s is a directory, expected a file or nothing".formatted(path));
        }
        if (Files.exists(path) && !overwrite) {
            throw new UsageException("%s exists (that is %s); choose another name, or add --overwrite to replace it"
                    .formatted(path, path.toAbsolutePath()));
        }
        // The nearest ancestor that exists: the others can be made in it.
        Path ancestor = folder();
        while (ancestor != null && !Files.exists(ancestor)) {
            ancestor = ancestor.getParent();
        }
        if (ancestor == null || !Files.isDirectory(ancestor)) {
            throw new UsageException("%s cannot be made: %s is no directory".formatted(path, ancestor));
        }
        if (!Files.isWritable(ancestor)) {
            throw new UsageException("%s cannot be made: %s may not be written to".formatted(path, ancestor));
        }
    }

    /** Writes beside the file first, and puts that in its place once it is whole. */
    void write(String text) throws IOException {
        Path part = path.resolveSibling("." + UUID.randomUUID() + ".part");
        try {
            Path folder = folder();
            // A link to a directory is one, but not to createDirectories.
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
            Files.writeString(part, text, StandardOpenOption.CREATE_NEW);
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException("%s cannot be written: %s".formatted(path, e), e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private @Nullable Path folder() {
        return path.toAbsolutePath().getParent();
    }
}
