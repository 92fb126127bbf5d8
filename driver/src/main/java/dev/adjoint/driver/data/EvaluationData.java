package dev.adjoint.driver.data;

import dev.adjoint.model.Source;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Labelled data for a model that exists: checked against what the model knows, encoded as the model was trained. */
public final class EvaluationData {
    private EvaluationData() {}

    /**
     * All rows at a path.
     *
     * @throws DataException when they cannot be read, or do not fit the model
     */
    public static ShardedData at(Reader reader, String path, Source source, Features features, Label label) {
        return DataException.reading(path, () -> all(reader.read(path, source, features), path, features, label));
    }

    /**
     * All rows of what {@link Reader} read, or of any query.
     *
     * @param path for messages
     * @throws DataException when the data does not fit the model
     */
    public static ShardedData all(Dataset<Row> rows, String path, Features features, Label label) {
        NumberedRows numbered = checked(rows, path, features, label, RowOrder.OF_FILES);
        return pack(numbered, row -> row, numbered.profile().rows(), features, label);
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
        NumberedRows numbered = checked(rows, path, features, label, order);
        Placement placement = Placement.of(path, numbered.profile().rows(), fraction, seed);
        return heldOut(numbered, placement, features, label);
    }

    static ShardedData heldOut(NumberedRows numbered, Placement placement, Features features, Label label) {
        return pack(numbered, row -> -1 - placement.place(row), placement.heldOut(), features, label);
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

    private static ShardedData pack(
            NumberedRows numbered,
            NumberedRows.Destination destination,
            long examples,
            Features features,
            Label label) {
        int shards = (int) Math.max(1, Math.min(1 << 14, Long.highestOneBit(examples / 1024)));
        Sharding sharding = Sharding.of(numbered.rows(), shards);
        return sharding.pack(
                sharding.sort(numbered.keyed(destination, sharding)),
                features,
                label,
                examples,
                numbered.profile().entriesOfRow(numbered.examples().columns()));
    }
}
