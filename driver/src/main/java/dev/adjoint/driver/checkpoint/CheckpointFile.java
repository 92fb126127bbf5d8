package dev.adjoint.driver.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.training.Identity;
import dev.adjoint.driver.training.LineSearch;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.worker.Vectors;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bytes of a checkpoint, as the package's documentation lays them out. */
public final class CheckpointFile {
    private static final byte[] MAGIC = "ADJOINTC".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 2;
    private static final int FIXED = 24;
    private static final int LARGEST_HEADER = 1 << 20;
    private static final int CHECKSUM = 32;
    private static final int BUFFER = 1 << 16;

    /** More vectors than any optimiser keeps; a header that says more is damaged. */
    private static final int MOST_VECTORS = 512;

    /** Of a record of numbers, all of which must be there. */
    private static final ObjectMapper SEARCH = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private CheckpointFile() {}

    /**
     * About how many bytes a checkpoint takes, at most.
     *
     * @param vectors of the state, which may be there twice: as they are, and after the best epoch
     */
    public static long size(int parameters, int vectors) {
        return (1 << 12) + 2L * vectors * Float.BYTES * parameters;
    }

    /** Writes all of it; the caller closes the stream. */
    public static void write(Checkpoint checkpoint, OutputStream to) throws IOException {
        TrainingState state = checkpoint.state();
        List<float[]> vectors = new ArrayList<>(state.vectors().values());
        state.best().flatMap(TrainingState.Best::vectors).ifPresent(best -> vectors.addAll(best.values()));
        byte[] header = header(checkpoint).toString().getBytes(StandardCharsets.UTF_8);
        if (header.length > LARGEST_HEADER) {
            throw new IOException("the checkpoint's header has %,d bytes, at most %,d can be read again"
                    .formatted(header.length, LARGEST_HEADER));
        }
        MessageDigest digest = sha256();
        DigestOutputStream out = new DigestOutputStream(to, digest);
        byte[] fixedBytes = new byte[FIXED];
        ByteBuffer fixed = ByteBuffer.wrap(fixedBytes).order(ByteOrder.LITTLE_ENDIAN);
        fixed.put(MAGIC).putInt(VERSION).putInt(header.length);
        fixed.putLong((long) vectors.size() * Float.BYTES * state.vectors().parameters().length);
        out.write(fixedBytes);
        out.write(header);
        for (float[] vector : vectors) {
            write(vector, out);
        }
        to.write(digest.digest());
    }

    private static void write(float[] vector, OutputStream out) throws IOException {
        byte[] bytes = new byte[BUFFER];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int numbers = BUFFER / Float.BYTES;
        for (int at = 0; at < vector.length; at += numbers) {
            int count = Math.min(numbers, vector.length - at);
            buffer.asFloatBuffer().put(vector, at, count);
            out.write(bytes, 0, count * Float.BYTES);
        }
    }

    private static ObjectNode header(Checkpoint checkpoint) {
        TrainingState state = checkpoint.state();
        ObjectNode header = new ObjectMapper().createObjectNode();
        header.put("step", state.step())
                .put("epoch", state.position().epoch())
                .put("round", state.position().round())
                .put("epochExamples", state.position().examples())
                .put("epochLoss", state.position().loss())
                .put("epochWeight", state.position().weight())
                .put("rate", state.learning().factor())
                .put("rollbacks", state.learning().rollbacks())
                .put("fromBest", state.learning().fromBest())
                .put("reduced", state.learning().reduced());
        putFinite(header, "gradient", state.convergence().gradient());
        putFinite(header, "lastLoss", state.convergence().loss());
        putFinite(header, "improvement", state.convergence().improvement());
        state.best().ifPresent(best -> header.putObject("best")
                .put("epoch", best.epoch())
                .put("step", best.step())
                .put("loss", best.loss())
                .put("kept", best.vectors().isPresent()));
        state.search().ifPresent(search -> header.set("search", SEARCH.valueToTree(search)));
        header.put("parameters", state.vectors().parameters().length);
        ArrayNode names = header.putArray("vectors");
        state.vectors().names().forEach(names::add);
        header.put("arithmetic", checkpoint.numerics());
        ObjectNode identity = header.putObject("identity");
        checkpoint.identity().sorted().forEach(identity::put);
        return header;
    }

