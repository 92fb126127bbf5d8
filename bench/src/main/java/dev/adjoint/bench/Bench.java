package dev.adjoint.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: what is measured is a subcommand. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures how fast Adjoint trains.",
        subcommands = {
            CompareCommand.class,
            GrowthCommand.Large.class,
            GrowthCommand.Sizes.class,
            GrowthCommand.ModelSizes.class,
            SearchCommand.class,
            ClusterCommand.class,
            StartCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a peer failed; what the others came to is there", "2:wrong usage"})
public final class Bench {
    Bench() {}

    /** Measures, and exits with the command's code. */
    public static void main(String[] arguments) {
        System.exit(run(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), arguments));
    }

    /** Runs the command; the streams are where it prints. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return command()
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((e, given) -> wrongUsage(e, err))
                .execute(arguments.length == 0 ? new String[] {"--help"} : arguments);
    }

    private static int wrongUsage(ParameterException e, PrintWriter err) {
        CommandLine command = e.getCommandLine();
        err.println("error: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println(
                command.getParent() == null
                        ? "expected a command first, of %s; scripts/bench COMMAND --help shows its options"
                                .formatted(command.getSubcommands().keySet())
                        : "scripts/bench %s --help shows the options".formatted(command.getCommandName()));
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** The command line, which knows how the values of its options are written. */
    static CommandLine command() {
        return new CommandLine(new Bench())
                .registerConverter(Net.class, text -> named(text, Net.values()))
                .registerConverter(Peer.class, text -> named(text, Peer.values()))
                .registerConverter(Search.Way.class, text -> parsed(text, Search.Way::parse))
                .registerConverter(Mode.class, text -> named(text, Mode.values()))
                .registerConverter(Batch.class, text -> parsed(text, Batch::parse))
                .registerConverter(Heap.class, text -> parsed(text, Heap::parse));
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

    static void requirePositive(CommandLine command, String option, @Nullable Number value) {
        if (value != null && !(value.doubleValue() > 0)) {
            throw new ParameterException(command, "%s: expected more than 0, but was %s".formatted(option, value));
        }
    }
}
