package dev.adjoint.model;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.worker.Evaluation;

/**
 * Applies a model to examples, one or a batch at a time, without Spark. Not for use by two threads at once: each takes its
 * own.
 */
public final class Scorer {
    private final Features features;
    private final Label label;
    private final Execution<float[]> execution;
    private final Block x;
    private final Block prediction;

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
        this.label = label;
        this.execution = Execution.float32(program);
        this.x = execution.input("x");
        this.prediction = execution.output("prediction");
        System.arraycopy(parameters, 0, execution.arena(), 0, parameters.length);
    }

    /** How many examples it takes at a time. */
    public int rows() {
        return x.rows();
    }

    /** Puts an example into a row of the batch. */
    public void set(int row, RawExample example) {
        features.encode(example, execution.arena(), x.offset() + row * x.columns());
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
     * The prediction for one example.
     *
     * @param numbers the numeric features in their order
     * @param texts the categorical features in their order
     * @throws IllegalArgumentException when there are more or fewer than the model takes
     */
    public double[] predict(double[] numbers, String... texts) {
        int numeric = 0;
        int categorical = 0;
        for (Features.Column column : features.columns()) {
            numeric += column instanceof Features.Numeric ? column.width() : 0;
            categorical += column instanceof Features.Categorical ? 1 : 0;
        }
        if (numbers.length != numeric || texts.length != categorical) {
            throw new IllegalArgumentException("%d numbers and %d texts, the model takes %d and %d"
                    .formatted(numbers.length, texts.length, numeric, categorical));
        }
        set(0, new RawExample(numbers, texts, null, 0));
        run();
        return prediction(0);
    }
}
