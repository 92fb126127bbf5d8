package dev.adjoint.jobs;

import dev.adjoint.jobs.config.JobConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
}
