package dev.adjoint.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command: rounds outermost, then nets, then peers, each in a JVM of its own. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures the training throughput of Adjoint, of others, and what the machine can do.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a peer failed; what the others came to is there", "2:wrong usage"})
public final class Bench implements Callable<Integer> {
    /** Of the time that is measured. */
    private static final double WARM_UP = 0.75;

    private static final String LOGS = "logs";

    private final List<Measurement> measurements = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--rounds", paramLabel = "N", description = "How often to measure everything (3).")
    private @Nullable Integer rounds;

    @Option(names = "--nets", split = ",", paramLabel = "NET", description = "Of ${COMPLETION-CANDIDATES} (all).")
    private @Nullable List<Net> nets;

    @Option(
            names = "--batches",
            split = ",",
            paramLabel = "N",
            defaultValue = "32,128,1024,8192,full",
            description = "Examples a step (${DEFAULT-VALUE}). Those that are no fewer than the examples are left out.")
    private List<Batch> batches = List.of();

    @Option(names = "--peers", split = ",", paramLabel = "PEER", description = "Of ${COMPLETION-CANDIDATES} (all).")
    private List<Peer> peers = List.of(Peer.values());

    @Option(
            names = "--modes",
            split = ",",
            paramLabel = "MODE",
            description = "Ways in which Adjoint trains, of ${COMPLETION-CANDIDATES} (all).")
    private List<Mode> modes = List.of(Mode.values());

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long to measure each, at least (4); three quarters of it go before, to warm up.")
    private @Nullable Double seconds;

    @Option(names = "--rows", paramLabel = "N", description = "Examples an epoch (8192 to 65536, by the net).")
    private @Nullable Integer rows;

    @ArgGroup
    private @Nullable Growth growth;

