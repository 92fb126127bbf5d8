package dev.adjoint.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFilesTest {
    private static final Model MODEL = Models.model(StandardLoss.SOFTMAX_CROSS_ENTROPY);
    private static final byte[] DESCRIPTION = ModelFiles.description(MODEL);
    private static final byte[] WEIGHTS = ModelFiles.weights(MODEL);

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void whatIsWrittenIsRead(StandardLoss loss) throws ModelFormatException {
        Model model = Models.model(loss);
        byte[] description = ModelFiles.description(model);
        byte[] weights = ModelFiles.weights(model);
        Model read = ModelFiles.read(description, weights);
        assertEquals(model.network(), read.network());
        assertEquals(model.features(), read.features());
        assertEquals(model.label(), read.label());
        assertEquals(model.source(), read.source());
        assertEquals(model.provenance(), read.provenance());
        assertArrayEquals(model.parameters(), read.parameters());
        assertArrayEquals(description, ModelFiles.description(read));
        assertArrayEquals(weights, ModelFiles.weights(read));
    }

    @Test
    void numbersStartAtAMultipleOfEightBytes() {
        assertEquals(0, (WEIGHTS.length - Float.BYTES * MODEL.parameters().length) % 8);
        assertEquals(WEIGHTS.length - Float.BYTES * MODEL.parameters().length, Long.BYTES + header().length());
    }

    @Test
    void tensorsAreFoundWhereverTheyStand() throws ModelFormatException {
        Network linear = Network.perceptron(1, List.of(), Activation.IDENTITY, 1, StandardLoss.HALF_SQUARED_ERROR);
        byte[] file = safetensors(
                """
                {"b1": {"shape": [1], "dtype": "F32", "data_offsets": [4, 8]},
                 "extra": {"shape": [1], "dtype": "F32", "data_offsets": [0, 4]},
                 "W1": {"shape": [1, 1], "dtype": "F32", "data_offsets": [8, 12]}}
                """,
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(7)
                        .putFloat(8)
                        .putFloat(9)
                        .array());
        assertArrayEquals(new float[] {9, 8}, Safetensors.read(file, linear.parameters()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "null", "1", "\"format\"", "[{\"format\": 1}]", "{\"format\": 0}"})
    void aDescriptionWithoutFormatIsRejected(String json) {
        assertEquals(
                "model.json is not the description of a model: it has no \"format\"",
                rejection(json.getBytes(UTF_8), WEIGHTS));
    }

    @Test
    void aNewerFormatIsNamedAsSuch() {
        assertEquals(
                "model.json has format 5, and this version of Adjoint reads up to 4: the model was made by a newer one",
                rejection("{\"format\": 5, \"layers\": []}".getBytes(UTF_8), WEIGHTS));
        assertEquals(
                "model.json has format 4294967297, and this version of Adjoint reads up to 4: the model was made by a newer one",
                rejection("{\"format\": 4294967297}".getBytes(UTF_8), WEIGHTS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"network", "features", "label", "source", "provenance"})
    void everyPartOfTheDescriptionIsNeeded(String part) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = (ObjectNode) mapper.readTree(DESCRIPTION);
        assertDamaged(mapper.writeValueAsBytes(json.putNull(part)), part);
        json.remove(part);
        assertDamaged(mapper.writeValueAsBytes(json), part);
    }

    @Test
    void partsThatDoNotFitAreRejected() {
        String text = new String(DESCRIPTION, UTF_8);
        assertDamaged(replace(text, "\"inputs\" : 5", "\"inputs\" : 0").getBytes(UTF_8), "at least one unit");
        assertDamaged(replace(text, "\"a\", \"b\", \"c\"", "\"a\", \"b\"").getBytes(UTF_8), "does not predict label");
        assertDamaged(replace(text, "leaky-relu", "sleepy-relu").getBytes(UTF_8), "sleepy-relu");
        assertDamaged((text + "{}").getBytes(UTF_8), "");
        assertDamaged(replace(text, "\"seed\" : \"3\"", "\"seed\" : null").getBytes(UTF_8), "");
        assertDamaged(replace(text, "\"leaky-relu\"", "0").getBytes(UTF_8), "");
        assertDamaged(replace(text, "\"inputs\" : 5", "\"inputs\" : 5.5").getBytes(UTF_8), "");
        assertDamaged(
                replace(text, "\"inputs\" : 5", "\"inputs\" : 5, \"inputs\" : 5")
                        .getBytes(UTF_8),
                "");
    }

    @Test
    void aTruncatedFileIsRejectedAtEveryLength() {
        for (int length = 1; length < DESCRIPTION.length; length++) {
            assertDamaged(Arrays.copyOf(DESCRIPTION, length), "");
        }
        for (int length = 0; length < WEIGHTS.length; length++) {
            String message = rejection(DESCRIPTION, Arrays.copyOf(WEIGHTS, length));
            assertTrue(message.startsWith("weights.safetensors"), length + " bytes: " + message);
        }
    }

    @Test
    void tensorsOfAnotherShapeOrTypeAreRejected() {
        String expected = "weights.safetensors: tensor W1 has type %s and shape %s, expected F32 and [5,4]";
        assertWeights(expected.formatted("F64", "[5,4]"), replace(header(), "F32", "F64"));
        assertWeights(expected.formatted("F32", "[4,5]"), replace(header(), "[5,4]", "[4,5]"));
        assertWeights(expected.formatted("F32", "[20]"), replace(header(), "[5,4]", "[20]"));
        assertWeights(expected.formatted("none", "none"), replace(header(), "W1", "V1"));
        assertWeights(expected.formatted("none", "none"), "");
        assertWeights(expected.formatted("none", "none"), "[]");
    }

    @Test
    void tensorsOutsideTheFileAreRejected() {
        for (String offsets : List.of(
                "[-80,0]",
                "[0,79]",
                "[0]",
                "[]",
                "{}",
                "[1000,1080]",
                "[80,0]",
                "[9223372036854775807,-9223372036854775729]")) {
            String message = rejection(DESCRIPTION, safetensors(replace(header(), "[0,80]", offsets), numbers()));
            assertTrue(message.contains("tensor W1 lies at bytes"), offsets + ": " + message);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 1L << 32, (1L << 32) + 8})
    void aHeaderLongerThanTheFileIsRejected(long length) {
        byte[] file = WEIGHTS.clone();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        assertEquals(
                "weights.safetensors is truncated or no safetensors file: %d bytes, header length %d"
                        .formatted(file.length, length),
                rejection(DESCRIPTION, file));
    }

    @Test
    void aHeaderThatIsNoJsonIsRejected() {
        String message = rejection(DESCRIPTION, safetensors("{\"W1\": nothing}", numbers()));
        assertTrue(message.startsWith("weights.safetensors has a damaged header: "), message);
    }

    @ParameterizedTest
    @EnumSource(StandardLoss.class)
    void aChangedByteIsReadOrRejected(StandardLoss loss) {
        Model model = Models.model(loss);
        for (int seed = 0; seed < 10_000; seed++) {
            Random random = new Random(seed);
            byte[] description = ModelFiles.description(model);
            byte[] weights = ModelFiles.weights(model);
            byte[] changed = seed % 2 == 0 ? description : weights;
            changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
            try {
                assertEquals(
                        model.network().parameterCount(),
                        ModelFiles.read(description, weights).parameters().length);
            } catch (ModelFormatException e) {
                assertNotNull(e.getMessage(), "seed " + seed);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /** Numbers that would ask for more memory than there is, and values of the wrong kind, in every place. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "0",
                "1.5",
                "1000000000",
                "2147483647",
                "9223372036854775807",
                "1e400",
                "NaN",
                "null",
                "\"x\"",
                "[]",
                "{}",
                "[[[[[]]]]]"
            })
    void anyValueMayBeAnother(String value) {
        for (StandardLoss loss : StandardLoss.values()) {
            Model model = Models.model(loss);
            byte[] weights = ModelFiles.weights(model);
            for (String file :
                    List.of(new String(ModelFiles.description(model), UTF_8), new String(weights, ISO_8859_1))) {
                boolean isDescription = file.startsWith("{");
                Matcher token = Pattern.compile("-?\\d+(\\.\\d+)?(E-?\\d+)?|\"[^\"]*\"|true|false")
                        .matcher(file);
                for (int count = 0; token.find() && count < 500; count++) {
                    String changed = file.substring(0, token.start()) + value + file.substring(token.end());
                    byte[] description = isDescription ? changed.getBytes(UTF_8) : ModelFiles.description(model);
                    byte[] tensors = isDescription ? weights : withHeader(changed, weights.length);
                    try {
                        assertNotNull(ModelFiles.read(description, tensors));
                    } catch (ModelFormatException e) {
                        assertNotNull(e.getMessage());
                    } catch (RuntimeException | Error e) {
                        throw new AssertionError(value + " for " + token.group() + " at " + token.start(), e);
                    }
                }
            }
        }
    }

    /** With the header's length put right. */
    private static byte[] withHeader(String file, int lengthBefore) {
        byte[] bytes = file.getBytes(ISO_8859_1);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(0, Math.max(0, buffer.getLong(0) + bytes.length - lengthBefore));
        return bytes;
    }

    @Test
    void aClassThatTheFileNamesMustBeHereAndBeALayer() {
        assertEquals(
                "model.json names a class that is not here: layer no.such.Layer: there is no such class; give its jar with"
                        + " --jars",
                rejection(withLayer("no.such.Layer"), WEIGHTS));
        assertEquals(
                "model.json is damaged: layer java.lang.Runtime: the class does not implement dev.adjoint.model.Layer",
                rejection(withLayer("java.lang.Runtime"), WEIGHTS));
    }

    private static byte[] withLayer(String name) {
        return new String(DESCRIPTION, UTF_8)
                .replace("\"affine\"", "\"" + name + "\"")
                .getBytes(UTF_8);
    }

    @Test
    void aModelIsReadFromADirectory(@TempDir Path folder) throws IOException, ModelFormatException {
        Files.write(folder.resolve("model.json"), DESCRIPTION);
        Path weights = folder.resolve("weights.safetensors");
        String missing = String.valueOf(assertThrows(ModelFormatException.class, () -> ModelFiles.read(folder))
                .getMessage());
        assertTrue(missing.startsWith("there is no " + weights), missing);
        Files.write(weights, WEIGHTS);
        assertArrayEquals(MODEL.parameters(), ModelFiles.read(folder).parameters());
    }

    @Test
    void aModelOfFormat1IsReadAndWrittenAsFormat4() throws IOException, ModelFormatException {
        Model read = ModelFiles.read(Path.of("src/test/resources/format-1"));
        assertEquals(
                Network.perceptron(4, List.of(16), Activation.TANH, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY),
                read.network());
        byte[] now = ModelFiles.description(read);
        assertEquals(4, new ObjectMapper().readTree(now).get("format").asInt());
        assertEquals(
                read.network(), ModelFiles.read(now, ModelFiles.weights(read)).network());
        // One of the data's first species, with the probabilities that the release of format 1 gave.
        double[] probabilities = new Scorer(read, 1).predict(new float[] {5.1f, 3.5f, 1.4f, 0.2f});
        assertTrue(probabilities[0] > 0.9, Arrays.toString(probabilities));
    }

    @Test
    void aLambdaCannotBeSaved() {
        List<Layer> lambdas = List.of((scope, x) -> scope.affine(x, 4), (scope, x) -> scope.affine(x, 2));
        Network network = new Network(
                MODEL.network().inputs(), lambdas, 3, MODEL.network().loss());
        Model model = new Model(network, MODEL.features(), MODEL.label(), MODEL.source(), Map.of(), MODEL.parameters());
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> ModelFiles.description(model))
                        .getMessage());
        assertTrue(message.startsWith("layer " + ModelFilesTest.class.getName() + "$$Lambda"), message);
    }

    private static void assertDamaged(byte[] description, String why) {
        String message = rejection(description, WEIGHTS);
        assertTrue(message.startsWith("model.json is damaged: ") && message.contains(why), message);
    }

    private static void assertWeights(String expected, String header) {
        assertEquals(expected, rejection(DESCRIPTION, safetensors(header, numbers())));
    }

    private static String rejection(byte[] description, byte[] weights) {
        return String.valueOf(assertThrows(ModelFormatException.class, () -> ModelFiles.read(description, weights))
                .getMessage());
    }

    /** The header of the weights as text. */
    private static String header() {
        int length =
                (int) ByteBuffer.wrap(WEIGHTS).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return new String(WEIGHTS, Long.BYTES, length, UTF_8);
    }

    /** The numbers behind the header of the weights. */
    private static byte[] numbers() {
        return Arrays.copyOfRange(WEIGHTS, Long.BYTES + header().length(), WEIGHTS.length);
    }

    private static byte[] safetensors(String header, byte[] numbers) {
        byte[] json = header.getBytes(UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + numbers.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(numbers)
                .array();
    }

    /** {@code text} with the first occurrence of {@code old} replaced; there must be one. */
    private static String replace(String text, String old, String replacement) {
        int at = text.indexOf(old);
        assertNotEquals(-1, at, old + " in " + text);
        return text.substring(0, at) + replacement + text.substring(at + old.length());
    }
}
