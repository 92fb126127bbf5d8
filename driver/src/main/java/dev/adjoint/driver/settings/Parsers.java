package dev.adjoint.driver.settings;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** The kinds of values that keys have. */
final class Parsers {
    private Parsers() {}

    static IllegalArgumentException expected(String what, @Nullable Object raw) {
        return new IllegalArgumentException("expected %s, not %s".formatted(what, raw));
    }

    static String text(@Nullable Object raw) {
        if (raw == null || raw instanceof Iterable<?> || raw instanceof java.util.Map<?, ?>) {
            throw expected("text", raw);
        }
        return raw.toString();
    }

    static boolean flag(Object raw) {
        return switch (text(raw)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw expected("true or false", raw);
        };
    }

    static Key.Parser<Double> number(String what, DoublePredicate valid) {
        return raw -> {
            double number;
            try {
                number = Double.parseDouble(text(raw));
            } catch (IllegalArgumentException e) {
                throw expected("a number", raw);
            }
            if (!valid.test(number)) {
                throw expected(what, number);
            }
            return number;
        };
    }

    static Key.Parser<Long> whole(String what, LongPredicate valid) {
        return raw -> {
            long number;
            try {
                number = new BigDecimal(text(raw)).longValueExact();
            } catch (ArithmeticException | IllegalArgumentException e) {
                throw expected("a whole number", raw);
            }
            if (!valid.test(number)) {
                throw expected(what, number);
            }
            return number;
        };
    }

    static Key.Parser<Integer> integer(String what, LongPredicate valid) {
        Key.Parser<Long> whole = whole(what, n -> n == (int) n && valid.test(n));
        return raw -> whole.parse(raw).intValue();
    }

    /** Of one type's values, by the names that they print themselves with. */
    static <E> Key.Parser<E> choice(E[] values) {
        return raw -> Arrays.stream(values)
                .filter(value -> value.toString().equals(raw.toString()))
                .findFirst()
                .orElseThrow(() -> expected("one of " + Arrays.toString(values), raw));
    }

    /** A list, or one text with commas, in brackets or not. */
    static <E> Key.Parser<List<E>> list(String what, Function<Object, E> element) {
        return raw -> {
            List<?> elements =
                    raw instanceof List<?> list ? list : split(text(raw).strip());
            List<E> parsed = new ArrayList<>();
            for (Object one : elements) {
                try {
                    parsed.add(element.apply(one));
                } catch (NumberFormatException e) {
                    throw expected(what, raw);
                }
            }
            return List.copyOf(parsed);
        };
    }

    private static List<String> split(String text) {
        String inner = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        return inner.isBlank()
                ? List.of()
                : Arrays.stream(inner.split(",")).map(String::strip).toList();
    }

    /** Names, none of which stands there twice. */
    static Key.Parser<List<String>> names() {
        Key.Parser<List<String>> list = list("a list", Parsers::text);
        return raw -> {
            List<String> names = list.parse(raw);
            if (new LinkedHashSet<>(names).size() < names.size()) {
                throw new IllegalArgumentException("a name stands there twice: " + names);
            }
            return names;
        };
    }

    /** Where a key has no default: nothing, or a value. */
    static <T> Key.Parser<Optional<T>> optional(Key.Parser<T> parser) {
        return raw -> Optional.of(parser.parse(raw));
    }

    /** What {@code parser} takes, or the word {@code auto} for nothing. */
    static <T> Key.Parser<Optional<T>> auto(Key.Parser<T> parser) {
        return orWord("auto", parser);
    }

    /** What {@code parser} takes, or the word {@code none} for nothing. */
    static <T> Key.Parser<Optional<T>> none(Key.Parser<T> parser) {
        return orWord("none", parser);
    }

    private static <T> Key.Parser<Optional<T>> orWord(String word, Key.Parser<T> parser) {
        return raw -> raw.equals(word) ? Optional.empty() : Optional.of(parser.parse(raw));
    }
}
