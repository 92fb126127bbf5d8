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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTest {
    @ParameterizedTest
    @CsvSource({
        "--nets, 10-10, '[784-512-256-10, 64-64-10, 784-2500-2000-1500-1000-500-10, 100-128-64-1]'",
        "--peers, torch, '[limit, adjoint, pytorch, mllib, mllib+openblas]'",
        "--modes, fast, '[local-steps, one-jvm, job-a-round]'",
        "--batches, 0, expected a number of examples or full",
        "--rounds, 0, expected more than 0",
        "--seconds, -1, expected more than 0",
        "--gigabytes, 0, expected more than 0",
        "--heap, 2t, expected a size as 512m or 2g",
        "--heap, 0m, expected a size as 512m or 2g",
    })
    void wrongOptionsAreToldWithWhatThereIs(String option, String value, String told) {
        StringWriter err = new StringWriter();
        int code = Bench.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), option + "=" + value);
        assertEquals(2, code);
        assertTrue(err.toString().contains(option) && err.toString().contains(value), err.toString());
        assertTrue(err.toString().contains(told), err.toString());
        assertFalse(err.toString().contains("\tat "), err.toString());
    }

    @Test
    void oneThingIsMeasuredAtATime() {
        StringWriter err = new StringWriter();
        assertEquals(
                2, Bench.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), "--large", "--sizes"));
        assertTrue(err.toString().contains("mutually exclusive"), err.toString());
    }

    @Test
    void dataThatTheDiskDoesNotHoldAreRefused(@TempDir Path folder) throws IOException {
        StringWriter err = new StringWriter();
        int code = Bench.run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err, true),
                "--large",
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
                List.of(Mode.JOB_A_ROUND),
                2,
                0.5,
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
