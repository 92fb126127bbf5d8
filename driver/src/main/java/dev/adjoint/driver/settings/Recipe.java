package dev.adjoint.driver.settings;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What keys are where a job file does not say them. A recipe has parts whose values were chosen together, and who says a key of
 * a part has said how it is to be: the others of that part are then what they are in {@link #PLAIN}.
 */
public enum Recipe {
    /** The defaults of the table of keys: gradient descent with momentum at a constant rate. */
    PLAIN(Map.of()),

    /** For tables: dropout and a decay that no optimiser rescales, which most tables need more than a larger net. */
    TABLES(Map.of(
            Part.NET, Map.of("model.dropout", 0.25),
            Part.STEPS,
                    Map.of(
                            "training.optimiser",
                            "adam",
                            "training.schedule",
                            "cosine",
                            "training.learning-rate",
                            0.003,
                            "training.l2",
                            0,
                            "training.decay",
                            1),
            Part.LENGTH, Map.of("training.epochs", 60)));

    private enum Part {
        NET(Set.of("model.layers", "model.hidden", "model.activation", "model.dropout")),
        STEPS(Set.of(
                "training.optimiser",
                "training.schedule",
                "training.warm-up",
                "training.learning-rate",
                "training.momentum",
                "training.l1",
                "training.l2",
                "training.decay")),
        LENGTH(STEPS.keys);

        private final Set<String> keys;

        Part(Set<String> keys) {
            this.keys = keys;
        }
    }

    private final Map<Part, Map<String, Object>> values;

    Recipe(Map<Part, Map<String, Object>> values) {
        this.values = values;
    }

    /**
     * Its values, as a job file would say them.
     *
     * @param said the names of the keys that a job file says
     */
    Map<String, Object> values(Set<String> said) {
        Map<String, Object> all = new LinkedHashMap<>();
        values.forEach((part, ofPart) -> {
            if (part.keys.stream().noneMatch(said::contains)) {
                all.putAll(ofPart);
            }
        });
        all.keySet().removeAll(said);
        return all;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
