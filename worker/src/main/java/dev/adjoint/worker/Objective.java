package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.ProgramBuilder;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.autodiff.Shape;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.kernel.Block;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network's program, and the names of what goes in and comes out: features, and where they are asked for targets, weights and
 * counters of the rows.
 *
 * <p>Where rows are in {@link Folds}, {@link #OUTSIDE} says of each row which member does not learn from it. Where {@link Mixup} mixes
 * them, {@link #OTHERS} and {@link #SHARES} say with which, and by how much. Where there is a {@link Curriculum}, {@link #WEIGHTS} are 0 of the examples
 * that do not count yet.
 *
 * <p>The features are {@link #FEATURES} {@code [rows x width]}; or, where rows are sparse, {@link #ENTRIES}, {@link #ROWS} and
 * {@link #COLUMNS}, {@code [entries x 1]} each.
 */
public record Objective(Program program, Folds folds, Mixup mixup, Curriculum curriculum) implements Serializable {
    public static final String FEATURES = "x";
    public static final String ENTRIES = "x.values";
    public static final String ROWS = "x.rows";
    public static final String COLUMNS = "x.columns";
    /** {@code [rows x k]}. */
    public static final String TARGETS = "y";
    /** {@code [rows x 1]}; 0 for the rows that fill up a batch. */
    public static final String WEIGHTS = "weights";
    /** {@code [rows x 4]}: step / 2^20, step mod 2^20, shard, row of the shard; together they tell any two rows apart. */
    public static final String COUNTERS = "counters";
    /** What the first of these counters counts in. */
    public static final int STEPS_OF_FIRST_COUNTER = 1 << 20;
    /** {@code [rows x members]}: 1 for the member whose fold the row is in, else 0. */
    public static final String OUTSIDE = "outside";
    /** {@code [rows x 1]}: the place in the batch of the row that each is mixed with. */
    public static final String OTHERS = "others";
    /** {@code [rows x 1]}: the share of that row, from 0 to 1. */
    public static final String SHARES = "shares";
    /** A scalar: the weighted sum of the examples' losses. */
    public static final String LOSS = "loss";
    /** {@code [rows x 1]}: the loss of each example, where it is evaluated. */
    public static final String LOSSES = "losses";
    /** A scalar: what is minimised, where that is not the loss alone. */
    public static final String MINIMISED = "objective";
    /** {@code [rows x k]}: the probability of each class (one column: of class 1), or numbers. */
    public static final String PREDICTION = "prediction";
    /** {@code [rows x k]}: what a loss of classes makes the prediction of. */
    public static final String LOGITS = "logits";

    /** Without a curriculum. */
    public Objective(Program program, Folds folds, Mixup mixup) {
        this(program, folds, mixup, Curriculum.NONE);
    }

    /** Whose rows are not mixed either. */
    public Objective(Program program, Folds folds) {
        this(program, folds, Mixup.NONE);
    }

    /** Without folds either. */
    public Objective(Program program) {
        this(program, Folds.NONE);
    }

    /** The same by a curriculum. */
    public Objective by(Curriculum other) {
        return new Objective(program, folds, mixup, other);
    }

    /** Declares the features of a batch. */
    public static Value features(ProgramBuilder builder, BatchShape batch, int width) {
        if (!batch.isSparse()) {
            return builder.input(FEATURES, batch.rows(), width);
        }
        int most = batch.entries();
        return builder.input(ENTRIES, most, 1)
                .toMatrix(
                        builder.input(ROWS, most, 1), builder.input(COLUMNS, most, 1), new Shape(batch.rows(), width));
    }

    /** How many rows it takes at a time. */
    public int rows() {
        Program.@Nullable Input y = input(TARGETS);
        if (y == null) {
            throw new IllegalStateException("a program that only scores");
        }
        return y.shape().rows();
    }

    /**
     * The inputs that are no parameters, as a replica has them for the first rows of a chunk.
     *
     * @param rows no more than the program takes
     */
    public Map<String, double[]> inputs(Chunk chunk, int rows) {
        Execution<float[]> execution = Execution.float32(program);
        Batch batch = new Batch(this, execution);
        for (int row = 0; row < rows; row++) {
            batch.take(chunk, row);
        }
        batch.close();
        Map<String, double[]> inputs = new HashMap<>();
        for (Program.Input input : program.inputs()) {
            if (!input.isParameter()) {
                Block block = execution.input(input.name());
                double[] values = new double[block.size()];
                Arrays.setAll(values, i -> execution.arena()[block.offset() + i]);
                inputs.put(input.name(), values);
            }
        }
        return inputs;
    }

    /** How many parameters there are. */
    public int parameterCount() {
        return program.parameterCount();
    }

    /** The program, followed by the gradient of what is minimised: what a replica runs. */
    public Program gradient() {
        return Reverse.gradient(program, minimised());
    }

    /** The name of what is minimised. */
    String minimised() {
        boolean more =
                program.outputs().stream().anyMatch(output -> output.name().equals(MINIMISED));
        return more ? MINIMISED : LOSS;
    }

    /** Whether there is an input of that name. */
    public boolean takes(String name) {
        return input(name) != null;
    }

    private Program.@Nullable Input input(String name) {
        return program.inputs().stream()
                .filter(input -> input.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
