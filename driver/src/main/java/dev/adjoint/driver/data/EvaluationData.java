package dev.adjoint.driver.data;

import dev.adjoint.driver.data.HoldOut.Part;
import dev.adjoint.model.Source;
import dev.adjoint.model.Texts;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Labelled data for a model that exists: checked against what the model knows, encoded as the model was trained. */
public final class EvaluationData {
    private EvaluationData() {}

    /**
     * How the cells of new data are read.
     *
     * @param weight the column with the examples' weights
     * @param skipUnlabelled whether rows without a label are left out; else they are an error
     * @param by the column whose values put rows in groups
     */
    public record Reading(Texts texts, Optional<String> weight, boolean skipUnlabelled, Optional<String> by) {
        /** As a model's training data was, where every row counts once. */
        public static Reading of(Source source) {
            return new Reading(source.texts(), Optional.empty(), false, Optional.empty());
        }

        /** As a training's own data is. */
        public static Reading of(TrainingData.Options options) {
            return new Reading(
                    options.texts(), options.weight(), options.preprocessing().skipUnlabelled(), Optional.empty());
        }

        /** The same in groups. */
        public Reading by(Optional<String> column) {
            return new Reading(texts, weight, skipUnlabelled, column);
        }
    }

    /**
     * Labelled data, packed.
     *
     * @param groups what the rows of each group have in the column that groups them, in order, empty where they have nothing; no
     *     groups where none were asked for
     * @param notes what is worth telling of it
     */
    public record Labelled(ShardedData examples, List<Optional<String>> groups, List<String> notes) {}

    /** Rows that fit a model, and what is worth telling of them. */
    record Checked(NumberedRows numbered, List<String> notes) {}

    /**
     * All rows at a path.
     *
     * @throws DataException when they cannot be read, or do not fit the model
     */
    public static Labelled at(
            Reader reader, String path, Source source, Features features, Label label, Reading reading) {
        return DataException.reading(
                path, () -> all(reader.read(path, source, features), path, features, label, reading));
    }

    /**
     * All rows of what {@link Reader} read, or of any query.
     *
     * @param path for messages
     * @throws DataException when the data does not fit the model
     */
    public static Labelled all(Dataset<Row> rows, String path, Features features, Label label, Reading reading) {
        Checked checked = checked(rows, path, features, label, RowOrder.OF_FILES, reading, HoldOut.NOTHING);
        return pack(
                checked,
                row -> row,
                checked.numbered().profile().rows(),
                features,
                label,
                grouping(checked, path, reading));
    }

    /**
     * The rows that a training with these options held out: those of the test part, or where there is none, those that validate.
     *
     * @param path for messages
     * @throws DataException when the data does not fit the model, or nothing is held out of it
     */
    public static Labelled heldOut(
            Dataset<Row> rows,
            String path,
            Features features,
            Label label,
            TrainingData.Options options,
            Optional<String> by) {
        Reading reading = Reading.of(options).by(by);
        Checked checked = checked(rows, path, features, label, options.order(), reading, options.holdOut());
        Placement placement = Placement.of(path, checked.numbered(), options.holdOut(), options.seed());
        Part part = placement.count(Part.TEST) > 0 ? Part.TEST : Part.VALIDATION;
        return heldOut(part, checked, placement, features, label, grouping(checked, path, reading));
    }

    static ShardedData heldOut(Part part, NumberedRows numbered, Placement placement, Features features, Label label) {
        return heldOut(part, new Checked(numbered, List.of()), placement, features, label, Optional.empty())
                .examples();
    }

    private static Labelled heldOut(
            Part part,
            Checked checked,
            Placement placement,
            Features features,
            Label label,
            Optional<Grouping> grouping) {
        return pack(checked, placement.in(part), placement.count(part), features, label, grouping);
    }

    private static Optional<Grouping> grouping(Checked checked, String path, Reading reading) {
        return reading.by().map(name -> Grouping.by(name, checked.numbered().rows(), path, reading.texts()));
    }

    static Checked checked(
            Dataset<Row> given,
            String path,
            Features features,
            Label label,
            RowOrder wanted,
            Reading reading,
            HoldOut holdOut) {
        RowOrder order = wanted.of(given);
        Dataset<Row> rows = Reader.placed(given);
        Columns columns = Columns.forScoring(rows.schema(), features, label, true, reading.weight(), reading.texts());
        holdOut.columns().forEach(name -> Columns.index(rows.schema(), name, "the column of data.split or data.group"));
        DataException.throwAll(path + " cannot be used:", Parts.problems(rows, holdOut));
        Label.Classes classes = label instanceof Label.Classes c ? c : null;
        Profile.Known known = known(columns, features, label, reading.skipUnlabelled());
        Profile profile = Profile.of(rows, columns, known);
        List<String> notes = Checks.scoring(path, profile, columns, features, label, reading.skipUnlabelled());
        Examples examples = new Examples(columns, classes == null ? null : classes.type());
        return new Checked(new NumberedRows(rows, order, examples, profile, reading.skipUnlabelled()), notes);
    }

    /** What new data is compared with. */
    static Profile.Known known(Columns columns, Features features, Label label, boolean skip) {
        Label.Classes classes = label instanceof Label.Classes c ? c : null;
        Map<String, Profile.Expected> expected = new HashMap<>();
        for (Features.Column column : features.columns()) {
            Set<String> levels = null;
            if (column instanceof Features.Categorical categorical) {
                levels = new HashSet<>(categorical.levels());
            } else if (column instanceof Features.Constant constant) {
                levels = Set.of(constant.value());
            }
            expected.put(
                    column.name(), new Profile.Expected(levels, Usual.of(column).orElse(null)));
        }
        return new Profile.Known(
                classes == null ? null : new HashSet<>(classes.names()),
                classes == null ? Label.Classes.TEXT : classes.type(),
                columns.features().stream()
                        .map(use -> expected.getOrDefault(use.name(), Profile.Expected.ANYTHING))
                        .toList(),
                Usual.of(label, columns.labels().size()).stream()
                        .map(usual -> new Profile.Expected(null, usual.orElse(null)))
                        .toList(),
                skip);
    }

    private static Labelled pack(
            Checked checked,
            NumberedRows.Destination destination,
            long examples,
            Features features,
            Label label,
            Optional<Grouping> grouping) {
        NumberedRows numbered = checked.numbered();
        int shards = (int) Math.max(1, Math.min(1 << 14, Long.highestOneBit(examples / 1024)));
        Columns columns = numbered.examples().columns();
        Sharding sharding = Sharding.of(
                numbered.rows(), examples, shards, numbered.profile().numbersOfRow(columns));
        int entriesOfRow = numbered.profile().entriesOfRow(columns);
        ShardedData packed = grouping.isEmpty()
                ? sharding.pack(
                        sharding.inOrder(numbered.keyed(destination, sharding)),
                        features,
                        label,
                        Emphasis.NONE,
                        entriesOfRow)
                : sharding.packGrouped(
                        sharding.inOrder(numbered.keyed(destination, sharding, grouping.get())),
                        features,
                        label,
                        entriesOfRow);
        return new Labelled(packed, grouping.map(Grouping::values).orElse(List.of()), checked.notes());
    }
}
