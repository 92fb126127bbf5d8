package dev.adjoint.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where measurements go. */
final class Output {
    private static final String LOGS = "logs";

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "target/bench",
            description = "Where tables, pictures and logs go (${DEFAULT-VALUE}).")
    private Path folder = Path.of("");

    /** Makes the folder, and warns where the machine has other things to do. */
    Machine prepare(PrintWriter err) throws IOException {
        Files.createDirectories(logs());
        Machine machine = Machine.here();
        if (machine.load() > machine.cores() / 2.0) {
            err.println("warning: the machine is busy (load %.1f on %d cores); the figures will not say much"
                    .formatted(machine.load(), machine.cores()));
        }
        return machine;
    }

    Path folder() {
        return folder;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    Path logs() {
        return folder.resolve(LOGS);
    }

    Path log(String name) {
        return logs().resolve(name);
    }
}
