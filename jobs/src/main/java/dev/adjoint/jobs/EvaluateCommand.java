package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.Importance;
import dev.adjoint.driver.ModelStore;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.EvaluationData;
import dev.adjoint.driver.data.Reader;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.jobs.config.JobConfig;
import dev.adjoint.jobs.config.UsageException;
import dev.adjoint.jobs.report.MetricsTable;
import dev.adjoint.jobs.report.Summary;
import dev.adjoint.model.Model;
import dev.adjoint.worker.Evaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Measures a saved model on labelled data.",
            "With --conf, on the job file's data.test; where there is none, on the rows that its data.split or data.validation-fraction held out, those for a test first."
        },
        footer = {"", "Example:", "  adjoint evaluate --model models/optdigits --conf conf/optdigits.conf"})
final class EvaluateCommand implements Callable<Integer> {
    /** Which data: that of a job file, or what is at a path. */
    static final class Data {
        @Option(names = "--conf", paramLabel = "FILE", description = "A job file that says which data.")
        private @Nullable Path conf;

        @Option(names = "--data", paramLabel = "PATH", description = "Labelled data, read as the training data was.")
        private @Nullable String path;
    }

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "The saved model.")
    private String model = "";

    @ArgGroup(multiplicity = "1")
    private Data data = new Data();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Sets a key over what the job file says; without one, spark.*, and how the data is read where that differs"
                            + " from the training data: data.encoding, say.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--by",
            paramLabel = "COLUMN",
            description =
                    "Measures each group of rows with the same value in this column as well; any of the data's will do.")
    private Optional<String> by = Optional.empty();

    @Option(
            names = "--importance",
            description =
                    "Tells how much the model needs each column: by how much its loss grows where the column's values are those of"
                            + " other rows.")
    private boolean importance;

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        JobConfig config = data.conf == null ? JobConfig.ofReading(overrides) : JobConfig.load(data.conf, overrides);
        Model saved = new ModelStore(Sessions.hadoop(config.spark())).load(model);
        try (SparkSession spark = Sessions.open(config.spark())) {
            Reader reader = new Reader(spark, options.err()::println);
            String path = data.path == null ? data(config.settings()) : data.path;
            Model loaded = saved.readBy(Training.source(reader, config.settings(), path, saved.source()));
            EvaluationData.Labelled examples = isHeldOut(config.settings())
                    ? DataException.reading(
                            path,
                            () -> EvaluationData.heldOut(
                                    reader.read(path, loaded.source(), loaded.features()),
                                    path,
                                    loaded.features(),
                                    loaded.label(),
                                    config.settings()
                                            .reading(loaded.source().texts())
                                            .data(),
                                    by))
                    : EvaluationData.at(
                            reader,
                            path,
                            loaded.source(),
                            loaded.features(),
                            loaded.label(),
                            reading(config.settings(), loaded));
            examples.notes().forEach(options.err()::println);
            Evaluation evaluation = Training.evaluate(spark, loaded, examples);
            ObjectNode summary = Summary.of("evaluate").put("examples", evaluation.examples());
            Summary.putMetrics(summary, evaluation, loaded.label());
            options.err().println(MetricsTable.of(evaluation, loaded.label()));
            by.ifPresent(column -> {
                Summary.putGroups(summary, evaluation, loaded.label(), column, examples.groups());
                options.err().println(MetricsTable.of(evaluation, loaded.label(), column, examples.groups()));
            });
            if (importance) {
                List<Importance> columns = Importance.of(spark, loaded, examples.examples());
                ObjectNode needed = summary.putObject("importance");
                columns.forEach(one -> needed.put(one.column(), one.loss()));
                options.err().println(MetricsTable.of(columns));
            }
            options.out().println(summary);
        }
        return 0;
    }

    /** Whether the rows are those that a job file's training held out. */
    private boolean isHeldOut(Settings settings) {
        return data.path == null && settings.get(Keys.TEST).isEmpty();
    }

    private String data(Settings settings) {
        if (isHeldOut(settings) && settings.holdOut().isNothing()) {
            throw new UsageException(
                    "the job file has none of data.test, data.split and data.validation-fraction; name labelled data with --data");
        }
        return settings.get(Keys.TEST).orElseGet(() -> settings.require(Keys.TRAIN));
    }

    private EvaluationData.Reading reading(Settings settings, Model loaded) {
        return new EvaluationData.Reading(
                loaded.source().texts(),
                settings.get(Keys.WEIGHT),
                settings.get(Keys.MISSING_LABEL) == Keys.MissingLabel.SKIP,
                by);
    }
}
