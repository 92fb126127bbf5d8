package dev.adjoint.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How Adjoint bears growth: of the data beyond the memory, of the number of rows, of the model. Each writes a JSON file and a
 * table.
 *
 * @param heap of the JVMs that measure, in bytes
 */
record Scale(Machine machine, Path output, Path logs, long heap, PrintWriter out, PrintWriter err) {
    private static final int EPOCHS = 3;
    private static final Batch BATCH = new Batch(1024);
    private static final List<Integer> ROWS = List.of(10_000, 100_000, 1_000_000, 10_000_000);
    private static final List<Double> MILLIONS = List.of(0.5, 2.0, 8.0, 25.0, 50.0);

    /** What there is to write of a measurement. */
    private record Results<M>(String date, Machine machine, long heap, List<M> measurements) {}

    /** Something could not be measured here. */
    static final class ImpossibleException extends Exception {
        private static final long serialVersionUID = 1L;

        ImpossibleException(String why) {
            super(why);
        }
    }

    /**
     * Trains on so many bytes with a heap that is smaller, and on an eighth of the heap.
     *
     * @throws ImpossibleException when the disk is too small
     */
    void large(long bytes) throws IOException, InterruptedException, PeerProcess.FailedException, ImpossibleException {
        Path folder = Files.createDirectories(output.resolve("large.spark")).toAbsolutePath();
        long free = Files.getFileStore(folder).getUsableSpace();
        // Labels and weights come to the features, and a system does badly with a full disk.
        long needed = bytes + bytes / 10;
        try {
            if (free < needed) {
                throw new ImpossibleException(
                        "%s has %.1f GB free, and %.1f GB are needed; take fewer --gigabytes, or another disk as --output"
                                .formatted(folder, free / 1e9, needed / 1e9));
            }
            LargeData.Task task =
                    new LargeData.Task(List.of(heap / 8, bytes), EPOCHS, machine.cores(), folder.toString());
            List<LargeData.Epoch> epochs = measure("large", LargeData.class, task, LargeData.Epoch.class);
            Table table = Table.headed(List.of(
                    "examples",
                    "MB in memory",
                    "MB on disk",
                    "mode",
                    "batch",
                    "epoch",
                    "examples/s",
                    "MB of heap after a collection",
                    "after a full one",
                    "loss"));
            for (LargeData.Epoch e : epochs) {
                table.add(List.of(
                        whole(e.rows()),
                        megabytes(e.inMemory()),
                        megabytes(e.onDisk()),
                        e.mode().toString(),
                        e.batch().toString(),
                        String.valueOf(e.epoch()),
                        Report.rate(e.examplesPerSecond()),
                        used(e.heap().afterAny()),
                        used(e.heap().afterFull()),
                        String.format(Locale.ROOT, "%.4f", e.loss())));
            }
            write("large", LargeData.NET + ", heap " + megabytes(heap) + " MB", epochs, table);
        } finally {
            delete(folder);
        }
    }

    /** Trains on more and more rows, as long as they fit in the heap. */
    void sizes(double seconds) throws IOException, InterruptedException, PeerProcess.FailedException {
        Net net = Net.SMALL;
        List<Mode> modes = List.of(Mode.LOCAL_STEPS, Mode.ONE_JVM);
        List<Measurement> measurements = new ArrayList<>();
        for (int rows : ROWS) {
            // Spark's cache has six tenths of the heap, and wants half as much again while it fills.
            if (2.5 * rows * net.inputs() * Float.BYTES > heap) {
                err.println("warning: %,d rows are left out: a heap of %.1f GB does not hold them"
                        .formatted(rows, heap / 1e9));
                continue;
            }
            // An epoch of very many takes seconds by itself, and a median wants several.
            double time = seconds * Math.max(1, rows / 2e6);
            Workload workload = new Workload(
                    1, Peer.ADJOINT, net, rows, List.of(BATCH), modes, machine.cores(), time / 2, time / 2, time);
            measurements.addAll(measure("sizes-" + rows, AdjointPeer.class, workload, Measurement.class));
        }
        Table table =
                Table.headed(Stream.concat(Stream.of("rows"), modes.stream().map(mode -> mode + " µs"))
                        .toList());
        for (List<Measurement> ofRows : byRows(measurements)) {
            table.add(Stream.concat(
                            Stream.of(whole(ofRows.get(0).rows())),
                            ofRows.stream().map(m -> String.format(Locale.ROOT, "%.2f", 1e6 / m.examplesPerSecond())))
                    .toList());
        }
        write("sizes", net + ", batches of " + BATCH + ", microseconds an example", measurements, table);
        SizesChart.write(modes, measurements, output.resolve("sizes.png"));
    }

    private static List<List<Measurement>> byRows(List<Measurement> measurements) {
        return measurements.stream()
                .map(Measurement::rows)
                .distinct()
                .map(rows -> measurements.stream().filter(m -> m.rows() == rows).toList())
                .toList();
    }

    /** Makes rounds of larger and larger models, on threads and on executors of their own. */
    void modelSizes() throws IOException, InterruptedException, PeerProcess.FailedException {
        long executor = (heap * 3 / 4) >> 20;
        List<ModelSizes.Round> rounds = new ArrayList<>();
        for (String master : List.of("local[2]", "local-cluster[2,1,%d]".formatted(executor))) {
            ModelSizes.Task task = new ModelSizes.Task(
                    MILLIONS, Map.of("spark.master", master, "spark.executor.memory", executor + "m"));
            String name = "model-sizes-" + master.replaceFirst("\\[.*", "");
            rounds.addAll(measure(name, ModelSizes.class, task, ModelSizes.Round.class));
        }
        Table table = Table.headed(List.of(
                "master", "parameters", "reduction", "batch", "ms a round", "MB of driver heap after a collection"));
        for (ModelSizes.Round r : rounds) {
            table.add(List.of(
                    r.master(),
                    whole(r.parameters()),
                    r.reduction() == null ? "as chosen" : r.reduction(),
                    r.batch() == 0 ? "no work" : String.valueOf(r.batch()),
                    String.format(Locale.ROOT, "%.1f", r.milliseconds()),
                    used(r.heap().afterAny())));
        }
        write("model-sizes", "a Spark job a round, heap " + megabytes(heap) + " MB", rounds, table);
    }

    private <M> List<M> measure(String name, Class<?> main, Object task, Class<M> type)
            throws IOException, InterruptedException, PeerProcess.FailedException {
        List<M> measured = new ArrayList<>();
        PeerProcess.run(
                name,
                List.of("-Xmx" + heap),
                main.getName(),
                task,
                type,
                measurement -> {
                    measured.add(measurement);
                    err.println(measurement);
                },
                logs.resolve(name + ".log"));
        return measured;
    }

    private void write(String name, String title, List<?> measurements, Table table) throws IOException {
        Results<?> results = new Results<>(Instant.now().toString(), machine, heap, measurements);
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(output.resolve(name + ".json").toFile(), results);
        Files.writeString(output.resolve(name + ".md"), machine + "\n\n" + title + "\n\n" + table.markdown());
        out.print(machine + "\n\n" + title + "\n\n" + table.text());
        out.flush();
    }

    private static String whole(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** After a collection, where there was one. */
    private static String used(long bytes) {
        return bytes == 0 ? "-" : megabytes(bytes);
    }

    private static String megabytes(long bytes) {
        return whole(Math.round(bytes / 1e6));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
