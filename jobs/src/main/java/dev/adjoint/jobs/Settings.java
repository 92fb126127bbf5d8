package dev.adjoint.jobs;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.adjoint.data.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.DoublePredicate;
import java.util.function.Function;

/**
 * Reads keys of a configuration and notes everything that is wrong with it, so that all problems can be told together. A
 * key that was never read is one of the problems.
 */
final class Settings {
    private final Config config;
    private final TreeSet<String> known = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    Settings(Config config) {
        this.config = config;
    }

    Optional<String> text(String key) {
        return read(key, "text", config::getString);
    }

    String requiredText(String key) {
        Optional<String> text = text(key);
        if (text.isEmpty() && !config.hasPath(key)) {
            problems.add(key + " is not set");
        }
        return text.orElse("");
    }

    boolean flag(String key) {
        return read(key, "true or false", config::getBoolean).orElse(false);
    }

    double number(String key, String expected, DoublePredicate valid) {
        return read(key, "a number", config::getDouble)
                .filter(number -> check(key, number, expected, valid))
                .orElse(0.0);
    }

    int integer(String key, String expected, DoublePredicate valid) {
        return read(key, "a whole number", config::getInt)
                .filter(number -> check(key, number, expected, valid))
                .orElse(1);
    }

    long wide(String key) {
        return read(key, "a whole number", config::getLong).orElse(0L);
    }

    /** A list, or one text with commas. */
    List<String> texts(String key) {
        return read(
                        key,
                        "a list",
                        k -> config.getValue(k).valueType() == ConfigValueType.STRING
                                ? split(config.getString(k))
                                : config.getStringList(k))
                .orElse(List.of());
    }

    List<Integer> integers(String key, String expected, DoublePredicate valid) {
        return read(
                        key,
                        "a list of whole numbers",
                        k -> config.getValue(k).valueType() == ConfigValueType.STRING
                                ? split(config.getString(k)).stream()
                                        .map(Integer::valueOf)
                                        .toList()
                                : config.getIntList(k))
                .filter(numbers -> numbers.stream().allMatch(n -> check(key, n, expected, valid)))
                .orElse(List.of());
    }

    /** One of a few values, by the names that they print themselves with. */
    <E> Optional<E> choice(String key, E[] values) {
        Optional<String> name = text(key);
        Optional<E> value = name.flatMap(
                n -> Arrays.stream(values).filter(v -> v.toString().equals(n)).findFirst());
        if (name.isPresent() && value.isEmpty()) {
            problem(key, "expected one of " + Arrays.toString(values) + ", not " + name.get());
        }
        return value;
    }

    /** All keys below {@code prefix}, each with its text. */
    Map<String, String> below(String prefix) {
        Map<String, String> out = new LinkedHashMap<>();
        if (config.hasPath(prefix)) {
            for (Map.Entry<String, ConfigValue> entry : config.getConfig(prefix).entrySet()) {
                String key = prefix + "." + String.join(".", ConfigUtil.splitPath(entry.getKey()));
                out.put(key, String.valueOf(entry.getValue().unwrapped()));
                known.add(key);
            }
        }
        return out;
    }

    /** Notes that a key's value cannot be used. */
    void problem(String key, String message) {
        problems.add("%s: %s%s".formatted(key, message, where(key)));
    }

    /**
     * Tells what was found.
     *
     * @throws UsageException when anything was wrong
     */
    void throwProblems(String where) {
        for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
            String key = String.join(".", ConfigUtil.splitPath(entry.getKey()));
            if (!known.contains(key)) {
                String nearest = known.isEmpty() ? "" : "; the nearest are " + Names.nearest(key, known);
                problem(key, "there is no such key" + nearest);
            }
        }
        if (!problems.isEmpty()) {
            throw new UsageException(where, problems);
        }
    }

    private <T> Optional<T> read(String key, String expected, Function<String, T> get) {
        known.add(key);
        try {
            return config.hasPath(key) ? Optional.of(get.apply(key)) : Optional.empty();
        } catch (ConfigException | NumberFormatException e) {
            problem(
                    key,
                    "expected %s, not %s"
                            .formatted(expected, config.getValue(key).unwrapped()));
            return Optional.empty();
        }
    }

    private boolean check(String key, Number number, String expected, DoublePredicate valid) {
        if (valid.test(number.doubleValue())) {
            return true;
        }
        problem(key, "expected %s, not %s".formatted(expected, number));
        return false;
    }

    private String where(String key) {
        return config.hasPath(key) ? "  (" + config.getValue(key).origin().description() + ")" : "";
    }

    private static List<String> split(String text) {
        return text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(",")).map(String::strip).toList();
    }
}
