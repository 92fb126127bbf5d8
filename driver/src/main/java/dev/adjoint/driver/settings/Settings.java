package dev.adjoint.driver.settings;

import dev.adjoint.driver.data.HoldOut;
import dev.adjoint.driver.data.Names;
import dev.adjoint.driver.data.Preprocessing;
import dev.adjoint.driver.data.RowOrder;
import dev.adjoint.driver.data.TrainingData;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.model.Affine;
import dev.adjoint.model.Dialect;
import dev.adjoint.model.Dropout;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Network;
import dev.adjoint.model.Source;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.model.Texts;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Curriculum;
import dev.adjoint.worker.Folds;
import dev.adjoint.worker.Metric;
import dev.adjoint.worker.Mixup;
import dev.adjoint.worker.Objective;
import dev.adjoint.worker.StandardMetric;
import dev.adjoint.worker.step.Clipping;
import dev.adjoint.worker.step.Descent;
import dev.adjoint.worker.step.Lbfgs;
import dev.adjoint.worker.step.Minimiser;
import dev.adjoint.worker.step.Momentum;
import dev.adjoint.worker.step.Nesterov;
import dev.adjoint.worker.step.Optimiser;
import dev.adjoint.worker.step.Penalty;
import dev.adjoint.worker.step.Role;
import dev.adjoint.worker.step.Schedule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The settings of a training: a value for every key of the table, the default where nothing else was said. Immutable. */
public final class Settings {
    /** The defaults, for a task. */
    public static Settings of(Task task) {
        return new Settings(Map.of(Keys.TASK, Optional.of(task)));
    }

    private final Map<Key<?>, Object> values;
    private final Recipe.Table table;
    /** What the recipe says of other keys. */
    private final Map<Key<?>, Object> usual;

    private Settings(Map<Key<?>, Object> values) {
        this(values, Recipe.Table.UNKNOWN);
    }

    private Settings(Map<Key<?>, Object> values, Recipe.Table table) {
        this.values = Map.copyOf(values);
        this.table = table;
        Recipe recipe = (Recipe) values.getOrDefault(Keys.RECIPE, Keys.RECIPE.defaultValue());
        BatchSize batch = (BatchSize) values.getOrDefault(Keys.BATCH_SIZE, Keys.BATCH_SIZE.defaultValue());
        this.usual = recipe.values(values.keySet(), isReconstruction(), table, batch);
    }

    /** The same for a table, by which a recipe chooses. */
    public Settings forTable(Recipe.Table known) {
        return new Settings(values, known);
    }

    /**
     * What a job file says.
     *
     * @param raw by the names of keys
     * @param origin of a key's value, for messages; empty where it has none
     * @param needed keys that must be set
     * @throws SettingsException with all problems: a key that there is not, a value that cannot be used, values that contradict
     *     each other, a key that is missing
     */
    public static Settings parse(Map<String, Object> raw, UnaryOperator<String> origin, List<Key<?>> needed) {
        Map<String, Key<?>> known = new TreeMap<>();
        Keys.ALL.forEach(key -> known.put(key.name(), key));
        List<String> problems = new ArrayList<>();
        Map<Key<?>, Object> values = new LinkedHashMap<>();
        raw.forEach((name, value) -> {
            Key<?> key = known.get(name);
            try {
                if (key == null) {
                    throw new IllegalArgumentException(
                            "there is no such key; the nearest are " + Names.nearest(name, known.keySet()));
                }
                values.put(key, key.parser().parse(value));
            } catch (IllegalArgumentException e) {
                problems.add("%s: %s%s".formatted(name, e.getMessage(), origin.apply(name)));
            }
        });
        Settings settings = new Settings(values);
        for (Key<?> key : needed) {
            boolean spare = key.equals(Keys.LABEL) && settings.isReconstruction();
            if (!spare && (!raw.containsKey(key.name()) || List.of().equals(values.get(key)))) {
                String expected =
                        key.equals(Keys.TASK) ? "; expected classification, regression or reconstruction" : "";
                problems.add("%s is not set%s".formatted(key, expected));
            }
        }
        settings.contradictions()
                .forEach((key, why) -> problems.add("%s: %s%s".formatted(key, why, origin.apply(key))));
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return settings;
    }

