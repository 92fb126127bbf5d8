package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.RateRange.Span;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.jobs.config.JobConfig;
import dev.adjoint.jobs.config.UsageException;
import dev.adjoint.jobs.report.Progress;
import dev.adjoint.jobs.report.RateReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "find-rate",
        mixinStandardHelpOptions = true,
        description = {
            "Suggests a learning rate for a job file: trains for some steps at a rate that grows from each to the next,",
            "and looks where the loss falls and where it rises again. Nothing is kept of that training."
        },
        footer = {"", "Example:", "  adjoint find-rate --conf conf/optdigits.conf --plot rates.svg"})
final class FindRateCommand implements Callable<Integer> {
    @Mixin
    private JobFile jobFile = new JobFile();

    @Option(
            names = "--from",
            paramLabel = "RATE",
            defaultValue = "1e-6",
            description = "The first rate; ${DEFAULT-VALUE} by default.")
    private double from;

    @Option(
            names = "--to",
            paramLabel = "RATE",
            defaultValue = "10",
            description = "The last rate, if the loss has not exploded before; ${DEFAULT-VALUE} by default.")
    private double to;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "200",
            description = "How many steps there are from one to the other, 100 or more; ${DEFAULT-VALUE} by default.")
    private int steps;

    @Option(names = "--plot", paramLabel = "FILE.svg", description = "Draw losses over rates, too.")
    private Optional<Path> plot = Optional.empty();

    @Option(names = "--overwrite", description = "Replace the file that is there.")
    private boolean overwrite;

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        Span span = span();
        Optional<OutputFile> picture = plot.map(OutputFile::new);
        picture.ifPresent(this::require);
        RateReport report = tryOut(jobFile.load(), span);
        ObjectNode summary = report.json();
        if (picture.isPresent()) {
            picture.get().write(report.svg());
            summary.put("plot", picture.get().path().toString());
        }
        options.out().print(report.text());
        options.out().println(summary);
        return 0;
    }

    private Span span() {
        try {
            return new Span(from, to, steps);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--from, --to, --steps: " + e.getMessage());
        }
    }

    private void require(OutputFile picture) {
        if (!picture.path().toString().toLowerCase(Locale.ROOT).endsWith(".svg")) {
            throw new UsageException("--plot %s: expected a name that ends in .svg".formatted(picture.path()));
        }
        picture.requireFree(overwrite);
    }

    private RateReport tryOut(JobConfig config, Span span) throws Exception {
        options.err().println("reading " + config.settings().require(Keys.TRAIN) + " ...");
        try (SparkSession spark = Sessions.open(config.spark());
                Progress progress = Progress.to(options.err())) {
            Training training = JobFile.read(spark, config);
            options.err().println("up to %,d steps at rates from %s to %s ...".formatted(steps, from, to));
            return new RateReport(training.findRate(span, List.of(rounds(progress))), span, training.settings());
        }
    }

    /** Its bar alone: that steps become too large is no matter for a warning here. */
    private static TrainingListener rounds(Progress progress) {
        return new TrainingListener() {
            @Override
            public void round(RoundReport round, TrainingState state) {
                progress.round(round, state);
            }
        };
    }
}