    /** JSON has no infinity; what is not there is read as one. */
    private static void putFinite(ObjectNode header, String name, double number) {
        if (Double.isFinite(number)) {
            header.put(name, number);
        }
    }

    private static double orInfinite(JsonNode header, String name) {
        return header.path(name).asDouble(Double.POSITIVE_INFINITY);
    }

    /**
     * Reads a checkpoint.
     *
     * @param length of the file
     * @throws CheckpointException when it is damaged, cut short, or of a later version
     * @throws IOException when the stream fails
     */
    public static Checkpoint read(InputStream from, long length) throws IOException, CheckpointException {
        if (length < FIXED + CHECKSUM) {
            throw new CheckpointException("it has %,d bytes, a checkpoint has more".formatted(length));
        }
        MessageDigest digest = sha256();
        DigestInputStream in = new DigestInputStream(from, digest);
        try {
            ByteBuffer fixed = ByteBuffer.wrap(bytes(in, FIXED)).order(ByteOrder.LITTLE_ENDIAN);
            byte[] magic = new byte[MAGIC.length];
            fixed.get(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new CheckpointException("it is no checkpoint: it does not begin with ADJOINTC");
            }
            int version = fixed.getInt();
            if (version < 1 || version > VERSION) {
                throw new CheckpointException("it has format %s, this release reads up to %d"
                        .formatted(Integer.toUnsignedString(version), VERSION));
            }
            int headerLength = fixed.getInt();
            long dataLength = fixed.getLong();
            if (headerLength < 0
                    || headerLength > LARGEST_HEADER
                    || dataLength != length - FIXED - headerLength - CHECKSUM) {
                throw new CheckpointException(
                        "it has %,d bytes, with a header of %s and data of %s: it is cut short or damaged"
                                .formatted(
                                        length,
                                        Integer.toUnsignedString(headerLength),
                                        Long.toUnsignedString(dataLength)));
            }
            ObjectNode header = json(bytes(in, headerLength));
            if (version == 1) {
                Format1.toFormat2(header);
            }
            Extent extent = extent(header, dataLength);
            Vectors now = vectors(in, extent);
            Optional<Vectors> best = extent.bestKept ? Optional.of(vectors(in, extent)) : Optional.empty();
            byte[] actual = digest.digest();
            if (!MessageDigest.isEqual(actual, bytes(from, CHECKSUM))) {
                throw new CheckpointException("its checksum does not match: it is damaged");
            }
            return checkpoint(header, now, best);
        } catch (EOFException e) {
            throw new CheckpointException("it ends early", e);
        }
    }

    /** How many numbers a vector has, which vectors there are beside the parameters, and whether all are there twice. */
    private record Extent(int parameters, List<String> names, boolean bestKept) {}

    /** Checked against the length of the data, since memory is allocated for it before the checksum is known. */
    private static Extent extent(JsonNode header, long dataLength) throws CheckpointException {
        long parameters = header.path("parameters").asLong(-1);
        List<String> names = new ArrayList<>();
        header.path("vectors").forEach(name -> names.add(name.asText()));
        boolean bestKept = header.path("best").path("kept").asBoolean();
        int vectors = (1 + names.size()) * (bestKept ? 2 : 1);
        if (parameters < 1
                || parameters > Integer.MAX_VALUE - 8
                || vectors > MOST_VECTORS
                || vectors * parameters * Float.BYTES != dataLength) {
            throw new CheckpointException("its header tells of %d vectors with %d numbers, its data has %,d bytes"
                    .formatted(vectors, parameters, dataLength));
        }
        return new Extent((int) parameters, names, bestKept);
    }

