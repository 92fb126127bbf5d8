package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.checkpoint.TrainingState;
import dev.adjoint.data.Reader;
import dev.adjoint.data.ShardedData;
import dev.adjoint.data.TrainingData;
import dev.adjoint.driver.Evaluate;
import dev.adjoint.driver.ModelStore;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.Trainer;
import dev.adjoint.driver.TrainingException;
import dev.adjoint.driver.TrainingIdentity;
import dev.adjoint.driver.TrainingListener;
import dev.adjoint.model.Label;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.rounds.Arithmetic;
import dev.adjoint.worker.Evaluation;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Trains a model as a job file says, saves it, and prints a summary as JSON.",
        footer = {"", "Example:", "  adjoint train --conf conf/optdigits.conf --set training.epochs=10 --overwrite"})
final class TrainCommand implements Callable<Integer> {
    private static final int EMPTY_ROUNDS = 50;

    @Mixin
    private JobFile jobFile = new JobFile();

    @Option(names = "--overwrite", description = "Replace the model that is there, once the new one is whole.")
    private boolean overwrite;

    @Option(names = "--resume", description = "Go on from the newest checkpoint in checkpoint.directory.")
    private boolean resume;

    @Option(
            names = "--init-from",
            paramLabel = "MODEL",
            description =
                    "Begin with a model's parameters, and use its preprocessing, to train it further or on other data.")
    private Optional<String> initFrom = Optional.empty();

