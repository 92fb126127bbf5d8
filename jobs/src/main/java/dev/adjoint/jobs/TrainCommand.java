package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.data.Reader;
import dev.adjoint.data.ShardedData;
import dev.adjoint.data.TrainingData;
import dev.adjoint.driver.Evaluate;
import dev.adjoint.driver.Executors;
import dev.adjoint.driver.ModelStore;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.Trainer;
import dev.adjoint.driver.TrainingListener;
import dev.adjoint.model.Label;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.worker.Evaluation;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
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

    @Option(names = "--profile", description = "Show where the time of a round goes, and the least that one takes.")
    private boolean profile;

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        JobConfig config = jobFile.load();
        Outputs.requireFree(config.output(), overwrite, new Configuration());
        options.err().println("reading " + config.data().train() + " ...");
        try (SparkSession spark = Sessions.open(config.spark())) {
            options.out().println(train(config, spark));
        }
        return 0;
    }

    private ObjectNode train(JobConfig config, SparkSession spark) throws Exception {
        PrintWriter err = options.err();
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Reader reader = new Reader(spark);
        JobData job = JobData.read(config, reader);
        TrainingData data = job.data();
        Network network = job.network();
        // Before the training, so that a mistake in it does not cost one.
        Optional<ShardedData> test = config.data()
                .test()
                .map(path -> Jobs.evaluationData(reader, path, job.source(), data.features(), data.label()));
        String blas = Executors.arithmetic(context, err::println);
        err.println(describe(config, data, network, blas));

        long start = System.nanoTime();
        Trainer.Result result;
        Trainer trainer = new Trainer(context, network, config.training());
        PhaseTable phases = new PhaseTable();
        try (Progress progress = Progress.to(err)) {
            result = trainer.train(data.training(), data.heldOut(), TrainingListener.both(progress, phases));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] emptyRounds = profile ? trainer.emptyRounds(data.training(), EMPTY_ROUNDS) : new long[0];
        if (profile) {
            err.println(phases.format(emptyRounds));
        }

        Model model = new Model(
                network, data.features(), data.label(), job.source(), provenance(config, blas), result.parameters());
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
        new ModelStore(context.hadoopConfiguration()).save(model, config.output());
        return summary.put("seconds", seconds)
                .put(
                        "examples_per_second",
                        Math.rint(data.training().examples() * config.training().epochs() / seconds))
                .put("blas", blas)
                .put("checksum", Model.checksum(result.parameters()))
                .put("model", config.output());
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
        return "%s: %,d examples%s, %d features, %s%nnetwork %s %s, %,d parameters; batches of %,d over %d shard%s%n%s"
                .formatted(
                        config.data().train(),
                        data.training().examples(),
                        data.heldOut()
                                .map(h -> " and %,d held out".formatted(h.examples()))
                                .orElse(""),
                        network.inputs(),
                        data.label() instanceof Label.Classes c ? c.names().size() + " classes" : "regression",
                        network.layers(),
                        network.layer().id(),
                        network.parameterCount(),
                        batch,
                        data.training().shardCount(),
                        data.training().shardCount() == 1 ? "" : "s",
                        blas);
    }

    private static Map<String, String> provenance(JobConfig config, String blas) {
        return Map.of(
                "created", Instant.now().toString(),
                "data", config.data().train(),
                "training", config.training().toString(),
                "blas", blas);
    }
}