    private Map<String, String> contradictions() {
        Map<String, String> problems = new TreeMap<>();
        get(Keys.TASK).ifPresent(task -> get(Keys.LOSS).ifPresent(loss -> {
            if (loss.isClassification() != (task == Task.CLASSIFICATION)) {
                problems.put(Keys.LOSS.name(), "%s is not for %s".formatted(loss.id(), task));
            } else if (task == Task.RECONSTRUCTION && loss.targetsAs() == Loss.Targets.RATIOS) {
                problems.put(
                        Keys.LOSS.name(),
                        "%s is for numbers from 0 on, and features are less than 0 as well; expected mean-squared-error, say"
                                .formatted(loss.id()));
            }
        }));
        if (isReconstruction() && !get(Keys.LABEL).isEmpty()) {
            problems.put(
                    Keys.LABEL.name(),
                    "a reconstruction has no label; leave this out, and name in data.exclude what is not to be learned from (%s)"
                            .formatted(String.join(", ", get(Keys.LABEL))));
        }
        if (get(Keys.QUOTE).equals(get(Keys.SEPARATOR))) {
            problems.put(Keys.QUOTE.name(), "is the separator as well (%s)".formatted(get(Keys.QUOTE)));
        }
        boolean ofClasses = get(Keys.LABEL).size() <= 1
                && get(Keys.TASK).filter(task -> task != Task.CLASSIFICATION).isEmpty();
        if (!ofClasses && !get(Keys.CLASS_WEIGHTS).equals(Preprocessing.ClassWeights.NONE)) {
            problems.put(Keys.CLASS_WEIGHTS.name(), "is for a classification with one label");
        }
        if (holdOut().isNothing() && get(Keys.GROUP).isPresent()) {
            problems.put(Keys.GROUP.name(), "holds nothing out; set data.validation-fraction or data.split as well");
        }
        if (holdOut().isNothing() && get(Keys.FOLDS) == 0 && get(Keys.PATIENCE).isPresent()) {
            problems.put(
                    Keys.PATIENCE.name(),
                    "looks at held-out rows, and there are none; set data.validation-fraction, data.split or model.folds as well");
        }
        if (isSet(Keys.FOLDS) && get(Keys.FOLDS) > 0) {
            if (!holdOut().isNothing() || get(Keys.GROUP).isPresent()) {
                problems.put(
                        Keys.FOLDS.name(),
                        "says by itself what is learned from; leave out data.validation-fraction, data.split and data.group, or this");
            } else if (get(Keys.FOLDS) < get(Keys.MEMBERS)) {
                problems.put(
                        Keys.FOLDS.name(),
                        "%d for %d members, expected as many at least".formatted(get(Keys.FOLDS), get(Keys.MEMBERS)));
            }
        }
        if (isSet(Keys.MOMENTUM) && !hasMomentum()) {
            problems.put(
                    Keys.MOMENTUM.name(),
                    "is of the optimisers momentum and nesterov; %s has options of its own (%s)"
                            .formatted(
                                    Keys.OPTIMISERS.name(get(Keys.OPTIMISER)),
                                    Keys.OPTIMISERS.json(get(Keys.OPTIMISER))));
        }
        if (get(Keys.METRIC) instanceof StandardMetric metric && metric != StandardMetric.LOSS) {
            get(Keys.TASK)
                    .filter(task -> task != Task.CLASSIFICATION)
                    .ifPresent(task -> problems.put(
                            Keys.METRIC.name(),
                            "%s is of classes, and the task is %s; expected loss".formatted(metric, task)));
            if (metric.looksAtClasses() && get(Keys.LABEL).size() > 1) {
                problems.put(
                        Keys.METRIC.name(),
                        "%s is of one label's classes, not of %d flags; expected loss or accuracy"
                                .formatted(metric, get(Keys.LABEL).size()));
            }
        }
        if (get(Keys.LEAST_GRADIENT).isPresent() && !get(Keys.SYNCHRONISE).isExact()) {
            problems.put(
                    Keys.LEAST_GRADIENT.name(),
                    "looks at the gradient of all rows of a step, which replicas that step by themselves do not have; leave it out, or"
                            + " set training.synchronise.every = step");
        }
        if (get(Keys.ROUNDS) == Keys.Rounds.RESIDENT && get(Keys.REDUCTION) != ReductionKind.AUTO) {
            problems.put(
                    Keys.REDUCTION.name(),
                    "is %s, and the executors of resident rounds add sums in their own way; leave it out, or set %s = jobs"
                            .formatted(get(Keys.REDUCTION), Keys.ROUNDS));
        }
        if (get(Keys.DIFFICULTY).isPresent()) {
            problems.putAll(contradictionsOfCurriculum());
        } else if (get(Keys.CURRICULUM).isPresent()) {
            problems.put(Keys.CURRICULUM.name(), "needs data.difficulty, a column that says how hard each example is");
        }
        if (get(Keys.OPTIMISER) instanceof Lbfgs) {
            problems.putAll(contradictionsOfLbfgs());
        }
        if (get(Keys.STEPS).isEmpty() && get(Keys.WARM_UP) >= get(Keys.EPOCHS)) {
            problems.put(
                    Keys.WARM_UP.name(),
                    "%s epochs is the whole training, training.epochs = %d"
                            .formatted(get(Keys.WARM_UP), get(Keys.EPOCHS)));
        }
        if (get(Keys.RESUME) == Keys.Resume.AUTO
                && get(Keys.CHECKPOINT_DIRECTORY).isEmpty()) {
            problems.put(Keys.RESUME.name(), "needs checkpoint.directory");
        }
        if (!get(Keys.LAYERS).isEmpty()) {
            for (Key<?> key : List.of(Keys.HIDDEN, Keys.ACTIVATION, Keys.DROPOUT)) {
                if (isSet(key)) {
                    problems.put(
                            key.name(), "model.layers says the layers already, each with its options; leave one out");
                }
            }
        }
        return problems;
    }

