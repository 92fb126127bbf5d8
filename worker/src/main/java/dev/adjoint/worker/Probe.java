package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.autodiff.kernel.Block;

/**
 * Runs an objective and its gradient on rows that stay the same, and shows the numbers of its outputs. Not for use by two threads
 * at once.
 */
public final class Probe {
    private final Objective objective;
    private final Execution<float[]> execution;
    private final double weight;

    /**
     * Takes rows of a chunk, as many as the program takes at a time, evenly from first to last.
     *
     * @param chunk of at least so many rows
     */
    public Probe(Objective objective, Chunk chunk) {
        this.objective = objective;
        this.execution = Execution.float32(objective.gradient());
        Batch batch = new Batch(objective, execution);
        int rows = batch.rows();
        for (long i = 0; i < rows; i++) {
            batch.take(chunk, (int) (i * chunk.rows() / rows));
        }
        this.weight = batch.close();
    }

    /** The sum of the rows' weights. */
    public double weight() {
        return weight;
    }

    /** Computes all outputs. */
    public void run(float[] parameters) {
        System.arraycopy(parameters, 0, execution.arena(), 0, objective.parameterCount());
        execution.run();
    }

    /** Where the numbers of an output stand in the {@link #arena}, row by row. */
    public Block output(String name) {
        return execution.output(name);
    }

    /** Where the gradient of what is minimised stands there, in the order of the parameters. */
    public int gradient() {
        String first = execution.program().parameters().get(0).name();
        return execution
                .output(Reverse.gradientName(objective.minimised(), first))
                .offset();
    }

    public float[] arena() {
        return execution.arena();
    }
}
