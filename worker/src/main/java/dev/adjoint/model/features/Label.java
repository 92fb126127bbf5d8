package dev.adjoint.model.features;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.List;

/** What the model predicts: the name of its column, and what training learned of it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Label.Classes.class, name = "classes"),
    @JsonSubTypes.Type(value = Label.Real.class, name = "real")
})
public sealed interface Label extends Serializable permits Label.Classes, Label.Real {
    String column();

    /** A label that training never saw. */
    float UNKNOWN = -1;

    /** How many classes there are; 0 for a number. */
    int classCount();

    /** The label as the program takes it: a class index ({@link #UNKNOWN} for a new class), or a standardised value. */
    float encode(RawExample example);

    /** Classes by name, in order; a class's index is its place. */
    record Classes(String column, Type type, List<String> names) implements Label {
        /** What the label's column held; predictions come back as the same. */
        public enum Type {
            TEXT,
            INTEGER,
            DECIMAL
        }

        /**
         * Checks that there are two classes at least, and none twice.
         *
         * @throws IllegalArgumentException when not
         */
        public Classes {
            names = List.copyOf(names);
            if (names.size() < 2 || names.stream().distinct().count() != names.size()) {
                throw new IllegalArgumentException(
                        "label %s: classes %s, expected two at least and none twice".formatted(column, names));
            }
        }

        @Override
        public int classCount() {
            return names.size();
        }

        @Override
        public float encode(RawExample example) {
            return names.indexOf(example.label());
        }
    }

    /** A number, standardised with the training set's mean and standard deviation. */
    record Real(String column, double mean, double deviation) implements Label {
        /**
         * Checks the deviation.
         *
         * @throws IllegalArgumentException when it is not positive
         */
        public Real {
            if (!Double.isFinite(mean) || !Double.isFinite(deviation) || deviation <= 0) {
                throw new IllegalArgumentException(
                        "label %s: mean %s and deviation %s, expected finite ones and a positive deviation"
                                .formatted(column, mean, deviation));
            }
        }

        @Override
        public int classCount() {
            return 0;
        }

        @Override
        public float encode(RawExample example) {
            return (float) ((example.target() - mean) / deviation);
        }

        /** A standardised value in the label's own units. */
        public double decode(double standardised) {
            return mean + deviation * standardised;
        }
    }
}