    private Map<String, String> contradictionsOfCurriculum() {
        Map<String, String> problems = new TreeMap<>();
        String others =
                "looks at the examples that are learned from, which are others from step to step by data.difficulty; ";
        for (Key<?> key : List.of(Keys.LEAST_GRADIENT, Keys.LEAST_IMPROVEMENT)) {
            if (!get(key).equals(key.defaultValue())) {
                problems.put(key.name(), others + "leave one out, or take training.patience");
            }
        }
        if (get(Keys.SCHEDULE) instanceof Schedule.Plateau && holdOut().isNothing() && get(Keys.FOLDS) == 0) {
            problems.put(
                    Keys.SCHEDULE.name(), "plateau " + others + "set data.validation-fraction or model.folds as well");
        }
        if (get(Keys.OPTIMISER) instanceof Lbfgs) {
            problems.put(
                    Keys.DIFFICULTY.name(),
                    "lbfgs needs a loss that is the same at every look, and examples join from step to step; leave this out, or take adam");
        }
        return problems;
    }

    private Map<String, String> contradictionsOfLbfgs() {
        Map<String, String> problems = new TreeMap<>();
        if (!get(Keys.BATCH_SIZE).equals(BatchSize.FULL)) {
            problems.put(
                    Keys.BATCH_SIZE.name(),
                    "is %s, and lbfgs needs the gradient of all examples; set it to full"
                            .formatted(get(Keys.BATCH_SIZE)));
        }
        if (!get(Keys.SYNCHRONISE).isExact()) {
            problems.put(
                    Keys.SYNCHRONISE.name(),
                    "is %s, and lbfgs takes its steps with all shards together; set it to step"
                            .formatted(get(Keys.SYNCHRONISE)));
        }
        if (get(Keys.ROUNDS) == Keys.Rounds.RESIDENT) {
            problems.put(
                    Keys.ROUNDS.name(),
                    "lbfgs has one round an epoch, after which the driver searches along a line; leave this out");
        }
        for (Key<?> key : List.of(
                Keys.LEARNING_RATE, Keys.SCHEDULE, Keys.WARM_UP, Keys.CLIP_NORM, Keys.CLIP_VALUE, Keys.MAX_NORM)) {
            if (!get(key).equals(key.defaultValue())) {
                problems.put(key.name(), "lbfgs finds the length of a step by itself; leave this out");
            }
        }
        for (Key<?> key : List.of(Keys.L1, Keys.DECAY)) {
            if (!get(key).equals(key.defaultValue())) {
                problems.put(
                        key.name(), "lbfgs needs a loss with a gradient everywhere; take training.l2 in place of this");
            }
        }
        if (get(Keys.MIXUP) > 0) {
            problems.put(
                    Keys.MIXUP.name(),
                    "lbfgs needs a loss that is the same at every look, and each step mixes its rows anew; leave this out, or take adam");
        }
        if (get(Keys.RATE_FACTORS).values().stream().anyMatch(factor -> factor != 0 && factor != 1)) {
            problems.put(
                    Keys.RATE_FACTORS.name(),
                    "with lbfgs a layer is learned (1) or frozen (0), and has no rate of its own");
        }
        if (get(Keys.ON_DIVERGENCE) != Keys.OnDivergence.STOP) {
            problems.put(
                    Keys.ON_DIVERGENCE.name(),
                    "lbfgs shortens a step that went too far, so there is nothing to roll back; set it to stop");
        }
        return problems;
    }

