package dev.adjoint.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adjoint.driver.OutOfMemory;
import dev.adjoint.driver.checkpoint.CheckpointException;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.driver.training.TrainingException;
import dev.adjoint.jobs.config.UsageException;
import dev.adjoint.model.ModelFormatException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;

/** The entry point: {@code spark-submit --class dev.adjoint.jobs.Main adjoint.jar COMMAND ...}. */
@Command(
        name = "adjoint",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Trains multilayer perceptrons on Apache Spark.",
        subcommands = {
            InitCommand.class,
            DataCommand.class,
            FindRateCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            ExplainCommand.class,
            GradcheckCommand.class,
            GraphCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; the last line of stdout is a JSON object (of graph without --output: the program)",
            "1:a check did not pass",
            "2:wrong usage or configuration",
            "3:unusable data, model or checkpoints",
            "4:failed while it ran (diverged, job aborted, last checkpoint not written)",
            "52:out of memory",
            "130, 143:stopped by Ctrl-C or SIGTERM, after a last checkpoint"
        })
public final class Main {
    static final int CHECK = 1;
    static final int USAGE = 2;
    static final int DATA = 3;
    static final int FAILED = 4;

    Main() {}

    /** The build writes it into the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"Adjoint " + (version == null ? "(not from a jar)" : version)};
        }
    }

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        int code = run(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), arguments);
        // Not exit(0): under spark-submit in cluster mode that would end the application as failed.
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Runs a command; the streams are where it prints. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        try {
            return new CommandLine(new Main())
                    .setOut(out)
                    .setErr(err)
                    .setUsageHelpAutoWidth(true)
                    .setExecutionExceptionHandler((e, command, parsed) -> report(e, command))
                    .execute(arguments.length == 0 ? new String[] {"--help"} : arguments);
        } catch (OutOfMemoryError e) {
            tell(err, OutOfMemory.sentence());
            return OutOfMemory.EXIT_CODE;
        }
    }

    private static void tell(PrintWriter err, String sentence) {
        err.println(Ansi.AUTO.string("@|bold,red error:|@ ") + sentence);
    }

    private static int report(Exception e, CommandLine command) {
        PrintWriter err = command.getErr();
        tell(err, message(e));
        if (command.getMixins().get(JobOptions.NAME) instanceof JobOptions options && options.verbose()) {
            e.printStackTrace(err);
        }
        err.flush();
        return exitCode(e);
    }

    private static int exitCode(Exception e) {
        if (OutOfMemory.caused(e)) {
            return OutOfMemory.EXIT_CODE;
        }
        if (e instanceof UsageException || e instanceof SettingsException) {
            return USAGE;
        }
        boolean unusable =
                e instanceof DataException || e instanceof ModelFormatException || e instanceof CheckpointException;
        return unusable ? DATA : FAILED;
    }

    private static String message(Exception e) {
        if (OutOfMemory.caused(e)) {
            return OutOfMemory.sentence();
        }
        boolean ours = e instanceof UsageException
                || e instanceof SettingsException
                || e instanceof DataException
                || e instanceof ModelFormatException
                || e instanceof CheckpointException
                || e instanceof TrainingException;
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        if (message.contains("stopped SparkContext")) {
            return "Spark has stopped, and its line above says why; where no Master answered: is --master right, and if the cluster"
                    + " asks for a secret (spark.authenticate), is this one it?";
        }
        return ours ? message : message.lines().findFirst().orElse("") + "  (--verbose shows where)";
    }
}
