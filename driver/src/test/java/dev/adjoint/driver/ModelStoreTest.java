package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.model.Activation;
import dev.adjoint.model.Model;
import dev.adjoint.model.ModelFormatException;
import dev.adjoint.model.Network;
import dev.adjoint.model.Source;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
    @TempDir
    private Path folder = Path.of("");

    private final ModelStore store = new ModelStore(new Configuration());

    @Test
    void aModelComesBackAsItWasSaved() throws Exception {
        Model model = model(1);
        store.save(model, place());
        Model read = store.load(place());
        assertArrayEquals(model.parameters(), read.parameters());
        assertEquals(model.network(), read.network());
        assertEquals(model.features(), read.features());
        assertEquals(model.label(), read.label());
        assertEquals(model.source(), read.source());
        assertEquals(model.provenance(), read.provenance());
    }

    @Test
    void savingOverAModelReplacesItAndLeavesNothingBeside() throws Exception {
        store.save(model(1), place());
        store.save(model(2), place());
        assertArrayEquals(model(2).parameters(), store.load(place()).parameters());
        assertEquals(List.of("model"), names());
    }

    @Test
    void aWriteThatFailsLeavesTheOldModelAndNothingBeside() throws Exception {
        store.save(model(1), place());
        FileSystem fs = FileSystem.getLocal(new Configuration());
        ReplacedDirectory target = new ReplacedDirectory(fs, new org.apache.hadoop.fs.Path(place()));
        assertThrows(
                IOException.class,
                () -> target.write(part -> {
                    fs.create(new org.apache.hadoop.fs.Path(part.directory(), "half"))
                            .close();
                    throw new IOException("disk full");
                }));
        assertArrayEquals(model(1).parameters(), store.load(place()).parameters());
        assertEquals(List.of("model"), names());
    }

    @Test
    void whatIsNoModelIsSaidToBeNone() throws IOException {
        assertProblem("there is no model at " + place() + " (that is file:" + place() + ")");
        Files.createDirectory(folder.resolve("model"));
        assertProblem(place() + " is no model: it has no model.json");
    }

    @Test
    void aTruncatedModelIsRefused() throws Exception {
        store.save(model(1), place());
        Path weights = folder.resolve("model/weights.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.delete(folder.resolve("model/.weights.safetensors.crc"));
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 5));
        String message = String.valueOf(assertThrows(ModelFormatException.class, () -> store.load(place()))
                .getMessage());
        assertEquals(
                "the model at " + place()
                        + " cannot be used: weights.safetensors: tensor W2 lies at bytes 16 to 24 of 23,"
                        + " expected 8 bytes: the file is truncated or damaged",
                message);
    }

    @Test
    void aModelWhoseBytesDoNotMatchTheirChecksumIsRefused() throws Exception {
        store.save(model(1), place());
        Path weights = folder.resolve("model/weights.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertThrows(ModelFormatException.class, () -> store.load(place()));
    }

    private void assertProblem(String expected) {
        assertEquals(
                expected,
                assertThrows(ModelFormatException.class, () -> store.load(place()))
                        .getMessage());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private String place() {
        return folder.resolve("model").toString();
    }

    private static Model model(long seed) {
        Network network = Network.perceptron(1, List.of(2), Activation.RELU, 1, StandardLoss.HALF_SQUARED_ERROR);
        float[] parameters = new float[7];
        System.arraycopy(network.initialParameters(seed), 0, parameters, 0, 7);
        return new Model(
                network,
                new Features(List.of(new Features.Numeric("x", List.of(1.5), List.of(2.0)))),
                new Label.Real("y", 3, 0.25),
                new Source("csv", true, List.of()),
                Map.of("created", "now"),
                parameters);
    }
}
