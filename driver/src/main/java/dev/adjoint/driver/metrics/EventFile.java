package dev.adjoint.driver.metrics;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A TensorBoard event file: TFRecords of {@code tensorflow.Event} messages. Each training has a directory of its own, since TensorBoard
 * takes all event files of a directory for one run.
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">TFRecords format details</a>
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto">event.proto</a>
 */
final class EventFile implements Destination {
    /** Event. */
    private static final int WALL_TIME = 1;

    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;
    /** Summary, and Summary.Value. */
    private static final int VALUE = 1;

    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;
    /** SessionLog, with its constant START: TensorBoard forgets the events of this step and later ones that came before. */
    private static final int STATUS = 1;

    private static final int START = 1;

    private final Path path;
    private final Configuration configuration;
    private @Nullable AppendedFile file;

    /** Of a training that is called {@code run}, in a directory of that name. */
    EventFile(String directory, Configuration configuration, String run) {
        this.path = new Path(
                new Path(directory, run),
                "events.out.tfevents.%010d.%s".formatted(Instant.now().getEpochSecond(), host()));
        this.configuration = configuration;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^\\w.-]", "_");
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Override
    public void began(long step) throws IOException {
        file = AppendedFile.open(path, configuration);
        write(Instant.now(), 0, event -> event.writeString(FILE_VERSION, "brain.Event:2"));
    }

    @Override
    public void epoch(EpochMetrics epoch) throws IOException {
        byte[] summary = message(values -> {
            for (Map.Entry<String, Double> scalar : epoch.scalars().entrySet()) {
                values.writeByteArray(VALUE, message(value -> {
                    value.writeString(TAG, scalar.getKey());
                    value.writeFloat(SIMPLE_VALUE, scalar.getValue().floatValue());
                }));
            }
        });
        write(epoch.time(), epoch.step(), event -> event.writeByteArray(SUMMARY, summary));
    }

    @Override
    public void rolledBack(long step) throws IOException {
        byte[] start = message(log -> log.writeEnum(STATUS, START));
        write(Instant.now(), step + 1, event -> event.writeByteArray(SESSION_LOG, start));
    }

    private interface Fields {
        void writeTo(CodedOutputStream message) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream message = CodedOutputStream.newInstance(bytes);
        fields.writeTo(message);
        message.flush();
        return bytes.toByteArray();
    }

    private void write(Instant time, long step, Fields what) throws IOException {
        byte[] data = message(event -> {
            event.writeDouble(WALL_TIME, time.toEpochMilli() / 1e3);
            event.writeInt64(STEP, step);
            what.writeTo(event);
        });
        if (file != null) {
            file.write(record(data));
        }
    }

    /** Length and data, each followed by its masked CRC; all numbers are little-endian. */
    private static byte[] record(byte[] data) {
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        return ByteBuffer.allocate(length.length + data.length + 2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(length)
                .putInt(maskedCrc(length))
                .put(data)
                .putInt(maskedCrc(data))
                .array();
    }

    private static int maskedCrc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
