package dev.adjoint.driver.data;

import dev.adjoint.driver.data.HoldOut.Part;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Texts;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.model.features.RawExample;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * A data set, ready to be trained on: what was learned of it, and its rows in packed shards. A row's way: read, checked,
 * numbered, placed, moved to its shard, encoded, packed.
 *
 * @param order what numbered the rows: as asked for, but by their values where they came from no file
 * @param heldOut the rows that validate, absent where there are none
 * @param test the rows that {@code data.split} keeps for a test, absent where there are none
 * @param telling how many rows there would be if every class were as rare as the rarest of them is; where numbers are predicted,
 *     or the preprocessing is a model's, those there are
 * @param notes what is worth telling of it
 */
public record TrainingData(
        Features features,
        Label label,
        RowOrder order,
        ShardedData training,
        Optional<ShardedData> heldOut,
        Optional<ShardedData> test,
        long telling,
        List<String> notes) {
    /**
     * What to make of a data set.
     *
     * @param labels the columns to predict: one, or several numbers, or several flags; none where the features are reconstructed
     * @param features names, empty for all columns but the label, the weight, the difficulty and the excluded ones
     * @param excluded names of columns that are no features
     * @param categorical names of columns that are categories whatever they hold
     * @param texts what the cells of text columns mean
     * @param weight the column with the examples' weights
     * @param difficulty the column that says how hard each is
     * @param targets how the loss wants numbers to predict
     * @param shards how many, from the number of trained examples
     */
    public record Options(
            boolean classification,
            List<String> labels,
            List<String> features,
            List<String> excluded,
            List<String> categorical,
            Texts texts,
            Preprocessing preprocessing,
            Optional<String> weight,
            Optional<String> difficulty,
            Preprocessing.ClassWeights classWeights,
            Loss.Targets targets,
            RowOrder order,
            HoldOut holdOut,
            long seed,
            ShardCount shards) {
        private static final ShardCount ALL_IN_ONE = examples -> 1;

        /** Whether the same data set, prepared by these options and by others, is the same, whose training rows were dealt to shards. */
        public boolean comeToTheSame(Options other, ShardedData dealt) {
            return with(ALL_IN_ONE).equals(other.with(ALL_IN_ONE)) && shards.of(dealt.examples()) == dealt.shardCount();
        }

        private Options with(ShardCount count) {
            return new Options(
                    classification,
                    labels,
                    features,
                    excluded,
                    categorical,
                    texts,
                    preprocessing,
                    weight,
                    difficulty,
                    classWeights,
                    targets,
                    order,
                    holdOut,
                    seed,
                    count);
        }

        /** Of one label, with the usual preprocessing. */
        public Options(
                boolean classification,
                String label,
                List<String> features,
                List<String> categorical,
                RowOrder order,
                double validationFraction,
                long seed,
                ShardCount shards) {
            this(
                    classification,
                    List.of(label),
                    features,
                    List.of(),
                    categorical,
                    Texts.USUAL,
                    Preprocessing.USUAL,
                    Optional.empty(),
                    Optional.empty(),
                    Preprocessing.ClassWeights.NONE,
                    Loss.Targets.STANDARDISED,
                    order,
                    HoldOut.share(validationFraction),
                    seed,
                    shards);
        }
    }

    /**
     * Looks at a schema alone.
     *
     * @throws DataException when a column that the options name is not there, or has a type that cannot be used
     */
    public static void requireColumns(StructType schema, Options options) {
        Columns.forTraining(schema, options);
    }

    /** Gives back the memory that the packed rows take. */
    public void release() {
        training.release();
        heldOut.ifPresent(ShardedData::release);
        test.ifPresent(ShardedData::release);
    }

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
        return prepare(given, path, options, new Survey());
    }

    /**
     * The same.
     *
     * @param survey gets what is found out, whether the data can be used or not
     * @throws DataException when it cannot be used
     */
    public static TrainingData prepare(Dataset<Row> given, String path, Options options, Survey survey) {
        RowOrder order = options.order().of(given);
        Dataset<Row> rows = Reader.placed(given);
        boolean skip = options.preprocessing().skipUnlabelled();
        Columns declared = Columns.forTraining(rows.schema(), options);
        Profile profile = Profile.of(rows, declared, Profile.Known.nothing(declared, skip));
        Checks.Judged judged =
                Checks.training(path, profile, declared, options, Parts.problems(rows, options.holdOut()));
        survey.seen(rows.schema(), options, profile, declared, judged);
        judged.requireUsable(path);
        Columns columns = judged.columns();
        Profile used = profile.of(declared, columns);
        boolean classes = options.classification() && options.labels().size() == 1;
        String classType = classes ? columns.labels().get(0).sqlType() : null;
        NumberedRows numbered = new NumberedRows(rows, order, new Examples(columns, classType), used, skip);
        Placement placement = Placement.of(path, numbered, options.holdOut(), options.seed());
        long trained = placement.count(Part.TRAINING);

        Sharding sharding = Sharding.of(rows, trained, options.shards().of(trained), used.numbersOfRow(columns));
        JavaRDD<Tuple2<Long, RawExample>> sorted =
                sharding.inOrder(numbered.keyed(placement.in(Part.TRAINING), sharding));
        Statistics.Sampling sampling = Learned.sampling(columns, used);
        Learned learned = new Learned(path, columns, used, sharding.statistics(sorted, sampling), sampling, options);
        Features features = learned.features();
        Label label = learned.label(features);
        survey.learned(learned, features, label);
        Emphasis emphasis = new Emphasis(
                learned.classWeights(label),
                options.difficulty().isPresent() ? sharding.difficulties(sorted) : new double[0]);
        ShardedData training = sharding.pack(sorted, features, label, emphasis, used.entriesOfRow(columns));
        List<String> notes = Stream.concat(judged.notes().stream(), learned.notes().stream())
                .map(Note::text)
                .toList();
        return new TrainingData(
                features,
                label,
                order,
                training,
                heldOut(Part.VALIDATION, numbered, placement, features, label),
                heldOut(Part.TEST, numbered, placement, features, label),
                learned.telling(trained),
                notes);
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
        EvaluationData.Checked checked = EvaluationData.checked(
                rows, path, features, label, options.order(), EvaluationData.Reading.of(options), options.holdOut());
        NumberedRows numbered = checked.numbered();
        Profile profile = numbered.profile();
        Placement placement = Placement.of(path, numbered, options.holdOut(), options.seed());
        long trained = placement.count(Part.TRAINING);
        Columns columns = numbered.examples().columns();
        Sharding sharding = Sharding.of(rows, trained, options.shards().of(trained), profile.numbersOfRow(columns));
        ShardedData training = sharding.pack(
                sharding.inOrder(numbered.keyed(placement.in(Part.TRAINING), sharding)),
                features,
                label,
                Emphasis.NONE,
                profile.entriesOfRow(columns));
        return new TrainingData(
                features,
                label,
                numbered.order(),
                training,
                heldOut(Part.VALIDATION, numbered, placement, features, label),
                heldOut(Part.TEST, numbered, placement, features, label),
                trained,
                checked.notes());
    }

    private static Optional<ShardedData> heldOut(
            Part part, NumberedRows numbered, Placement placement, Features features, Label label) {
        return placement.count(part) == 0
                ? Optional.empty()
                : Optional.of(EvaluationData.heldOut(part, numbered, placement, features, label));
    }
}
