package dev.adjoint.driver.settings;

import dev.adjoint.worker.step.Adam;
import dev.adjoint.worker.step.Schedule;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What keys are where a job file does not say them. A recipe has parts whose values were chosen together, and who says a key of
 * a part has said how it is to be: the others of that part are then what they are in {@link #PLAIN}.
 */
public enum Recipe {
    /** The defaults of the table of keys: gradient descent with momentum at a constant rate. */
    PLAIN,

    /** For tables: dropout and a decay that no optimiser rescales, which most tables need more than a larger net. */
    TABLES;

    /** Values that hold as long as none of {@code keys} is said. */
    private record Part(Set<Key<?>> keys, Map<Key<?>, Object> values) {}

    /** Apart, since the keys' own table names a recipe and has to be there before. */
    private static final class OfTables {
        private static final Part NET =
                new Part(Set.of(Keys.LAYERS, Keys.HIDDEN, Keys.ACTIVATION, Keys.DROPOUT), Map.of(Keys.DROPOUT, 0.25));
        private static final Part STEPS = new Part(
                Set.of(
                        Keys.OPTIMISER,
                        Keys.SCHEDULE,
                        Keys.WARM_UP,
                        Keys.LEARNING_RATE,
                        Keys.MOMENTUM,
                        Keys.L1,
                        Keys.L2,
                        Keys.DECAY),
                Map.of(
                        Keys.OPTIMISER,
                        new Adam(0.9, 0.999, 1e-8),
                        Keys.SCHEDULE,
                        new Schedule.Cosine(0),
                        Keys.LEARNING_RATE,
                        Optional.of(0.003),
                        Keys.L2,
                        0.0,
                        Keys.DECAY,
                        1.0,
                        Keys.EPOCHS,
                        60));
    }

    private List<Part> parts() {
        return this == TABLES ? List.of(OfTables.NET, OfTables.STEPS) : List.of();
    }

    /** Its values where a job file says these keys, whose own values come before them. */
    Map<Key<?>, Object> values(Set<Key<?>> said) {
        Map<Key<?>, Object> all = new HashMap<>();
        for (Part part : parts()) {
            if (Collections.disjoint(part.keys, said)) {
                all.putAll(part.values);
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
