package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Crew;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the model that computes gradients: parameters and a batch of rows to the sum of the rows' gradients.
 *
 * <p>A short batch is padded with zero rows of weight 0: they add exactly nothing, and neither does a batch of no other rows. Not for use by two threads at once.
 */
public final class Replica {
    private final Execution<float[]> execution;
    private final int parameters;
    private final int gradient;
    private final Batch batch;
    private final Block loss;
    private final Sweep sweep;
    /** Whose vector is the gradient's memory. */
    private @Nullable WeightedSum lent;

    /** Lays out the gradient of {@code objective}. */
    public Replica(Objective objective) {
        this(objective, 0, Crew.ALONE);
    }

    /** With so much more memory after {@link #room}, for a crew. */
    Replica(Objective objective, int room, Crew crew) {
        Program program = objective.gradient();
        this.execution = Execution.float32(program, room, crew);
        this.sweep = Sweep.by(crew);
        this.parameters = program.parameterCount();
        String first = program.parameters().get(0).name();
        this.gradient = execution
                .output(Reverse.gradientName(objective.minimised(), first))
                .offset();
        this.batch = new Batch(objective, execution);
        this.loss = execution.output(Objective.LOSS);
    }

    /** How many parameters there are. */
    int parameters() {
        return parameters;
    }

    /** Takes over the parameters; they are copied. */
    public void load(float[] values) {
        if (values.length != parameters) {
            throw new IllegalArgumentException(
                    "%d parameters for a network that has %d".formatted(values.length, parameters));
        }
        sweep.forEach(parameters, (from, to) -> System.arraycopy(values, from, execution.arena(), from, to - from));
    }

    /** Says how many steps were made before that of the rows to come. */
    void atStep(long step) {
        batch.atStep(step);
    }

    /** Puts a row into the batch, which must not be full. */
    public void take(Chunk chunk, int row) {
        batch.take(chunk, row);
    }

    /** Whether the batch has all the rows that the program takes. */
    public boolean isFull() {
        return batch.taken() == batch.rows();
    }

    /**
     * Computes the gradient of the batch's rows, adds it to {@code sum}, and empties the batch. A sum that had no vector may stand in
     * this replica's memory then: it is {@link WeightedSum#keep kept} before that is needed again.
     */
    public void addGradient(WeightedSum sum) {
        if (batch.taken() == 0) {
            return;
        }
        compute(sum);
        if (sum.length() == 0) {
            sum.lend(execution.arena(), gradient, parameters);
            lent = sum;
        } else {
            sum.addVector(execution.arena(), gradient, parameters);
        }
    }

    /** Computes the gradient of the batch's rows, adds their loss to {@code sum}, and empties the batch. */
    void compute(WeightedSum sum) {
        if (lent != null) {
            lent.keep();
            lent = null;
        }
        int rows = batch.taken();
        double weight = batch.close();
        if (weight == 0) {
            // What divides by the weights, as batch normalisation does, would have nothing to divide by.
            Arrays.fill(execution.arena(), gradient, gradient + parameters, 0f);
            sum.addLoss(0, 0, rows);
            return;
        }
        execution.run();
        sum.addLoss(execution.arena()[loss.offset()], weight, rows);
    }

    /** Where the memory that was asked for begins. */
    int room() {
        return execution.room();
    }

    /** The memory, with the parameters at its beginning. */
    float[] arena() {
        return execution.arena();
    }

    /** Where the gradient stands in it, in the order of the parameters. */
    int gradient() {
        return gradient;
    }
}
