package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.kernel.Block;
import java.util.Arrays;

/** The inputs {@code x}, {@code y} and {@code weights} of a program, and how rows of a shard get there. */
final class Batch {
    private final float[] arena;
    private final Block x;
    private final Block y;
    private final Block weights;
    private int taken;
    private double weight;

    Batch(Execution<float[]> execution) {
        this.arena = execution.arena();
        this.x = execution.input("x");
        this.y = execution.input("y");
        this.weights = execution.input("weights");
    }

    /** How many rows the program takes. */
    int rows() {
        return x.rows();
    }

    /** How many were taken since {@link #close}. */
    int taken() {
        return taken;
    }

    void take(Chunk chunk, int row) {
        int width = x.columns();
        if (chunk.width() != width) {
            throw new IllegalArgumentException("shard %d has rows of %d features, the network takes %d"
                    .formatted(chunk.shard(), chunk.width(), width));
        }
        System.arraycopy(chunk.features(), row * width, arena, x.offset() + taken * width, width);
        arena[y.offset() + taken] = chunk.targets()[row];
        arena[weights.offset() + taken] = chunk.weights()[row];
        weight += chunk.weights()[row];
        taken++;
    }

    /** Pads what was not taken; returns the sum of the rows' weights, and makes the next row the first. */
    double close() {
        // Zeros, not what the last batch left: 0 times a stale negative is -0, and bits would hang on the history.
        Arrays.fill(arena, x.offset() + taken * x.columns(), x.offset() + x.size(), 0f);
        Arrays.fill(arena, y.offset() + taken, y.offset() + y.size(), 0f);
        Arrays.fill(arena, weights.offset() + taken, weights.offset() + weights.size(), 0f);
        double total = weight;
        taken = 0;
        weight = 0;
        return total;
    }
}
