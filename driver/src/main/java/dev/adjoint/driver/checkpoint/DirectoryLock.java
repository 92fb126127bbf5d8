package dev.adjoint.driver.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that says who has a directory, written again every few seconds for as long as he lives. File systems of Hadoop
 * have no locks, and a process that was killed takes nothing back: so an owner on this host is looked for among the
 * processes, and one elsewhere is waited for, to see whether he still writes.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String NAME = "in-use.json";
    private static final int HEARTBEAT_SECONDS = 5;
    /** After so many seconds without a heartbeat an owner on another host is taken for dead. */
    private static final int PATIENCE_SECONDS = 4 * HEARTBEAT_SECONDS;

    private static final int LARGEST = 4096;

    /** Of this JVM, by id. */
    private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

    private final FileSystem fs;
    private final Path file;
    private final String id = UUID.randomUUID().toString();
    private final Timer heart = new Timer("adjoint checkpoint lock", true);
    private volatile @Nullable IOException lost;

    private DirectoryLock(FileSystem fs, Path file) {
        this.fs = fs;
        this.file = file;
    }

    /** Who has a directory, as the file says. */
    private record Owner(String id, String host, long process, String started) {
        static Owner here(String id) {
            ProcessHandle self = ProcessHandle.current();
            return new Owner(id, hostName(), self.pid(), started(self));
        }

        /** Whether he lives; empty when he is on another host. */
        Optional<Boolean> isAlive() {
            if (!host.equals(hostName())) {
                return Optional.empty();
            }
            if (process == ProcessHandle.current().pid()) {
                return Optional.of(HELD.contains(id));
            }
            // A process number is used again, but not with the same start.
            return Optional.of(ProcessHandle.of(process)
                    .filter(handle -> started(handle).equals(started))
                    .isPresent());
        }

        private static String started(ProcessHandle handle) {
            return handle.info().startInstant().map(Object::toString).orElse("unknown");
        }

        private static String hostName() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "a host without a name";
            }
        }

        @Override
        public String toString() {
            return "process %d on %s, started %s".formatted(process, host, started);
        }
    }

    /**
     * Takes a directory.
     *
     * @throws CheckpointException when another training has it
     */
    static DirectoryLock take(FileSystem fs, Path directory)
            throws IOException, CheckpointException, InterruptedException {
        DirectoryLock lock = new DirectoryLock(fs, new Path(directory, NAME));
        try {
            HELD.add(lock.id);
            if (!lock.write(false)) {
                lock.takeOver(directory);
            }
            lock.start();
            return lock;
        } catch (IOException | CheckpointException | InterruptedException e) {
            HELD.remove(lock.id);
            lock.heart.cancel();
            throw e;
        }
    }

    private void takeOver(Path directory) throws IOException, CheckpointException, InterruptedException {
        Optional<Owner> owner = read();
        Optional<Boolean> alive = owner.flatMap(Owner::isAlive);
        if (alive.isEmpty()) {
            alive = Optional.of(isWritten());
        }
        if (alive.get()) {
            throw new CheckpointException("another training has the checkpoint directory %s: %s; give this one its own"
                    .formatted(directory, owner.map(Owner::toString).orElse("in-use.json is written")));
        }
        write(true);
    }

    /** Waits to see whether somebody writes the file. */
    private boolean isWritten() throws IOException, InterruptedException {
        OptionalLong before = modified();
        OptionalLong now = before;
        for (int second = 0; second < PATIENCE_SECONDS && now.isPresent(); second++) {
            TimeUnit.SECONDS.sleep(1);
            now = modified();
            if (now.isPresent() && !now.equals(before)) {
                return true;
            }
        }
        return false;
    }

    /** Empty when its owner has just left. */
    private OptionalLong modified() throws IOException {
        try {
            return OptionalLong.of(fs.getFileStatus(file).getModificationTime());
        } catch (FileNotFoundException e) {
            return OptionalLong.empty();
        }
    }

    /** Whether it could be written, which it cannot when it must be new and is not. */
    private boolean write(boolean overwrite) throws IOException {
        Owner self = Owner.here(id);
        byte[] json = new ObjectMapper()
                .createObjectNode()
                .put("id", self.id)
                .put("host", self.host)
                .put("process", self.process)
                .put("started", self.started)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        if (!overwrite && fs.exists(file)) { // not all file systems say it with that exception
            return false;
        }
        FSDataOutputStream created;
        try {
            created = fs.create(file, overwrite);
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        try {
            Streams.fill(created, out -> out.write(json));
        } catch (IOException e) {
            if (!overwrite) {
                fs.delete(file, false); // or the next training would wait to see who writes it
            }
            throw e;
        }
        return true;
    }

    /** Empty when it cannot be told: it is being written, or is no such file. */
    private Optional<Owner> read() throws IOException {
        try (FSDataInputStream in = fs.open(file)) {
            JsonNode json = new ObjectMapper().readTree(in.readNBytes(LARGEST));
            String id = json.path("id").asText();
            return id.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Owner(
                            id,
                            json.path("host").asText(),
                            json.path("process").asLong(),
                            json.path("started").asText()));
        } catch (FileNotFoundException | JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private void start() {
        long period = TimeUnit.SECONDS.toMillis(HEARTBEAT_SECONDS);
        heart.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        beat();
                    }
                },
                period,
                period);
    }

    private synchronized void beat() {
        if (!HELD.contains(id)) {
            return;
        }
        try {
            Optional<Owner> owner = read();
            if (owner.isPresent() && !owner.get().id.equals(id)) {
                lost = new IOException("another training has taken the checkpoint directory: " + owner.get());
                heart.cancel();
                return;
            }
            write(true);
            lost = null;
        } catch (IOException e) {
            lost = new IOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * Checks that no other training has come to have the directory.
     *
     * @throws IOException when one has
     */
    void requireHeld() throws IOException {
        IOException reason = lost;
        if (reason != null) {
            throw new IOException(reason.getMessage(), reason);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        heart.cancel();
        if (HELD.remove(id) && read().filter(owner -> owner.id.equals(id)).isPresent()) {
            fs.delete(file, false);
        }
    }
}
