package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.kernel.Block;
import java.io.Serializable;

/** The sums behind a model's measures on a set of examples: its loss, and either its hits or its errors. */
public final class Evaluation implements Sum<Evaluation>, Serializable {
    private static final long serialVersionUID = 1L;

    private final boolean classes;
    private double loss;
    private double weight;
    private long examples;
    private long correct;
    private double squaredError;
    private double absoluteError;
    private final Moments targets = new Moments(1);

    private Evaluation(boolean classes) {
        this.classes = classes;
    }

    @Override
    public void add(Evaluation right) {
        loss += right.loss;
        weight += right.weight;
        examples += right.examples;
        correct += right.correct;
        squaredError += right.squaredError;
        absoluteError += right.absoluteError;
        targets.add(right.targets);
    }

    /** Whether hits were counted, or errors summed. */
    public boolean isClassification() {
        return classes;
    }

    public long examples() {
        return examples;
    }

    /** The mean loss, in the units of the objective. */
    public double loss() {
        return loss / weight;
    }

    /** The share of examples whose likeliest class is theirs. */
    public double accuracy() {
        return (double) correct / examples;
    }

    /** The root of the mean squared error, in the units of the objective. */
    public double rmse() {
        return Math.sqrt(squaredError / examples);
    }

    /** The mean absolute error, in the units of the objective. */
    public double mae() {
        return absoluteError / examples;
    }

    /** The coefficient of determination: 1 less the squared error over that of the targets' own mean; NaN for constant targets. */
    public double r2() {
        return targets.squaredDeviations(0) == 0 ? Double.NaN : 1 - squaredError / targets.squaredDeviations(0);
    }

    /**
     * Evaluates shards with a program that has the inputs of a {@link Replica}'s, and the outputs {@code loss}, the
     * weighted sum, and {@code prediction}: probabilities {@code [rows x classes]} (one column: of class 1) or real
     * values {@code [rows x 1]}.
     */
    public static final class Evaluator implements TreeSum.OfShard<Chunk, Evaluation> {
        private final Execution<float[]> execution;
        private final Batch batch;
        private final Block loss;
        private final Block prediction;
        private final boolean classes;
        private final double[] target = new double[1];
        private Evaluation sum;

        public Evaluator(Program program, boolean classes, float[] parameters) {
            this.execution = Execution.float32(program);
            this.batch = new Batch(execution);
            this.loss = execution.output("loss");
            this.prediction = execution.output("prediction");
            this.classes = classes;
            this.sum = new Evaluation(classes);
            System.arraycopy(parameters, 0, execution.arena(), 0, program.parameterCount());
        }

        @Override
        public void start() {
            sum = new Evaluation(classes);
        }

        @Override
        public void add(Chunk chunk) {
            for (int from = 0; from < chunk.rows(); from += batch.rows()) {
                int rows = Math.min(batch.rows(), chunk.rows() - from);
                for (int i = 0; i < rows; i++) {
                    batch.take(chunk, from + i);
                }
                sum.weight += batch.close();
                execution.run();
                sum.loss += execution.arena()[loss.offset()];
                sum.examples += rows;
                for (int i = 0; i < rows; i++) {
                    measure(i, chunk.targets()[from + i]);
                }
            }
        }

        @Override
        public Evaluation finish() {
            return sum;
        }

        private void measure(int row, float y) {
            float[] arena = execution.arena();
            int at = prediction.offset() + row * prediction.columns();
            if (classes) {
                sum.correct += likeliest(arena, at, prediction.columns()) == (int) y ? 1 : 0;
            } else {
                double error = (double) arena[at] - y;
                sum.squaredError += error * error;
                sum.absoluteError += Math.abs(error);
                target[0] = y;
                sum.targets.observe(target);
            }
        }
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
