package dev.adjoint.model;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.model.features.FeatureEncoder;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.model.features.Numbers;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.FeatureInput;
import dev.adjoint.worker.Objective;
import dev.adjoint.worker.Rows;
import dev.adjoint.worker.SparseRows;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    private final Input input;
    private final Block prediction;
    /** Of two classes, whose prediction is the second's probability alone. */
    private final boolean ofClass1;

    private final double[] widened;

    /**
     * For so many examples at a time; where the features are sparse, an example may have any number that are not 0, and has
     * memory for all.
     */
    public Scorer(Model model, int rows) {
        this(
                model.network()
                        .scoring(new BatchShape(
                                rows,
                                model.features().areSparse() ? model.features().width() : 0))
                        .program(),
                model.features(),
                model.label(),
                model.parameters());
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
        this.prediction = execution.output(Objective.PREDICTION);
        this.ofClass1 = label.targetCount() == 1 && label.classCount() == 2 && prediction.columns() == 1;
        this.widened = new double[encoder.numbers()];
        this.input = features.areSparse()
                ? new SparseInput(encoder, features.width(), FeatureInput.of(execution), prediction.rows())
                : new DenseInput(encoder, execution.arena(), execution.input(Objective.FEATURES));
        System.arraycopy(parameters, 0, execution.arena(), 0, parameters.length);
    }

    /** Where examples are put. */
    private interface Input {
        void set(int row, double[] numbers, @Nullable String[] texts);

        void set(int row, Numbers numbers, @Nullable String[] texts);

        /** Makes what was set ready for a run. */
        void close();
    }

    private record DenseInput(FeatureEncoder encoder, float[] arena, Block x) implements Input {
        @Override
        public void set(int row, double[] numbers, @Nullable String[] texts) {
            encoder.encode(numbers, texts, arena, x.offset() + row * x.columns());
        }

        @Override
        public void set(int row, Numbers numbers, @Nullable String[] texts) {
            set(row, numbers.values(), texts);
        }

        @Override
        public void close() {}
    }

    /** Keeps the rows, since the program takes the entries of all together. */
    private static final class SparseInput implements Input {
        private final FeatureEncoder encoder;
        private final int width;
        private final FeatureInput input;
        private final Rows.Sparse[] rows;

        SparseInput(FeatureEncoder encoder, int width, FeatureInput input, int rows) {
            this.encoder = encoder;
            this.width = width;
            this.input = input;
            this.rows = new Rows.Sparse[rows];
            SparseRows empty = new SparseRows(width);
            empty.endRow();
            Arrays.fill(this.rows, empty.rows());
        }

        @Override
        public void set(int row, double[] numbers, @Nullable String[] texts) {
            set(row, new Numbers(numbers), texts);
        }

        @Override
        public void set(int row, Numbers numbers, @Nullable String[] texts) {
            SparseRows one = new SparseRows(width);
            encoder.encode(numbers, texts, one::add);
            one.endRow();
            rows[row] = one.rows();
        }

        @Override
        public void close() {
            for (int row = 0; row < rows.length; row++) {
                input.take(rows[row], 0, row);
            }
            input.close(rows.length);
        }
    }

    /** How many examples it takes at a time. */
    public int rows() {
        return prediction.rows();
    }

    /**
     * Puts an example into a row of the batch.
     *
     * @param numbers the numeric features in their order, vectors spread out; NaN where one is missing
     * @param texts the categorical features in their order; null where one is missing
     * @throws IllegalArgumentException when there are more or fewer than the model takes
     */
    public void set(int row, double[] numbers, @Nullable String... texts) {
        require(numbers.length, texts.length);
        input.set(row, numbers, texts);
    }

    /** As {@link #set(int, double[], String...)}; of sparse features, the numbers that are not 0 are enough. */
    public void set(int row, Numbers numbers, @Nullable String... texts) {
        require(numbers.width(), texts.length);
        input.set(row, numbers, texts);
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
        input.set(row, widened, NO_TEXTS);
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
        input.close();
        execution.run();
    }

    /**
     * What a row was scored to: the probability of each class in the order of the label's names, of each flag, or numbers; of a
     * reconstruction the features as they are encoded, in the order of the columns.
     */
    public double[] prediction(int row) {
        int at = prediction.offset() + row * prediction.columns();
        float[] arena = execution.arena();
        if (ofClass1) {
            return new double[] {1 - (double) arena[at], arena[at]};
        }
        double[] numbers = new double[prediction.columns()];
        if (label instanceof Label.Real real) {
            for (int k = 0; k < numbers.length; k++) {
                numbers[k] = real.targets().get(k).decode(arena[at + k]);
            }
            return numbers;
        }
        for (int k = 0; k < numbers.length; k++) {
            numbers[k] = arena[at + k];
        }
        return numbers;
    }

    /**
     * The logits of a row, of each class or each flag: what its probabilities are made of.
     *
     * @throws IllegalArgumentException when the model predicts numbers
     */
    public double[] logits(int row) {
        Block logits = execution.output(Objective.LOGITS);
        int at = logits.offset() + row * logits.columns();
        float[] arena = execution.arena();
        if (ofClass1) {
            return new double[] {-arena[at], arena[at]};
        }
        double[] numbers = new double[logits.columns()];
        for (int k = 0; k < numbers.length; k++) {
            numbers[k] = arena[at + k];
        }
        return numbers;
    }

    /**
     * How far a row's reconstruction is from its features: the root mean square of their differences, in the features' spreads.
     *
     * @throws IllegalStateException when the model predicts something else
     */
    public double reconstructionError(int row) {
        if (!(label instanceof Label.Reconstruction)) {
            throw new IllegalStateException(
                    "the model does not reconstruct its features, but predicts " + label.columns());
        }
        float[] arena = execution.arena();
        Block x = execution.input(Objective.FEATURES);
        double squares = 0;
        for (int k = 0; k < x.columns(); k++) {
            double error = (double) arena[prediction.offset() + row * x.columns() + k]
                    - arena[x.offset() + row * x.columns() + k];
            squares += error * error;
        }
        return Math.sqrt(squares / x.columns());
    }

    /** The likeliest class of a row, where the label has classes. */
    public int likeliest(int row) {
        int at = prediction.offset() + row * prediction.columns();
        return Evaluation.likeliest(execution.arena(), at, prediction.columns());
    }

    /**
     * The prediction for one example: see {@link #prediction}.
     *
     * @param numbers the numeric features in their order, vectors spread out; NaN where one is missing
     * @param texts the categorical features in their order; null where one is missing
     * @throws IllegalArgumentException when there are more or fewer than the model takes
     */
    public double[] predict(double[] numbers, @Nullable String... texts) {
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
