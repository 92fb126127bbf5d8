package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.show.GraphvizDot;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.jobs.config.JobConfig;
import dev.adjoint.jobs.config.UsageException;
import dev.adjoint.jobs.report.drawing.GraphSvg;
import dev.adjoint.model.Network;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Objective;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "graph",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the computational graph of a job file's model: its text, or a picture of it.",
            "The data is read to know the number of features and classes; nothing is trained."
        },
        footer = {"", "Example:", "  adjoint graph --conf conf/iris.conf --gradient --output iris.svg"})
final class GraphCommand implements Callable<Integer> {
    /** What a program can be written as, by the end of the file's name. */
    private enum Format {
        SVG(GraphSvg::of),
        DOT(GraphvizDot::of),
        TXT(Program::toString);

        private final Function<Program, String> text;

        Format(Function<Program, String> text) {
            this.text = text;
        }

        static Format of(Path file) {
            String name = file.toString().toLowerCase(Locale.ROOT);
            return Arrays.stream(values())
                    .filter(format -> name.endsWith("." + format.name().toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new UsageException(
                            "--output %s: expected a name that ends in .svg, .dot or .txt".formatted(file)));
        }
    }

    @Mixin
    private JobFile jobFile = new JobFile();

    @Option(names = "--gradient", description = "Show the loss together with its gradient, by reverse mode.")
    private boolean gradient;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "32",
            description = "How many examples the program takes at once; ${DEFAULT-VALUE} by default.")
    private int rows;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "The file to write: .svg (a picture), .dot (for Graphviz) or .txt; without it, text to stdout.")
    private @Nullable Path output;

    @Option(names = "--overwrite", description = "Replace the file that is there.")
    private boolean overwrite;

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        if (rows < 1) {
            throw new UsageException("--rows %d: expected 1 or more".formatted(rows));
        }
        JobConfig config = jobFile.load();
        if (output == null) {
            options.out().print(program(network(config)));
            options.out().flush();
        } else {
            write(config, new OutputFile(output), Format.of(output));
        }
        return 0;
    }

    private void write(JobConfig config, OutputFile target, Format format) throws IOException {
        target.requireFree(overwrite);
        Network network = network(config);
        Program program = program(network);
        options.err().println("drawing %,d steps ...".formatted(program.steps().size()));
        target.write(format.text.apply(program));
        options.out()
                .println(new ObjectMapper()
                        .createObjectNode()
                        .put("job", "graph")
                        .put("rows", rows)
                        .put("parameters", program.parameterCount())
                        .put("steps", program.steps().size())
                        .put("primal_steps", program.primalSteps())
                        .put("output", target.path().toString()));
    }

    private Network network(JobConfig config) throws IOException {
        options.err().println("reading " + config.settings().require(Keys.TRAIN) + " ...");
        try (SparkSession spark = Sessions.open(config.spark())) {
            return JobFile.read(spark, config).network();
        }
    }

    private Program program(Network network) {
        try {
            Objective objective = network.objective(BatchShape.dense(rows), 1);
            return gradient ? objective.gradient() : objective.program();
        } catch (IllegalArgumentException e) {
            throw new UsageException("--rows %d: %s".formatted(rows, e.getMessage()));
        }
    }
}