    @Option(names = "--profile", description = "Show where the time of a round goes, and the least that one takes.")
    private boolean profile;

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        JobConfig config = jobFile.load();
        Outputs.requireFree(config.output(), overwrite, Sessions.hadoop(config.spark()));
        try (SparkSession spark = Sessions.open(config.spark());
                JobCheckpoints checkpoints = JobCheckpoints.open(
                        config.checkpoint(),
                        resume,
                        overwrite,
                        spark.sparkContext().hadoopConfiguration())) {
            return train(config, spark, checkpoints);
        }
    }

    private int train(JobConfig config, SparkSession spark, JobCheckpoints checkpoints) throws Exception {
        PrintWriter err = options.err();
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        ModelStore store = new ModelStore(context.hadoopConfiguration());
        Optional<Model> origin = initFrom.isEmpty() ? Optional.empty() : Optional.of(store.load(initFrom.get()));
        origin.ifPresent(model -> requireFit(config, model));
        err.println("reading " + config.data().train() + " ...");
        Reader reader = new Reader(spark);
        JobData job = origin.isPresent() ? JobData.read(config, reader, origin.get()) : JobData.read(config, reader);
        TrainingData data = job.data();
        Network network = job.network();
        // Before the training, so that a mistake in it does not cost one.
        Optional<ShardedData> test = config.data()
                .test()
                .map(path -> Jobs.evaluationData(reader, path, job.source(), data.features(), data.label()));
        Set<String> arithmetic = Arithmetic.ofCluster(context);
        String blas = Arithmetic.describe(arithmetic);
        err.println(describe(config, data, network, blas));

        Trainer trainer = new Trainer(context, network, config.training());
        PhaseTable phases = new PhaseTable();
        Trainer.Result result;
        JobCheckpoints.Begin begin;
        long stepsBefore;
        long start;
        try (Progress progress = Progress.to(err);
                Interruption interruption = new Interruption(err, trainer::stop)) {
            float[] initial = origin.map(Model::parameters)
                    .orElseGet(() -> network.initialParameters(config.training().seed()));
            begin = checkpoints.begin(
                    initial.length,
                    () -> TrainingIdentity.of(network, config.training(), data.training(), data.heldOut(), initial),
                    blas,
                    progress,
                    err);
            stepsBefore = begin.state().map(TrainingState::step).orElse(0L);
            start = System.nanoTime();
            result = trainer.train(
                    initial,
                    begin.state(),
                    data.training(),
                    data.heldOut(),
                    TrainingListener.both(progress, phases),
                    begin.checkpoints());
            if (!result.isWhole()) {
                boolean kept = !begin.checkpoints().lastFailed();
                Optional<String> checkpoint =
                        progress.lastSaved().or(begin::resumedFrom).filter(path -> kept);
                return stopped(result, checkpoint, interruption.code());
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        arithmetic.addAll(result.arithmetic());
        long[] emptyRounds = profile ? trainer.emptyRounds(data.training(), EMPTY_ROUNDS) : new long[0];
        if (profile) {
            err.println(phases.format(emptyRounds));
        }

        Model model = new Model(
                network,
                data.features(),
                data.label(),
                job.source(),
                provenance(config, arithmetic),
                result.parameters());
        Evaluation trained = Evaluate.evaluate(context, network, result.parameters(), data.training());
        ObjectNode summary = new ObjectMapper().createObjectNode().put("job", "train");
        summary.put("examples", data.training().examples()).put("features", network.inputs());
        if (data.label() instanceof Label.Classes classes) {
            summary.put("classes", classes.names().size());
        }
        summary.put("parameters", result.parameters().length)
                .put("epochs", config.training().epochs())
                .put("steps", result.steps());
        Jobs.putMeasures(summary, trained, data.label());
        putSet(summary, "validation", data.heldOut(), context, model);
        putSet(summary, "test", test, context, model);
        if (profile) {
            phases.putTo(summary, emptyRounds);
        }
        store.save(model, config.output());
        summary.put("seconds", seconds);
        if (begin.resumedFrom().isPresent()) {
            summary.put("resumed_after_step", stepsBefore);
        }
        double part = (double) (result.steps() - stepsBefore) / Math.max(1, result.steps());
        options.out()
                .println(summary.put(
                                "examples_per_second",
                                Math.rint(part
                                        * data.training().examples()
                                        * config.training().epochs()
                                        / seconds))
                        .put("blas", Arithmetic.describe(arithmetic))
                        .put("checksum", Model.checksum(result.parameters()))
                        .put("model", config.output()));
        if (begin.checkpoints().lastFailed()) {
            throw new TrainingException("the model is saved, but the last checkpoint could not be written to "
                    + config.checkpoint().directory().orElseThrow());
        }
        return 0;
    }

    private int stopped(Trainer.Result result, Optional<String> saved, int code) {
        options.err()
                .println(
                        saved.isPresent()
                                ? "stopped after step %,d; the state is in %s, go on from it with --resume"
                                        .formatted(result.steps(), saved.get())
                                : "stopped after step %,d; nothing is kept, since checkpoint.directory is not set or could not be written to"
                                        .formatted(result.steps()));
        ObjectNode summary = new ObjectMapper()
                .createObjectNode()
                .put("job", "train")
                .put("stopped", true)
                .put("steps", result.steps());
        saved.ifPresent(path -> summary.put("checkpoint", path));
        options.out().println(summary);
        return code;
    }

    /** What a model brings along cannot be asked for otherwise. */
    private static void requireFit(JobConfig config, Model model) {
        boolean classes = config.task() == JobConfig.Task.CLASSIFICATION;
        Network network = model.network();
        if (network.loss().isClassification() != classes) {
            throw new UsageException("--init-from: the model is not for %s".formatted(config.task()));
        }
        if (!network.hidden().equals(config.model().hidden())
                || !network.layer().id().equals(config.model().layer().id())) {
            throw new UsageException("--init-from: the model has hidden layers %s %s, the job file says %s %s"
                    .formatted(
                            network.hidden(),
                            network.layer().id(),
                            config.model().hidden(),
                            config.model().layer().id()));
        }
    }

    private static void putSet(
            ObjectNode summary, String name, Optional<ShardedData> set, JavaSparkContext context, Model model) {
        set.ifPresent(data -> {
            Evaluation evaluation = Evaluate.evaluate(context, model.network(), model.parameters(), data);
            ObjectNode node = summary.putObject(name).put("examples", data.examples());
            Jobs.putMeasures(node, evaluation, model.label());
        });
    }

    private static String describe(JobConfig config, TrainingData data, Network network, String blas) {
        long batch = config.training().batchSize().of(data.training().examples());
        return "%s: %,d examples%s, %d features, %s%s%nnetwork %s %s, %,d parameters; batches of %,d over %d shard%s%n%s"
                .formatted(
                        config.data().train(),
                        data.training().examples(),
                        data.heldOut()
                                .map(h -> " and %,d held out".formatted(h.examples()))
                                .orElse(""),
                        network.inputs(),
                        data.label() instanceof Label.Classes c ? c.names().size() + " classes" : "regression",
                        data.order().isOfFiles() ? "" : ", rows ordered by " + data.order(),
                        network.layers(),
                        network.layer().id(),
                        network.parameterCount(),
                        batch,
                        data.training().shardCount(),
                        data.training().shardCount() == 1 ? "" : "s",
                        blas);
    }

    private static Map<String, String> provenance(JobConfig config, Set<String> arithmetic) {
        return Map.of(
                "created", Instant.now().toString(),
                "data", config.data().train(),
                "training", config.training().toString(),
                "blas", Arithmetic.describe(arithmetic));
    }
}
