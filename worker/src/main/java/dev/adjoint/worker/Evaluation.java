package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Crew;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The weighted sums behind a model's metrics on a set of examples: its loss, and either its hits or, by target, its errors;
 * where they are asked for, {@link ClassMetrics}, and the same of groups of the examples. An example of weight 2 counts as two
 * of weight 1.
 */
public final class Evaluation implements Sum<Evaluation>, Serializable {
    private static final long serialVersionUID = 1L;

    private final boolean classes;
    private double loss;
    private double weight;
    private long examples;
    private double correct;
    private final double[] squaredError;
    private final double[] absoluteError;
    private final Moments targets;
    private final @Nullable ClassMetrics classMetrics;
    /** Null for a group without examples so far. */
    private final @Nullable Evaluation[] groups;

    private Evaluation(boolean classes, int targets, @Nullable ClassMetrics classMetrics, int groups) {
        this.classes = classes;
        this.squaredError = new double[targets];
        this.absoluteError = new double[targets];
        this.targets = new Moments(targets);
        this.classMetrics = classMetrics;
        this.groups = new @Nullable Evaluation[groups];
    }

    /**
     * Evaluates shards, from a network's parameters.
     *
     * @param objective with the outputs loss, losses and prediction; where it has folds, rows that no member is measured on are
     *     left out
     * @param classes whether to count hits, or to sum errors
     * @param full whether there are {@link ClassMetrics}, of classes
     * @param groups how many groups the chunks' rows are in; 0 for none
     * @param shuffle which features tell nothing
     */
    public record OfModel(Objective objective, boolean classes, boolean full, int groups, Shuffle shuffle)
            implements Work<float[], Evaluation> {
        /** Of what costs next to nothing beside the predictions. */
        public OfModel(Objective objective, boolean classes) {
            this(objective, classes, false, 0, Shuffle.NONE);
        }

        /**
         * Checks that there are features to shuffle.
         *
         * @throws IllegalArgumentException when rows are sparse, and features are to be shuffled
         */
        public OfModel {
            if (!shuffle.isNone() && !objective.takes(Objective.FEATURES)) {
                throw new IllegalArgumentException("features of sparse rows are not shuffled");
            }
        }

        @Override
        public float[] copy(float[] parameters) {
            return parameters.clone();
        }

        @Override
        public int threads() {
            return Execution.threads(objective.program());
        }

        @Override
        public ShardWork<float[], Evaluation> layOut(Crew crew) {
            Evaluator evaluator = new Evaluator(this, crew);
            return parameters -> {
                System.arraycopy(parameters, 0, evaluator.execution.arena(), 0, objective.parameterCount());
                return evaluator;
            };
        }
    }

    /**
     * Features from {@code from} on, before {@code to}, that rows evaluated together exchange by chance: so they are distributed as they
     * were, and tell nothing of their rows (Breiman 2001).
     *
     * @param stream tells one shuffle of a feature from another
     */
    public record Shuffle(int from, int to, long stream) implements Serializable {
        public static final Shuffle NONE = new Shuffle(0, 0, 0);

        private static final long SEED = 1;

        public boolean isNone() {
            return from == to;
        }

        /** Shuffles the features of the first {@code rows} rows of a block, by a permutation that is another for each chunk and place. */
        private void apply(float[] arena, Block features, int rows, Chunk chunk, int first) {
            Permutation permutation =
                    new Permutation(rows, SEED + stream, (long) chunk.shard() << Integer.SIZE | chunk.first() + first);
            int width = to - from;
            float[] before = new float[rows * width];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(arena, at(features, row), before, row * width, width);
            }
            for (int row = 0; row < rows; row++) {
                System.arraycopy(before, (int) permutation.at(row) * width, arena, at(features, row), width);
            }
        }

