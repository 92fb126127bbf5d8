package dev.adjoint.driver.settings;

import static dev.adjoint.driver.settings.Parsers.auto;
import static dev.adjoint.driver.settings.Parsers.choice;
import static dev.adjoint.driver.settings.Parsers.integer;
import static dev.adjoint.driver.settings.Parsers.none;
import static dev.adjoint.driver.settings.Parsers.number;
import static dev.adjoint.driver.settings.Parsers.optional;
import static dev.adjoint.driver.settings.Parsers.whole;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.adjoint.driver.data.Preprocessing;
import dev.adjoint.driver.data.Reader;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Dialect;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Named;
import dev.adjoint.model.Network;
import dev.adjoint.worker.Metric;
import dev.adjoint.worker.StandardMetric;
import dev.adjoint.worker.step.Adam;
import dev.adjoint.worker.step.Lbfgs;
import dev.adjoint.worker.step.Minimiser;
import dev.adjoint.worker.step.Momentum;
import dev.adjoint.worker.step.Nesterov;
import dev.adjoint.worker.step.Optimiser;
import dev.adjoint.worker.step.RmsProp;
import dev.adjoint.worker.step.Schedule;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The table of keys: all settings of a training, each with its default and its meaning. A new one is a row here, and its user. */
public final class Keys {
    private static final List<Key<?>> TABLE = new ArrayList<>();

    /** All of them, in the order of a job file. */
    public static final List<Key<?>> ALL = Collections.unmodifiableList(TABLE);

    public static final Key<Optional<Task>> TASK = row(
            "task",
            null,
            optional(choice(Task.values())),
            "What is predicted: classification, regression, or reconstruction of the features themselves (an autoencoder).");

    public static final Key<Optional<String>> TRAIN = row(
            "data.train",
            null,
            optional(Parsers::text),
            "The data to train on: a path or glob on any Hadoop file system, relative to the working directory.");

    public static final Key<Optional<String>> TEST =
            row("data.test", null, optional(Parsers::text), "Labelled data that training never sees.");

    public static final Key<Optional<String>> FORMAT = row(
            "data.format",
            "auto",
            auto(choice(Reader.FORMATS.toArray(String[]::new))),
            "csv, parquet, orc, json or libsvm; auto: what the file's name says.");

    public static final Key<Boolean> HEADER = row(
            "data.header",
            "false",
            Parsers::flag,
            "Whether the first line of a CSV file names the columns; if not, they are _c0, _c1, ... or data.columns.");

    public static final Key<List<String>> COLUMNS =
            row("data.columns", "[]", Parsers.names(), "Names for the columns, in order; none: the file's own.");

    public static final Key<String> SEPARATOR = row(
            "data.separator",
            Dialect.AUTO,
            Keys::separator,
            "The character between the cells of a CSV file, or the word tab; auto: a comma, a semicolon, a tab or |, whichever"
                    + " makes the rows at the file's beginning alike.");

    public static final Key<String> ENCODING = row(
            "data.encoding",
            Dialect.AUTO,
            Keys::encoding,
            "The charset of CSV and JSON files, windows-1252 say; auto: UTF-8, or UTF-16 where a CSV file has its mark.");

    public static final Key<String> QUOTE = row(
            "data.quote",
            "\"",
            Keys::quote,
            "The character around those cells of a CSV file that hold separators or line breaks; or none.");

    public static final Key<Character> DECIMAL = row(
            "data.decimal",
            ".",
            Keys::decimal,
            "The sign before the fraction of a number in text, a point or a comma (in quotes: \",\").");

    public static final Key<List<String>> NULL_VALUES = row(
            "data.null-values",
            "[NA, N/A, NaN, null, None, ?]",
            Parsers.names(),
            "Texts that stand for a missing value, beside the empty one.");

    public static final Key<List<String>> LABEL = row(
            "data.label",
            "[]",
            Parsers.names(),
            "The column to predict: numbers or text; or a list: numbers for a regression, flags (0 and 1) for a classification; none for a"
                    + " reconstruction.");

    public static final Key<Optional<String>> WEIGHT = row(
            "data.weight",
            null,
            optional(Parsers::text),
            "A column that says how many examples each counts as, in the loss and in the metrics.");

