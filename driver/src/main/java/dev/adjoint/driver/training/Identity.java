package dev.adjoint.driver.training;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the bits of a training's result depend on, each with its value: another value, and it is another training.
 *
 * @param values by name, as a user knows it: {@code training.momentum}
 */
public record Identity(Map<String, String> values) {
    /** Copies the values, so that the identity stays what it is. */
    public Identity {
        values = Map.copyOf(values);
    }

    /** A value that is not known, since an older release did not write it: it differs from none. */
    public static final String ANY = "(any)";

    /** What differs, in words; empty when nothing does. */
    public Optional<String> difference(Identity now) {
        TreeSet<String> names = new TreeSet<>(values.keySet());
        names.addAll(now.values.keySet());
        names.removeIf(name -> {
            String before = values.getOrDefault(name, "");
            return before.equals(ANY) || before.equals(now.values.getOrDefault(name, ""));
        });
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(names.stream()
                        .map(name -> "%s was %s and is %s"
                                .formatted(
                                        name,
                                        values.getOrDefault(name, "not set"),
                                        now.values.getOrDefault(name, "not set")))
                        .collect(Collectors.joining("; ")));
    }

    /** In the order of the names. */
    public Map<String, String> sorted() {
        return new TreeMap<>(values);
    }
}
