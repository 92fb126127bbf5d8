package dev.adjoint.driver.data;

import dev.adjoint.model.Source;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Labelled data for a model that exists: checked against what the model knows, encoded as the model was trained. */
public final class EvaluationData {
    private EvaluationData() {}

    /**
     * Examples that may be measured by group.
     *
     * @param groups what the rows of each group have in the column that groups them, in order, empty where they have nothing; no
     *     groups where none were asked for
     */
    public record Grouped(ShardedData examples, List<Optional<String>> groups) {}

    /**
     * All rows at a path.
     *
     * @throws DataException when they cannot be read, or do not fit the model
     */
    public static ShardedData at(Reader reader, String path, Source source, Features features, Label label) {
        return at(reader, path, source, features, label, Optional.empty()).examples();
    }

    /**
     * The same, grouped by a column.
     *
     * @param by any column of the data
     * @throws DataException when they cannot be read, or do not fit the model, or the column is not there or has too many values
     */
    public static Grouped at(
            Reader reader, String path, Source source, Features features, Label label, Optional<String> by) {
        return DataException.reading(path, () -> {
            NumberedRows numbered =
                    checked(reader.read(path, source, features), path, features, label, RowOrder.OF_FILES);
            return pack(numbered, row -> row, numbered.profile().rows(), features, label, grouping(numbered, path, by));
        });
    }

    /**
     * All rows of what {@link Reader} read, or of any query.
     *
     * @param path for messages
     * @throws DataException when the data does not fit the model
     */
    public static ShardedData all(Dataset<Row> rows, String path, Features features, Label label) {
        NumberedRows numbered = checked(rows, path, features, label, RowOrder.OF_FILES);
        return pack(numbered, row -> row, numbered.profile().rows(), features, label, Optional.empty())
                .examples();
    }

    /**
     * The rows that a training with this order, fraction and seed held out.
     *
     * @param path for messages
     * @throws DataException when the data does not fit the model, or nothing is held out of it
     */
    public static ShardedData heldOut(
            Dataset<Row> rows,
            String path,
            Features features,
            Label label,
            RowOrder order,
            double fraction,
            long seed) {
        return heldOut(rows, path, features, label, order, fraction, seed, Optional.empty())
                .examples();
    }

    /**
     * The same, grouped by a column.
     *
     * @param by any column of the data
     * @throws DataException when the data does not fit the model, or nothing is held out of it, or the column is not there or has
     *     too many values
     */
    public static Grouped heldOut(
            Dataset<Row> rows,
            String path,
            Features features,
            Label label,
            RowOrder order,
            double fraction,
            long seed,
            Optional<String> by) {
        NumberedRows numbered = checked(rows, path, features, label, order);
        Placement placement = Placement.of(path, numbered.profile().rows(), fraction, seed);
        return heldOut(numbered, placement, features, label, grouping(numbered, path, by));
    }

    static ShardedData heldOut(NumberedRows numbered, Placement placement, Features features, Label label) {
        return heldOut(numbered, placement, features, label, Optional.empty()).examples();
    }

    private static Grouped heldOut(
            NumberedRows numbered, Placement placement, Features features, Label label, Optional<Grouping> grouping) {
        return pack(numbered, row -> -1 - placement.place(row), placement.heldOut(), features, label, grouping);
    }

    private static Optional<Grouping> grouping(NumberedRows numbered, String path, Optional<String> by) {
        return by.map(name -> Grouping.by(name, numbered.rows(), path));
    }

    static NumberedRows checked(Dataset<Row> given, String path, Features features, Label label, RowOrder wanted) {
        RowOrder order = wanted.of(given);
        Dataset<Row> rows = Reader.placed(given);
        Columns columns = Columns.forScoring(rows.schema(), features, label, true);
        Label.Classes classes = label instanceof Label.Classes c ? c : null;
        Profile profile = Profile.of(rows, columns, classes);
        Checks.scoring(path, profile, columns, features, label);
        return new NumberedRows(rows, order, new Examples(columns, classes == null ? null : classes.type()), profile);
    }

    private static Grouped pack(
            NumberedRows numbered,
            NumberedRows.Destination destination,
            long examples,
            Features features,
            Label label,
            Optional<Grouping> grouping) {
        int shards = (int) Math.max(1, Math.min(1 << 14, Long.highestOneBit(examples / 1024)));
        Sharding sharding = Sharding.of(numbered.rows(), shards);
        int entriesOfRow = numbered.profile().entriesOfRow(numbered.examples().columns());
        if (grouping.isEmpty()) {
            return new Grouped(
                    sharding.pack(
                            sharding.sort(numbered.keyed(destination, sharding)),
                            features,
                            label,
                            examples,
                            entriesOfRow),
                    List.of());
        }
        return new Grouped(
                sharding.packGrouped(
                        sharding.sort(numbered.keyed(destination, sharding, grouping.get())),
                        features,
                        label,
                        examples,
                        entriesOfRow),
                grouping.get().values());
    }
}