        private int at(Block features, int row) {
            return features.offset() + row * features.columns() + from;
        }
    }

    private static final class Evaluator implements TreeSum.OfShard<Chunk, Evaluation> {
        private final OfModel model;
        private final Execution<float[]> execution;
        private final Batch batch;
        /** The rows of the chunk that are in it. */
        private final int[] rows;

        private final Block loss;
        private final Block losses;
        private final Block prediction;
        /** Of an example: one class, or as many flags or numbers. */
        private final int targets;

        Evaluator(OfModel model, Crew crew) {
            this.model = model;
            this.execution = Execution.float32(model.objective().program(), 0, crew);
            this.batch = new Batch(model.objective(), execution);
            this.rows = new int[batch.rows()];
            this.loss = execution.output(Objective.LOSS);
            this.losses = execution.output(Objective.LOSSES);
            this.prediction = execution.output(Objective.PREDICTION);
            this.targets = execution.input(Objective.TARGETS).columns();
        }

        @Override
        public Evaluation sum(int shard, Iterator<Chunk> chunks) {
            Evaluation sum = evaluation(0, model.groups());
            while (chunks.hasNext()) {
                Chunk chunk = chunks.next();
                int taken = 0;
                for (int row = 0; row < chunk.rows(); row++) {
                    if (batch.measures(chunk, row)) {
                        batch.take(chunk, row);
                        rows[taken++] = row;
                    }
                    if (taken == rows.length || (taken > 0 && row == chunk.rows() - 1)) {
                        add(chunk, taken, sum);
                        taken = 0;
                    }
                }
            }
            sum.settle();
            return sum;
        }

        /** Of no example yet: one of {@code among} groups, or one that has {@code groups}. */
        private Evaluation evaluation(int among, int groups) {
            int columns = prediction.columns();
            boolean detailed = model.classes() && model.full() && targets == 1;
            return new Evaluation(
                    model.classes(),
                    model.classes() ? 0 : columns,
                    detailed ? new ClassMetrics(Math.max(2, columns), among) : null,
                    groups);
        }

        /** Adds the rows of a chunk that are in the batch. */
        private void add(Chunk chunk, int taken, Evaluation sum) {
            sum.weight += batch.close();
            if (!model.shuffle().isNone()) {
                Block features = execution.input(Objective.FEATURES);
                model.shuffle().apply(execution.arena(), features, taken, chunk, rows[0]);
            }
            execution.run();
            sum.loss += execution.arena()[loss.offset()];
            sum.examples += taken;
            for (int i = 0; i < taken; i++) {
                observe(chunk, rows[i], i, sum);
                if (model.groups() > 0) {
                    Evaluation group = group(sum, chunk.groups()[rows[i]]);
                    double weight = chunk.weights()[rows[i]];
                    group.weight += weight;
                    group.loss += weight * execution.arena()[losses.offset() + i];
                    group.examples++;
                    observe(chunk, rows[i], i, group);
                }
            }
        }

        private Evaluation group(Evaluation sum, int number) {
            Evaluation group = sum.groups[number];
            if (group == null) {
                group = evaluation(model.groups(), 0);
                sum.groups[number] = group;
            }
            return group;
        }

        /** Adds the row of a chunk that was row {@code at} of the batch. */
        private void observe(Chunk chunk, int row, int at, Evaluation sum) {
            int columns = prediction.columns();
            int first = prediction.offset() + at * columns;
            double weight = chunk.weights()[row];
            if (model.classes() && targets > 1) {
                for (int k = 0; k < targets; k++) {
                    boolean hit = likeliest(execution.arena(), first + k, 1) == (int) batch.target(at, k);
                    sum.correct += hit ? weight / targets : 0;
                }
            } else if (model.classes()) {
                sum.observe(execution.arena(), first, columns, (int) batch.target(at, 0), weight);
            } else {
                for (int k = 0; k < columns; k++) {
                    sum.observe(k, execution.arena()[first + k], batch.target(at, k), weight);
                }
            }
        }
    }

    private void observe(float[] probabilities, int at, int columns, int label, double weight) {
        correct += likeliest(probabilities, at, columns) == label ? weight : 0;
        if (classMetrics != null) {
            classMetrics.observe(probabilities, at, columns, label, weight);
        }
    }

    private void observe(int target, double predicted, double actual, double weight) {
        double error = predicted - actual;
        squaredError[target] += weight * (error * error);
        absoluteError[target] += weight * Math.abs(error);
        targets.observe(target, actual, weight);
    }

    @Override
    public void add(Evaluation right) {
        loss += right.loss;
        weight += right.weight;
        examples += right.examples;
        correct += right.correct;
        for (int k = 0; k < squaredError.length; k++) {
            squaredError[k] += right.squaredError[k];
            absoluteError[k] += right.absoluteError[k];
        }
        targets.add(right.targets);
        if (classMetrics != null && right.classMetrics != null) {
            classMetrics.add(right.classMetrics);
        }
        for (int i = 0; i < groups.length; i++) {
            Evaluation more = right.groups[i];
            if (more != null) {
                Evaluation left = groups[i] == null ? more.empty() : groups[i];
                left.add(more);
                groups[i] = left;
            }
        }
    }

    /** Like this one, of no example yet. */
    private Evaluation empty() {
        return new Evaluation(classes, targets(), classMetrics == null ? null : classMetrics.empty(), groups.length);
    }

    private void settle() {
        if (classMetrics != null) {
            classMetrics.settle();
        }
        for (Evaluation group : groups) {
            if (group != null) {
                group.settle();
            }
        }
    }

    /** Whether hits were counted, or errors summed. */
    public boolean isClassification() {
        return classes;
    }

    /** What there is to tell of classes beyond the accuracy, where it was asked for. */
    public Optional<ClassMetrics> classMetrics() {
        return Optional.ofNullable(classMetrics);
    }

    /** The metrics of each group of the examples; empty for one that has none. */
    public List<Optional<Evaluation>> groups() {
        return Stream.of(groups).map(Optional::ofNullable).toList();
    }

    public long examples() {
        return examples;
    }

    /** How many targets there are, 0 for classes. */
    public int targets() {
        return squaredError.length;
    }

    /** The mean loss, in the units of the objective. */
    public double loss() {
        return loss / weight;
    }

    /** The share of examples whose likeliest class is theirs; of several flags, the share of those that are right. */
    public double accuracy() {
        return correct / weight;
    }

    /** The root of a target's mean squared error, in the units of the objective. */
    public double rmse(int target) {
        return rmse(target, target + 1);
    }

    /** The same of the targets from {@code from} to {@code to}, exclusive: their mean is over them, too. */
    public double rmse(int from, int to) {
        return Math.sqrt(sum(squaredError, from, to) / (weight * (to - from)));
    }

    private static double sum(double[] values, int from, int to) {
        double sum = 0;
        for (int k = from; k < to; k++) {
            sum += values[k];
        }
        return sum;
    }

    /** A target's mean absolute error, in the units of the objective. */
    public double mae(int target) {
        return absoluteError[target] / weight;
    }

    /** The coefficient of determination: 1 less the squared error over that of the target's own mean; NaN for a constant one. */
    public double r2(int target) {
        return r2(target, target + 1);
    }

    /** The same of the targets from {@code from} to {@code to}, exclusive, whose squares are summed. */
    public double r2(int from, int to) {
        double deviations = 0;
        for (int k = from; k < to; k++) {
            deviations += targets.squaredDeviations(k);
        }
        return deviations == 0 ? Double.NaN : 1 - sum(squaredError, from, to) / deviations;
    }

    /**
     * The likeliest class, the first of equals, of {@code columns} probabilities from {@code at} on; one column alone is
     * the probability of class 1.
     */
    public static int likeliest(float[] probabilities, int at, int columns) {
        if (columns == 1) {
            return probabilities[at] > 0.5f ? 1 : 0;
        }
        int best = 0;
        for (int j = 1; j < columns; j++) {
            best = probabilities[at + j] > probabilities[at + best] ? j : best;
        }
        return best;
    }
}
