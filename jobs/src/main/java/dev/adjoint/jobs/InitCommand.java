package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.Draft;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.jobs.config.DraftFile;
import dev.adjoint.jobs.config.JobConfig;
import dev.adjoint.jobs.report.Summary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at a data set and writes a job file for it, which runs as it stands.",
            "What it had to guess (header, label, task, missing marks) is told, here and in the file."
        },
        footer = {"", "Example:", "  adjoint init data/customers.csv --label churned"})
final class InitCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DATA", description = "A path or glob on any Hadoop file system.")
    private String data = "";

    @Option(names = "--label", paramLabel = "NAME", description = "The column to predict; without it, it is guessed.")
    private Optional<String> label = Optional.empty();

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "The job file to write; by default named after the data, in the working directory.")
    private @Nullable Path output;

    @Option(names = "--overwrite", description = "Replace the file that is there.")
    private boolean overwrite;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Sets a key of Spark (spark.*), or of how data is read (data.separator, say); may be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        OutputFile target = new OutputFile(output == null ? Path.of(stem(data) + ".conf") : output);
        target.requireFree(overwrite);
        JobConfig config = JobConfig.ofReading(overrides);
        options.err().println("reading " + data + " ...");
        Draft draft;
        try (SparkSession session = Sessions.open(config.spark())) {
            draft = Draft.of(session, config.settings(), data, label);
        }
        Settings settings = draft.settings();
        draft.reasons().forEach((key, why) -> options.err()
                .println("guessed: %s = %s, %s".formatted(key, settings.said(key), why)));
        draft.look().survey().notes().stream()
                .filter(note -> note.kind().isSuspicious())
                .forEach(note -> options.err().println(note.text()));
        target.write(DraftFile.text(draft, "models/" + stem(data)));
        // As the launcher was called.
        String adjoint = System.getenv().getOrDefault("ADJOINT_COMMAND", "adjoint");
        options.err().println("next: %s train --conf %s".formatted(adjoint, target.path()));
        ObjectNode summary = Summary.of("init")
                .put("data", data)
                .put("rows", draft.look().survey().rows())
                .put("task", settings.require(Keys.TASK).toString())
                .put("label", settings.get(Keys.LABEL).get(0));
        draft.reasons().keySet().forEach(key -> summary.withArray("guessed").add(key.name()));
        options.out().println(summary.put("output", target.path().toString()));
        return 0;
    }

    /** The name of a file without its endings, of a glob without its signs. */
    private static String stem(String path) {
        String name = path.replaceFirst("[/\\\\]+$", "").replaceFirst(".*[/\\\\]", "");
        String stem = name.replaceFirst("(?<=.)\\..*", "")
                .replaceAll("[^\\p{L}\\p{N}_-]+", "-")
                .replaceAll("^-+|-+$", "");
        return stem.isEmpty() ? "data" : stem;
    }
}