    /** Whether a key's value was said, and is not the default. */
    public boolean isSet(Key<?> key) {
        return values.containsKey(key);
    }

    /** The value of a key: what was said, or what the recipe says, or the default. */
    @SuppressWarnings("unchecked") // the constructor's callers put under a key what its parser gives
    public <T> T get(Key<T> key) {
        Object value = values.getOrDefault(key, usual.get(key));
        return value == null ? key.defaultValue() : (T) value;
    }

    /**
     * The value of a key without which nothing can be done.
     *
     * @throws SettingsException when it is not set
     */
    public <T> T require(Key<Optional<T>> key) {
        return get(key).orElseThrow(() -> new SettingsException(List.of(key + " is not set")));
    }

    /**
     * What to make of the data.
     *
     * @throws SettingsException when there is no label
     */
    public TrainingData.Options data() {
        List<String> labels = get(Keys.LABEL);
        if (labels.isEmpty() && !isReconstruction()) {
            throw new SettingsException(List.of(Keys.LABEL + " is not set"));
        }
        Loss.Targets targets = get(Keys.LOSS).map(Loss::targetsAs).orElse(Loss.Targets.STANDARDISED);
        return new TrainingData.Options(
                isClassification(),
                labels,
                get(Keys.FEATURES),
                get(Keys.EXCLUDE),
                get(Keys.CATEGORICAL),
                texts(),
                new Preprocessing(
                        get(Keys.MISSING),
                        get(Keys.MISSING_CONSTANT),
                        get(Keys.MISSING_LABEL) == Keys.MissingLabel.SKIP,
                        get(Keys.SCALE),
                        get(Keys.RARE),
                        get(Keys.DATES)),
                get(Keys.WEIGHT),
                get(Keys.DIFFICULTY),
                get(Keys.CLASS_WEIGHTS),
                targets,
                new RowOrder(get(Keys.ORDER_BY)),
                holdOut(),
                get(Keys.SEED),
                this::shardCount);
    }

    /** Which rows are held out. */
    public HoldOut holdOut() {
        return new HoldOut(get(Keys.VALIDATION_FRACTION), get(Keys.STRATIFY), get(Keys.SPLIT), get(Keys.GROUP));
    }

    /** What the cells of text columns mean. */
    public Texts texts() {
        return new Texts(get(Keys.DECIMAL), get(Keys.NULL_VALUES));
    }

    /**
     * How files are read: as was said, and where nothing was, as {@code other} says.
     *
     * @throws SettingsException when the two do not go together
     */
    public Source source(Source other) {
        Texts texts = new Texts(
                said(Keys.DECIMAL, other.texts().decimal()),
                said(Keys.NULL_VALUES, other.texts().nulls()));
        Dialect dialect = other.dialect();
        try {
            return new Source(
                    get(Keys.FORMAT).orElse(other.format()),
                    said(Keys.HEADER, other.header()),
                    said(Keys.COLUMNS, other.columns()),
                    texts,
                    new Dialect(
                            said(Keys.SEPARATOR, dialect.separator()),
                            said(Keys.ENCODING, dialect.encoding()),
                            said(Keys.QUOTE, dialect.quote())));
        } catch (IllegalArgumentException e) {
            throw new SettingsException("data: " + e.getMessage());
        }
    }

