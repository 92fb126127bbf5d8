package dev.adjoint.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Named float32 tensors in the safetensors layout: the header's length as a little-endian 64-bit number, a JSON header
 * ({@code {"W1": {"dtype": "F32", "shape": [64, 128], "data_offsets": [0, 32768]}, ...}}, padded with blanks to a multiple
 * of 8), then the numbers, little-endian, row-major. Safe to read from a stranger: there is nothing in it to execute.
 */
final class Safetensors {
    private static final String FILE = ModelFiles.WEIGHTS;

    private Safetensors() {}

    static byte[] write(List<Parameter> parameters, float[] values) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode header = mapper.createObjectNode();
        header.putObject("__metadata__").put("format", "adjoint");
        long offset = 0;
        for (Parameter p : parameters) {
            ObjectNode tensor = header.putObject(p.name());
            tensor.put("dtype", "F32");
            if (p.isMatrix()) {
                tensor.putArray("shape").add(p.rows()).add(p.columns());
            } else {
                tensor.putArray("shape").add(p.columns());
            }
            tensor.putArray("data_offsets").add(offset).add(offset + (long) Float.BYTES * p.size());
            offset += (long) Float.BYTES * p.size();
        }
        byte[] json = (header + " ".repeat(7)).getBytes(StandardCharsets.UTF_8);
        int length = json.length / 8 * 8;
        byte[] data = Model.bytes(values);
        return ByteBuffer.allocate(Math.addExact(Long.BYTES + length, data.length))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(json, 0, length)
                .put(data)
                .array();
    }

    /**
     * The tensors that {@code expected} names, one after the other, wherever they stand in the file.
     *
     * @throws ModelFormatException when the file is truncated, or one of them is missing or of another type or shape
     */
    static float[] read(byte[] file, List<Parameter> expected) throws ModelFormatException {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long length = file.length < Long.BYTES ? -1 : bytes.getLong();
        if (length < 0 || length > file.length - Long.BYTES) {
            throw new ModelFormatException("%s is truncated or no safetensors file: %d bytes, header length %d"
                    .formatted(FILE, file.length, length));
        }
        JsonNode header = header(file, (int) length);
        int dataStart = Long.BYTES + (int) length;
        long count = 0;
        for (Parameter p : expected) {
            check(p, header.path(p.name()), file.length - dataStart);
            count += p.size();
        }
        // Every tensor lies inside the file by now, so this is at most the file's own size for each time it is named.
        float[] values = new float[Math.toIntExact(count)];
        int at = 0;
        for (Parameter p : expected) {
            int from = dataStart
                    + header.path(p.name()).path("data_offsets").path(0).asInt();
            bytes.position(from)
                    .slice()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values, at, p.size());
            at += p.size();
        }
        return values;
    }

    private static JsonNode header(byte[] file, int length) throws ModelFormatException {
        try {
            return new ObjectMapper().readTree(file, Long.BYTES, length);
        } catch (JsonProcessingException e) {
            throw new ModelFormatException(FILE + " has a damaged header: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ModelFormatException(FILE + " has a damaged header", e);
        }
    }

    private static void check(Parameter p, JsonNode tensor, long dataLength) throws ModelFormatException {
        String shape = p.isMatrix() ? "[%d,%d]".formatted(p.rows(), p.columns()) : "[%d]".formatted(p.columns());
        String dtype = tensor.path("dtype").asText("none");
        String actualShape = tensor.path("shape").toString();
        if (!dtype.equals("F32") || !actualShape.equals(shape)) {
            throw new ModelFormatException("%s: tensor %s has type %s and shape %s, expected F32 and %s"
                    .formatted(FILE, p.name(), dtype, actualShape.isEmpty() ? "none" : actualShape, shape));
        }
        long from = tensor.path("data_offsets").path(0).asLong(-1);
        long to = tensor.path("data_offsets").path(1).asLong(-1);
        if (from < 0 || to < from || to > dataLength || to - from != (long) Float.BYTES * p.size()) {
            throw new ModelFormatException(
                    "%s: tensor %s lies at bytes %d to %d of %d, expected %d bytes: the file is truncated or damaged"
                            .formatted(FILE, p.name(), from, to, dataLength, (long) Float.BYTES * p.size()));
        }
    }
}
