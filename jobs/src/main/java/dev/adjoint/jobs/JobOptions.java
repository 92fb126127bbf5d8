package dev.adjoint.jobs;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands have: common options, and where to print. */
final class JobOptions {
    /** The name under which every command mixes this in. */
    static final String NAME = "options";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(names = "--verbose", description = "On an error, print the stack trace as well.")
    private boolean verbose;

    boolean verbose() {
        return verbose;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    PrintWriter err() {
        return command.commandLine().getErr();
    }
}