    public static final Key<Optional<String>> DIFFICULTY = row(
            "data.difficulty",
            null,
            optional(Parsers::text),
            "A column of numbers that says how hard each example is, greater being harder: training begins with the easiest, see"
                    + " training.curriculum.");

    public static final Key<Preprocessing.ClassWeights> CLASS_WEIGHTS = row(
            "data.class-weights",
            "none",
            Keys::classWeights,
            "balanced: each class counts as much as another in training; or factors by class, {yes: 5}; or none.");

    public static final Key<List<String>> FEATURES = row(
            "data.features",
            "[]",
            Parsers.names(),
            "The columns to learn from: numbers, text, flags, arrays, ML vectors; none: all but the label.");

    public static final Key<List<String>> EXCLUDE = row(
            "data.exclude",
            "[]",
            Parsers.names(),
            "Columns that are left out whatever they hold: the features are all others.");

    public static final Key<List<String>> CATEGORICAL = row(
            "data.categorical",
            "[]",
            Parsers.names(),
            "Columns that are categories even though they look like numbers, or hold both.");

    public static final Key<Preprocessing.Missing> MISSING = row(
            "data.missing",
            "indicator",
            choice(Preprocessing.Missing.values()),
            "What a missing number becomes. indicator: the median, and a feature that says so where training missed some;"
                    + " mean, median, constant (data.missing-constant) or error. A missing category is a level of its own.");

    public static final Key<Double> MISSING_CONSTANT = row(
            "data.missing-constant",
            "0",
            number("a number", Double::isFinite),
            "What a missing number becomes by data.missing = constant.");

    public static final Key<MissingLabel> MISSING_LABEL = row(
            "data.missing-label",
            "error",
            choice(MissingLabel.values()),
            "What is done about rows without a label: error, or skip to leave them out.");

    public static final Key<Preprocessing.Scale> SCALE = row(
            "data.scale",
            "robust",
            choice(Preprocessing.Scale.values()),
            "How numbers are scaled. robust: by median and interquartile range, far ones drawn near; standard: by mean and"
                    + " standard deviation; quantile: by rank; none.");

    public static final Key<Preprocessing.Rare> RARE = row(
            "data.rare",
            "auto",
            Preprocessing.Rare::parse,
            "Levels with fewer rows are taken as one: a number of rows or a percentage; auto: 5 rows, or 0.1 % where that is more"
                    + " (at most a twentieth of a small table).");

    public static final Key<Preprocessing.Dates> DATES = row(
            "data.dates",
            "cyclic",
            choice(Preprocessing.Dates.values()),
            "What a date or a time becomes. cyclic: the time, and its place in year, week and day; number: the time; ignore.");

    public static final Key<List<String>> ORDER_BY = row(
            "data.order-by",
            "[]",
            Parsers.names(),
            "Columns whose values say which row is which, * for all that are used: for files that are written anew in another"
                    + " order; the rows then go to the same shards, and the bits stay the same. None: the place in the files.");

    public static final Key<Double> VALIDATION_FRACTION = row(
            "data.validation-fraction",
            "0",
            number("0 or more and less than 1", f -> f >= 0 && f < 1),
            "The share of data.train that is held out, and evaluated after each epoch.");

    public static final Key<Boolean> STRATIFY = row(
            "data.stratify",
            "true",
            Parsers::flag,
            "Whether data.validation-fraction holds out the same share of each class; else of all rows, by chance.");

    public static final Key<Optional<String>> SPLIT = row(
            "data.split",
            null,
            optional(Parsers::text),
            "A column that says train, validation or test of each row. Training sees none of the others.");

    public static final Key<Optional<String>> GROUP = row(
            "data.group",
            null,
            optional(Parsers::text),
            "A column whose rows with the same value (a patient's, say) are held out together, or not at all.");

    public static final Key<Recipe> RECIPE = row(
            "model.recipe",
            "tables",
            choice(Recipe.values()),
            "What net and steps are where nothing is said of them. tables: five nets that leave a fifth of the rows out each and say"
                    + " by it when to stop, with waves of the numbers, silu and dropout; adam along a cosine; by the table's size, see"
                    + " docs/defaults.md; for a reconstruction one net with a narrow middle. plain: the defaults of this table, which is what it takes where you say a part of net or"
                    + " steps yourself.");

