package dev.adjoint.driver.settings;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a training.
 *
 * @param name as in a job file, dots and hyphens included
 * @param usual its default, as a job file would say it; null where it has none
 * @param meaning a sentence for people
 * @param decides whether the bits of a training's result depend on it, so that a training with another value is another one
 * @param <T> the type of its value
 */
public record Key<T>(
        String name, Parser<T> parser, @Nullable String usual, String meaning, boolean decides) {
    /** Turns what a job file or a command line says into a value. */
    public interface Parser<T> {
        /**
         * The value.
         *
         * @param raw a text, a number, a flag, a list or a map of these
         * @throws IllegalArgumentException when it is none, saying what was expected and what came
         */
        T parse(Object raw);
    }

    /** The value where nothing was said: the default, or nothing. */
    @SuppressWarnings("unchecked") // a key without a default has optional values
    public T defaultValue() {
        return usual == null ? (T) Optional.empty() : parser.parse(usual);
    }

    @Override
    public String toString() {
        return name;
    }
}
