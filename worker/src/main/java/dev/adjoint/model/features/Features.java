package dev.adjoint.model.features;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * The preprocessing that travels with a model: columns of a data set to one row of float32. Numbers are standardised with
 * the training set's mean and standard deviation; a categorical column becomes an indicator for each level that training
 * saw, and a level that it never saw becomes all zeros. {@link FeatureEncoder} does so.
 */
public record Features(List<Column> columns) implements Serializable {
    /** One column of the data set. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Numeric.class, name = "numeric"),
        @JsonSubTypes.Type(value = Sparse.class, name = "sparse"),
        @JsonSubTypes.Type(value = Categorical.class, name = "categorical")
    })
    public sealed interface Column extends Serializable permits Numeric, Sparse, Categorical {
        String name();

        /** How many features it becomes. */
        int width();
    }

    /** A number, or a vector of numbers, each with its mean and standard deviation. */
    public record Numeric(String name, List<Double> means, List<Double> deviations) implements Column {
        /**
         * Checks that there are as many means as deviations, and that each deviation is positive.
         *
         * @throws IllegalArgumentException when not
         */
        public Numeric {
            means = List.copyOf(means);
            deviations = List.copyOf(deviations);
            boolean finite = Stream.concat(means.stream(), deviations.stream()).allMatch(Double::isFinite);
            boolean positive = deviations.stream().allMatch(d -> d > 0);
            if (means.isEmpty() || means.size() != deviations.size() || !finite || !positive) {
                throw new IllegalArgumentException(
                        "column %s: %d means and deviations %s, expected as many, finite, the deviations positive"
                                .formatted(name, means.size(), deviations));
            }
        }

        @Override
        public int width() {
            return means.size();
        }
    }

    /**
     * A vector of mostly zeros. Each number is divided by its scale, the root mean square of those that are not 0: zeros
     * stay zeros, and a rare number is no larger than a frequent one, as its standard deviation would make it.
     */
    public record Sparse(String name, List<Double> scales) implements Column {
        /**
         * Checks that each scale is positive.
         *
         * @throws IllegalArgumentException when not
         */
        public Sparse {
            scales = List.copyOf(scales);
            if (scales.isEmpty() || !scales.stream().allMatch(s -> Double.isFinite(s) && s > 0)) {
                throw new IllegalArgumentException(
                        "column %s: scales %s, expected finite and positive ones".formatted(name, scales));
            }
        }

        @Override
        public int width() {
            return scales.size();
        }
    }

    /** A text, with the levels that training saw, in order. */
    public record Categorical(String name, List<String> levels) implements Column {
        /**
         * Checks that the levels are sorted and distinct.
         *
         * @throws IllegalArgumentException when not
         */
        public Categorical {
            levels = List.copyOf(levels);
            for (int i = 1; i < levels.size(); i++) {
                if (levels.get(i - 1).compareTo(levels.get(i)) >= 0) {
                    throw new IllegalArgumentException(
                            "column %s: levels out of order at %s".formatted(name, levels.get(i)));
                }
            }
        }

        @Override
        public int width() {
            return levels.size();
        }
    }

    public Features {
        columns = List.copyOf(columns);
    }

    /** Whether encoded rows are mostly zeros, and given by their entries. */
    public boolean areSparse() {
        return columns.stream().anyMatch(Sparse.class::isInstance);
    }

    /** The width of an encoded row. */
    public int width() {
        return columns.stream().mapToInt(Column::width).sum();
    }
}
