package dev.adjoint.jobs;

import picocli.CommandLine.Option;

/** Options of every command. */
final class JobOptions {
    @Option(names = "--verbose", description = "On an error, print the stack trace as well.")
    private boolean verbose;

    boolean verbose() {
        return verbose;
    }
}
