package dev.adjoint.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.driver.settings.Keys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A job file may come from a stranger. */
class JobConfigTest {
    private static final Path JOB_FILES = Path.of("../conf");

    /** Pieces that mean something in HOCON, or in a job file. */
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\"\"\"",
            "\\u0000",
            "=",
            "+=",
            ":",
            ".",
            ",",
            "#",
            "//",
            "\n",
            "${x}",
            "${?HOME}",
            "include \"/etc/passwd\"",
            "include url(\"http://127.0.0.1:1/x\")",
            "include classpath(\"reference.conf\")",
            "1e999",
            "-1",
            "2147483648",
            "9223372036854775808",
            "NaN",
            "null",
            "true",
            "training.epochs",
            "model.hidden",
            "data.columns = [a, a]",
            "spark.plugins = x",
            "spark = 5",
            "model.layers = [java.lang.Runtime, {layer = affine, units = -1}]",
            "training.learning-rate = [1]",
            "checkpoint.every = 0 steps");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aMutatedJobFileIsReadOrGivesTheDocumentedException() throws IOException {
        long seed = 20_261_121;
        Random random = new Random(seed);
        List<byte[]> good;
        try (Stream<Path> files = Files.list(JOB_FILES)) {
            good = files.filter(file -> file.toString().endsWith(".conf"))
                    .sorted()
                    .map(JobConfigTest::bytes)
                    .toList();
        }
        Path file = folder.resolve("job.conf");
        int refused = 0;
        int inputs = 20_000;
        for (int i = 0; i < inputs; i++) {
            byte[] changed = good.get(random.nextInt(good.size())).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                changed = mutate(changed, random);
            }
            Files.write(file, changed);
            try {
                JobConfig config = JobConfig.load(file, List.of());
                assertTrue(
                        config.settings().get(Keys.EPOCHS) > 0
                                && config.settings().get(Keys.OUTPUT).isPresent(),
                        "seed " + seed + ", input " + i);
            } catch (UsageException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "seed %d, input %d: %s".formatted(seed, i, new String(changed, StandardCharsets.ISO_8859_1)),
                        e);
            }
        }
        assertTrue(refused > inputs / 4 && refused < inputs, refused + " of " + inputs + " refused, seed " + seed);
    }

    private static byte[] mutate(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + random.nextInt(12));
        byte[] piece =
                switch (random.nextInt(4)) {
                    case 0 -> new byte[] {(byte) random.nextInt(256)};
                    case 1 -> PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
                    case 2 ->
                        ("\n" + PIECES.get(random.nextInt(PIECES.size())) + "\n").getBytes(StandardCharsets.UTF_8);
                    default -> Arrays.copyOfRange(bytes, at, end); // stands there twice then
                };
        int resume = random.nextBoolean() ? at : end;
        byte[] out = new byte[at + piece.length + bytes.length - resume];
        System.arraycopy(bytes, 0, out, 0, at);
        System.arraycopy(piece, 0, out, at, piece.length);
        System.arraycopy(bytes, resume, out, at + piece.length, bytes.length - resume);
        return out;
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "include \"/etc/passwd\"                  | the job file includes /etc/passwd; a job file is one file",
                "include url(\"http://127.0.0.1:1/x\")    | the job file includes http://127.0.0.1:1/x; a job file is one file",
                "include \"http://127.0.0.1:1/x\"         | the job file includes http://127.0.0.1:1/x; a job file is one file",
                "include file(\"/etc/passwd\")            | the job file includes /etc/passwd; a job file is one file",
                "include classpath(\"reference.conf\")    | the job file includes reference.conf; a job file is one file",
                "include required(file(\"/etc/passwd\"))  | the job file includes /etc/passwd; a job file is one file",
            })
    void aJobFileReachesForNothingElse(String line, String expected) throws IOException {
        assertEquals(expected, rejection(line).getMessage());
    }

    @Test
    void aJobFileDoesNotReadTheEnvironment() throws IOException {
        String message = String.valueOf(rejection("output.model = ${HOME}").getMessage());
        assertTrue(message.endsWith("has substitutions (${...}), which are not taken; set the key by --set"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.plugins",
                "spark.jars",
                "spark.driver.extraJavaOptions",
                "spark.executor.extraClassPath",
                "spark.extraListeners",
                "spark.sql.extensions",
                "spark.hadoop.fs.file.impl",
                "spark.serializer",
                "spark.network.crypto.config.cipher.classes",
                "spark.sql.adaptive.customCostEvaluatorClass",
                "spark.shuffle.manager",
                "spark.executorEnv.LD_PRELOAD",
                "spark.memory.x.\"y/z\""
            })
    void aJobFileHasSparkLoadNothing(String key) throws IOException {
        String message = String.valueOf(rejection(key + " = x").getMessage());
        assertTrue(
                message.contains("of Spark, a job file sets sizes, times and numbers only; give this by --set"),
                message);
        Path file = Files.writeString(folder.resolve("good.conf"), Files.readString(JOB_FILES.resolve("iris.conf")));
        assertEquals(
                Map.of("spark.plugins", "x"),
                JobConfig.load(file, List.of("spark.plugins=x")).spark());
    }

    @Test
    void aJobFileOfAnySizeIsRefusedInNoTime() {
        for (String bomb : List.of("a=[".repeat(100_000), "{".repeat(1_000_000), "#".repeat(2_000_000))) {
            assertTimeout(Duration.ofSeconds(10), () -> assertThrows(UsageException.class, () -> load(bomb)));
        }
    }

    private UsageException rejection(String line) throws IOException {
        return assertThrows(
                UsageException.class,
                () -> load(Files.readString(JOB_FILES.resolve("iris.conf")) + "\n" + line + "\n"));
    }

    private JobConfig load(String text) throws IOException {
        return JobConfig.load(Files.writeString(folder.resolve("job.conf"), text), List.of());
    }
}