    private <T> T said(Key<T> key, T other) {
        return isSet(key) ? get(key) : other;
    }

    /** The same where texts mean what they mean elsewhere. */
    public Settings reading(Texts texts) {
        return with(Keys.DECIMAL, texts.decimal()).with(Keys.NULL_VALUES, texts.nulls());
    }

    /** The same with another value. */
    public <T> Settings with(Key<T> key, T value) {
        Map<Key<?>, Object> other = new LinkedHashMap<>(values);
        other.put(key, value);
        return new Settings(other, table);
    }

    /** The same with the default value. */
    public Settings without(Key<?> key) {
        Map<Key<?>, Object> other = new LinkedHashMap<>(values);
        other.remove(key);
        return new Settings(other, table);
    }

    /** The same with another value of an optional key. */
    public <T> Settings withSome(Key<Optional<T>> key, T value) {
        return with(key, Optional.of(value));
    }

    /** The same with all that the recipe says said: another value of one key then leaves the others as they are. */
    public Settings spelledOut() {
        Map<Key<?>, Object> all = new LinkedHashMap<>(usual);
        all.putAll(values);
        all.put(Keys.RECIPE, Recipe.PLAIN);
        return new Settings(all, table);
    }

    /** The other keys that the recipe says nothing of once this one is said, since their values were chosen together. */
    public <T> List<Key<?>> chosenWith(Key<T> key) {
        Settings saying = with(key, get(key));
        return Keys.ALL.stream()
                .filter(other -> usual.containsKey(other) && !saying.usual.containsKey(other) && !saying.isSet(other))
                .toList();
    }

    /** The hidden layers: those that are said one by one, or the short form's. */
    public List<Layer> layers() {
        List<Layer> layers = get(Keys.LAYERS);
        if (!layers.isEmpty()) {
            return layers;
        }
        List<Layer> ofHidden = new ArrayList<>();
        for (int units : get(Keys.HIDDEN)) {
            ofHidden.add(new Affine(units, get(Keys.ACTIVATION)));
            if (get(Keys.DROPOUT) > 0) {
                ofHidden.add(new Dropout(get(Keys.DROPOUT)));
            }
        }
        return ofHidden;
    }

    /** The loss; empty for the label's usual one. */
    public Optional<Loss> loss() {
        return get(Keys.LOSS)
                .or(() -> isReconstruction() ? Optional.of(StandardLoss.MEAN_SQUARED_ERROR) : Optional.empty());
    }

    /** Whether the hidden layers were said, and are not the recipe's. */
    public boolean saysLayers() {
        return Recipe.keysOfNet().stream().anyMatch(this::isSet);
    }

    /** What the members of a network do not learn from; none where it has more members than there are folds. */
    public Folds folds(Network network) {
        int count = get(Keys.FOLDS);
        return count < network.members() ? Folds.NONE : new Folds(count);
    }

    /**
     * Which examples count at which step, in epochs of so many.
     *
     * @throws SettingsException when some would not count before the training is over
     */
    public Curriculum curriculum(int stepsOfEpoch) {
        if (get(Keys.DIFFICULTY).isEmpty()) {
            return Curriculum.NONE;
        }
        int epochs = epochs(stepsOfEpoch);
        double joining = get(Keys.CURRICULUM).orElse(epochs / 3.0);
        if (joining > epochs) {
            throw new SettingsException(
                    "%s: %s epochs, and the training has %,d: the hardest examples would never count"
                            .formatted(Keys.CURRICULUM, joining, epochs));
        }
        return new Curriculum(Math.round(joining * stepsOfEpoch));
    }

    /**
     * Which rows are mixed with others.
     *
     * @param entriesOfRow how many features of a row are not 0 at most, where rows are sparse; 0 where they are dense
     * @throws SettingsException when rows are sparse, and are to be mixed
     */
    public Mixup mixup(int entriesOfRow) {
        if (get(Keys.MIXUP) == 0) {
            return Mixup.NONE;
        }
        if (entriesOfRow > 0) {
            throw new SettingsException(
                    "%s: the features are sparse, and a mixed row has the entries of two; leave it out, or give the features as columns of numbers"
                            .formatted(Keys.MIXUP));
        }
        return new Mixup(get(Keys.MIXUP), get(Keys.SEED));
    }

