package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.Map;
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
            description = "Sets a key over what the job file says; without one, spark.* only.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--by",
            paramLabel = "COLUMN",
            description =
                    "Measures each group of rows with the same value in this column as well; any of the data's will do.")
    private Optional<String> by = Optional.empty();

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        Optional<JobConfig> config = Optional.ofNullable(data.conf).map(file -> JobConfig.load(file, overrides));
        Map<String, String> settings = config.map(JobConfig::spark).orElseGet(() -> JobConfig.sparkOnly(overrides));
        Model loaded = new ModelStore(Sessions.hadoop(settings)).load(model);
        try (SparkSession spark = Sessions.open(settings)) {
            EvaluationData.Labelled examples = config.isPresent()
                    ? examples(config.get(), loaded, new Reader(spark))
                    : all(
                            data.path == null ? "" : data.path,
                            loaded,
                            new Reader(spark),
                            EvaluationData.Reading.of(loaded.source()).by(by));
            examples.notes().forEach(options.err()::println);
            Evaluation evaluation = Training.evaluate(spark, loaded, examples);
            ObjectNode summary = Summary.of("evaluate").put("examples", evaluation.examples());
            Summary.putMetrics(summary, evaluation, loaded.label());
            options.err().println(MetricsTable.of(evaluation, loaded.label()));
            by.ifPresent(column -> {
                Summary.putGroups(summary, evaluation, loaded.label(), column, examples.groups());
                options.err().println(MetricsTable.of(evaluation, loaded.label(), column, examples.groups()));
            });
            options.out().println(summary);
        }
        return 0;
    }

    private static EvaluationData.Labelled all(
            String path, Model model, Reader reader, EvaluationData.Reading reading) {
        return EvaluationData.at(reader, path, model.source(), model.features(), model.label(), reading);
    }

    private EvaluationData.Labelled examples(JobConfig config, Model model, Reader reader) {
        Settings settings = config.settings();
        Optional<String> test = settings.get(Keys.TEST);
        if (test.isPresent()) {
            return all(
                    test.get(),
                    model,
                    reader,
                    new EvaluationData.Reading(
                            model.source().texts(),
                            settings.get(Keys.WEIGHT),
                            settings.get(Keys.MISSING_LABEL) == Keys.MissingLabel.SKIP,
                            by));
        }
        if (settings.holdOut().isNothing()) {
            throw new UsageException(
                    "the job file has none of data.test, data.split and data.validation-fraction; name labelled data with --data");
        }
        String path = settings.require(Keys.TRAIN);
        return DataException.reading(
                path,
                () -> EvaluationData.heldOut(
                        reader.read(path, model.source(), model.features()),
                        path,
                        model.features(),
                        model.label(),
                        settings.data(),
                        by));
    }
}
