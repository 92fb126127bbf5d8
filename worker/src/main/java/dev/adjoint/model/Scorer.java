package dev.adjoint.model;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.worker.Evaluation;
import java.util.List;

/**
 * Applies a model to examples, one or a batch at a time, without Spark. Not for use by two threads at once: each takes its
 * own.
 */
public final class Scorer {
    private static final String[] NO_TEXTS = {};

    private final Features features;
    private final FeatureEncoder encoder;
    private final Label label;
    private final Execution<float[]> execution;
    private final Block x;
    private final Block prediction;
    private final double[] widened;

    /** For so many examples at a time. */
    public Scorer(Model model, int rows) {
        this(model.network().scoring(rows), model.features(), model.label(), model.parameters());
    }

    /**
     * With the parts of a model.
     *
     * @param program of {@link Network#scoring}
     * @param parameters flat, copied
     */
    public Scorer(Program program, Features features, Label label, float[] parameters) {
        this.features = features;
        this.encoder = new FeatureEncoder(features);
        this.label = label;
        this.execution = Execution.float32(program);
        this.x = execution.input("x");
        this.prediction = execution.output("prediction");
        this.widened = new double[encoder.numbers()];
        System.arraycopy(parameters, 0, execution.arena(), 0, parameters.length);
    }

    /** How many examples it takes at a time. */
    public int rows() {
        return x.rows();
    }

    /**
     * Puts an example into a row of the batch.
     *
     * @param numbers the numeric features in their order, vectors spread out
     * @param texts the categorical features in their order
     * @throws IllegalArgumentException when there are more or fewer than the model takes
     */
    public void set(int row, double[] numbers, String... texts) {
        require(numbers.length, texts.length);
        encoder.encode(numbers, texts, execution.arena(), x.offset() + row * x.columns());
    }

    /**
     * Puts an example of numbers alone into a row of the batch.
     *
     * @throws IllegalArgumentException when there are more or fewer than the model takes, or it takes texts as well
     */
    public void set(int row, float[] numbers) {
        require(numbers.length, 0);
        for (int i = 0; i < numbers.length; i++) {
            widened[i] = numbers[i];
        }
        encoder.encode(widened, NO_TEXTS, execution.arena(), x.offset() + row * x.columns());
    }

    private void require(int numbers, int texts) {
        if (numbers != encoder.numbers() || texts != encoder.texts()) {
            List<String> names = features.columns().stream()
                    .filter(Features.Categorical.class::isInstance)
                    .map(Features.Column::name)
                    .toList();
            throw new IllegalArgumentException("%d numbers and %d texts, the model takes %d and %d%s"
                    .formatted(numbers, texts, encoder.numbers(), encoder.texts(), names.isEmpty() ? "" : " " + names));
        }
    }

    /** Scores the batch; rows that were not set hold what stood there before. */
    public void run() {
        execution.run();
    }

    /** What a row was scored to: the probability of each class in the order of the label's names, or one number. */
    public double[] prediction(int row) {
        int at = prediction.offset() + row * prediction.columns();
        float[] arena = execution.arena();
        if (label instanceof Label.Real real) {
            return new double[] {real.decode(arena[at])};
        }
        if (prediction.columns() == 1) { // of class 1 alone
            return new double[] {1 - (double) arena[at], arena[at]};
        }
        double[] probabilities = new double[prediction.columns()];
        for (int j = 0; j < probabilities.length; j++) {
            probabilities[j] = arena[at + j];
        }
        return probabilities;
    }

    /** The likeliest class of a row, where the label has classes. */
    public int likeliest(int row) {
        int at = prediction.offset() + row * prediction.columns();
        return Evaluation.likeliest(execution.arena(), at, prediction.columns());
    }

    /**
     * The prediction for one example: see {@link #prediction}.
     *
     * @param numbers the numeric features in their order, vectors spread out
     * @param texts the categorical features in their order
     * @throws IllegalArgumentException when there are more or fewer than the model takes
     */
    public double[] predict(double[] numbers, String... texts) {
        set(0, numbers, texts);
        run();
        return prediction(0);
    }

    /**
     * The prediction for one example of numbers alone: see {@link #prediction}.
     *
     * @throws IllegalArgumentException when there are more or fewer than the model takes, or it takes texts as well
     */
    public double[] predict(float[] numbers) {
        set(0, numbers);
        run();
        return prediction(0);
    }

    /**
     * The predictions for any number of examples of numbers alone, computed {@link #rows} at a time.
     *
     * @throws IllegalArgumentException when one has more or fewer than the model takes, or it takes texts as well
     */
    public double[][] predict(float[][] examples) {
        double[][] predictions = new double[examples.length][];
        for (int from = 0; from < examples.length; from += rows()) {
            int count = Math.min(rows(), examples.length - from);
            for (int row = 0; row < count; row++) {
                set(row, examples[from + row]);
            }
            run();
            for (int row = 0; row < count; row++) {
                predictions[from + row] = prediction(row);
            }
        }
        return predictions;
    }
}