    private static Vectors vectors(InputStream in, Extent extent) throws IOException {
        List<float[]> values = new ArrayList<>();
        for (int i = 0; i <= extent.names.size(); i++) {
            values.add(numbers(in, extent.parameters));
        }
        return new Vectors(extent.names, values);
    }

    private static ObjectNode json(byte[] header) throws CheckpointException {
        try {
            if (new ObjectMapper().readTree(header) instanceof ObjectNode json) {
                return json;
            }
            throw new CheckpointException("its header is damaged: it is no JSON object");
        } catch (JsonProcessingException e) {
            throw new CheckpointException("its header is damaged: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new CheckpointException("its header is damaged", e);
        }
    }

    private static Checkpoint checkpoint(JsonNode header, Vectors vectors, Optional<Vectors> bestVectors)
            throws CheckpointException {
        JsonNode best = header.path("best");
        Map<String, String> identity = new LinkedHashMap<>();
        header.path("identity")
                .properties()
                .forEach(e -> identity.put(e.getKey(), e.getValue().asText()));
        TrainingState state = new TrainingState(
                header.path("step").asLong(-1),
                new TrainingState.Position(
                        header.path("epoch").asInt(-1),
                        header.path("round").asInt(-1),
                        header.path("epochExamples").asLong(-1),
                        header.path("epochLoss").asDouble(Double.NaN),
                        header.path("epochWeight").asDouble(Double.NaN)),
                new TrainingState.Learning(
                        header.path("rate").asDouble(Double.NaN),
                        header.path("rollbacks").asInt(-1),
                        header.path("fromBest").asBoolean(),
                        header.path("reduced").asInt(0)),
                new TrainingState.Convergence(
                        orInfinite(header, "gradient"),
                        orInfinite(header, "lastLoss"),
                        orInfinite(header, "improvement")),
                best.isMissingNode()
                        ? Optional.empty()
                        : Optional.of(new TrainingState.Best(
                                best.path("epoch").asInt(-1),
                                best.path("step").asLong(-1),
                                best.path("loss").asDouble(Double.NaN),
                                bestVectors)),
                search(header.path("search"), vectors.names().size()),
                vectors);
        TrainingState.Position position = state.position();
        // A stranger's file may have a good checksum and senseless numbers.
        if (state.step() < 0
                || position.epoch() < 1
                || position.round() < 0
                || position.examples() < 0
                || !(position.weight() >= 0)
                || state.learning().rollbacks() < 0
                || state.learning().reduced() < 0
                || !(state.learning().factor() > 0 && state.learning().factor() <= 1)) {
            throw new CheckpointException("its header is damaged: " + header);
        }
        return new Checkpoint(
                state, new Identity(identity), header.path("arithmetic").asText());
    }

    /** Of the optimiser that keeps so many vectors. */
    private static Optional<LineSearch> search(JsonNode json, int kept) throws CheckpointException {
        if (json.isMissingNode()) {
            return Optional.empty();
        }
        try {
            LineSearch search = SEARCH.treeToValue(json, LineSearch.class);
            int most = (kept - 2) / 2;
            if (search.past().pairs() > most || search.past().next() >= most) {
                throw new CheckpointException("its header is damaged: %d vectors for %s".formatted(kept, json));
            }
            return Optional.of(search);
        } catch (JsonProcessingException e) {
            throw new CheckpointException("its header is damaged: " + e.getOriginalMessage(), e);
        }
    }

    private static byte[] bytes(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        return bytes;
    }

    private static float[] numbers(InputStream in, int count) throws IOException {
        float[] numbers = new float[count];
        int most = BUFFER / Float.BYTES;
        for (int at = 0; at < count; at += most) {
            int part = Math.min(most, count - at);
            ByteBuffer.wrap(bytes(in, part * Float.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(numbers, at, part);
        }
        return numbers;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
