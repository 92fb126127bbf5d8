package dev.adjoint.model.features;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.List;

/** What the model predicts: the names of its columns, and what training learned of them; or the features themselves. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Label.Classes.class, name = "classes"),
    @JsonSubTypes.Type(value = Label.Flags.class, name = "flags"),
    @JsonSubTypes.Type(value = Label.Real.class, name = "real"),
    @JsonSubTypes.Type(value = Label.Reconstruction.class, name = "reconstruction")
})
public sealed interface Label extends Serializable
        permits Label.Classes, Label.Flags, Label.Real, Label.Reconstruction {
    /** A label that training never saw. */
    float UNKNOWN = -1;

    /** One, or more where the model has several targets; none where the targets are the features. */
    List<String> columns();

    /** How many classes there are, 2 for flags; 0 for numbers. */
    int classCount();

    /** How many targets an example has: one a column, or its features. */
    default int targetCount() {
        return columns().size();
    }

    /** Writes the target of each column, as the program takes it, into {@code out} from {@code at} on. */
    void encode(RawExample example, float[] out, int at);

    /**
     * Classes by name, in order; a class's index, {@link #UNKNOWN} for a new one, is what the program takes.
     *
     * @param type what the label's column held, as Spark SQL calls it; predictions come back as the same
     */
    record Classes(String column, String type, List<String> names) implements Label {
        /** The type of what a text file holds. */
        public static final String TEXT = "string";

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
        public List<String> columns() {
            return List.of(column);
        }

        @Override
        public int classCount() {
            return names.size();
        }

        @Override
        public void encode(RawExample example, float[] out, int at) {
            out[at] = names.indexOf(example.label());
        }
    }

    /** Several columns of 0 and 1, each of which is predicted by itself. */
    record Flags(List<String> columns) implements Label {
        /**
         * Checks that there are two at least.
         *
         * @throws IllegalArgumentException when not
         */
        public Flags {
            columns = List.copyOf(columns);
            if (columns.size() < 2) {
                throw new IllegalArgumentException("flags %s, expected two columns at least".formatted(columns));
            }
        }

        @Override
        public int classCount() {
            return 2;
        }

        @Override
        public void encode(RawExample example, float[] out, int at) {
            for (int k = 0; k < columns.size(); k++) {
                out[at + k] = (float) example.targets()[k];
            }
        }
    }

    /** Numbers, each less its centre, by its spread. */
    record Real(List<Target> targets) implements Label {
        /** One number to predict. */
        public record Target(String column, double center, double spread) implements Serializable {
            /**
             * Checks the spread.
             *
             * @throws IllegalArgumentException when it is not positive
             */
            public Target {
                if (!Double.isFinite(center) || !Double.isFinite(spread) || spread <= 0) {
                    throw new IllegalArgumentException(
                            "label %s: center %s and spread %s, expected finite ones and a positive spread"
                                    .formatted(column, center, spread));
                }
            }

            /** As the program takes it. */
            public double encode(double value) {
                return (value - center) / spread;
            }

            /** In the label's own units. */
            public double decode(double standardised) {
                return center + spread * standardised;
            }
        }

        public Real {
            targets = List.copyOf(targets);
        }

        /** Of one number. */
        public Real(String column, double center, double spread) {
            this(List.of(new Target(column, center, spread)));
        }

        @Override
        public List<String> columns() {
            return targets.stream().map(Target::column).toList();
        }

        @Override
        public int classCount() {
            return 0;
        }

        @Override
        public void encode(RawExample example, float[] out, int at) {
            for (int k = 0; k < targets.size(); k++) {
                out[at + k] = (float) targets.get(k).encode(example.targets()[k]);
            }
        }
    }

    /** No column of its own: the targets are the example's features, as they are encoded. */
    record Reconstruction(List<Part> parts) implements Label {
        /** A column of the data set, and how many features it becomes. */
        public record Part(String column, int width) implements Serializable {}

        /**
         * Checks that there is a feature.
         *
         * @throws IllegalArgumentException when there is none, or a width is not positive
         */
        public Reconstruction {
            parts = List.copyOf(parts);
            if (parts.isEmpty() || parts.stream().anyMatch(part -> part.width() < 1)) {
                throw new IllegalArgumentException(
                        "reconstructed columns %s, expected one at least, each with a feature".formatted(parts));
            }
        }

        /**
         * Of all columns that become features.
         *
         * @throws IllegalArgumentException when they are sparse: the outputs would not be
         */
        public static Reconstruction of(Features features) {
            if (features.areSparse()) {
                throw new IllegalArgumentException("sparse features are not reconstructed: outputs are dense");
            }
            return new Reconstruction(features.columns().stream()
                    .filter(column -> column.width() > 0)
                    .map(column -> new Part(column.name(), column.width()))
                    .toList());
        }

        @Override
        public List<String> columns() {
            return List.of();
        }

        @Override
        public int classCount() {
            return 0;
        }

        @Override
        public int targetCount() {
            return parts.stream().mapToInt(Part::width).sum();
        }

        @Override
        public void encode(RawExample example, float[] out, int at) {
            // The features are encoded already.
        }
    }
}
