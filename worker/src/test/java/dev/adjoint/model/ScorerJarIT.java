package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged adjoint-scorer.jar, in JVMs of its own. */
class ScorerJarIT {
    private static final String JAR = Path.of("target/adjoint-scorer.jar").toString();
    private static final float[] EXAMPLE = example();

    @TempDir
    private Path model = Path.of("");

    /** Prints which BLAS serves, and the prediction of the model in a directory for {@link #EXAMPLE}, in full. */
    public static final class Score {
        public static void main(String[] directory) throws IOException, ModelFormatException {
            Scorer scorer = new Scorer(ModelFiles.read(Path.of(directory[0])), 1);
            System.out.println(Kernels.description());
            for (double probability : scorer.predict(example())) {
                System.out.println(probability);
            }
        }
    }

    @BeforeEach
    void saveAModel() throws IOException {
        Features features = new Features(List.of(new Features.Numeric(
                "v",
                DoubleStream.iterate(0, x -> x + 0.01).limit(64).boxed().toList(),
                DoubleStream.iterate(0.3, x -> x + 0.01).limit(64).boxed().toList())));
        Network network = Network.perceptron(64, List.of(64), Activation.TANH, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        Model saved = new Model(
                network,
                features,
                new Label.Classes("kind", "string", List.of("a", "b", "c")),
                new Source("parquet", false, List.of()),
                Map.of(),
                network.initialParameters(1));
        Files.write(model.resolve(ModelFiles.DESCRIPTION), ModelFiles.description(saved));
        Files.write(model.resolve(ModelFiles.WEIGHTS), ModelFiles.weights(saved));
    }

    @Test
    void theJarAloneScoresToTheBitsOfTheModulesWithoutOpenBlas() throws Exception {
        List<String> alone = score(List.of(JAR));
        List<String> modules = score(classPath(""), "-Ddev.ludovic.netlib.blas.allowNative=false");
        assertTrue(alone.get(0).startsWith("Java (OpenBLAS is not on the class path)"), alone.get(0));
        assertTrue(modules.get(0).startsWith("Java ("), modules.get(0));
        assertEquals(modules.subList(1, 4), alone.subList(1, 4));
    }

    @Test
    void withOpenBlasBesideItTheJarScoresToTheBitsOfThisProcess() throws Exception {
        List<String> classPath = new ArrayList<>(List.of(JAR));
        classPath.addAll(classPath("bytedeco"));
        List<String> beside = score(classPath);
        assertEquals(Kernels.description(), beside.get(0));
        double[] here = new Scorer(ModelFiles.read(model), 1).predict(EXAMPLE);
        assertArrayEquals(
                here, beside.stream().skip(1).mapToDouble(Double::parseDouble).toArray());
    }

    private static float[] example() {
        float[] numbers = new float[64];
        Random random = new Random(1);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat();
        }
        return numbers;
    }

    /** The entries of this process's class path that have that in their name. */
    private static List<String> classPath(String part) {
        List<String> entries = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains(part))
                .toList();
        assertFalse(entries.isEmpty(), "nothing of " + part + " on the class path");
        return entries;
    }

    /** What {@link Score} prints in a JVM with that class path, and with the class itself; nothing may stand on stderr. */
    private List<String> score(List<String> classPath, String... flags)
            throws IOException, InterruptedException, URISyntaxException {
        Path own = Path.of(ScorerJarIT.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of(
                "-cp",
                classPath.stream().collect(Collectors.joining(File.pathSeparator)) + File.pathSeparator + own,
                Score.class.getName(),
                model.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "it did not end: " + printed);
        assertEquals(0, process.exitValue(), printed);
        List<String> lines = printed.lines().toList();
        assertEquals(4, lines.size(), printed);
        return lines;
    }
}
