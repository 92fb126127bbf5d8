package dev.adjoint.jobs;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.adjoint.data.Reader;
import dev.adjoint.data.RowOrder;
import dev.adjoint.driver.Checkpoints;
import dev.adjoint.driver.Checkpoints.Every.Unit;
import dev.adjoint.driver.TrainingOptions;
import dev.adjoint.driver.TrainingOptions.BatchSize;
import dev.adjoint.driver.TrainingOptions.Divergence;
import dev.adjoint.driver.TrainingOptions.Synchronise;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Loss;
import dev.adjoint.rounds.ReductionKind;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a job file says.
 *
 * @param output the directory for the model
 * @param spark settings that are passed on to Spark
 */
record JobConfig(
        Task task,
        Data data,
        Architecture model,
        TrainingOptions training,
        Kept checkpoint,
        String output,
        Map<String, String> spark) {
    /** What is predicted. */
    enum Task {
        CLASSIFICATION,
        REGRESSION;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which data, and how to read it. */
    record Data(
            String train,
            Optional<String> test,
            Optional<String> format,
            boolean header,
            List<String> columns,
            String label,
            List<String> features,
            List<String> categorical,
            RowOrder order,
            double validationFraction) {}

    /** The hidden layers, and the loss where it is not the usual one. */
    record Architecture(List<Integer> hidden, Layer layer, Optional<Loss> loss) {}

    /**
     * Where checkpoints are kept, and when.
     *
     * @param keep how many of the newest
     * @param resume whether to go on from the newest without being told to
     */
    record Kept(Optional<String> directory, Checkpoints.Every every, int keep, boolean resume) {}

    /** The largest job file that is read, in bytes. */
    private static final int LARGEST = 1 << 20;

    /** Keys of Spark that name no class and no code. */
    private static final Pattern SPARK_IN_A_FILE = Pattern.compile("spark\\.("
            + "app\\.name|master|cores\\.max|default\\.parallelism"
            + "|(driver|executor)\\.(cores|instances|memory|memoryOverhead|memoryOverheadFactor|maxResultSize"
            + "|heartbeatInterval)"
            + "|task\\.(cpus|maxFailures)|locality\\.wait(\\.\\w+)?|scheduler\\.mode"
            + "|(dynamicAllocation|speculation|decommission|excludeOnFailure|rpc|memory|stage)(\\.\\w+)*"
            + "|network\\.(timeout|timeoutInterval)"
            + "|storage\\.decommission\\.\\w+(\\.\\w+)*"
            + "|ui\\.(enabled|port|retainedJobs|retainedStages|retainedTasks)|port\\.maxRetries"
            + "|sql\\.(session\\.timeZone|shuffle\\.partitions|files\\.\\w+|adaptive\\.enabled)"
            + "|log\\.level)");

    /**
     * Reads a job file, over it {@code overrides} ({@code key=value}), under it the defaults.
     *
     * @throws UsageException when there is no such file, or anything in it is wrong
     */
    static JobConfig load(Path file, List<String> overrides) {
        Config config = parse(file);
        Config defaults = ConfigFactory.parseResources(JobConfig.class, "defaults.conf");
        try {
            requireHarmless(config, file.toString());
            for (String override : overrides) {
                config = override(override).withFallback(config);
            }
            return read(new Settings(config.withFallback(defaults)), file.toString());
        } catch (ConfigException e) {
            throw new UsageException(file + ": " + e.getMessage());
        }
    }

    /**
     * Settings for Spark alone, where there is no job file.
     *
     * @throws UsageException when one of {@code overrides} is not of the form {@code spark.key=value}
     */
    static Map<String, String> sparkOnly(List<String> overrides) {
        Config config = ConfigFactory.empty();
        for (String override : overrides) {
            config = override(override).withFallback(config);
        }
        Settings settings = new Settings(config);
        Map<String, String> spark = settings.below("spark");
        settings.throwProblems("without a job file, --set takes keys of Spark alone (spark.*)");
        return spark;
    }

    private static Config parse(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("there is no job file %s (that is %s)".formatted(file, file.toAbsolutePath()));
        }
        try {
            long size = Files.size(file);
            if (size > LARGEST) {
                throw new UsageException(
                        "the job file %s has %,d bytes, at most %,d are read".formatted(file, size, LARGEST));
            }
            // From the text, since a file's includes would be looked for on the class path and on the network.
            Config config = ConfigFactory.parseString(
                    Files.readString(file),
                    ConfigParseOptions.defaults()
                            .setOriginDescription(file.toString())
                            .setIncluder(new NoIncludes()));
            if (!config.isResolved()) {
                throw new UsageException(
                        "the job file %s has substitutions (${...}), which are not taken; set the key by --set"
                                .formatted(file));
            }
            return config;
        } catch (ConfigException e) {
            throw new UsageException("the job file is no HOCON: " + e.getMessage());
        } catch (CharacterCodingException e) {
            throw new UsageException("the job file %s is no text in UTF-8".formatted(file));
        } catch (IOException e) {
            throw new UsageException("the job file %s cannot be read: %s".formatted(file, e.getMessage()));
        } catch (StackOverflowError e) {
            throw new UsageException("the job file %s is nested too deeply".formatted(file));
        }
    }

    /** Most of Spark's keys can have it load or run something, and a job file may come from a stranger. */
    private static void requireHarmless(Config config, String where) {
        List<String> problems = new Settings(config)
                .below("spark").keySet().stream()
                        .filter(key -> !SPARK_IN_A_FILE.matcher(key).matches())
                        .sorted()
                        .map(key ->
                                key + ": of Spark, a job file sets sizes, times and numbers only; give this by --set")
                        .toList();
        if (!problems.isEmpty()) {
            throw new UsageException(where, problems);
        }
    }

    /** A job file is one file. */
    private static final class NoIncludes
            implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
        @Override
        public ConfigIncluder withFallback(ConfigIncluder fallback) {
            return this;
        }

        @Override
        public ConfigObject include(ConfigIncludeContext context, String what) {
            throw refused(what);
        }

        @Override
        public ConfigObject includeFile(ConfigIncludeContext context, File what) {
            throw refused(what.toString());
        }

        @Override
        public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
            throw refused(what.toString());
        }

        @Override
        public ConfigObject includeResources(ConfigIncludeContext context, String what) {
            throw refused(what);
        }

        private static UsageException refused(String what) {
            return new UsageException("the job file includes %s; a job file is one file".formatted(what));
        }
    }

    private static Config override(String override) {
        int equals = override.indexOf('=');
        if (equals < 1) {
            throw new UsageException("--set %s: expected key=value".formatted(override));
        }
        String key = override.substring(0, equals).strip();
        String value = override.substring(equals + 1).strip();
        try {
            // Only what looks like more than a word is HOCON: a path may hold characters that mean something there.
            boolean structured = value.matches("(?s)[\\[{\"].*");
            ConfigValue parsed = structured
                    ? ConfigFactory.parseString("value = " + value).getValue("value")
                    : ConfigValueFactory.fromAnyRef(value);
            return parsed.withOrigin(ConfigOriginFactory.newSimple("--set")).atPath(key);
        } catch (ConfigException e) {
            throw new UsageException("--set %s: %s".formatted(override, e.getMessage()));
        }
    }

    private static JobConfig read(Settings settings, String where) {
        Optional<Task> task = settings.choice("task", Task.values());
        if (task.isEmpty() && settings.text("task").isEmpty()) {
            settings.problem("task", "is not set; expected classification or regression");
        }
        Data data = new Data(
                settings.requiredText("data.train"),
                settings.text("data.test"),
                settings.choice("data.format", Reader.FORMATS.toArray(String[]::new)),
                settings.flag("data.header"),
                distinct(settings, "data.columns"),
                settings.requiredText("data.label"),
                distinct(settings, "data.features"),
                settings.texts("data.categorical"),
                new RowOrder(distinct(settings, "data.order-by")),
                settings.number("data.validation-fraction", "0 or more and less than 1", f -> f >= 0 && f < 1));
        Architecture model = new Architecture(
                settings.integers("model.hidden", "at least 1 unit a layer", units -> units >= 1),
                layer(settings),
                loss(settings, task));
        TrainingOptions training = new TrainingOptions(
                settings.integer("training.epochs", "1 or more", n -> n >= 1),
                batchSize(settings),
                synchronise(settings),
                learningRate(settings, task.orElse(Task.CLASSIFICATION)),
                settings.number("training.momentum", "0 or more and less than 1", a -> a >= 0 && a < 1),
                settings.number("training.l2", "0 or more", l -> l >= 0 && Double.isFinite(l)),
                settings.wide("training.seed"),
                shards(settings),
                divergence(settings),
                settings.choice("training.reduction", ReductionKind.values()).orElse(ReductionKind.AUTO));
        Kept checkpoint = new Kept(
                settings.text("checkpoint.directory"),
                every(settings),
                settings.integer("checkpoint.keep", "1 or more", n -> n >= 1),
                settings.choice("training.resume", new String[] {"never", "auto"})
                        .equals(Optional.of("auto")));
        if (checkpoint.resume && checkpoint.directory.isEmpty()) {
            settings.problem("training.resume", "needs checkpoint.directory");
        }
        String output = settings.requiredText("output.model");
        Map<String, String> spark = settings.below("spark");
        settings.throwProblems(where);
        return new JobConfig(task.orElseThrow(), data, model, training, checkpoint, output, spark);
    }

    private static Layer layer(Settings settings) {
        Layer activation =
                settings.choice("model.activation", Activation.values()).orElse(Activation.RELU);
        return named(settings, "model.layer", "affine", Layer::named).orElse(activation);
    }

    private static Optional<Loss> loss(Settings settings, Optional<Task> task) {
        Optional<Loss> loss = named(settings, "model.loss", "auto", Loss::named);
        boolean classes = task.equals(Optional.of(Task.CLASSIFICATION));
        if (task.isPresent() && loss.isPresent() && loss.get().isClassification() != classes) {
            settings.problem(
                    "model.loss", "%s is not for %s".formatted(loss.get().id(), task.get()));
        }
        return loss;
    }

    private static <T> Optional<T> named(Settings settings, String key, String usual, Function<String, T> find) {
        String name = settings.text(key).orElse(usual);
        if (name.equals(usual)) {
            return Optional.empty();
        }
        try {
            return Optional.of(find.apply(name));
        } catch (IllegalArgumentException e) {
            settings.problem(key, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static List<String> distinct(Settings settings, String key) {
        List<String> names = settings.texts(key);
        if (names.stream().distinct().count() != names.size()) {
            settings.problem(key, "a name stands there twice: " + names);
        }
        return names;
    }

    private static BatchSize batchSize(Settings settings) {
        String key = "training.batch-size";
        String text = settings.text(key).orElse("auto");
        if (text.equals("auto")) {
            return new BatchSize.Auto();
        }
        if (text.equals("full")) {
            return new BatchSize.Full();
        }
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1) {
            settings.problem(key, "expected a number of examples, full or auto, not " + text);
            return new BatchSize.Auto();
        }
        return new BatchSize.Of(Integer.parseInt(text));
    }

    private static Synchronise synchronise(Settings settings) {
        String key = "training.synchronise.every";
        String text = settings.text(key).orElse("step");
        if (text.equals("step")) {
            return new Synchronise.EveryStep();
        }
        if (text.equals("epoch")) {
            return new Synchronise.EveryEpoch();
        }
        String steps = text.replaceFirst("\\s*steps?$", "");
        if (!steps.matches("\\d{1,9}") || Integer.parseInt(steps) < 1) {
            settings.problem(key, "expected step, a number of steps (\"10 steps\") or epoch, not " + text);
            return new Synchronise.EveryStep();
        }
        return new Synchronise.EverySteps(Integer.parseInt(steps));
    }

    private static Checkpoints.Every every(Settings settings) {
        String key = "checkpoint.every";
        String text = settings.text(key).orElse("1 epoch");
        Matcher matcher = Pattern.compile("(\\d{1,9})\\s*(epoch|step|minute)s?").matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < 1) {
            settings.problem(key, "expected a number of epochs, steps or minutes (\"10 minutes\"), not " + text);
            return new Checkpoints.Every(1, Unit.EPOCHS);
        }
        return new Checkpoints.Every(
                Integer.parseInt(matcher.group(1)),
                Unit.valueOf(matcher.group(2).toUpperCase(Locale.ROOT) + "S"));
    }

    private static Divergence divergence(Settings settings) {
        Optional<String> choice = settings.choice("training.on-divergence", new String[] {"stop", "rollback"});
        int most = settings.integer("training.rollback.most", "1 or more", n -> n >= 1);
        double factor = settings.number("training.rollback.factor", "more than 0 and less than 1", f -> f > 0 && f < 1);
        return choice.equals(Optional.of("rollback")) ? new Divergence(most, factor) : Divergence.STOP;
    }

    private static double learningRate(Settings settings, Task task) {
        String key = "training.learning-rate";
        if (settings.text(key).orElse("auto").equals("auto")) {
            return task == Task.CLASSIFICATION ? 0.05 : 0.005;
        }
        return settings.number(key, "more than 0", r -> r > 0 && Double.isFinite(r));
    }

    private static OptionalInt shards(Settings settings) {
        String key = "training.shards";
        String text = settings.text(key).orElse("auto");
        if (text.equals("auto")) {
            return OptionalInt.empty();
        }
        int shards = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
        if (Integer.bitCount(shards) != 1 || shards > 1 << 20) {
            settings.problem(key, "expected a power of two up to %d or auto, not %s".formatted(1 << 20, text));
            return OptionalInt.empty();
        }
        return OptionalInt.of(shards);
    }
}