    public static final Key<List<Layer>> LAYERS = row(
            "model.layers",
            "[]",
            Parsers.list("a list of layers", Keys::layer),
            "The hidden layers one by one, each with its options: affine, residual, activation, prelu, batch-norm, layer-norm,"
                    + " scale, periodic, piecewise, embedding, dropout, noise, as in {layer: affine, units: 64, activation: relu}, or the name of a class of yours that"
                    + " implements dev.adjoint.model.Layer with its own; none: what model.hidden says.");

    public static final Key<List<Integer>> HIDDEN = row(
            "model.hidden",
            "[256, 128]",
            Parsers.list("a list of whole numbers", Keys::units),
            "Units of the hidden layers where all are affine, first to last; [] is a linear model.");

    public static final Key<Activation> ACTIVATION = row(
            "model.activation",
            "relu",
            choice(Activation.values()),
            "The function after the layers of model.hidden: relu, leaky-relu, elu, selu, gelu, silu, mish, softplus, logistic, tanh, identity.");

    public static final Key<Double> DROPOUT = row(
            "model.dropout",
            "0",
            number("0 or more and less than 1", d -> d >= 0 && d < 1),
            "The share of the numbers after each layer of model.hidden that is set to 0 while training.");

    public static final Key<Integer> MEMBERS = row(
            "model.members",
            "1",
            integer("1 to 64", n -> n >= 1 && n <= Network.MOST_MEMBERS),
            "How many nets of these layers the model is; each begins and learns by itself, on the same rows but for model.folds,"
                    + " and their outputs are averaged.");

    public static final Key<Integer> FOLDS = row(
            "model.folds",
            "0",
            Keys::folds,
            "The rows are parted into so many, as many as members or more; each member learns from all but one part, where it is"
                    + " measured after each epoch, and the best epoch is that of all members together; 0: none.");

    public static final Key<Optional<Loss>> LOSS = row(
            "model.loss",
            "auto",
            auto(raw -> Loss.of(json(raw))),
            "softmax-cross-entropy, binary-cross-entropy, half-squared-error, squared-error, mean-squared-error, absolute-error, huber, quantile, poisson, hinge, with options"
                    + " as in {loss: quantile, quantile: 0.9}, or a class of yours that implements dev.adjoint.model.Loss; auto:"
                    + " one of the first three, by the label; for a reconstruction mean-squared-error.");

    public static final Key<OutputBias> OUTPUT_BIAS = row(
            "model.output-bias",
            "zero",
            choice(OutputBias.values()),
            "Where the biases of the last layer start: zero; or label, from which every example is predicted, but for the weights, as"
                    + " they are on average.");

    public static final Key<Keep> KEEP = row(
            "model.keep",
            "best",
            choice(Keep.values()),
            "Which epoch's model is saved: the best by the loss on held-out rows or folds, where there are some, or the last.");

    public static final Key<Integer> EPOCHS = row(
            "training.epochs",
            "30",
            integer("1 or more", n -> n >= 1),
            "How often every example is taken, at most; where training.steps is said and this is not, as often as it takes.");

    public static final Key<Optional<Long>> STEPS = row(
            "training.steps",
            "none",
            none(whole("1 or more", n -> n >= 1)),
            "At most so many steps, the last epoch being cut short; none: training.epochs say when.");

    public static final Key<Optional<Double>> MINUTES = row(
            "training.minutes",
            "none",
            none(number("more than 0", m -> m > 0 && m <= 1e6)),
            "At most so many minutes of training in this run, the last epoch being cut short: how many steps that is depends on the"
                    + " machine, and so does the model.");

    public static final Key<Optional<Integer>> PATIENCE = row(
            "training.patience",
            "none",
            none(integer("1 or more", n -> n >= 1)),
            "After so many epochs without a better one on rows that are not learned from the training is over; none: training.epochs say when.");

    static final Named<Metric> METRICS = new Named<>(
            "metric",
            Metric.class,
            Stream.of(StandardMetric.values())
                    .collect(Collectors.toMap(
                            StandardMetric::toString, metric -> metric, (one, other) -> one, LinkedHashMap::new)));

