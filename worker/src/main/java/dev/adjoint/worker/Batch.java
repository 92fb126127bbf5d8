package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.kernel.Block;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The inputs of an {@link Objective}, and how rows of a shard get there. */
final class Batch {
    private final float[] arena;
    private final FeatureInput features;
    private final Block y;
    private final Block weights;
    private final @Nullable Block counters;
    private final @Nullable Block outside;
    private final @Nullable Pairs pairs;
    private final Folds folds;
    private final Curriculum curriculum;
    private long step;
    private double competence;
    private int taken;
    private double weight;

    Batch(Objective objective, Execution<float[]> execution) {
        this.arena = execution.arena();
        this.features = FeatureInput.of(execution);
        this.y = execution.input(Objective.TARGETS);
        this.weights = execution.input(Objective.WEIGHTS);
        this.counters = objective.takes(Objective.COUNTERS) ? execution.input(Objective.COUNTERS) : null;
        this.outside = objective.takes(Objective.OUTSIDE) ? execution.input(Objective.OUTSIDE) : null;
        this.pairs = objective.mixup().isNone() ? null : new Pairs(objective, execution);
        this.folds = objective.folds();
        this.curriculum = objective.curriculum();
        atStep(0);
    }

    /** How many rows the program takes. */
    int rows() {
        return y.rows();
    }

    /** Whether some member does not learn from a row, so that it can be measured there; without folds, always. */
    boolean measures(Chunk chunk, int row) {
        return outside == null || fold(chunk, row) < outside.columns();
    }

    /** The fold of a row; the same one where there are none. */
    private int fold(Chunk chunk, int row) {
        return folds.areNone() ? 0 : folds.of(chunk.shard(), chunk.first() + row);
    }

    /** A target of a row that was taken, also after {@link #close}. */
    float target(int row, int k) {
        return arena[y.offset() + row * y.columns() + k];
    }

    /** How many were taken since {@link #close}. */
    int taken() {
        return taken;
    }

    /** Says how many steps were made before that of the rows to come. */
    void atStep(long number) {
        step = number;
        competence = curriculum.competence(number);
    }

    /** The weight of a row at this step. */
    private float weight(Chunk chunk, int row) {
        boolean counts = competence == 1 || chunk.ranks().length == 0 || chunk.ranks()[row] < competence;
        return counts ? chunk.weights()[row] : 0;
    }

    void take(Chunk chunk, int row) {
        features.take(chunk.features(), row, taken);
        chunk.writeTargets(row, y.columns(), arena, y.offset() + taken * y.columns());
        float own = weight(chunk, row);
        arena[weights.offset() + taken] = own;
        if (counters != null) {
            int at = counters.offset() + taken * counters.columns();
            arena[at] = (int) (step / Objective.STEPS_OF_FIRST_COUNTER);
            arena[at + 1] = step % Objective.STEPS_OF_FIRST_COUNTER;
            arena[at + 2] = chunk.shard();
            arena[at + 3] = chunk.first() + row;
        }
        if (outside != null) {
            int members = outside.columns();
            int at = outside.offset() + taken * members;
            Arrays.fill(arena, at, at + members, 0f);
            int fold = fold(chunk, row);
            if (fold < members) {
                arena[at + fold] = 1;
            }
        }
        if (pairs != null) {
            int number = chunk.first() + row;
            pairs.take(step, chunk.shard(), number, fold(chunk, row), taken, own > 0);
        }
        weight += own;
        taken++;
    }

    /** Pads what was not taken; returns the sum of the rows' weights, mixed or not, and makes the next row the first. */
    double close() {
        features.close(taken);
        clear(y);
        clear(weights);
        if (counters != null) {
            clear(counters);
        }
        if (outside != null) {
            clear(outside);
        }
        double total = pairs == null ? weight : pairs.close(weights, taken);
        taken = 0;
        weight = 0;
        return total;
    }

    private void clear(Block input) {
        Arrays.fill(arena, input.offset() + taken * input.columns(), input.offset() + input.size(), 0f);
    }
}
