package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.kernel.Block;
import java.util.Arrays;

/** The features and the inputs {@code y} and {@code weights} of a program, and how rows of a shard get there. */
final class Batch {
    private final float[] arena;
    private final FeatureInput features;
    private final Block y;
    private final Block weights;
    private int taken;
    private double weight;

    Batch(Execution<float[]> execution) {
        this.arena = execution.arena();
        this.features = FeatureInput.of(execution);
        this.y = execution.input("y");
        this.weights = execution.input("weights");
    }

    /** How many rows the program takes. */
    int rows() {
        return y.rows();
    }

    /** How many were taken since {@link #close}. */
    int taken() {
        return taken;
    }

    void take(Chunk chunk, int row) {
        features.take(chunk.features(), row, taken);
        arena[y.offset() + taken] = chunk.targets()[row];
        arena[weights.offset() + taken] = chunk.weights()[row];
        weight += chunk.weights()[row];
        taken++;
    }

    /** Pads what was not taken; returns the sum of the rows' weights, and makes the next row the first. */
    double close() {
        features.close(taken);
        Arrays.fill(arena, y.offset() + taken, y.offset() + y.size(), 0f);
        Arrays.fill(arena, weights.offset() + taken, weights.offset() + weights.size(), 0f);
        double total = weight;
        taken = 0;
        weight = 0;
        return total;
    }
}