    public static final Key<Metric> METRIC = row(
            "training.metric",
            "loss",
            raw -> METRICS.find(json(raw)),
            "What says which epoch is better, on rows that are not learned from: loss; of classes accuracy, balanced-accuracy, f1,"
                    + " roc-auc or pr-auc; or a class of yours that implements dev.adjoint.worker.Metric.");

    public static final Key<Double> LEAST_CHANGE = row(
            "training.least-change",
            "0",
            number("0 or more", c -> c >= 0 && Double.isFinite(c)),
            "By how much the metric must be better than the best before to count as better.");

    public static final Key<Optional<Double>> LEAST_GRADIENT = row(
            "training.least-gradient",
            "none",
            none(number("more than 0", g -> g > 0 && Double.isFinite(g))),
            "After an epoch in whose last step the mean objective's gradient, the penalty's included, has a norm below this the training"
                    + " is over.");

    public static final Key<Optional<Double>> LEAST_IMPROVEMENT = row(
            "training.least-improvement",
            "none",
            none(number("0 or more and less than 1", i -> i >= 0 && i < 1)),
            "After an epoch whose mean training loss is less than the one before by a smaller share than this the training is over.");

    public static final Key<BatchSize> BATCH_SIZE = row(
            "training.batch-size",
            "auto",
            BatchSize::parse,
            "Examples a step: a number, full (one step an epoch), or auto (about 64 steps an epoch, of 32 to 256 examples).");

    public static final Key<Synchronise> SYNCHRONISE = deciding(
            "training.synchronise.every",
            "step",
            Synchronise::parse,
            "How often the replicas of the model, one a shard, are made the same. step: exact synchronous gradient descent,"
                    + " all shards compute the gradient of one minibatch. \"10 steps\" or epoch: each replica makes so many"
                    + " steps of batch-size examples by itself, then all are averaged; less exact, and less to wait for.");

    static final Named<Minimiser> OPTIMISERS = new Named<>(
            "optimiser",
            Minimiser.class,
            Optimiser.class,
            Map.of(
                    "momentum", new Momentum(0.9),
                    "nesterov", new Nesterov(0.9),
                    "adam", new Adam(0.9, 0.999, 1e-8),
                    "rmsprop", new RmsProp(0.99, 1e-8),
                    "lbfgs", new Lbfgs(10)));

    static final Named<Schedule.Shape> SCHEDULES = new Named<>(
            "schedule",
            Schedule.Shape.class,
            Map.of(
                    "constant", new Schedule.Constant(),
                    "step", new Schedule.Steps(0.1, 30),
                    "exponential", new Schedule.Exponential(0.95),
                    "polynomial", new Schedule.Polynomial(1, 0),
                    "cosine", new Schedule.Cosine(0),
                    "one-cycle", new Schedule.OneCycle(0.3, 0.04, 0),
                    "log-cosine", new Schedule.LogCosine(4),
                    "plateau", new Schedule.Plateau(0.5, 5)));

    public static final Key<Minimiser> OPTIMISER = row(
            "training.optimiser",
            "momentum",
            raw -> OPTIMISERS.find(json(raw)),
            "momentum, nesterov, adam, rmsprop or (for training.batch-size = full) lbfgs, with options: {optimiser: adam, beta2: 0.95};"
                    + " or a class of yours that implements dev.adjoint.worker.step.Optimiser.");

    public static final Key<Schedule.Shape> SCHEDULE = row(
            "training.schedule",
            "constant",
            raw -> SCHEDULES.find(json(raw)),
            "The course of the learning rate: constant, step, exponential, polynomial, cosine, one-cycle, log-cosine or plateau, with options:"
                    + " {schedule: step, factor: 0.5, every: 10}.");

    public static final Key<Double> WARM_UP = row(
            "training.warm-up",
            "0",
            number("0 or more epochs", e -> e >= 0 && e <= 1e6),
            "Epochs, or a part of one, in which the rate rises to its value before the schedule begins.");

