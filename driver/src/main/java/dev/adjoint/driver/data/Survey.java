package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.driver.data.Profile.ColumnProfile;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What is found out of a table before it is trained on. {@link TrainingData#prepare} fills it on its way, so it is what training
 * takes the table for; where that ends with an error, there is as much as was found until then.
 */
public final class Survey {
    /** What a column becomes. */
    public enum Role {
        NUMERIC,
        CATEGORICAL,
        DATE,
        VECTOR,
        /** No feature, for a reason that a note has. */
        LEFT_OUT,
        /** The examples' weight. */
        WEIGHT,
        /** How hard the examples are. */
        DIFFICULTY,
        /** Not among {@code data.features}. */
        UNUSED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** A level or a class, and how many rows have it. */
    public record Level(String name, long rows) {}

    /** How numbers are spread; of dates, seconds since 1970. The quartiles, of the sampled training rows, are NaN where there are none. */
    public record Numbers(double least, double lower, double median, double upper, double greatest) {}

    /**
     * A column that is no label.
     *
     * @param type as Spark SQL calls it
     * @param features how many it becomes; empty where that was not found out
     * @param missing in how many rows it has no value
     * @param numbers empty where it has none
     * @param distinct how many levels it has in training, or different numbers in the sample; empty where that was not found out
     * @param commonest the most frequent levels, or the one value of all rows
     */
    public record Column(
            String name,
            String type,
            Role role,
            OptionalInt features,
            long missing,
            Optional<Numbers> numbers,
            OptionalLong distinct,
            List<Level> commonest) {}

    /**
     * A column to predict.
     *
     * @param numbers where it is a number, or a flag
     * @param classes where it is a class: each with its rows
     */
    public record Target(String name, String type, Optional<Numbers> numbers, List<Level> classes) {}

    /**
     * A column that is numeric but has text in it, which training refuses.
     *
     * @param formatted in how many rows the text is a number formatted for people
     */
    public record Mixed(String name, long formatted) {}

    /** What one pass over all rows found. */
    record Seen(
            StructType schema, TrainingData.Options options, Profile profile, Columns declared, Checks.Judged judged) {}

    /** What was learned of the training rows. */
    record Known(Learned learned, Features features, Label label) {}

    private @Nullable Seen seen;
    private @Nullable Known known;

    /** The cells were looked at. */
    void seen(
            StructType schema, TrainingData.Options options, Profile profile, Columns declared, Checks.Judged judged) {
        seen = new Seen(schema, options, profile, declared, judged);
    }

    /** What becomes of them was learned. */
    void learned(Learned learned, Features features, Label label) {
        known = new Known(learned, features, label);
    }

    /** Whether nothing was found out. */
    public boolean isEmpty() {
        return seen == null;
    }

    /** Rows, those that are held out among them, without {@link #skipped}. */
    public long rows() {
        return seen == null ? 0 : seen.profile().rows();
    }

    /** Rows that are left out since they have no label. */
    public long skipped() {
        return seen == null ? 0 : seen.profile().skipped();
    }

    /** What is worth telling. */
    public List<Note> notes() {
        List<Note> notes = new ArrayList<>();
        if (seen != null) {
            notes.addAll(seen.judged().notes());
        }
        if (known != null) {
            notes.addAll(known.learned().notes());
        }
        return notes;
    }

    /** All columns but those to predict, in the order of the data. */
    public List<Column> columns() {
        return seen == null ? List.of() : new SurveyedColumns(seen, known).all();
    }

    /** Of a column, and of what was sampled of it, sorted. */
    static Optional<Numbers> numbers(ColumnProfile found, double[] sorted) {
        if (found.least().place() == null) {
            return Optional.empty();
        }
        return Optional.of(new Numbers(
                found.least().value(),
                quantile(sorted, 0.25),
                quantile(sorted, 0.5),
                quantile(sorted, 0.75),
                found.greatest().value()));
    }

    private static double quantile(double[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : Learned.quantile(sorted, share);
    }

    /** Columns with numbers and texts, which training refuses. */
    public List<Mixed> mixed() {
        return seen == null ? List.of() : new SurveyedColumns(seen, known).mixed();
    }

    /** The columns to predict, with all rows' classes. */
    public List<Target> targets() {
        return seen == null ? List.of() : targets(seen, known);
    }

    private static List<Target> targets(Seen seen, @Nullable Known known) {
        List<Target> targets = new ArrayList<>();
        List<Use> labels = seen.judged().columns().labels();
        boolean classes = seen.options().classification() && labels.size() == 1;
        for (int k = 0; k < labels.size(); k++) {
            Use use = labels.get(k);
            double[] sample =
                    known == null || classes ? new double[0] : known.learned().sampledTargets(k);
            targets.add(new Target(
                    use.name(),
                    use.sqlType(),
                    classes ? Optional.empty() : numbers(seen.profile().label(k), sample),
                    classes ? levels(seen.profile().classes(use.sqlType())) : List.of()));
        }
        return targets;
    }

    private static List<Level> levels(Map<String, Long> rows) {
        return rows.entrySet().stream()
                .map(level -> new Level(level.getKey(), level.getValue()))
                .toList();
    }
}