    @Option(
            names = "--gigabytes",
            paramLabel = "G",
            defaultValue = "10",
            description = "Of packed examples, for --large (${DEFAULT-VALUE}).")
    private double gigabytes;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            description = "Of each JVM, as 512m or 2g (--large: 2g, --sizes: 8g, --model-sizes: 6g).")
    private @Nullable Heap heap;

    @Option(names = "--quick", description = "One round, the smallest net, a second each, unless told otherwise.")
    private boolean quick;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "target/bench",
            description = "Where bench.json, bench.md, bench.png and the logs go (${DEFAULT-VALUE}).")
    private Path output = Path.of("");

    /** Measures, and exits with the command's code. */
    public static void main(String[] arguments) {
        System.exit(run(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), arguments));
    }

    /** Runs the command; the streams are where it prints. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new Bench())
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .registerConverter(Net.class, text -> named(text, Net.values()))
                .registerConverter(Peer.class, text -> named(text, Peer.values()))
                .registerConverter(Mode.class, text -> named(text, Mode.values()))
                .registerConverter(Batch.class, text -> parsed(text, Batch::parse))
                .registerConverter(Heap.class, text -> parsed(text, Heap::parse))
                .setParameterExceptionHandler((e, given) -> {
                    err.println("error: " + e.getMessage());
                    return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
                })
                .execute(arguments);
    }

    private static <T> T parsed(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static <T> T named(String name, T[] all) {
        return Arrays.stream(all)
                .filter(one -> one.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "expected one of %s, but was '%s'".formatted(Arrays.toString(all), name)));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Files.createDirectories(output.resolve(LOGS));
        Machine machine = Machine.here();
        if (machine.load() > machine.cores() / 2.0) {
            command()
                    .getErr()
                    .println("warning: the machine is busy (load %.1f on %d cores); the figures will not say much"
                            .formatted(machine.load(), machine.cores()));
        }
        return growth == null ? compare(machine) : measure(growth, machine);
    }

    private int measure(Growth what, Machine machine) throws IOException, InterruptedException {
        Heap size = heap == null ? what.heap() : heap;
        PrintWriter err = command().getErr();
        try {
            what.measure(
                    new Scale(
                            machine,
                            output,
                            output.resolve(LOGS),
                            size.bytes(),
                            command().getOut(),
                            err),
                    (long) (gigabytes * 1e9),
                    seconds());
            return 0;
        } catch (PeerProcess.FailedException | Scale.ImpossibleException e) {
            err.println("error: " + e.getMessage());
            return 1;
        }
    }

    private int compare(Machine machine) throws IOException, InterruptedException {
        for (int round = 1; round <= rounds(); round++) {
            measure(round, machine);
            // After every round, so that what was measured is there if the next one is broken off.
            write(Results.of(machine, round, measurements, failures));
        }
        Report report = new Report(Results.of(machine, rounds(), measurements, failures));
        command().getOut().print(report.text());
        command().getOut().flush();
        failures.forEach(failure -> command().getErr().println("error: " + failure));
        return failures.isEmpty() ? 0 : 1;
    }

    private void measure(int round, Machine machine) throws IOException, InterruptedException {
        for (Net net : nets()) {
            for (Peer peer : peers) {
                Workload workload = workload(round, net, peer, machine.cores());
                if (!workload.batches().isEmpty()) {
                    measure(workload);
                }
            }
        }
    }

    private int rounds() {
        return rounds == null ? (quick ? 1 : 3) : rounds;
    }

    private List<Net> nets() {
        return nets == null ? (quick ? List.of(Net.SMALL) : List.of(Net.values())) : nets;
    }

    private double seconds() {
        return seconds == null ? (quick ? 1 : 4) : seconds;
    }

    private CommandLine command() {
        return Objects.requireNonNull(spec).commandLine();
    }

    private void check() {
        requirePositive("--rounds", rounds);
        requirePositive("--seconds", seconds);
        requirePositive("--rows", rows);
        requirePositive("--gigabytes", gigabytes);
        for (Peer peer : growth == null ? peers : List.<Peer>of()) {
            try {
                Class.forName(peer.main(), false, Bench.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new ParameterException(
                        command(),
                        "--peers %s: this build lacks it; build with mvn -P%s package".formatted(peer, peer),
                        e);
            }
        }
    }

    private void requirePositive(String option, @Nullable Number value) {
        if (value != null && !(value.doubleValue() > 0)) {
            throw new ParameterException(command(), "%s: expected more than 0, but was %s".formatted(option, value));
        }
    }

    private Workload workload(int round, Net net, Peer peer, int cores) {
        int examples = rows == null ? net.rows() : rows;
        double time = seconds();
        List<Batch> trained = batches.stream()
                .filter(batch -> batch.isFull() || batch.size() < examples)
                .filter(batch -> peer.trains(net, batch))
                .toList();
        return new Workload(round, peer, net, examples, trained, modes, cores, WARM_UP * time, time);
    }

    private void measure(Workload workload) throws IOException, InterruptedException {
        Path log = output.resolve(LOGS)
                .resolve("%s-%s-%d.log".formatted(workload.net(), workload.peer(), workload.round()));
        long start = System.nanoTime();
        String result;
        try {
            List<Measurement> measured = new ArrayList<>();
            PeerProcess.run(
                    workload.peer() + " on " + workload.net(),
                    workload.peer().jvmFlags(),
                    workload.peer().main(),
                    workload,
                    Measurement.class,
                    measured::add,
                    log);
            measurements.addAll(measured);
            result = measured.stream().map(Bench::brief).collect(Collectors.joining(", ")) + " examples/s";
        } catch (PeerProcess.FailedException e) {
            failures.add(e.getMessage());
            result = "failed";
        }
        long seconds = Math.round((System.nanoTime() - start) / 1e9);
        command()
                .getErr()
                .println("round %d/%d  %s  %s: %s  (%d s)"
                        .formatted(workload.round(), rounds(), workload.net(), workload.peer(), result, seconds));
    }

    private static String brief(Measurement m) {
        String what = (m.mode() == null ? "" : m.mode() + " ") + (m.batch() == null ? "" : m.batch() + " ");
        return what + Report.rate(m.examplesPerSecond());
    }

    private void write(Results results) throws IOException {
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(output.resolve("bench.json").toFile(), results);
        Files.writeString(output.resolve("bench.md"), new Report(results).markdown());
        ShareChart.write(new Summary(results.measurements()), output.resolve("bench.png"));
    }
}
