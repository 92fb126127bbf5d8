package dev.adjoint.driver;

import dev.adjoint.driver.checkpoint.CheckpointException;
import dev.adjoint.driver.checkpoint.CheckpointWriter;
import dev.adjoint.driver.checkpoint.Checkpointing;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.EvaluationData;
import dev.adjoint.driver.data.Guesses;
import dev.adjoint.driver.data.Reader;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.data.Survey;
import dev.adjoint.driver.data.TargetMeans;
import dev.adjoint.driver.data.TrainingData;
import dev.adjoint.driver.metrics.MetricsListener;
import dev.adjoint.driver.metrics.Outcome;
import dev.adjoint.driver.plan.ClusterRates;
import dev.adjoint.driver.plan.CostModel;
import dev.adjoint.driver.plan.LeastMemory;
import dev.adjoint.driver.rounds.LocalProperties;
import dev.adjoint.driver.rounds.Numerics;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Recipe;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.driver.training.Ending;
import dev.adjoint.driver.training.Trainer;
import dev.adjoint.driver.training.TrainingException;
import dev.adjoint.driver.training.TrainingIdentity;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.driver.ui.TrainingReporter;
import dev.adjoint.driver.ui.TrainingTab;
import dev.adjoint.model.LeadingLayers;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.Source;
import dev.adjoint.model.features.Features;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.step.Lbfgs;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The use case: settings and data in, a model with all that is known of it out.
 *
 * <pre>{@code
 * Settings settings = Settings.of(Task.CLASSIFICATION).with(Keys.LABEL, List.of("species")).with(Keys.EPOCHS, 50);
 * Trained trained = Training.of(spark, settings, rows).train();
 * }</pre>
 *
 * <p>Data is read, checked and packed when this is made; {@link #train} then trains, once.
 */
public final class Training {
    /** How files are read of which nothing is said. */
    private static final Source USUAL = new Source("csv", false, List.of());

    private static final String THE_ROWS = "the rows";
    private static final String SETTINGS = "settings";
    private static final String OF_TEST = "data.test: ";

    private final SparkContext context;
    private final Settings settings;
    private final Source source;
    private final TrainingData data;
    private final Network network;
    private final Optional<Origin> origin;
    private final Optional<LeadingLayers> taken;
    private final Optional<ShardedData> test;
    private final List<String> notes;
    private final Set<String> numerics;
    private final Passes passes;
    private final Keys.Rounds rounds;
    private final Trainer trainer;

    private Training(
            SparkSession spark,
            Settings settings,
            Source source,
            TrainingData data,
            Network network,
            Optional<Origin> origin,
            Optional<ShardedData> test,
            List<String> notes) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        this.context = spark.sparkContext();
        this.settings = settings;
        this.source = source;
        this.data = data;
        this.network = network;
        this.origin = origin;
        this.taken = origin.flatMap(model -> model.taken(network));
        this.test = test;
        this.numerics = Numerics.ofCluster(context);
        this.passes = Passes.of(context, settings.get(Keys.REDUCTION));
        int kept = settings.minimiser().state().size();
        OptionalLong executorHeap = Sessions.executorHeap(context.getConf());
        LeastMemory.require(network, kept, Runtime.getRuntime().maxMemory(), executorHeap);
        Optional<String> byJobs = executorHeap.isPresent() && settings.get(Keys.ROUNDS) == Keys.Rounds.AUTO
                ? againstResident(executorHeap.getAsLong())
                : Optional.empty();
        List<String> all = new ArrayList<>(notes);
        byJobs.ifPresent(why -> all.add("each step is a Spark job (%s = jobs): %s".formatted(Keys.ROUNDS, why)));
        this.notes = List.copyOf(all);
        this.rounds = byJobs.isPresent() ? Keys.Rounds.JOBS : settings.get(Keys.ROUNDS);
        this.trainer = new Trainer(passes, network, settings.with(Keys.ROUNDS, rounds));
    }

    /** Why the cost model would not have the executors that are there now make rounds by themselves. */
    private Optional<String> againstResident(long executorHeap) {
        settings.requireFit(network);
        ShardedData examples = data.training();
        int executors = Math.max(1, context.getExecutorMemoryStatus().size() - 1); // one is the driver's
        int slots =
                context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
        return new CostModel(network, settings, examples.examples(), examples.entriesOfRow())
                .againstResident(
                        ClusterRates.measured(ClusterRates.USUAL_GIGABITS),
                        executors,
                        Math.max(1, slots / executors),
                        executorHeap);
    }

    /**
     * On {@code data.train}, and {@code data.test} where it is set.
     *
     * @param origin a model to begin with: its parameters, and its preprocessing; of one that reconstructs, where the task is
     *     another, the parameters of the layers that both begin with
     * @throws DataException when the data cannot be used
     * @throws SettingsException when the settings do not fit it, or the model
     */
    public static Training read(SparkSession spark, Settings settings, Optional<Model> origin) {
        return described(spark, settings, () -> read(spark, settings, origin, new Survey()));
    }

    private static Training described(SparkSession spark, Settings settings, Supplier<Training> reading) {
        return LocalProperties.described(spark.sparkContext(), "reading " + settings.require(Keys.TRAIN), reading);
    }

    /**
     * What a training on {@code data.train} would find, with what it would refuse.
     *
     * @throws SettingsException when the settings do not fit the data
     */
    public static Look look(SparkSession spark, Settings settings) {
        Survey survey = new Survey();
        try {
            Training training = described(spark, settings, () -> read(spark, settings, Optional.empty(), survey));
            return new Look(survey, Optional.of(training), Optional.empty());
        } catch (DataException e) {
            return new Look(survey, Optional.empty(), Optional.of(e));
        }
    }

    /**
     * What was found of a table.
     *
     * @param training that can begin; empty where the data cannot be used
     * @param refusal why it cannot
     */
    public record Look(Survey survey, Optional<Training> training, Optional<DataException> refusal) {}

    private static Training read(SparkSession spark, Settings settings, Optional<Model> model, Survey survey) {
        List<String> notes = new ArrayList<>();
        Reader reader = new Reader(spark, notes::add);
        String path = settings.require(Keys.TRAIN);
        Source asked = source(reader, settings);
        Optional<Origin> origin = model.map(one -> Origin.of(one, settings));
        TrainingData.Options options = settings.data();
        Dataset<Row> rows = origin.isEmpty()
                ? reader.read(path, asked, OptionalInt.empty())
                : reader.read(path, asked, origin.get().features());
        requireHeaderIsSaid(settings, asked, rows);
        Source source = Reader.named(asked, rows);
        TrainingData data = DataException.reading(path, () -> prepare(rows, path, settings, origin, survey));
        if (data.test().isPresent() && settings.get(Keys.TEST).isPresent()) {
            throw new SettingsException(
                    "data.test: the column \"%s\" of data.split names test rows as well; leave one out"
                            .formatted(options.holdOut().split().orElse("")));
        }
        Settings known = settings.forTable(table(data));
        Network network = network(known, data, origin);
        // Before the training, so that a mistake in it does not cost one.
        EvaluationData.Reading reading = EvaluationData.Reading.of(options);
        notes.addAll(data.notes());
        Reader tester = new Reader(spark, note -> notes.add(OF_TEST + note));
        Optional<EvaluationData.Labelled> test = settings.get(Keys.TEST)
                .map(where -> LocalProperties.described(
                        spark.sparkContext(),
                        "reading " + where,
                        () -> EvaluationData.at(
                                tester,
                                where,
                                source(tester, settings, where, source),
                                data.features(),
                                data.label(),
                                reading)));
        test.ifPresent(set -> set.notes().forEach(note -> notes.add(OF_TEST + note)));
        return new Training(
                spark,
                known,
                source,
                data,
                network,
                origin,
                test.map(EvaluationData.Labelled::examples).or(data::test),
                notes);
    }

    /** A first line that looks like names is not taken for a row without a word. */
    private static void requireHeaderIsSaid(Settings settings, Source source, Dataset<Row> rows) {
        boolean said = settings.isSet(Keys.HEADER) || settings.isSet(Keys.COLUMNS);
        if (source.format().equals("csv") && !said && Guesses.isHeader(rows, source.texts())) {
            throw new DataException(
                    "%s begins with a line that looks like names, %s; set data.header = true if they are, false if they are not"
                            .formatted(settings.require(Keys.TRAIN), Guesses.firstLine(rows)));
        }
    }

    /** How {@code data.train} is read. */
    static Source source(Reader reader, Settings settings) {
        return source(reader, settings, settings.require(Keys.TRAIN), USUAL);
    }

    /**
     * How what is at a path is read: as the settings say; in the format that the names of its files tell, where the settings say
     * none; and else as {@code other} says.
     */
    public static Source source(Reader reader, Settings settings, String path, Source other) {
        Source source = settings.source(other);
        return settings.get(Keys.FORMAT).isPresent()
                ? source
                : source.in(reader.formatOf(path).orElse(source.format()));
    }

    /**
     * On the rows of any query; where {@code data.*} says how files are read, that is left out.
     *
     * @throws DataException when the rows cannot be used
     * @throws SettingsException when the settings do not fit them
     */
    public static Training of(SparkSession spark, Settings settings, Dataset<Row> rows) {
        return of(spark, settings, rows, Optional.empty());
    }

    /**
     * The same.
     *
     * @param model to begin with, as above
     */
    public static Training of(SparkSession spark, Settings settings, Dataset<Row> rows, Optional<Model> model) {
        DataException.requireOpen(spark);
        Optional<Origin> origin = model.map(one -> Origin.of(one, settings));
        return of(
                spark,
                settings,
                LocalProperties.described(
                        spark.sparkContext(),
                        "reading " + THE_ROWS,
                        () -> DataException.reading(
                                THE_ROWS, () -> prepare(rows, THE_ROWS, settings, origin, new Survey()))),
                origin);
    }

    /**
     * The rows of any query, checked and packed as the settings say: see {@link #of(SparkSession, Settings, TrainingData)}.
     *
     * @throws DataException when they cannot be used
     */
    public static TrainingData prepare(SparkSession spark, Settings settings, Dataset<Row> rows) {
        DataException.requireOpen(spark);
        return LocalProperties.described(
                spark.sparkContext(),
                "reading " + THE_ROWS,
                () -> DataException.reading(THE_ROWS, () -> TrainingData.prepare(rows, THE_ROWS, settings.data())));
    }

    /**
     * On rows that were prepared before, as {@link Settings#data} says; several trainings may share them.
     *
     * @throws SettingsException when the settings do not fit them
     */
    public static Training of(SparkSession spark, Settings settings, TrainingData data) {
        return of(spark, settings, data, Optional.empty());
    }

    private static Training of(SparkSession spark, Settings settings, TrainingData data, Optional<Origin> origin) {
        Source source = settings.source(USUAL).in("parquet");
        Settings known = settings.forTable(table(data));
        return new Training(
                spark, known, source, data, network(known, data, origin), origin, data.test(), data.notes());
    }

    private static TrainingData prepare(
            Dataset<Row> rows, String path, Settings settings, Optional<Origin> origin, Survey survey) {
        return origin.isEmpty()
                ? TrainingData.prepare(rows, path, settings.data(), survey)
                : TrainingData.prepare(
                        rows, path, origin.get().features(), origin.get().label(settings, rows, path), settings.data());
    }

    private static Recipe.Table table(TrainingData data) {
        Features features = data.features();
        return new Recipe.Table(
                data.training().examples(),
                data.telling(),
                features.width(),
                features.areSparse() ? List.of() : features.numbers(),
                data.heldOut().isPresent());
    }

    private static Network network(Settings settings, TrainingData data, Optional<Origin> origin) {
        Supplier<Network> described = () -> network(
                settings,
                data.label().classCount(),
                data.label().targetCount(),
                data.features().width());
        return origin.map(model -> model.network(described)).orElseGet(described);
    }

    /**
     * The network that the settings describe for so many features, classes (0 of them for numbers) and targets.
     *
     * @throws SettingsException when a layer or a loss does not fit them
     */
    public static Network network(Settings settings, int classes, int targets, int width) {
        try {
            return Network.predicting(classes, targets, width, settings.layers(), settings.loss())
                    .withMembers(settings.get(Keys.MEMBERS));
        } catch (IllegalArgumentException e) {
            throw new SettingsException("model: " + e.getMessage());
        }
    }

    /** What training learned of the data, and its packed rows. */
    public TrainingData data() {
        return data;
    }

    /** The settings, with what the recipe says for this data. */
    public Settings settings() {
        return settings;
    }

    /** What is worth telling of the data. */
    public List<String> notes() {
        return notes;
    }

    public Network network() {
        return network;
    }

    /** The layers that begin with the parameters of a model that was trained without a label, where there is one. */
    public Optional<LeadingLayers> taken() {
        return taken;
    }

    /** What computes, by {@link Numerics}. */
    public Set<String> numerics() {
        return numerics;
    }

    /** Trains without checkpoints. */
    public Trained train(TrainingListener... listeners) {
        return train(initial(), Optional.empty(), List.of(listeners));
    }

    /**
     * Trains, or goes on with a training, as {@code checkpointing} says.
     *
     * @throws SettingsException when the newest checkpoint is of another training
     * @throws CheckpointException when there are checkpoints, and none is of any use
     */
    public Trained train(Checkpointing checkpointing, List<TrainingListener> listeners)
            throws IOException, CheckpointException {
        float[] initial = initial();
        Optional<CheckpointWriter> writer = checkpointing.writer(
                initial.length,
                1 + settings.minimiser().state().size(),
                () -> TrainingIdentity.of(network, settings, data.training(), data.heldOut(), initial),
                Numerics.describe(numerics));
        return train(initial, writer, listeners);
    }

    /**
     * Tries out learning rates: a short training from the same parameters, of which nothing is kept. Its steps are those of the
     * settings, at a rate that grows; all rows are learned from but those that are held out, by all members.
     *
     * @param listeners are told of it as of any training
     * @throws SettingsException when the settings are for local steps, or an optimiser without a rate
     * @throws TrainingException when Spark gives up; a training that diverges has come to its end
     */
    public RateRange findRate(RateRange.Span span, List<TrainingListener> listeners) {
        if (!settings.get(Keys.SYNCHRONISE).isExact()) {
            throw new SettingsException(
                    "%s = %s: rates are tried out with steps that all replicas make together; set it to step, and try what is found with your own"
                            .formatted(Keys.SYNCHRONISE, settings.said(Keys.SYNCHRONISE)));
        }
        if (settings.minimiser() instanceof Lbfgs) {
            throw new SettingsException(
                    "training.optimiser: lbfgs finds the length of a step by itself, and has no rate to try out");
        }
        ShardedData examples = data.training();
        int stepsOfEpoch = settings.get(Keys.BATCH_SIZE).stepsOfEpoch(examples.examples());
        Settings growing = RangeTest.settings(settings, span, stepsOfEpoch);
        RangeTest test =
                new RangeTest(span, growing.descent(network, stepsOfEpoch).schedule());
        List<TrainingListener> all = new ArrayList<>(listeners);
        all.add(test);
        float[] initial = initial();
        try {
            new Trainer(passes, network, growing.with(Keys.ROUNDS, rounds))
                    .train(trainer.begin(initial), initial, examples, Optional.empty(), all);
        } catch (TrainingException e) {
            if (!e.isDivergence()) {
                throw e;
            }
            test.diverged();
        }
        return test.result();
    }

    private float[] initial() {
        long seed = settings.get(Keys.SEED);
        Supplier<float[]> anew = () -> settings.get(Keys.OUTPUT_BIAS) == Keys.OutputBias.ZERO
                ? network.initialParameters(seed)
                : network.initialParameters(
                        seed,
                        LocalProperties.described(
                                context, "means of the targets", () -> TargetMeans.of(network, data.training())));
        return origin.map(model -> model.initial(network, anew)).orElseGet(anew);
    }

    private Trained train(float[] initial, Optional<CheckpointWriter> writer, List<TrainingListener> listeners) {
        List<TrainingListener.EpochReport> history = new ArrayList<>();
        List<TrainingListener> all = new ArrayList<>();
        writer.ifPresent(all::add);
        all.addAll(listeners);
        all.add(new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                history.add(epoch);
            }
        });
        Optional<TrainingState> resumed = writer.flatMap(CheckpointWriter::resumedState);
        Optional<Long> resumedAfter = resumed.map(TrainingState::step);
        long start = System.nanoTime();
        TrainingTab.attach(context);
        String run = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now(ZoneId.systemDefault()))
                + "-" + UUID.randomUUID().toString().substring(0, 8);
        Supplier<Trainer.Result> training = () -> trainer.train(
                resumed.orElseGet(() -> trainer.begin(initial)), initial, data.training(), data.heldOut(), all);
        Trainer.Result result = LocalProperties.grouped(
                context, "adjoint " + run, "training for " + title(), () -> reported(run, all, training));
        double seconds = (System.nanoTime() - start) / 1e9;
        Set<String> computed = new TreeSet<>(numerics);
        computed.addAll(result.numerics());
        Model model =
                new Model(network, data.features(), data.label(), source, provenance(computed), result.parameters());
        return new Trained(
                model,
                result.isWhole() ? metrics(result.parameters()) : Map.of(),
                history,
                result,
                seconds,
                computed,
                writer,
                resumedAfter);
    }

    /** Trains while Spark's UI, its event log and all that metrics are sent to hear of it. */
    private Trainer.Result reported(String run, List<TrainingListener> listeners, Supplier<Trainer.Result> training) {
        TrainingReporter reporter = new TrainingReporter(context, run, title(), settings.get(Keys.EPOCHS), facts());
        listeners.add(reporter);
        Map<String, String> known = facts();
        known.remove(SETTINGS);
        Keys.ALL.stream().filter(settings::isSet).forEach(key -> known.put(key.name(), settings.said(key)));
        List<MetricsListener> senders =
                MetricsListener.of(run, settings, known, context.hadoopConfiguration(), System.getenv());
        listeners.addAll(senders);
        Outcome outcome = Outcome.FAILED;
        String how = "failed";
        try {
            Trainer.Result result = training.get();
            outcome = result.isWhole() ? Outcome.FINISHED : Outcome.STOPPED;
            how = result.ending().map(Ending::why).orElse("stopped");
            return result;
        } finally {
            for (MetricsListener sender : senders) {
                sender.over(outcome);
            }
            reporter.over(how);
        }
    }

    private String title() {
        return "%s of %s"
                .formatted(
                        String.join(", ", data.label().columns()),
                        settings.get(Keys.TRAIN).orElse(THE_ROWS));
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("examples", "%,d".formatted(data.training().examples()));
        data.heldOut().ifPresent(set -> facts.put("held out", "%,d".formatted(set.examples())));
        facts.put("features", "%,d".formatted(network.inputs()));
        facts.put("network", "%s %s".formatted(network.widths(), network.kinds()));
        facts.put("parameters", "%,d".formatted(network.parameterCount()));
        facts.put("loss function", network.loss().id());
        facts.put(
                "examples a step",
                "%,d".formatted(settings.get(Keys.BATCH_SIZE).of(data.training().examples())));
        facts.put("shards", "%,d".formatted(data.training().shardCount()));
        facts.put("computed by", Numerics.describe(numerics));
        facts.put(SETTINGS, settings.toString());
        for (int i = 0; i < notes.size(); i++) {
            facts.put("note " + (i + 1), notes.get(i));
        }
        return facts;
    }

    /** The metrics of each set that there is, by its name. */
    private Map<String, Evaluation> metrics(float[] parameters) {
        Map<String, Evaluation> metrics = new LinkedHashMap<>();
        metrics.put(Trained.TRAINING, evaluate(parameters, data.training()));
        if (data.heldOut().isPresent()) {
            metrics.put(Trained.VALIDATION, evaluate(parameters, data.heldOut().get()));
        } else if (!settings.folds(network).areNone()) {
            metrics.put(Trained.VALIDATION, trainer.outOfFold(parameters, data.training()));
        }
        test.ifPresent(set -> metrics.put(Trained.TEST, evaluate(parameters, set)));
        return metrics;
    }

    private Evaluation evaluate(float[] parameters, ShardedData set) {
        return Trainer.evaluate(passes, network, parameters, set);
    }

    private Map<String, String> provenance(Set<String> computed) {
        return Map.of(
                "created", Instant.now().toString(),
                "data", settings.get(Keys.TRAIN).orElse("a query"),
                "settings", settings.toString(),
                "blas", Numerics.describe(computed));
    }

    /** Times rounds in which nothing is computed: see {@link Trainer#emptyRounds}. */
    public long[] emptyRounds(int count) {
        return trainer.emptyRounds(data.training(), count);
    }

    /** The metrics of a model on labelled data. */
    public static Evaluation evaluate(SparkSession spark, Model model, ShardedData examples) {
        return evaluate(spark, model, new EvaluationData.Labelled(examples, List.of(), List.of()));
    }

    /** The metrics of a model on labelled data, and on each of its groups. */
    public static Evaluation evaluate(SparkSession spark, Model model, EvaluationData.Labelled data) {
        Passes passes = Passes.of(JavaSparkContext.fromSparkContext(spark.sparkContext()), ReductionKind.AUTO);
        return Trainer.evaluate(
                passes,
                model.network(),
                model.parameters(),
                data.examples(),
                data.groups().size());
    }
}