    public static final Key<Optional<Double>> LEARNING_RATE = row(
            "training.learning-rate",
            "auto",
            auto(number("more than 0", r -> r > 0 && Double.isFinite(r))),
            "A number, or auto: 0.001 for adam and rmsprop; else 0.05 for classification, 0.005 for regression, whose gradients are"
                    + " not bounded, and 0.02 for reconstruction.");

    public static final Key<Map<Integer, Double>> RATE_FACTORS = row(
            "training.rate-factors",
            "{}",
            Keys::rateFactors,
            "What the learning rate is multiplied by in a layer, by its number from 1, the last one's included: {1: 0, 2: 0.1}"
                    + " freezes the first.");

    public static final Key<Double> MOMENTUM = deciding(
            "training.momentum",
            "0.9",
            number("0 or more and less than 1", a -> a >= 0 && a < 1),
            "The share of the last step that the next one repeats; of the optimisers momentum and nesterov.");

    public static final Key<Double> L1 = row(
            "training.l1",
            "0",
            number("0 or more", l -> l >= 0 && Double.isFinite(l)),
            "Adds l1 times the sum of the weights' absolute values to the mean loss; biases are left out.");

    public static final Key<Double> L2 = deciding(
            "training.l2",
            "0.0005",
            number("0 or more", l -> l >= 0 && Double.isFinite(l)),
            "Adds l2 / 2 times the sum of the squared weights to the mean loss; biases are left out.");

    public static final Key<Double> DECAY = row(
            "training.decay",
            "0",
            number("0 or more", d -> d >= 0 && Double.isFinite(d)),
            "Decay of the weights apart from the gradient: a step takes the share learning rate times decay of each away (with adam"
                    + " that is AdamW).");

    public static final Key<Optional<Double>> MAX_NORM = row(
            "training.max-norm",
            "none",
            none(number("more than 0", n -> n > 0 && Double.isFinite(n))),
            "The largest norm of the weights that lead to a unit: after a step longer ones are scaled to it.");

    public static final Key<Optional<Double>> CLIP_NORM = row(
            "training.clip.norm",
            "none",
            none(number("more than 0", c -> c > 0 && Double.isFinite(c))),
            "The longest gradient of the mean loss: a longer one is scaled to this norm.");

    public static final Key<Optional<Double>> CLIP_VALUE = row(
            "training.clip.value",
            "none",
            none(number("more than 0", c -> c > 0 && Double.isFinite(c))),
            "The largest number of that gradient: larger ones are cut to it.");

    public static final Key<Optional<Double>> CURRICULUM = row(
            "training.curriculum",
            "auto",
            auto(number("more than 0 epochs", e -> e > 0 && e <= 1e6)),
            "Epochs, or a part of one, in which the examples join, the easier by data.difficulty the sooner: a fifth at the first step,"
                    + " all from the end of these epochs on; auto: a third of the epochs.");

    public static final Key<Double> MIXUP = row(
            "training.mixup",
            "0",
            number("0 or more", a -> a >= 0 && Double.isFinite(a)),
            "Mixes each row of a step with another one, features and losses, by a share drawn from Beta(mixup, mixup); 0: rows stay as"
                    + " they are. 0.2 mixes few rows much, 1 all shares alike.");

    public static final Key<Long> SEED = deciding(
            "training.seed",
            "1",
            whole("a whole number", n -> true),
            "The same seed, data and configuration give the same bits.");

    public static final Key<Optional<Integer>> SHARDS = row(
            "training.shards",
            "auto",
            auto(Keys::shards),
            "A power of two, or auto. The unit of placement and of the fixed tree of sums; with local steps, the replicas. The"
                    + " result depends on it; it does not depend on executors, cores or partitions.");

    public static final Key<OnDivergence> ON_DIVERGENCE = row(
            "training.on-divergence",
            "stop",
            choice(OnDivergence.values()),
            "What happens when the loss or the gradient is no longer a finite number: stop; or rollback to the end of the best epoch"
                    + " so far, the next time to the very beginning, at a lower rate from there on.");

    public static final Key<Integer> ROLLBACKS = row(
            "training.rollback.most", "3", integer("1 or more", n -> n >= 1), "How often it is rolled back at most.");

    public static final Key<Double> ROLLBACK_FACTOR = row(
            "training.rollback.factor",
            "0.5",
            number("more than 0 and less than 1", f -> f > 0 && f < 1),
            "What the learning rate is multiplied by each time.");

