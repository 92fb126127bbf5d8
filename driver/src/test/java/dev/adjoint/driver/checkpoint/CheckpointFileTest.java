package dev.adjoint.driver.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.driver.training.Identity;
import dev.adjoint.driver.training.LineSearch;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.worker.Vectors;
import dev.adjoint.worker.step.Lbfgs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFileTest {
    private static final int CHECKSUM = 32;

    @ParameterizedTest
    @CsvSource({"1, false", "1, true", "16383, true", "16384, false", "16385, true", "40000, false"})
    void whatIsWrittenIsRead(int parameters, boolean kept) throws Exception {
        Checkpoint written = checkpoint(parameters, kept);
        byte[] file = bytes(written);
        Checkpoint read = read(file);
        assertEquals(written.identity(), read.identity());
        assertEquals(written.numerics(), read.numerics());
        TrainingState expected = written.state();
        TrainingState actual = read.state();
        assertEquals(expected.step(), actual.step());
        assertEquals(expected.position(), actual.position());
        assertEquals(expected.learning(), actual.learning());
        TrainingState.Best best = expected.best().orElseThrow();
        TrainingState.Best readBest = actual.best().orElseThrow();
        assertEquals(best.epoch(), readBest.epoch());
        assertEquals(best.step(), readBest.step());
        assertEquals(best.loss(), readBest.loss());
        assertVectors(expected.vectors(), actual.vectors());
        assertEquals(kept, readBest.vectors().isPresent());
        best.vectors()
                .ifPresent(vectors -> assertVectors(vectors, readBest.vectors().orElseThrow()));
    }

    private static void assertVectors(Vectors expected, Vectors actual) {
        assertEquals(expected.names(), actual.names());
        for (int i = 0; i < expected.values().size(); i++) {
            assertArrayEquals(expected.values().get(i), actual.values().get(i));
        }
    }

    @Test
    void aLineSearchIsReadToTheBitAndAbsentElsewhere() throws Exception {
        Optional<LineSearch> search = Optional.of(search(5, 1));
        assertEquals(search, read(bytes(searching(search))).state().search());
        assertTrue(read(bytes(checkpoint(3, true))).state().search().isEmpty());
        assertFalse(new String(bytes(checkpoint(3, true)), StandardCharsets.ISO_8859_1).contains("search"));
    }

    @Test
    void aLineSearchThatCannotBeIsRefused() throws Exception {
        String text = new String(bytes(searching(Optional.of(search(2, 1)))), StandardCharsets.ISO_8859_1);
        for (String[] lie : new String[][] {
            {"\"pairs\":2", "\"pairs\":7"},
            {"\"next\":1", "\"next\":5"},
            {"\"next\":1", "\"next\":-1"},
            {"\"evaluations\":3", "\"evaluations\":26"},
            {"\"length\":0.1", "\"length\":\"NaN\""},
            {"\"best\":0.7", "\"best\":null"},
            {"\"stalled\":4", "\"other\":4"},
            {"\"slope\":-0.5", "\"slope\":{}"},
        }) {
            String lying = text.replace(lie[0], lie[1]);
            assertNotEquals(text, lying);
            assertThrows(CheckpointException.class, () -> read(signed(lying, text)), lie[1]);
        }
    }

    /** A stranger's file, whose lengths and checksum are right. */
    private static byte[] signed(String changed, String original) throws Exception {
        byte[] file = changed.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(12, bytes.getInt(12) + changed.length() - original.length());
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(file, file.length - CHECKSUM));
        System.arraycopy(digest, 0, file, file.length - CHECKSUM, CHECKSUM);
        return file;
    }

    private static Checkpoint searching(Optional<LineSearch> search) {
        TrainingState fresh = TrainingState.initial(numbers(3, 1), new Lbfgs(5).state());
        return new Checkpoint(
                new TrainingState(
                        7,
                        fresh.position(),
                        fresh.learning(),
                        fresh.convergence(),
                        fresh.best(),
                        search,
                        fresh.vectors()),
                new Identity(Map.of()),
                "");
    }

    private static LineSearch search(int pairs, int next) {
        LineSearch.Point start = new LineSearch.Point(0, 0.1 + 0.2, -0.5);
        LineSearch.Point high = new LineSearch.Point(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0);
        return new LineSearch(start, start, high, 0.1, 3, new LineSearch.Past(pairs, next, 0.7, 4), false);
    }

    @Test
    void aCheckpointOfFormat1IsRead() throws Exception {
        byte[] file = Files.readAllBytes(Path.of("../jobs/src/test/resources/format-1/iris.checkpoint"));
        Checkpoint read = read(file);
        TrainingState state = read.state();
        assertEquals(40, state.step());
        assertEquals(new TrainingState.Position(11, 0, 0, 0, 0), state.position());
        assertEquals(new TrainingState.Learning(1, 0, false, 0), state.learning());
        assertEquals(List.of("velocity"), state.vectors().names());
        assertEquals(131, state.vectors().parameters().length);
        assertEquals(10, state.best().orElseThrow().epoch());
        assertTrue(state.best().orElseThrow().vectors().isEmpty());
        assertEquals("1", read.identity().values().get("training.seed"));
    }

    @Test
    void theBytesLieWhereTheDocumentationSays() throws Exception {
        byte[] file = bytes(checkpoint(3, false));
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals("ADJOINTC", new String(file, 0, 8, StandardCharsets.US_ASCII));
        assertEquals(2, bytes.getInt(8));
        int header = bytes.getInt(12);
        assertEquals(2 * 3 * 4, bytes.getLong(16));
        assertTrue(new String(file, 24, header, StandardCharsets.UTF_8).startsWith("{\"step\":1234567890123,"));
        assertEquals(checkpoint(3, false).state().vectors().parameters()[1], bytes.getFloat(24 + header + 4));
        assertEquals(24 + header + 24 + CHECKSUM, file.length);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(file, file.length - CHECKSUM));
        assertArrayEquals(digest, Arrays.copyOfRange(file, file.length - CHECKSUM, file.length));
    }

    @Test
    void anyByteThatChangesIsNoticed() throws Exception {
        byte[] file = bytes(checkpoint(20, true));
        for (int at = 0; at < file.length; at++) {
            byte[] damaged = file.clone();
            damaged[at] ^= 0x10;
            assertThrows(CheckpointException.class, () -> read(damaged), "byte " + at);
        }
    }

    @Test
    void anyLengthButItsOwnIsNoticed() throws Exception {
        byte[] file = bytes(checkpoint(20, false));
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThrows(CheckpointException.class, () -> read(cut), length + " bytes");
        }
        assertThrows(CheckpointException.class, () -> read(Arrays.copyOf(file, file.length + 1)));
        assertThrows(
                CheckpointException.class,
                () -> CheckpointFile.read(new ByteArrayInputStream(Arrays.copyOf(file, 100)), file.length),
                "the file system promised more than there is");
    }

    /** Lengths that would ask for more memory than the file has bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"2147483639", "1000000000", "-1", "0", "1e9", "4294967297"})
    void aHeaderThatLiesAboutItsVectorsIsRefusedBeforeMemoryIsTaken(String parameters) throws Exception {
        String text = new String(bytes(checkpoint(20, false)), StandardCharsets.ISO_8859_1);
        String lying = text.replace("\"parameters\":20", "\"parameters\":" + parameters);
        byte[] file = lying.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(12, bytes.getInt(12) + file.length - text.length());
        assertThrows(CheckpointException.class, () -> read(file));
    }

    /** A stranger's file has a good checksum. */
    @Test
    void aMutatedFileGivesACheckpointOrTheDocumentedException() throws Exception {
        long seed = 20_261_121;
        Random random = new Random(seed);
        byte[] good = bytes(checkpoint(9, true));
        int refused = 0;
        int inputs = 100_000;
        for (int i = 0; i < inputs; i++) {
            byte[] file = random.nextInt(4) == 0 ? Arrays.copyOf(good, random.nextInt(good.length + 50)) : good.clone();
            for (int change = random.nextInt(6); change >= 0 && file.length > 0; change--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt(256);
            }
            if (file.length >= CHECKSUM) {
                MessageDigest sha = MessageDigest.getInstance("SHA-256");
                sha.update(file, 0, file.length - CHECKSUM);
                System.arraycopy(sha.digest(), 0, file, file.length - CHECKSUM, CHECKSUM);
            }
            try {
                TrainingState state = read(file).state();
                assertTrue(
                        state.step() >= 0 && state.vectors().parameters().length == 9, "seed " + seed + ", input " + i);
            } catch (CheckpointException e) {
                refused++;
            }
        }
        assertTrue(refused > inputs / 4 && refused < inputs, refused + " of " + inputs + " refused, seed " + seed);
    }

    private static Checkpoint read(byte[] file) throws IOException, CheckpointException {
        return CheckpointFile.read(new ByteArrayInputStream(file), file.length);
    }

    private static byte[] bytes(Checkpoint checkpoint) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CheckpointFile.write(checkpoint, out);
        return out.toByteArray();
    }

    private static Checkpoint checkpoint(int parameters, boolean kept) {
        Optional<Vectors> best = kept ? Optional.of(vectors(parameters, 3)) : Optional.empty();
        TrainingState state = new TrainingState(
                1_234_567_890_123L,
                new TrainingState.Position(7, 3, 300, 0.1 + 0.2, 299.5),
                new TrainingState.Learning(0.25, 2, true, 3),
                new TrainingState.Convergence(0.5, 0.25, -0.125),
                Optional.of(new TrainingState.Best(5, 1_234_567_000_000L, 1.0 / 3, best)),
                Optional.empty(),
                vectors(parameters, 1));
        return new Checkpoint(state, new Identity(Map.of("training.seed", "1", "data", "ä\"{}")), "OpenBLAS");
    }

    private static Vectors vectors(int parameters, long seed) {
        return new Vectors(List.of("velocity"), List.of(numbers(parameters, seed), numbers(parameters, seed + 1)));
    }

    private static float[] numbers(int count, long seed) {
        Random random = new Random(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