    public boolean isClassification() {
        return require(Keys.TASK) == Task.CLASSIFICATION;
    }

    /** Whether the features are what is predicted. */
    public boolean isReconstruction() {
        return Optional.of(Task.RECONSTRUCTION).equals(values.get(Keys.TASK));
    }

    /** The learning rate before a schedule changes it. */
    public double learningRate() {
        return get(Keys.LEARNING_RATE).orElseGet(() -> !hasMomentum() ? 0.001 : usualRate(require(Keys.TASK)));
    }

    private static double usualRate(Task task) {
        return switch (task) {
            case CLASSIFICATION -> 0.05;
            case REGRESSION -> 0.005;
            case RECONSTRUCTION -> 0.02;
        };
    }

    /** What minimises the loss. */
    public Minimiser minimiser() {
        Minimiser chosen = get(Keys.OPTIMISER);
        if (!isSet(Keys.MOMENTUM) || !hasMomentum()) {
            return chosen;
        }
        return chosen instanceof Nesterov ? new Nesterov(get(Keys.MOMENTUM)) : new Momentum(get(Keys.MOMENTUM));
    }

    private boolean hasMomentum() {
        return get(Keys.OPTIMISER) instanceof Momentum || get(Keys.OPTIMISER) instanceof Nesterov;
    }

    /**
     * The steps of a training whose epochs have so many.
     *
     * @throws SettingsException when its learning rate begins with 0, or a layer is named that the network lacks
     */
    public Descent descent(Network network, int stepsOfEpoch) {
        if (!(minimiser() instanceof Optimiser optimiser)) {
            throw new IllegalStateException(minimiser() + " is no rule of a step");
        }
        long steps = (long) epochs(stepsOfEpoch) * stepsOfEpoch;
        Schedule.Length length = new Schedule.Length(
                get(Keys.STEPS).map(most -> Math.min(most, steps)).orElse(steps), stepsOfEpoch);
        long warmUp = Math.round(get(Keys.WARM_UP) * stepsOfEpoch);
        if (warmUp >= length.steps()) {
            throw new SettingsException(
                    "%s: %,d steps is the whole training of %,d".formatted(Keys.WARM_UP, warmUp, length.steps()));
        }
        Schedule schedule = new Schedule(get(Keys.SCHEDULE), learningRate(), warmUp, length);
        if ((float) schedule.rate(warmUp) == 0) {
            throw new SettingsException("%s: the rate is 0 at the first step".formatted(Keys.SCHEDULE));
        }
        if (get(Keys.DECAY) * learningRate() >= 1) {
            throw new SettingsException("%s: %s times the learning rate, %s, takes all of a weight away at a step"
                    .formatted(Keys.DECAY, get(Keys.DECAY), learningRate()));
        }
        return new Descent(
                optimiser,
                schedule,
                new Penalty(
                        get(Keys.L1),
                        get(Keys.L2),
                        get(Keys.DECAY),
                        get(Keys.MAX_NORM).orElse(Double.POSITIVE_INFINITY)),
                new Clipping(
                        get(Keys.CLIP_VALUE).orElse(Double.POSITIVE_INFINITY),
                        get(Keys.CLIP_NORM).orElse(Double.POSITIVE_INFINITY)),
                stretches(network));
    }

    /**
     * The parameters of a network, each at its layer's multiple of the learning rate.
     *
     * @throws SettingsException when a layer is named that the network lacks
     */
    public List<Descent.Stretch> stretches(Network network) {
        Map<Integer, Double> factors = get(Keys.RATE_FACTORS);
        int layers = network.layers().size() + 1;
        factors.keySet().stream().filter(layer -> layer > layers).findFirst().ifPresent(layer -> {
            throw new SettingsException(
                    "%s: there is no layer %d; the network has %d".formatted(Keys.RATE_FACTORS, layer, layers));
        });
        return network.stretches(layer -> factors.getOrDefault(layer, 1.0));
    }

