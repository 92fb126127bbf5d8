package dev.adjoint.driver.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * The checkpoints of one training, in a directory on any Hadoop file system: {@code step-000000001800.checkpoint} after so
 * many steps, {@code best-000000001500.checkpoint} at the end of the best epoch. One training at a time may have it.
 */
public final class CheckpointDirectory implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("(step|best)-(\\d{12})\\.checkpoint");
    private static final String PART = ".part";

    private final FileSystem fs;
    private final Path directory;
    private final DirectoryLock lock;

    private CheckpointDirectory(FileSystem fs, Path directory, DirectoryLock lock) {
        this.fs = fs;
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Takes a directory, which is made if it is not there, until {@link #close}.
     *
     * @throws CheckpointException when it cannot be written to, or another training has it
     */
    public static CheckpointDirectory open(Configuration configuration, String path)
            throws CheckpointException, InterruptedException {
        try {
            Path given = new Path(path);
            FileSystem fs = given.getFileSystem(configuration);
            Path directory = fs.makeQualified(given);
            if (!fs.mkdirs(directory)) {
                throw new IOException("it cannot be made");
            }
            CheckpointDirectory opened = new CheckpointDirectory(fs, directory, DirectoryLock.take(fs, directory));
            opened.deleteParts();
            return opened;
        } catch (IOException | IllegalArgumentException e) {
            throw new CheckpointException(
                    "the checkpoint directory %s cannot be used: %s; expected one that may be written to"
                            .formatted(path, firstLine(e)),
                    e);
        }
    }

    /**
     * Checks, as far as the file system tells, that there is room.
     *
     * @throws CheckpointException when there is not
     */
    public void requireRoom(long bytes) throws CheckpointException {
        try {
            long left = fs.getStatus(directory).getRemaining();
            if (left < bytes) {
                throw new CheckpointException(
                        "%s has room for %,d bytes, the checkpoints need %,d; keep fewer of them, or elsewhere"
                                .formatted(directory, left, bytes));
            }
        } catch (IOException e) {
            throw new CheckpointException(
                    "%s cannot be asked how much room it has: %s".formatted(directory, firstLine(e)), e);
        }
    }

    /** Whether there are no checkpoints, whatever they are worth. */
    public boolean isEmpty() throws IOException {
        return entries().isEmpty();
    }

    /** Deletes all checkpoints. */
    public void clear() throws IOException {
        for (Entry entry : entries()) {
            fs.delete(entry.path, false);
        }
    }

    /**
     * Writes a checkpoint; of those before, the newest are kept.
     *
     * @param keep how many there are at most then, without the best
     * @return where it is
     */
    public Path save(Checkpoint checkpoint, int keep) throws IOException {
        Path saved = write(checkpoint, "step");
        List<Entry> steps = entries().stream().filter(entry -> !entry.best).toList();
        for (Entry old : steps.subList(Math.min(keep, steps.size()), steps.size())) {
            fs.delete(old.path, false);
        }
        return saved;
    }

    /** Writes a checkpoint, in place of the best one before. */
    public Path saveBest(Checkpoint checkpoint) throws IOException {
        Path saved = write(checkpoint, "best");
        for (Entry entry : entries()) {
            if (entry.best && !entry.path.equals(saved)) {
                fs.delete(entry.path, false);
            }
        }
        return saved;
    }

    /** Deletes the checkpoints after a step: of a course that the training was taken back from. */
    public void deleteAfter(long step) throws IOException {
        for (Entry entry : entries()) {
            if (entry.step > step) {
                fs.delete(entry.path, false);
            }
        }
    }

    /**
     * What was found.
     *
     * @param path where it is
     * @param passedOver newer ones that cannot be used, each with the reason
     */
    public record Found(Checkpoint checkpoint, Path path, List<String> passedOver) {}

    /**
     * The newest checkpoint that can be used; empty when none was ever written.
     *
     * @throws CheckpointException when none of those that are there can be used
     */
    public Optional<Found> newest() throws IOException, CheckpointException {
        List<String> passedOver = new ArrayList<>();
        for (Entry entry : entries()) {
            try {
                return Optional.of(new Found(read(entry.path), entry.path, passedOver));
            } catch (CheckpointException | IOException e) {
                passedOver.add(entry.path.getName() + ": " + firstLine(e));
            }
        }
        if (passedOver.isEmpty()) {
            return Optional.empty();
        }
        throw new CheckpointException("no checkpoint in %s can be used:%n  %s%ntrain anew with --overwrite"
                .formatted(directory, String.join(System.lineSeparator() + "  ", passedOver)));
    }

    private Checkpoint read(Path path) throws IOException, CheckpointException {
        long length = fs.getFileStatus(path).getLen();
        try (FSDataInputStream in = fs.open(path)) {
            return CheckpointFile.read(in, length);
        }
    }

    /** Gives the directory back. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private record Entry(Path path, boolean best, long step) {}

    /** The newest first; of one step, the best last. */
    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (FileStatus file : fs.listStatus(directory)) {
            Matcher name = NAME.matcher(file.getPath().getName());
            if (name.matches() && file.isFile()) {
                entries.add(new Entry(file.getPath(), name.group(1).equals("best"), Long.parseLong(name.group(2))));
            }
        }
        entries.sort(Comparator.comparingLong(Entry::step).reversed().thenComparing(Entry::best));
        return entries;
    }

    private Path write(Checkpoint checkpoint, String kind) throws IOException {
        lock.requireHeld();
        Path target = new Path(
                directory,
                "%s-%012d.checkpoint".formatted(kind, checkpoint.state().step()));
        // A file in an object store is there when it is closed, and a rename would be a copy.
        boolean appearsWhole = fs.hasPathCapability(directory, CommonPathCapabilities.ABORTABLE_STREAM);
        Path part = appearsWhole ? target : new Path(directory, "." + target.getName() + PART);
        try {
            FSDataOutputStream file = fs.create(part, true);
            Streams.fill(file, out -> {
                CheckpointFile.write(checkpoint, out);
                if (file.hasCapability(StreamCapabilities.HSYNC)) {
                    file.hsync();
                }
            });
            if (!appearsWhole) {
                replace(part, target);
            }
            return target;
        } catch (IOException | RuntimeException e) {
            deleteQuietly(part, e);
            throw e;
        }
    }

    /** There may be a damaged one there, that the training was resumed from before. */
    private void replace(Path part, Path target) throws IOException {
        try {
            FileContext.getFileContext(fs.getUri(), fs.getConf()).rename(part, target, Options.Rename.OVERWRITE);
        } catch (UnsupportedFileSystemException e) { // only the older interface knows this file system
            fs.delete(target, false);
            if (!fs.rename(part, target)) {
                throw new IOException("cannot rename %s to %s".formatted(part, target), e);
            }
        }
    }

    private void deleteQuietly(Path part, Exception reason) {
        try {
            fs.delete(part, false);
        } catch (IOException e) {
            if (e != reason) {
                reason.addSuppressed(e);
            }
        }
    }

    /** What a training that was killed was writing. */
    private void deleteParts() throws IOException {
        for (FileStatus file : fs.listStatus(directory)) {
            if (file.getPath().getName().endsWith(".checkpoint" + PART)) {
                fs.delete(file.getPath(), false);
            }
        }
    }

    private static String firstLine(Exception e) {
        return (e.getMessage() == null ? e.toString() : e.getMessage())
                .lines()
                .findFirst()
                .orElse("");
    }
}
