package dev.adjoint.jobs.config;

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
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.adjoint.driver.settings.Key;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a job file says.
 *
 * @param settings a value for every key
 * @param spark settings that are passed on to Spark
 */
public record JobConfig(Settings settings, Map<String, String> spark) {
    /** The largest job file that is read, in bytes. */
    private static final int LARGEST = 1 << 20;

    /** Whatever a training needs to be told. */
    private static final List<Key<?>> NEEDED = List.of(Keys.TASK, Keys.TRAIN, Keys.LABEL, Keys.OUTPUT);

    private static final String SPARK = "spark";

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
    public static JobConfig load(Path file, List<String> overrides) {
        Config config = parse(file);
        try {
            requireHarmless(config, file.toString());
            return read(overridden(config, overrides), file.toString(), NEEDED);
        } catch (ConfigException e) {
            throw new UsageException(file + ": " + e.getMessage());
        }
    }

    /**
     * What the command line says where there is no job file: settings for Spark, and how data is read.
     *
     * @throws UsageException when anything else is among {@code overrides}, or anything in them is wrong
     */
    public static JobConfig ofReading(List<String> overrides) {
        Config config = overridden(ConfigFactory.empty(), overrides);
        List<String> reading = Keys.READING.stream().map(Key::name).toList();
        List<String> others = leaves(config).keySet().stream()
                .filter(key -> !isSpark(key) && !reading.contains(key))
                .map(key -> "%s: there is no such key here".formatted(key))
                .toList();
        if (!others.isEmpty()) {
            throw new UsageException(
                    "without a job file, --set takes keys of Spark (spark.*), and how data is read: "
                            + String.join(", ", reading),
                    others);
        }
        return read(config, "--set", List.of());
    }

    private static Config overridden(Config config, List<String> overrides) {
        Config set = ConfigFactory.empty();
        for (String override : overrides) {
            set = override(override).withFallback(set);
        }
        // One form of the layers replaces the other that the file has.
        Config rest = config;
        if (set.hasPath(Keys.LAYERS.name())) {
            rest = rest.withoutPath(Keys.HIDDEN.name())
                    .withoutPath(Keys.ACTIVATION.name())
                    .withoutPath(Keys.DROPOUT.name());
        } else if (set.hasPath(Keys.HIDDEN.name())
                || set.hasPath(Keys.ACTIVATION.name())
                || set.hasPath(Keys.DROPOUT.name())) {
            rest = rest.withoutPath(Keys.LAYERS.name());
        }
        return set.withFallback(rest);
    }

    private static boolean isSpark(String key) {
        return key.startsWith(SPARK + ".");
    }

    /** The values by their keys, lists and the objects in them whole. */
    private static Map<String, ConfigValue> leaves(Config config) {
        Map<String, ConfigValue> leaves = new LinkedHashMap<>();
        for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
            leaves.put(String.join(".", ConfigUtil.splitPath(entry.getKey())), entry.getValue());
        }
        // An object is one value where the key takes one: a loss with its options.
        for (Key<?> key : Keys.ALL) {
            if (config.hasPath(key.name()) && config.getValue(key.name()).valueType() == ConfigValueType.OBJECT) {
                leaves.keySet().removeIf(leaf -> leaf.startsWith(key.name() + "."));
                leaves.put(key.name(), config.getValue(key.name()));
            }
        }
        return leaves;
    }

    private static Map<String, String> spark(Config config) {
        Map<String, String> spark = new TreeMap<>();
        leaves(config).forEach((key, value) -> {
            if (isSpark(key)) {
                spark.put(key, String.valueOf(value.unwrapped()));
            }
        });
        return spark;
    }

    private static JobConfig read(Config config, String where, List<Key<?>> needed) {
        Map<String, Object> raw = new LinkedHashMap<>();
        Map<String, String> origins = new LinkedHashMap<>();
        leaves(config).forEach((key, value) -> {
            if (!isSpark(key)) {
                raw.put(key, value.unwrapped());
                origins.put(key, "  (" + value.origin().description() + ")");
            }
        });
        try {
            return new JobConfig(Settings.parse(raw, key -> origins.getOrDefault(key, ""), needed), spark(config));
        } catch (SettingsException e) {
            throw new UsageException(where, e.problems());
        }
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
        List<String> problems = spark(config).keySet().stream()
                .filter(key -> !SPARK_IN_A_FILE.matcher(key).matches())
                .sorted()
                .map(key -> key + ": of Spark, a job file sets sizes, times and numbers only; give this by --set")
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
}
