package dev.adjoint.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.ModelStore;
import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.Trained;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.checkpoint.Checkpointing;
import dev.adjoint.driver.data.TrainingData;
import dev.adjoint.driver.rounds.Numerics;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.training.Ending;
import dev.adjoint.driver.training.TrainingException;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.jobs.config.JobConfig;
import dev.adjoint.jobs.report.HealthTable;
import dev.adjoint.jobs.report.MetricsTable;
import dev.adjoint.jobs.report.PhaseTable;
import dev.adjoint.jobs.report.Progress;
import dev.adjoint.jobs.report.Summary;
import dev.adjoint.model.LeadingLayers;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.features.Label;
import dev.adjoint.worker.Folds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
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
                    "Begin with a model's parameters, and use its preprocessing, to train it further or on other data; of a"
                            + " reconstruction, with those of the layers that the job file begins with as well.")
    private Optional<String> initFrom = Optional.empty();

    @Option(names = "--profile", description = "Show where the time of a round goes, and the least that one takes.")
    private boolean profile;

    @Option(
            names = "--health",
            description = "Show after each epoch that is told of what the layers put out and how they learn.")
    private boolean health;

    @Option(names = "--help-config", help = true, description = "List every key of a job file, with its default.")
    private boolean helpConfig;

    @Mixin(name = JobOptions.NAME)
    private JobOptions options = new JobOptions();

    @Override
    public Integer call() throws Exception {
        if (helpConfig) {
            options.out().print(KeyTable.text());
            options.out().flush();
            return 0;
        }
        JobConfig config = jobFile.load();
        Settings settings = config.settings();
        Outputs.requireFree(settings.require(Keys.OUTPUT), overwrite, Sessions.hadoop(config.spark()));
        settings.get(Keys.OUTPUT_EPOCHS)
                .ifPresent(file ->
                        Outputs.requireFreeFile(file, overwrite, mayGoOn(settings), Sessions.hadoop(config.spark())));
        try (SparkSession spark = Sessions.open(config.spark())) {
            Configuration hadoop = spark.sparkContext().hadoopConfiguration();
            try (Checkpointing checkpointing = Checkpointing.open(settings, resume, overwrite, hadoop)) {
                return train(settings, spark, checkpointing);
            }
        }
    }

    private int train(Settings settings, SparkSession spark, Checkpointing checkpointing) throws Exception {
        ModelStore store = new ModelStore(spark.sparkContext().hadoopConfiguration());
        Optional<Model> origin = initFrom.isEmpty() ? Optional.empty() : Optional.of(store.load(initFrom.get()));
        options.err().println("reading " + settings.require(Keys.TRAIN) + " ...");
        Training training = Training.read(spark, settings, origin);
        training.notes().forEach(options.err()::println);
        options.err().println(describe(training));
        if (overwrite && !mayGoOn(settings)) {
            settings.get(Keys.OUTPUT_EPOCHS)
                    .ifPresent(file -> Outputs.delete(file, spark.sparkContext().hadoopConfiguration()));
        }
        PhaseTable phases = new PhaseTable();
        Trained trained;
        int signal;
        try (Progress progress = Progress.to(options.err());
                Interruption interruption = new Interruption(options.err())) {
            List<TrainingListener> listeners = new ArrayList<>(List.of(progress, phases, interruption));
            if (health) {
                listeners.add(new HealthTable(options.err()));
            }
            trained = training.train(checkpointing, listeners);
            signal = interruption.code();
        }
        if (!trained.result().isWhole()) {
            return stopped(trained, signal);
        }
        trained.result().ending().flatMap(ending -> describe(ending, trained)).ifPresent(options.err()::println);
        MetricsTable.notBetterThanGuessing(trained)
                .ifPresent(sentence -> options.err().println("warning: " + sentence));
        ObjectNode summary = Summary.of(trained);
        training.taken().ifPresent(layers -> layers.taken()
                .forEach(layer -> summary.withArray("layers_taken").add(layer.to())));
        if (profile) {
            long[] emptyRounds = training.emptyRounds(EMPTY_ROUNDS);
            options.err().println(phases.format(emptyRounds));
            phases.putTo(summary, emptyRounds);
        }
        String output = settings.require(Keys.OUTPUT);
        store.save(trained.model(), output);
        options.out().println(summary.put("model", output));
        if (trained.lastCheckpointFailed()) {
            throw new TrainingException("the model is saved, but the last checkpoint could not be written to "
                    + settings.require(Keys.CHECKPOINT_DIRECTORY));
        }
        return 0;
    }

    /** Whether what an earlier run wrote may be of this training. */
    private boolean mayGoOn(Settings settings) {
        return resume || settings.get(Keys.RESUME) == Keys.Resume.AUTO;
    }

    private int stopped(Trained trained, int signal) {
        options.err()
                .println(
                        trained.checkpoint().isPresent()
                                ? "stopped after step %,d; the state is in %s, go on from it with --resume"
                                        .formatted(
                                                trained.steps(),
                                                trained.checkpoint().get())
                                : "stopped after step %,d; nothing is kept, since checkpoint.directory is not set or could not be written to"
                                        .formatted(trained.steps()));
        options.out().println(Summary.stopped(trained));
        return signal;
    }

    /** Why it is over, where that is not what was asked for. */
    private static Optional<String> describe(Ending ending, Trained trained) {
        TrainingState state = trained.result().state();
        if (ending == Ending.EPOCHS) {
            return state.search().map(search -> "not converged: the loss may get lower with more of training.epochs");
        }
        return Optional.of("over after epoch %d: %s".formatted(state.position().epoch() - 1, ending.why()));
    }

    private static String describe(Training training) {
        Settings settings = training.settings();
        TrainingData data = training.data();
        Network network = training.network();
        int shards = data.training().shardCount();
        Folds folds = settings.folds(network);
        return "%s: %,d examples%s, %d features, %s%s%nnetwork %s %s, %,d parameters%s; at most %s%s, batches of %,d over %d shard%s%n%s"
                .formatted(
                        settings.require(Keys.TRAIN),
                        data.training().examples(),
                        data.heldOut()
                                .map(h -> " and %,d held out".formatted(h.examples()))
                                .orElse(""),
                        network.inputs(),
                        predicted(data.label()),
                        data.order().isOfFiles() ? "" : ", rows ordered by " + data.order(),
                        network.widths(),
                        network.kinds(),
                        network.parameterCount(),
                        training.taken().map(TrainCommand::taken).orElse(""),
                        most(settings),
                        folds.areNone() ? "" : ", %d folds that say which is best".formatted(folds.count()),
                        settings.get(Keys.BATCH_SIZE).of(data.training().examples()),
                        shards,
                        shards == 1 ? "" : "s",
                        Numerics.describe(training.numerics()));
    }

    private static String taken(LeadingLayers layers) {
        return layers.taken().stream()
                .map(layer -> String.valueOf(layer.to()))
                .collect(Collectors.joining(", ", ", those of layers ", " the model's"));
    }

    /** How long it takes at most: {@code 30 epochs}, or {@code 5,000 steps or 10 minutes}. */
    private static String most(Settings settings) {
        List<String> ends = new ArrayList<>();
        if (settings.get(Keys.STEPS).isEmpty() || settings.isSet(Keys.EPOCHS)) {
            ends.add("%,d epochs".formatted(settings.get(Keys.EPOCHS)));
        }
        settings.get(Keys.STEPS).ifPresent(steps -> ends.add("%,d steps".formatted(steps)));
        settings.get(Keys.MINUTES).ifPresent(minutes -> ends.add(minutes + " minutes"));
        return String.join(" or ", ends);
    }

    private static String predicted(Label label) {
        if (label instanceof Label.Classes classes) {
            return classes.names().size() + " classes";
        }
        if (label instanceof Label.Flags) {
            return label.targetCount() + " flags";
        }
        if (label instanceof Label.Reconstruction) {
            return "reconstruction";
        }
        return label.targetCount() == 1 ? "regression" : "regression of " + label.targetCount() + " targets";
    }
}
