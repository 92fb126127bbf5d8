package dev.adjoint.jobs;

import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.plan.ClusterRates;
import dev.adjoint.driver.plan.CostModel;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Recipe;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.jobs.config.JobConfig;
import dev.adjoint.jobs.config.UsageException;
import dev.adjoint.jobs.report.CostReport;
import dev.adjoint.model.Network;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Says what a round of a job file's training costs on a cluster, before it is run: bytes, time, memory.",
            "A core's rate is measured here, on this machine; the rest is a model of Spark. Nothing is trained."
        },
        footer = {
            "",
            "Examples:",
            "  adjoint explain --conf conf/optdigits.conf --executors 8",
            "  adjoint explain --conf job.conf --executors 8 --examples 1000000 --features 784 --classes 10 --gflops 80"
        })
final class ExplainCommand implements Callable<Integer> {
    private static final int MOST = 100_000;
    private static final double SECONDS_TO_MEASURE = 0.5;

    /** The extents of data that is not there yet. */
    static final class Extents {
        @Option(
                names = "--examples",
                required = true,
                paramLabel = "M",
                description = "How many examples there will be to train on; the data is not read.")
        private int examples;

        @Option(
                names = "--features",
                required = true,
                paramLabel = "D",
                description = "How many features, after encoding.")
        private int features;

        @Option(names = "--classes", paramLabel = "K", description = "How many classes; for classification.")
        private int classes;

        @Option(
                names = "--entries",
                paramLabel = "E",
                description = "How many features of an example are not 0 at most; for sparse vectors.")
        private int entries;
    }

    @Mixin
    private JobFile jobFile = new JobFile();

    @Option(
            names = "--executors",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many executors; ${DEFAULT-VALUE} by default.")
    private int executors;

    @Option(
            names = "--cores",
            paramLabel = "N",
            defaultValue = "1",
            description = "Cores an executor; ${DEFAULT-VALUE} by default.")
    private int cores;

    @Option(
            names = "--network",
            paramLabel = "GBIT",
            defaultValue = "" + ClusterRates.USUAL_GIGABITS,
            description = "Gigabits a second between machines; ${DEFAULT-VALUE} by default.")
    private double network;

    @Option(
            names = "--gflops",
            paramLabel = "N",
            description =
                    "The rate of a core on this net, as explain printed it on a machine like those of the cluster.")
    private Optional<Double> gflops = Optional.empty();

    @ArgGroup(exclusive = false)
    private @Nullable Extents extents;

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        require("--executors", executors, executors >= 1 && executors <= MOST, "1 to " + MOST);
        require("--cores", cores, cores >= 1 && cores <= 1024, "1 to 1024");
        require("--network", network, network > 0 && Double.isFinite(network), "more than 0");
        gflops.ifPresent(rate -> require("--gflops", rate, rate > 0 && Double.isFinite(rate), "more than 0"));
        JobConfig config = jobFile.load();
        if (extents == null) {
            return readAndExplain(config);
        }
        Settings settings = config.settings().forTable(table(extents));
        return explain(settings, extents(settings, extents), extents.examples, extents.entries);
    }

    private static void require(String option, Object value, boolean holds, String expected) {
        if (!holds) {
            throw new UsageException("%s %s: expected %s".formatted(option, value, expected));
        }
    }

    /** Whose features are all numbers. */
    private static Recipe.Table table(Extents extents) {
        List<Integer> numbers = extents.entries > 0
                ? List.of()
                : IntStream.range(0, extents.features).boxed().toList();
        return new Recipe.Table(extents.examples, extents.examples, extents.features, numbers, false);
    }

    private static Network extents(Settings settings, Extents extents) {
        require("--examples", extents.examples, extents.examples >= 1, "1 to " + Integer.MAX_VALUE);
        require("--features", extents.features, extents.features >= 1, "1 or more");
        boolean classification = settings.isClassification();
        require(
                "--classes",
                extents.classes,
                classification ? extents.classes >= 2 : extents.classes == 0,
                classification ? "2 or more, for classification" : "none, for " + settings.require(Keys.TASK));
        require(
                "--entries",
                extents.entries,
                extents.entries >= 0 && extents.entries <= (settings.isReconstruction() ? 0 : extents.features),
                settings.isReconstruction() ? "none, for reconstruction" : "1 to --features");
        int targets = settings.isReconstruction()
                ? extents.features
                : Math.max(1, settings.get(Keys.LABEL).size());
        return Training.network(settings, extents.classes, targets, extents.features);
    }

    private int readAndExplain(JobConfig config) throws Exception {
        options.err().println("reading " + config.settings().require(Keys.TRAIN) + " ...");
        Training job;
        try (SparkSession spark = Sessions.open(config.spark())) {
            job = JobFile.read(spark, config);
        }
        ShardedData training = job.data().training();
        return explain(job.settings(), job.network(), training.examples(), training.entriesOfRow());
    }

    private int explain(Settings settings, Network net, long examples, int entriesOfRow) {
        settings.requireFit(net);
        CostReport report = new CostReport(
                net,
                settings,
                examples,
                entriesOfRow,
                ClusterRates.measured(network),
                model -> gflops.map(rate -> rate * 1e9).orElseGet(() -> measured(model)),
                executors,
                cores);
        options.out().print(report.text());
        options.out().println(report.json());
        options.out().flush();
        return 0;
    }

    /** By what a rate depends on: rows at a time, and whether steps are made. */
    private final Map<String, Double> rates = new HashMap<>();

    private double measured(CostModel model) {
        return rates.computeIfAbsent(model.kind(), kind -> {
            options.err().println("measuring a core: " + kind + " ...");
            if (rates.isEmpty()) {
                model.measureFlops(SECONDS_TO_MEASURE); // Java compiles what it finds to be worth it
            }
            return model.measureFlops(SECONDS_TO_MEASURE);
        });
    }
}
