package dev.adjoint.driver.metrics;

import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label.LABEL_OPTIONAL;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label.LABEL_REPEATED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.Trained;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.training.TrainingListener.EpochReport;
import dev.adjoint.worker.Evaluation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EventFileTest {
    @TempDir
    private Path folder = Path.of("");

    private static FieldDescriptorProto field(String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(LABEL_OPTIONAL)
                .build();
    }

    private static FieldDescriptorProto message(String name, int number, String type) {
        return field(name, number, FieldDescriptorProto.Type.TYPE_MESSAGE).toBuilder()
                .setTypeName(type)
                .build();
    }

    /** As much of event.proto and summary.proto as there is of them in a file. */
    private static Descriptor event() throws DescriptorValidationException {
        DescriptorProto value = DescriptorProto.newBuilder()
                .setName("Value")
                .addField(field("tag", 1, FieldDescriptorProto.Type.TYPE_STRING))
                .addField(field("simple_value", 2, FieldDescriptorProto.Type.TYPE_FLOAT))
                .build();
        DescriptorProto summary = DescriptorProto.newBuilder()
                .setName("Summary")
                .addField(message("value", 1, "Value").toBuilder().setLabel(LABEL_REPEATED))
                .build();
        DescriptorProto sessionLog = DescriptorProto.newBuilder()
                .setName("SessionLog")
                .addField(field("status", 1, FieldDescriptorProto.Type.TYPE_INT32))
                .build();
        DescriptorProto event = DescriptorProto.newBuilder()
                .setName("Event")
                .addField(field("wall_time", 1, FieldDescriptorProto.Type.TYPE_DOUBLE))
                .addField(field("step", 2, FieldDescriptorProto.Type.TYPE_INT64))
                .addField(field("file_version", 3, FieldDescriptorProto.Type.TYPE_STRING))
                .addField(message("summary", 5, "Summary"))
                .addField(message("session_log", 7, "SessionLog"))
                .build();
        FileDescriptorProto file = FileDescriptorProto.newBuilder()
                .setName("event.proto")
                .addMessageType(value)
                .addMessageType(summary)
                .addMessageType(sessionLog)
                .addMessageType(event)
                .build();
        return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("Event");
    }

    private static Object get(DynamicMessage message, String field) {
        return message.getField(message.getDescriptorForType().findFieldByName(field));
    }

    /** CRC-32C by its definition, a bit at a time; the mask as its inverse is documented. */
    private static void assertCrc(int masked, byte[] bytes) {
        int crc = ~0;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        int rotated = masked - 0xa282ead8;
        assertEquals(~crc, rotated >>> 17 | rotated << 15);
    }

    private static List<DynamicMessage> events(Path directory) throws IOException, DescriptorValidationException {
        Path file;
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.toList();
            assertEquals(1, all.size(), all::toString);
            file = all.get(0);
        }
        assertTrue(file.getFileName().toString().contains("tfevents"), file::toString);
        Descriptor type = event();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<DynamicMessage> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[Long.BYTES];
            bytes.get(length);
            assertCrc(bytes.getInt(), length);
            byte[] data = new byte
                    [Math.toIntExact(ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong())];
            bytes.get(data);
            assertCrc(bytes.getInt(), data);
            DynamicMessage event = DynamicMessage.parseFrom(type, data);
            assertTrue(event.getUnknownFields().asMap().isEmpty(), event::toString);
            events.add(event);
        }
        return events;
    }

    private static Map<Object, Object> scalars(DynamicMessage event) {
        DynamicMessage summary = (DynamicMessage) get(event, "summary");
        Map<Object, Object> scalars = new HashMap<>();
        for (Object value : (List<?>) get(summary, "value")) {
            scalars.put(get((DynamicMessage) value, "tag"), get((DynamicMessage) value, "simple_value"));
        }
        return scalars;
    }

    @Test
    void anEventAnEpochSaysWhatTheHistorySays() throws Exception {
        Trained trained = Irises.training(
                        TestSpark.plain(), settings -> settings.withSome(Keys.OUTPUT_TENSORBOARD, folder.toString()))
                .train();
        Path run;
        try (Stream<Path> runs = Files.list(folder)) {
            List<Path> all = runs.toList();
            assertEquals(1, all.size(), all::toString);
            run = all.get(0);
        }
        List<DynamicMessage> events = events(run);
        assertEquals("brain.Event:2", get(events.get(0), "file_version"));
        assertEquals(trained.history().size() + 1, events.size());
        for (int i = 0; i < trained.history().size(); i++) {
            EpochReport report = trained.history().get(i);
            Evaluation validation = report.validation().orElseThrow();
            DynamicMessage event = events.get(i + 1);
            assertEquals(report.step(), get(event, "step"));
            assertEquals(System.currentTimeMillis() / 1e3, (double) get(event, "wall_time"), 120);
            Map<Object, Object> scalars = scalars(event);
            assertEquals((float) report.loss(), scalars.get("loss"));
            assertEquals((float) validation.loss(), scalars.get("validation/loss"));
            assertEquals((float) validation.accuracy(), scalars.get("validation/accuracy"));
            assertEquals((float) (report.examples() / (report.nanos() / 1e9)), scalars.get("examples_per_second"));
            assertTrue(scalars.containsKey("learning_rate"), scalars::toString);
        }
    }

    @Test
    void aRollbackVoidsTheEventsOfLaterSteps() throws Exception {
        try (EventFile file = new EventFile(folder.toString(), new Configuration(false), "run")) {
            file.began(0);
            file.rolledBack(1L << 40);
        }
        DynamicMessage event = events(folder.resolve("run")).get(1);
        assertEquals((1L << 40) + 1, get(event, "step"));
        assertEquals(1, get((DynamicMessage) get(event, "session_log"), "status"), "START");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsWarnedOfOnce() throws IOException {
        Path taken = Files.createFile(folder.resolve("file"));
        List<String> warnings = new ArrayList<>();
        Trained trained = Irises.training(
                        TestSpark.plain(), settings -> settings.withSome(Keys.OUTPUT_TENSORBOARD, taken.toString()))
                .train(Irises.warnings(warnings));
        assertEquals(3, trained.history().size());
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).startsWith("output.tensorboard = " + taken), warnings::toString);
    }
}