    public static final Key<ReductionKind> REDUCTION = row(
            "training.reduction",
            "auto",
            choice(ReductionKind.values()),
            "How the sums of tasks are added: in-order, by the driver; sliced, by the executors; or auto, whichever is faster. The"
                    + " bits are the same. tree-aggregate: by Spark's own treeAggregate, whose bits differ from run to run. On"
                    + " a cluster, any but auto makes a Spark job of each round.");

    public static final Key<Rounds> ROUNDS = row(
            "training.rounds",
            "auto",
            choice(Rounds.values()),
            "Where steps are made on a cluster: jobs, by the driver, after a Spark job each; resident, by the executors, many in one"
                    + " job, for which all its tasks must run at once; or auto, resident where that can be and"
                    + " the cost model expects it to take less time. The bits are the same.");

    public static final Key<Integer> ROUND_TIMEOUT = row(
            "training.round-timeout",
            "600",
            integer("1 or more", n -> n >= 1),
            "With resident rounds: seconds that a task waits for another's part of a sum before all begin anew from the last state"
                    + " that the driver has.");

    public static final Key<Resume> RESUME = row(
            "training.resume",
            "never",
            choice(Resume.values()),
            "auto: go on from the newest checkpoint where there is one, as --resume does.");

    public static final Key<Optional<String>> CHECKPOINT_DIRECTORY = row(
            "checkpoint.directory",
            null,
            optional(Parsers::text),
            "Where the training's state is kept while it runs, on any Hadoop file system; without it, nowhere.");

    public static final Key<Every> CHECKPOINT_EVERY = row(
            "checkpoint.every",
            "1 epoch",
            Every::parse,
            "How often: a number of epochs, steps or minutes (1 epoch, 500 steps, 10 minutes).");

    public static final Key<Integer> CHECKPOINT_KEEP = row(
            "checkpoint.keep",
            "3",
            integer("1 or more", n -> n >= 1),
            "How many of the newest are kept; the best one, by the loss on what is held out, is kept as well.");

    public static final Key<Optional<String>> OUTPUT =
            row("output.model", null, optional(Parsers::text), "The directory that the trained model is saved in.");

    public static final Key<Optional<String>> OUTPUT_EPOCHS = row(
            "output.epochs",
            null,
            optional(Parsers::text),
            "A file on any Hadoop file system that gets a line of JSON an epoch, while it trains; without it, none is written.");

    public static final Key<Optional<String>> OUTPUT_TENSORBOARD = row(
            "output.tensorboard",
            null,
            optional(Parsers::text),
            "A directory on any Hadoop file system in which each training writes curves for TensorBoard; without it, none are written.");

    /** Those that say how files are read, by which new data for a model may differ from what it was trained on. */
    public static final List<Key<?>> READING =
            List.of(FORMAT, HEADER, COLUMNS, SEPARATOR, ENCODING, QUOTE, DECIMAL, NULL_VALUES);

    private Keys() {}

    private static <T> Key<T> row(String name, @Nullable String usual, Key.Parser<T> parser, String meaning) {
        return row(name, usual, parser, meaning, false);
    }

    /** One that the bits of a result depend on as it is said. */
    private static <T> Key<T> deciding(String name, String usual, Key.Parser<T> parser, String meaning) {
        return row(name, usual, parser, meaning, true);
    }

    private static <T> Key<T> row(
            String name, @Nullable String usual, Key.Parser<T> parser, String meaning, boolean decides) {
        Key<T> key = new Key<>(name, parser, usual, meaning, decides);
        TABLE.add(key);
        return key;
    }

    private static String separator(Object raw) {
        String text = Parsers.text(raw);
        return switch (text) {
            case Dialect.AUTO -> text;
            case "tab", "\\t" -> "\t";
            default -> {
                if (!text.matches("[^\\\\\r\n\0]")) {
                    throw Parsers.expected("auto, tab, or one character that is no line break and no backslash", raw);
                }
                yield text;
            }
        };
    }

