package dev.adjoint.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How Adjoint bears growth: of the data, of the rows, of the model. */
abstract class GrowthCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--heap", paramLabel = "SIZE", description = "Of each JVM, as 512m or 2g.")
    private @Nullable Heap heap;

    @Mixin
    private Output output = new Output();

    private final long usualHeap;

    GrowthCommand(int gigabytes) {
        this.usualHeap = (long) gigabytes << 30;
    }

    abstract void measure(Scale scale)
            throws IOException, InterruptedException, PeerProcess.FailedException, Scale.ImpossibleException;

    final CommandLine command() {
        return Objects.requireNonNull(spec).commandLine();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter err = command().getErr();
        check();
        Machine machine = output.prepare(err);
        try {
            long bytes = heap == null ? usualHeap : heap.bytes();
            measure(new Scale(
                    machine, output.folder(), output.logs(), bytes, command().getOut(), err));
            return 0;
        } catch (PeerProcess.FailedException | Scale.ImpossibleException e) {
            err.println("error: " + e.getMessage());
            return 1;
        }
    }

    /** Checks the options. */
    void check() {}

    @Command(
            name = "large",
            mixinStandardHelpOptions = true,
            description = "Trains on more data than the heap holds (2 GB unless told otherwise).")
    static final class Large extends GrowthCommand {
        @Option(
                names = "--gigabytes",
                paramLabel = "G",
                defaultValue = "10",
                description = "Of packed examples (${DEFAULT-VALUE}).")
        private double gigabytes;

        Large() {
            super(2);
        }

        @Override
        void check() {
            Bench.requirePositive(command(), "--gigabytes", gigabytes);
        }

        @Override
        void measure(Scale scale)
                throws IOException, InterruptedException, PeerProcess.FailedException, Scale.ImpossibleException {
            scale.large((long) (gigabytes * 1e9));
        }
    }

    @Command(name = "sizes", mixinStandardHelpOptions = true, description = "What an example costs among 10^4 to 10^7.")
    static final class Sizes extends GrowthCommand {
        @Option(
                names = "--seconds",
                paramLabel = "S",
                defaultValue = "4",
                description = "How long to measure each, at least (${DEFAULT-VALUE}).")
        private double seconds;

        Sizes() {
            super(8);
        }

        @Override
        void check() {
            Bench.requirePositive(command(), "--seconds", seconds);
        }

        @Override
        void measure(Scale scale)
                throws IOException, InterruptedException, PeerProcess.FailedException, Scale.ImpossibleException {
            scale.sizes(seconds);
        }
    }

    @Command(
            name = "model-sizes",
            mixinStandardHelpOptions = true,
            description = "What a round costs with 0.5 to 50 million parameters.")
    static final class ModelSizes extends GrowthCommand {
        ModelSizes() {
            super(6);
        }

        @Override
        void measure(Scale scale)
                throws IOException, InterruptedException, PeerProcess.FailedException, Scale.ImpossibleException {
            scale.modelSizes();
        }
    }
}
