package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.kernel.Block;
import java.io.Serializable;
import java.util.Iterator;

/**
 * The weighted sums behind a model's metrics on a set of examples: its loss, and either its hits or, by target, its errors. An
 * example of weight 2 counts as two of weight 1.
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

    private Evaluation(boolean classes, int targets) {
        this.classes = classes;
        this.squaredError = new double[targets];
        this.absoluteError = new double[targets];
        this.targets = new Moments(targets);
    }

    /**
     * Evaluates shards, from a network's parameters.
     *
     * @param objective with the outputs loss and prediction
     * @param classes whether to count hits, or to sum errors
     */
    public record OfModel(Objective objective, boolean classes) implements Work<float[], Evaluation> {
        @Override
        public float[] copy(float[] parameters) {
            return parameters.clone();
        }

        @Override
        public ShardWork<float[], Evaluation> layOut() {
            Evaluator evaluator = new Evaluator(this);
            return parameters -> {
                System.arraycopy(parameters, 0, evaluator.execution.arena(), 0, objective.parameterCount());
                return evaluator;
            };
        }
    }

    private static final class Evaluator implements TreeSum.OfShard<Chunk, Evaluation> {
        private final Execution<float[]> execution;
        private final Batch batch;
        private final Block loss;
        private final Block prediction;
        private final boolean classes;

        Evaluator(OfModel model) {
            this.execution = Execution.float32(model.objective().program());
            this.batch = new Batch(model.objective(), execution);
            this.loss = execution.output(Objective.LOSS);
            this.prediction = execution.output(Objective.PREDICTION);
            this.classes = model.classes();
        }

        @Override
        public Evaluation sum(int shard, Iterator<Chunk> chunks) {
            Evaluation sum = new Evaluation(classes, classes ? 0 : prediction.columns());
            while (chunks.hasNext()) {
                Chunk chunk = chunks.next();
                for (int from = 0; from < chunk.rows(); from += batch.rows()) {
                    add(chunk, from, Math.min(batch.rows(), chunk.rows() - from), sum);
                }
            }
            return sum;
        }

        private void add(Chunk chunk, int from, int rows, Evaluation sum) {
            for (int i = 0; i < rows; i++) {
                batch.take(chunk, from + i);
            }
            sum.weight += batch.close();
            execution.run();
            sum.loss += execution.arena()[loss.offset()];
            sum.examples += rows;
            int columns = prediction.columns();
            for (int i = 0; i < rows; i++) {
                int at = prediction.offset() + i * columns;
                double weight = chunk.weights()[from + i];
                if (classes) {
                    boolean hit = likeliest(execution.arena(), at, columns) == (int) chunk.targets()[from + i];
                    sum.correct += hit ? weight : 0;
                } else {
                    for (int k = 0; k < columns; k++) {
                        sum.observe(k, execution.arena()[at + k], chunk.targets()[(from + i) * columns + k], weight);
                    }
                }
            }
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
    }

    /** Whether hits were counted, or errors summed. */
    public boolean isClassification() {
        return classes;
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

    /** The share of examples whose likeliest class is theirs. */
    public double accuracy() {
        return correct / weight;
    }

    /** The root of a target's mean squared error, in the units of the objective. */
    public double rmse(int target) {
        return Math.sqrt(squaredError[target] / weight);
    }

    /** A target's mean absolute error, in the units of the objective. */
    public double mae(int target) {
        return absoluteError[target] / weight;
    }

    /** The coefficient of determination: 1 less the squared error over that of the target's own mean; NaN for a constant one. */
    public double r2(int target) {
        double deviations = targets.squaredDeviations(target);
        return deviations == 0 ? Double.NaN : 1 - squaredError[target] / deviations;
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
