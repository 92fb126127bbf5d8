package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Reverse;
import dev.adjoint.autodiff.kernel.Block;
import java.util.Arrays;

/**
 * A copy of the model that computes gradient sums: (parameters, rows) to {@link GradientSum}.
 *
 * <p>The program takes a fixed number of rows at a time, named {@code x}, {@code y} and {@code weights}, and has the
 * scalar output {@code loss}, the weighted sum of the examples' losses. A short last batch is padded with zero rows of
 * weight 0: they add exactly nothing. Not for use by two threads at once.
 */
public final class Replica {
    /** The most rows to take at a time: enough for fast products, few enough for the cache. */
    public static final int MOST_ROWS = 256;

    private final Execution<float[]> execution;
    private final int parameters;
    private final int gradient;
    private final Batch batch;
    private final Block loss;

    /** Lays out the gradient of {@code objective}. */
    public Replica(Program objective) {
        Program program = Reverse.gradient(objective, "loss");
        this.execution = Execution.float32(program);
        this.parameters = program.parameterCount();
        String first = program.parameters().get(0).name();
        this.gradient = execution.output(Reverse.gradientName("loss", first)).offset();
        this.batch = new Batch(execution);
        this.loss = execution.output("loss");
    }

    /** Takes over the parameters; they are copied. */
    public void load(float[] values) {
        if (values.length != parameters) {
            throw new IllegalArgumentException(
                    "%d parameters for a network that has %d".formatted(values.length, parameters));
        }
        System.arraycopy(values, 0, execution.arena(), 0, parameters);
    }

    /** Adds to {@code sum} the rows of {@code shard} that stand at {@code from} to {@code to}, exclusive, in {@code order}. */
    public void addGradient(Shard shard, Order order, int from, int to, GradientSum sum) {
        for (int next = from; next < to; next += batch.rows()) {
            int rows = Math.min(batch.rows(), to - next);
            double weight = batch.load(shard, order, next, rows);
            execution.run();
            sum.add(execution.arena(), gradient, parameters, execution.arena()[loss.offset()], weight, rows);
        }
    }

    /** The inputs {@code x}, {@code y} and {@code weights} of a program, and how rows of a shard get there. */
    static final class Batch {
        private final float[] arena;
        private final Block x;
        private final Block y;
        private final Block weights;

        Batch(Execution<float[]> execution) {
            this.arena = execution.arena();
            this.x = execution.input("x");
            this.y = execution.input("y");
            this.weights = execution.input("weights");
        }

        int rows() {
            return x.rows();
        }

        /** Copies {@code rows} rows from place {@code from} of {@code order} on, and pads; returns the sum of their weights. */
        double load(Shard shard, Order order, int from, int rows) {
            int width = x.columns();
            if (shard.width() != width) {
                throw new IllegalArgumentException("shard %d has rows of %d features, the network takes %d"
                        .formatted(shard.index(), shard.width(), width));
            }
            double total = 0;
            for (int i = 0; i < rows; i++) {
                int row = (int) order.at(from + i);
                System.arraycopy(shard.features(), row * width, arena, x.offset() + i * width, width);
                arena[y.offset() + i] = shard.targets()[row];
                arena[weights.offset() + i] = shard.weights()[row];
                total += shard.weights()[row];
            }
            // Zeros, not what the last batch left: 0 times a stale negative is -0, and bits would hang on the history.
            Arrays.fill(arena, x.offset() + rows * width, x.offset() + x.size(), 0f);
            Arrays.fill(arena, y.offset() + rows, y.offset() + y.size(), 0f);
            Arrays.fill(arena, weights.offset() + rows, weights.offset() + weights.size(), 0f);
            return total;
        }
    }
}
