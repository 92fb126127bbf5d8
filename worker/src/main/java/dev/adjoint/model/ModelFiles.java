package dev.adjoint.model;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The two files of a model, to and from bytes. */
public final class ModelFiles {
    public static final String DESCRIPTION = "model.json";
    public static final String WEIGHTS = "weights.safetensors";
    /** The largest description that is read; a wide categorical column takes some kilobytes. */
    public static final int LARGEST_DESCRIPTION = 64 << 20;

    private static final int FORMAT = 4;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private record Description(
            int format,
            Network network,
            Features features,
            Label label,
            Source source,
            Map<String, String> provenance) {}

    private ModelFiles() {}

    /**
     * The bytes of {@code model.json}.
     *
     * @throws IllegalArgumentException when a layer or the loss cannot be found again by its name, as a lambda cannot
     */
    public static byte[] description(Model model) {
        model.network().layers().forEach(layer -> Layer.of(layer.json()));
        Loss.of(model.network().loss().json());
        try {
            return JSON.writeValueAsBytes(new Description(
                    FORMAT,
                    model.network(),
                    model.features(),
                    model.label(),
                    model.source(),
                    new TreeMap<>(model.provenance())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a model could not be written as JSON", e);
        }
    }

    /** The bytes of {@code weights.safetensors}. */
    public static byte[] weights(Model model) {
        return Safetensors.write(model.network().parameters(), model.parameters());
    }

    /**
     * The model in a directory of this machine.
     *
     * @throws ModelFormatException when there is none, or a file is not what it should be
     */
    public static Model read(Path directory) throws IOException, ModelFormatException {
        return read(
                bytes(directory.resolve(DESCRIPTION), LARGEST_DESCRIPTION),
                bytes(directory.resolve(WEIGHTS), Integer.MAX_VALUE - 8));
    }

    private static byte[] bytes(Path file, int largest) throws IOException, ModelFormatException {
        if (!Files.isRegularFile(file)) {
            throw new ModelFormatException("there is no %s (that is %s)".formatted(file, file.toAbsolutePath()));
        }
        if (Files.size(file) > largest) {
            throw new ModelFormatException(
                    "%s has %d bytes, at most %d are read".formatted(file, Files.size(file), largest));
        }
        return Files.readAllBytes(file);
    }

    /**
     * The model in two files' bytes.
     *
     * @throws ModelFormatException when a file is not what it should be, saying what was expected and what came
     */
    public static Model read(byte[] description, byte[] weights) throws ModelFormatException {
        Description d = readDescription(description);
        float[] parameters = Safetensors.read(weights, d.network().parameters());
        try {
            return new Model(d.network(), d.features(), d.label(), d.source(), d.provenance(), parameters);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(DESCRIPTION + " is damaged: " + e.getMessage(), e);
        }
    }

    private static Description readDescription(byte[] description) throws ModelFormatException {
        try {
            JsonNode json = JSON.readTree(description);
            JsonNode format = json.path("format");
            if (!format.isIntegralNumber() || format.bigIntegerValue().signum() <= 0) {
                throw new ModelFormatException(
                        DESCRIPTION + " is not the description of a model: it has no \"format\"");
            }
            if (format.bigIntegerValue().compareTo(BigInteger.valueOf(FORMAT)) > 0) {
                throw new ModelFormatException(
                        "%s has format %s, and this version of Adjoint reads up to %d: the model was made by a newer one"
                                .formatted(DESCRIPTION, format, FORMAT));
            }
            if (format.intValue() == 1 && json.path("network") instanceof ObjectNode network) {
                inLayers(network);
            }
            if (format.intValue() < 4 && json.path("network") instanceof ObjectNode network) {
                network.put("members", 1);
            }
            if (format.intValue() < 3) {
                json.path("features").path("columns").forEach(ModelFiles::withoutMissing);
                if (json.path("label") instanceof ObjectNode label) {
                    withTypeOfSpark(label);
                }
                if (json.path("source") instanceof ObjectNode source) {
                    source.set("texts", JSON.valueToTree(new Texts('.', List.of())));
                    source.set("dialect", JSON.valueToTree(Dialect.USUAL));
                }
            }
            return JSON.treeToValue(json, Description.class);
        } catch (ValueInstantiationException e) {
            // One of our records or Named refused what was read; Jackson's own words would only be in the way.
            String why = String.valueOf(
                    e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage());
            boolean missing = e.getCause() != null && e.getCause().getCause() instanceof ClassNotFoundException;
            throw new ModelFormatException(
                    DESCRIPTION + (missing ? " names a class that is not here: " : " is damaged: ") + why, e);
        } catch (IOException | IllegalArgumentException e) {
            String why = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
            throw new ModelFormatException(DESCRIPTION + " is damaged: " + why, e);
        }
    }

    /** Format 1 had one kind of layer, by an activation or a class of the user's, and a list of widths. */
    private static void inLayers(ObjectNode network) {
        JsonNode kind = network.path("activation");
        boolean affine =
                Arrays.stream(Activation.values()).anyMatch(a -> a.toString().equals(kind.asText()));
        ArrayNode layers = JSON.createArrayNode();
        for (JsonNode units : network.path("hidden")) {
            ObjectNode layer = layers.addObject();
            if (affine) {
                layer.put("layer", "affine").set("activation", kind);
            } else {
                layer.set("layer", kind);
            }
            layer.set("units", units);
        }
        network.set("layers", layers);
        network.remove(List.of("hidden", "activation"));
    }

    /** Before format 3 nothing could be missing, and numbers had means and deviations. */
    private static void withoutMissing(JsonNode column) {
        ObjectNode feature = (ObjectNode) column;
        if (feature.path("kind").asText().equals("numeric")) {
            feature.set("centers", feature.remove("means"));
            feature.set("spreads", feature.remove("deviations"));
            feature.put("bent", false).set("missing", JSON.valueToTree(Features.Missing.ERROR));
        } else if (feature.path("kind").asText().equals("categorical")) {
            feature.put("pooled", false).put("missing", false).put("fill", "");
        }
    }

    private static void withTypeOfSpark(ObjectNode label) {
        Map<String, String> types = Map.of("TEXT", Label.Classes.TEXT, "INTEGER", "bigint", "DECIMAL", "double");
        if (label.path("kind").asText().equals("classes")) {
            label.put("type", types.get(label.path("type").asText()));
        } else {
            ObjectNode target = label.objectNode();
            target.set("column", label.remove("column"));
            target.set("center", label.remove("mean"));
            target.set("spread", label.remove("deviation"));
            label.putArray("targets").add(target);
        }
    }
}
