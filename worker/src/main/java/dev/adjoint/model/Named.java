package dev.adjoint.model;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Layers and losses by name: ours are enum constants, a user's are classes. */
final class Named {
    private Named() {}

    /** {@code leaky-relu} for a constant of ours, the class's name for a user's. */
    static String id(Object named) {
        return named instanceof Enum<?> constant
                ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
                : named.getClass().getName();
    }

    /**
     * What {@link #id} gives that name for. A class is not initialised before it is known to be of the type.
     *
     * @throws IllegalArgumentException when there is none, saying what there is
     */
    static <T> T find(Class<T> type, String id, T[] ours) {
        for (T constant : ours) {
            if (id(constant).equals(id)) {
                return constant;
            }
        }
        String kind = type.getSimpleName().toLowerCase(Locale.ROOT);
        if (!id.contains(".")) {
            List<String> ids = Arrays.stream(ours).map(Named::id).toList();
            throw new IllegalArgumentException(
                    "%s %s: expected one of %s, or the name of a class".formatted(kind, id, String.join(", ", ids)));
        }
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            Class<? extends T> found = Class.forName(id, false, loader).asSubclass(type);
            if (!Modifier.isPublic(found.getModifiers())) {
                throw new IllegalArgumentException("%s %s: the class is not public".formatted(kind, id));
            }
            return found.getConstructor().newInstance();
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "%s %s: there is no such class; give its jar with --jars".formatted(kind, id), e);
        } catch (ClassCastException e) {
            throw new IllegalArgumentException(
                    "%s %s: the class does not implement %s".formatted(kind, id, type.getName()), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "%s %s: the class needs a public constructor without arguments that succeeds".formatted(kind, id),
                    e);
        }
    }
}
