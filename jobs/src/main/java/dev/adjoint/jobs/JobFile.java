package dev.adjoint.jobs;

import dev.adjoint.driver.Training;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.jobs.config.JobConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** The options of a command that works on a job file. */
final class JobFile {
    @Option(names = "--conf", required = true, paramLabel = "FILE", description = "The job file (HOCON).")
    private Path conf = Path.of("");

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets a key over what the job file says; may be repeated. spark.* goes to Spark.")
    private List<String> overrides = new ArrayList<>();

    /**
     * What the file says, with the overrides.
     *
     * @throws dev.adjoint.jobs.config.UsageException when there is no such file, or anything in it is wrong
     */
    JobConfig load() {
        return JobConfig.load(conf, overrides);
    }

    /** The training that it describes, read for what is not trained: test data has no part in it. */
    static Training read(SparkSession spark, JobConfig config) {
        return Training.read(spark, config.settings().with(Keys.TEST, Optional.empty()), Optional.empty());
    }
}
