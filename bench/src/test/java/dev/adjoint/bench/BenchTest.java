package dev.adjoint.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTest {
    @ParameterizedTest
    @CsvSource({
        "compare, --nets, 10-10, '[784-512-256-10, 64-64-10, 784-2500-2000-1500-1000-500-10, 100-128-64-1]'",
        "compare, --peers, torch, '[limit, adjoint, pytorch, mllib, mllib+openblas]'",
        "compare, --modes, fast, '[local-steps, one-jvm, resident, job-a-step]'",
        "compare, --batches, 0, expected a number of examples or full",
        "compare, --rounds, 0, expected more than 0",
        "compare, --seconds, -1, expected more than 0",
        "sizes, --seconds, 0, expected more than 0",
        "large, --gigabytes, 0, expected more than 0",
        "large, --heap, 2t, expected a size as 512m or 2g",
        "start, --megabytes, 0, expected more than 0",
        "model-sizes, --heap, 0m, expected a size as 512m or 2g",
    })
    void wrongOptionsAreToldWithWhatThereIs(String command, String option, String value, String told) {
        StringWriter err = new StringWriter();
        int code = Bench.run(
                new PrintWriter(new StringWriter()), new PrintWriter(err, true), command, option + "=" + value);
        assertEquals(2, code);
        assertTrue(err.toString().contains(option) && err.toString().contains(value), err.toString());
        assertTrue(err.toString().contains(told), err.toString());
        assertFalse(err.toString().contains("\tat "), err.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "--nets=64-64-10, 'of [compare, large, sizes, model-sizes, search, cluster, start]; scripts/bench COMMAND --help'",
        "--large, 'of [compare, large, sizes, model-sizes, search, cluster, start]; scripts/bench COMMAND --help'",
        "compair, compare",
        "compare --peer=limit, --peers",
        "sizes --gigabytes=1, scripts/bench sizes --help",
    })
    void whoMistakesACommandIsToldWhatThereIs(String line, String told) {
        StringWriter err = new StringWriter();
        int code = Bench.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), line.split(" "));
        assertEquals(2, code);
        assertTrue(err.toString().contains(told), err.toString());
    }

    @Test
    void everyLineOfTheDocumentationIsOneThatTheCommandTakes() throws IOException {
        int lines = 0;
        try (Stream<Path> docs = Files.list(Path.of("../docs"))) {
            for (Path page :
                    Stream.concat(Stream.of(Path.of("../README.md")), docs).toList()) {
                for (String line : Files.readAllLines(page)) {
                    Matcher shown =
                            Pattern.compile("scripts/bench((?: [^`#|]+)?)").matcher(line);
                    while (shown.find()) {
                        String[] words = shown.group(1).strip().split("\\s+");
                        if (words[0].matches("[a-z-]+")) {
                            Bench.command().parseArgs(words);
                            lines++;
                        }
                    }
                }
            }
        }
        assertTrue(lines >= 5, lines + " lines");
    }

    private static Measurement measured(Peer peer, @Nullable Mode mode, @Nullable Batch batch, double rate) {
        return new Measurement(1, peer, mode, Net.SMALL, batch, 100, rate, 3, 1, 1000, "OpenBLAS");
    }

    @Test
    void anySubsetOfPeersHasItsReport(@TempDir Path folder) throws IOException {
        Measurement limit = measured(Peer.LIMIT, null, null, 5e6);
        Path picture = folder.resolve("bench.png");
        assertFalse(ShareChart.write(new Summary(List.of(limit)), picture), "nothing to show a share of");
        Measurement ours = measured(Peer.ADJOINT, Mode.ONE_JVM, new Batch(32), 1e6);
        assertFalse(ShareChart.write(new Summary(List.of(ours)), picture), "no limit to show a share of");
        assertTrue(ShareChart.write(new Summary(List.of(limit, ours)), picture));
        assertTrue(Files.size(picture) > 1000);
        assertFalse(ShareChart.write(new Summary(List.of(ours)), picture), "no limit to show a share of");
        assertFalse(Files.exists(picture), "an earlier one is left");
        for (List<Measurement> measured : List.of(List.of(limit), List.of(ours), List.of(limit, ours))) {
            assertTrue(new Report(Results.of(Machine.here(), 1, measured, List.of()))
                    .text()
                    .contains("64-64-10"));
        }
    }

    @Test
    void dataThatTheDiskDoesNotHoldAreRefused(@TempDir Path folder) throws IOException {
        StringWriter err = new StringWriter();
        int code = Bench.run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err, true),
                "large",
                "--gigabytes=1e9",
                "--output=" + folder);
        assertEquals(1, code);
        assertTrue(err.toString().contains("1100000000.0 GB are needed; take fewer --gigabytes"), err.toString());
        try (Stream<Path> left = Files.walk(folder)) {
            assertEquals(
                    List.of("logs"),
                    left.skip(1).map(path -> path.getFileName().toString()).toList());
        }
    }

    @Test
    void aHeapIsReadAsAJvmDoes() {
        assertEquals(new Heap(512L << 20), Heap.parse("512m"));
        assertEquals(new Heap(2L << 30), Heap.parse("2g"));
    }

    @Test
    void aWorkloadTravelsAsJson() throws IOException {
        Workload workload = new Workload(
                2,
                Peer.MLLIB_OPENBLAS,
                Net.LARGE,
                100,
                List.of(new Batch(32), Batch.FULL),
                List.of(Mode.JOB_A_STEP),
                2,
                0.5,
                2,
                1);
        ObjectMapper json = new ObjectMapper();
        assertEquals(workload, json.readValue(json.writeValueAsString(workload), Workload.class));
    }

    @Test
    void peersTrainWhatTheyCan() {
        assertFalse(Peer.MLLIB.trains(Net.SMALL, new Batch(32)));
        assertFalse(Peer.MLLIB.trains(Net.TABLE, Batch.FULL));
        assertTrue(Peer.MLLIB.trains(Net.SMALL, Batch.FULL));
        assertTrue(Peer.PYTORCH.trains(Net.TABLE, new Batch(32)));
    }
}
