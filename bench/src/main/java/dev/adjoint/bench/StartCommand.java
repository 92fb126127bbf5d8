package dev.adjoint.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What passes before a training's first step. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description =
                "Measures the time from the launcher's start to the first step by phases, and from a large table to the first step"
                        + " beside Spark's own count of its columns.")
final class StartCommand implements Callable<Integer> {
    /** Of a row of the large table as CSV. */
    private static final int BYTES = 9 * FirstStep.NUMBERS;

    private static final Map<String, List<String>> JOBS =
            Map.of("iris", List.of(), "optdigits", List.of("--set", "training.epochs=2"));

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often to start the launcher (${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--megabytes",
            paramLabel = "M",
            defaultValue = "1000",
            description = "Of the large table as CSV; Parquet has the same rows (${DEFAULT-VALUE}).")
    private double megabytes;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws IOException, InterruptedException {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        Bench.requirePositive(command, "--runs", runs);
        Bench.requirePositive(command, "--megabytes", megabytes);
        Machine machine = output.prepare(command.getErr());
        try {
            Table launches = launches();
            Table reading = reading(machine.cores());
            Files.writeString(
                    output.file("start.md"), machine + "\n\n" + launches.markdown() + "\n" + reading.markdown());
            command.getOut().print(machine + "\n\n" + launches.text() + "\n" + reading.text());
            command.getOut().flush();
            return 0;
        } catch (PeerProcess.FailedException e) {
            command.getErr().println("error: " + e.getMessage());
            return 1;
        }
    }

    /** The launcher's phases; the first start of each job, which may have to build, does not count. */
    private Table launches() throws IOException, InterruptedException, PeerProcess.FailedException {
        Table table = Table.headed(Stream.of(
                        Stream.of("job, seconds"),
                        Stream.of(Launch.Phase.values()).map(Launch.Phase::toString),
                        Stream.of("all"))
                .flatMap(cells -> cells)
                .toList());
        for (String job : JOBS.keySet().stream().sorted().toList()) {
            List<String> options = new ArrayList<>(List.of("--set", "output.model=" + output.file("model-" + job)));
            options.addAll(JOBS.getOrDefault(job, List.of()));
            List<Launch> launches = new ArrayList<>();
            for (int run = 0; run <= runs; run++) {
                Launch launch = Launch.run("conf/%s.conf".formatted(job), options, output.log("start-" + job + ".log"));
                if (run > 0) {
                    launches.add(launch);
                }
            }
            List<String> row = new ArrayList<>(List.of(job));
            for (Launch.Phase phase : Launch.Phase.values()) {
                row.add(median(launches, launch -> launch.of(phase)));
            }
            row.add(median(launches, Launch::total));
            table.add(row);
        }
        return table;
    }

    private static String median(List<Launch> launches, ToDoubleFunction<Launch> seconds) {
        return seconds(Spread.of(launches.stream().map(seconds::applyAsDouble).toList())
                .median());
    }

    /** The large table in each format; each JVM begins anew, so that none finds what another has compiled. */
    private Table reading(int cores) throws IOException, InterruptedException, PeerProcess.FailedException {
        Table table = Table.headed(List.of(
                "table, seconds",
                "MB",
                "Spark's count",
                "to the first step",
                "of the count",
                "on the same packed rows",
                "read once more"));
        for (String format : List.of("csv", "parquet")) {
            Path folder = output.file("start." + format);
            List<FirstStep.Took> all = new ArrayList<>();
            long rows = (long) (megabytes * 1e6 / BYTES);
            for (FirstStep.What what : FirstStep.What.values()) {
                PeerProcess.run(
                        "%s of %s".formatted(what, format),
                        List.of(),
                        FirstStep.class.getName(),
                        new FirstStep.Task(what, format, folder.toString(), rows, cores),
                        FirstStep.Took.class,
                        all::add,
                        output.log("start-%s.log".formatted(format)));
            }
            double count = took(all, "count");
            double first = took(all, "first");
            table.add(List.of(
                    format,
                    String.format(Locale.ROOT, "%.0f", bytes(folder) / 1e6),
                    seconds(count),
                    seconds(first),
                    String.format(Locale.ROOT, "× %.2f", first / count),
                    seconds(took(all, "packed")),
                    seconds(took(all, "again"))));
        }
        return table;
    }

    private static double took(List<FirstStep.Took> all, String what) {
        return all.stream()
                .filter(one -> one.what().equals(what))
                .findFirst()
                .orElseThrow()
                .seconds();
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            long bytes = 0;
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }

    private static String seconds(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }
}
