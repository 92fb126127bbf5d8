package dev.adjoint.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The comparison: rounds outermost, then nets, then peers, each in a JVM of its own. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures the training throughput of Adjoint, of others, and what the machine can do, in turns.")
final class CompareCommand implements Callable<Integer> {
    /** Of the time that is measured. */
    private static final double WARM_UP = 0.75;

    private static final double FIRST_WARM_UP = 3;

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
            description =
                    "How long to measure each, at least (4); three quarters of it go before, to warm up, and three times as much"
                            + " with the first batch and on executors, where compilers are at work.")
    private @Nullable Double seconds;

    @Option(names = "--cores", paramLabel = "N", description = "How many to use (all).")
    private @Nullable Integer cores;

    @Option(names = "--rows", paramLabel = "N", description = "Examples an epoch (8192 to 65536, by the net).")
    private @Nullable Integer rows;

    @Option(names = "--quick", description = "One round, the smallest net, a second each, unless told otherwise.")
    private boolean quick;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Machine machine = output.prepare(command().getErr());
        if (cores != null && cores > machine.cores()) {
            throw new ParameterException(
                    command(),
                    "--cores %d: expected %d at most, which this machine has".formatted(cores, machine.cores()));
        }
        boolean picture = false;
        for (int round = 1; round <= rounds(); round++) {
            measure(round, machine);
            // After every round, so that what was measured is there if the next one is broken off.
            picture = write(Results.of(machine, round, measurements, failures));
        }
        Report report = new Report(Results.of(machine, rounds(), measurements, failures));
        command().getOut().print(report.text());
        command().getOut().flush();
        command()
                .getErr()
                .println("%s has the tables%s"
                        .formatted(
                                output.folder(),
                                picture
                                        ? " and bench.png"
                                        : "; bench.png shows shares of the limit, and needs it and a peer"));
        failures.forEach(failure -> command().getErr().println("error: " + failure));
        return failures.isEmpty() ? 0 : 1;
    }

    private void measure(int round, Machine machine) throws IOException, InterruptedException {
        for (Net net : nets()) {
            for (Peer peer : peers) {
                Workload workload = workload(round, net, peer, cores == null ? machine.cores() : cores);
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
        Bench.requirePositive(command(), "--rounds", rounds);
        Bench.requirePositive(command(), "--seconds", seconds);
        Bench.requirePositive(command(), "--rows", rows);
        Bench.requirePositive(command(), "--cores", cores);
        for (Peer peer : peers) {
            try {
                Class.forName(peer.main(), false, CompareCommand.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new ParameterException(
                        command(),
                        "--peers %s: this build lacks it; build with mvn -P%s package".formatted(peer, peer),
                        e);
            }
        }
    }

    private Workload workload(int round, Net net, Peer peer, int cores) {
        int examples = rows == null ? net.rows() : rows;
        double time = seconds();
        List<Batch> trained = batches.stream()
                .filter(batch -> batch.isFull() || batch.size() < examples)
                .filter(batch -> peer.trains(net, batch))
                .toList();
        return new Workload(
                round, peer, net, examples, trained, modes, cores, WARM_UP * time, FIRST_WARM_UP * time, time);
    }

    private void measure(Workload workload) throws IOException, InterruptedException {
        Path log = output.log("%s-%s-%d.log".formatted(workload.net(), workload.peer(), workload.round()));
        long start = System.nanoTime();
        String result;
        try {
            List<Measurement> measured = new ArrayList<>();
            PeerProcess.run(
                    workload.peer() + " on " + workload.net(),
                    Stream.concat(
                                    workload.peer().jvmFlags().stream(),
                                    Stream.of("-XX:ActiveProcessorCount=" + workload.cores()))
                            .toList(),
                    workload.peer().main(),
                    workload,
                    Measurement.class,
                    measured::add,
                    log);
            measurements.addAll(measured);
            result = measured.stream().map(CompareCommand::brief).collect(Collectors.joining(", ")) + " examples/s";
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

    /** Writes the tables and the picture, and tells whether there is one. */
    private boolean write(Results results) throws IOException {
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(output.file("bench.json").toFile(), results);
        Files.writeString(output.file("bench.md"), new Report(results).markdown());
        return ShareChart.write(new Summary(results.measurements()), output.file("bench.png"));
    }
}