    private static String encoding(Object raw) {
        String text = Parsers.text(raw);
        try {
            return text.equals(Dialect.AUTO) ? text : Charset.forName(text).name();
        } catch (IllegalArgumentException e) {
            throw Parsers.expected("auto or the name of a charset (UTF-8, UTF-16, windows-1252, ...)", raw);
        }
    }

    private static String quote(Object raw) {
        String text = Parsers.text(raw);
        if (!text.equals("none") && !text.matches("[^\\\\\\s\0]")) {
            throw Parsers.expected("one character, or none", raw);
        }
        return text.equals("none") ? "" : text;
    }

    private static char decimal(Object raw) {
        String text = Parsers.text(raw);
        if (!text.equals(".") && !text.equals(",")) {
            throw Parsers.expected("a point or a comma", raw);
        }
        return text.charAt(0);
    }

    private static Map<Integer, Double> rateFactors(Object raw) {
        Map<Integer, Double> factors = new TreeMap<>();
        if (raw instanceof Map<?, ?> map) {
            map.forEach((layer, factor) -> factors.put(
                    integer("the number of a layer, from 1", n -> n >= 1).parse(String.valueOf(layer)),
                    number("0 or more", f -> f >= 0 && Double.isFinite(f)).parse(factor)));
        } else if (!raw.equals("{}")) {
            throw Parsers.expected("factors by layer ({1: 0, 2: 0.1})", raw);
        }
        return Map.copyOf(factors);
    }

    private static Preprocessing.ClassWeights classWeights(Object raw) {
        if (raw instanceof Map<?, ?> factors) {
            Map<String, Double> parsed = new LinkedHashMap<>();
            factors.forEach((name, factor) -> parsed.put(
                    String.valueOf(name),
                    number("more than 0", f -> f > 0 && Double.isFinite(f)).parse(factor)));
            return new Preprocessing.ClassWeights(false, parsed);
        }
        return switch (raw.toString()) {
            case "none" -> Preprocessing.ClassWeights.NONE;
            case "balanced" -> Preprocessing.ClassWeights.BALANCED;
            default -> throw Parsers.expected("none, balanced, or factors by class ({yes: 5})", raw);
        };
    }

    /** What is done about rows without a label. */
    public enum MissingLabel {
        ERROR,
        SKIP;

        @Override
        public String toString() {
            return lowerCase(this);
        }
    }

    /** Where the biases of the last layer start. */
    public enum OutputBias {
        ZERO,
        LABEL;

        @Override
        public String toString() {
            return lowerCase(this);
        }
    }

    /** Which model is saved. */
    public enum Keep {
        BEST,
        LAST;

        @Override
        public String toString() {
            return lowerCase(this);
        }
    }

    /** What a training does that diverges. */
    public enum OnDivergence {
        STOP,
        ROLLBACK;

        @Override
        public String toString() {
            return lowerCase(this);
        }
    }

    /** Where steps are made on a cluster. */
    public enum Rounds {
        /** By the executors where that can be, or else by the driver. */
        AUTO,
        /** By the driver, after a job each. */
        JOBS,
        /** By the executors, many in one job. */
        RESIDENT;

        @Override
        public String toString() {
            return lowerCase(this);
        }
    }

    /** Whether to go on from a checkpoint without being told to. */
    public enum Resume {
        NEVER,
        AUTO;

        @Override
        public String toString() {
            return lowerCase(this);
        }
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static JsonNode json(Object raw) {
        return raw instanceof String text ? TextNode.valueOf(text) : new ObjectMapper().valueToTree(raw);
    }

    private static Layer layer(Object raw) {
        return Layer.of(json(raw));
    }

    private static int units(Object raw) {
        int units = Integer.parseInt(Parsers.text(raw));
        if (units < 1) {
            throw Parsers.expected("at least 1 unit a layer", raw);
        }
        return units;
    }

    private static int folds(Object raw) {
        return integer("0, or 2 to 1000", n -> n == 0 || (n >= 2 && n <= 1000)).parse(raw);
    }

    private static int shards(Object raw) {
        String text = raw.toString();
        int shards = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
        if (Integer.bitCount(shards) != 1 || shards > 1 << 20) {
            throw Parsers.expected("a power of two up to %d or auto".formatted(1 << 20), raw);
        }
        return shards;
    }
}
