package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.model.features.RawExample;
import dev.adjoint.worker.Moments;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * A data set, ready to be trained on: what was learned of it, and its rows in packed shards. A row's way: read, checked,
 * numbered, placed, moved to its shard, encoded, packed.
 *
 * @param order what numbered the rows: as asked for, but by their values where they came from no file
 * @param heldOut the rows of {@code data.validation-fraction}, absent when that is 0
 */
public record TrainingData(
        Features features, Label label, RowOrder order, ShardedData training, Optional<ShardedData> heldOut) {
    /** The most levels that a categorical column may have. */
    private static final int MOST_LEVELS = 1000;

    /**
     * What to make of a data set.
     *
     * @param features names, empty for all columns but the label
     * @param categorical names of columns that are categories whatever they hold
     * @param shards how many, from the number of trained examples
     */
    public record Options(
            boolean classification,
            String label,
            List<String> features,
            List<String> categorical,
            RowOrder order,
            double validationFraction,
            long seed,
            ShardCount shards) {}

    /** How many shards a number of examples is dealt to; a power of two. */
    public interface ShardCount {
        int of(long examples);
    }

    /**
     * Prepares what {@link Reader} read, or the rows of any query.
     *
     * @param path for messages
     * @throws DataException when it cannot be used
     */
    public static TrainingData prepare(Dataset<Row> given, String path, Options options) {
        RowOrder order = options.order().of(given);
        Dataset<Row> rows = Reader.placed(given);
        Columns declared =
                Columns.forTraining(rows.schema(), options.label(), options.features(), options.categorical());
        Profile profile = Profile.of(rows, declared, null);
        Columns columns = Checks.training(path, profile, declared, options.classification());
        Label.Classes.Type classType = options.classification() ? Checks.classType(profile) : null;
        Placement placement = Placement.of(path, profile.rows(), options.validationFraction(), options.seed());
        NumberedRows numbered = new NumberedRows(rows, order, new Examples(columns, classType), profile);

        Sharding sharding = Sharding.of(rows, options.shards().of(placement.trained()));
        JavaRDD<Tuple2<Long, RawExample>> trained = sharding.sort(numbered.keyed(placement::place, sharding));
        Statistics statistics = sharding.statistics(trained);
        Features features = features(path, columns, profile, statistics);
        Label label = classType == null
                ? real(options.label(), statistics)
                : classes(path, options.label(), classType, profile);
        ShardedData training =
                sharding.pack(trained, features, label, placement.trained(), profile.entriesOfRow(columns));
        return new TrainingData(features, label, order, training, heldOut(numbered, placement, features, label));
    }

    /**
     * Prepares a data set for a model that exists, whose preprocessing it gets; of {@code options}, names and kinds of
     * columns are the model's too.
     *
     * @param path for messages
     * @throws DataException when it cannot be used
     */
    public static TrainingData prepare(
            Dataset<Row> rows, String path, Features features, Label label, Options options) {
        NumberedRows numbered = EvaluationData.checked(rows, path, features, label, options.order());
        Profile profile = numbered.profile();
        Placement placement = Placement.of(path, profile.rows(), options.validationFraction(), options.seed());
        Sharding sharding = Sharding.of(rows, options.shards().of(placement.trained()));
        ShardedData training = sharding.pack(
                sharding.sort(numbered.keyed(placement::place, sharding)),
                features,
                label,
                placement.trained(),
                profile.entriesOfRow(numbered.examples().columns()));
        return new TrainingData(
                features, label, numbered.order(), training, heldOut(numbered, placement, features, label));
    }

    private static Optional<ShardedData> heldOut(
            NumberedRows numbered, Placement placement, Features features, Label label) {
        return placement.heldOut() == 0
                ? Optional.empty()
                : Optional.of(EvaluationData.heldOut(numbered, placement, features, label));
    }

    private static Features features(String path, Columns columns, Profile profile, Statistics statistics) {
        Moments moments = statistics.moments();
        List<Features.Column> out = new ArrayList<>();
        int number = 0;
        int text = 0;
        for (int c = 0; c < columns.features().size(); c++) {
            Use use = columns.features().get(c);
            if (use.kind() == Kind.CATEGORY) {
                out.add(new Features.Categorical(use.name(), levels(path, use, statistics.levels(text++))));
                continue;
            }
            int width = use.kind() == Kind.VECTOR || use.kind() == Kind.SPARSE
                    ? profile.feature(c).widths().keySet().iterator().next()
                    : 1;
            if (use.kind() == Kind.SPARSE) {
                List<Double> scales = new ArrayList<>();
                for (int i = 0; i < width; i++, number++) {
                    scales.add(moments.rootMeanSquare(number));
                }
                out.add(new Features.Sparse(use.name(), scales));
                continue;
            }
            List<Double> means = new ArrayList<>();
            List<Double> deviations = new ArrayList<>();
            for (int i = 0; i < width; i++, number++) {
                means.add(moments.mean(number));
                deviations.add(moments.deviation(number));
            }
            out.add(new Features.Numeric(use.name(), means, deviations));
        }
        return new Features(out);
    }

    private static List<String> levels(String path, Use use, Set<String> levels) {
        if (levels.size() > MOST_LEVELS) {
            throw new DataException(
                    "%s: the categorical column \"%s\" has %d levels, at most %d are taken; leave it out by naming the others in data.features"
                            .formatted(path, use.name(), levels.size(), MOST_LEVELS));
        }
        return List.copyOf(levels);
    }

    private static Label real(String column, Statistics statistics) {
        Moments moments = statistics.moments();
        int target = moments.quantities() - 1;
        return new Label.Real(column, moments.mean(target), moments.deviation(target));
    }

    private static Label classes(String path, String column, Label.Classes.Type type, Profile profile) {
        List<String> names = profile.labels().stream()
                .map(text -> Cells.className(text, type))
                .distinct()
                .sorted(
                        type == Label.Classes.Type.TEXT
                                ? Comparator.<String>naturalOrder()
                                : Comparator.comparingDouble(Double::parseDouble))
                .toList();
        if (names.size() < 2) {
            throw new DataException(
                    "%s: the label column \"%s\" has one class only, %s; a classifier needs two at least"
                            .formatted(path, column, names));
        }
        if (names.size() > Profile.MOST_LABELS) {
            throw new DataException(
                    "%s: the label column \"%s\" has more than %d classes; is it a number to predict (task = regression)?"
                            .formatted(path, column, Profile.MOST_LABELS));
        }
        return new Label.Classes(column, type, names);
    }
}