    /**
     * Checks that the optimiser can train a network.
     *
     * @throws SettingsException when it needs the same loss at every look, and the network's differs
     */
    public void requireFit(Network network) {
        if (!(minimiser() instanceof Lbfgs)) {
            return;
        }
        List<String> problems = new ArrayList<>();
        String net = "the network's layers are " + network.kinds();
        if (network.objective(BatchShape.dense(1), get(Keys.SEED)).takes(Objective.COUNTERS)) {
            problems.add(
                    "training.optimiser: lbfgs needs a loss that is the same at every look, and some layers draw random numbers (%s); say layers without dropout by model.hidden or model.layers, or take adam"
                            .formatted(net));
        }
        if (network.parameters().stream().anyMatch(parameter -> parameter.role() == Role.TRACKED)) {
            problems.add(
                    "training.optimiser: lbfgs follows a gradient, and some parameters follow statistics of the rows (%s); take layer-norm in place of batch-norm, or adam"
                            .formatted(net));
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    /** How many epochs of so many steps there are at most. */
    public int epochs(int stepsOfEpoch) {
        Optional<Integer> needed = get(Keys.STEPS)
                .map(most -> (int) Math.min(Integer.MAX_VALUE, (most + stepsOfEpoch - 1) / stepsOfEpoch));
        return needed.filter(epochs -> !isSet(Keys.EPOCHS) || epochs < get(Keys.EPOCHS))
                .orElse(get(Keys.EPOCHS));
    }

    /** How often the training may be rolled back. */
    public int rollbacks() {
        return get(Keys.ON_DIVERGENCE) == Keys.OnDivergence.STOP ? 0 : get(Keys.ROLLBACKS);
    }

    /**
     * The number of shards, which is that of the replicas that make steps of their own: what was asked for, or else a
     * number that depends on the data and the configuration alone, so a result does not depend on the cluster.
     *
     * <p>With a step at a time, so many that each brings 256 examples or more to a step, since the products of fewer are
     * slow, and every shard costs a sum of gradients; but 2 from 64 examples on, and 4 from 256 on, for cores that would be
     * idle; and no more than 16 before each brings 4096. With local steps, so many that each has 1024 examples or
     * more, since a replica that sees fewer learns little by itself, and at most 16.
     */
    public int shardCount(long examples) {
        Optional<Integer> asked = get(Keys.SHARDS);
        if (asked.isPresent()) {
            return asked.get();
        }
        long perStep = get(Keys.BATCH_SIZE).of(examples);
        long useful;
        if (!get(Keys.SYNCHRONISE).isExact()) {
            useful = Math.min(examples / 1024, 16);
        } else if (perStep < 512) {
            useful = perStep < 128 ? perStep / 32 : perStep / 64;
        } else {
            useful = Math.max(4, Math.min(perStep / 256, Math.max(16, perStep / 4096)));
        }
        return (int) Math.min(1 << 16, Long.highestOneBit(Math.max(1, useful)));
    }

    /** What was said, in the order of the table: {@code training.epochs = 10, ...}. */
    @Override
    public String toString() {
        return Keys.ALL.stream()
                .filter(values::containsKey)
                .map(key -> key + " = " + said(key))
                .collect(Collectors.joining(", "));
    }

    /** A key's value in words. */
    public String said(Key<?> key) {
        return show(get(key));
    }

    private static String show(@Nullable Object value) {
        Object shown = value instanceof Optional<?> optional
                ? optional.map(Object.class::cast).orElse("auto")
                : value;
        if (shown instanceof Loss loss) {
            return loss.json().toString();
        }
        if (shown instanceof Metric metric && !(shown instanceof StandardMetric)) {
            return Keys.METRICS.json(metric).toString();
        }
        if (shown instanceof Minimiser minimiser) {
            return Keys.OPTIMISERS.json(minimiser).toString();
        }
        if (shown instanceof Schedule.Shape shape) {
            return Keys.SCHEDULES.json(shape).toString();
        }
        return shown instanceof List<?> list
                ? list.stream()
                        .map(one -> one instanceof Layer layer ? layer.json().toString() : String.valueOf(one))
                        .toList()
                        .toString()
                : String.valueOf(shown);
    }
}
