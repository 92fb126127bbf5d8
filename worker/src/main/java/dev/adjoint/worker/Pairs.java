package dev.adjoint.worker;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.kernel.Block;
import java.util.Arrays;

/**
 * Which rows of a batch {@link Mixup} mixes: each with the next one of its fold, and the last with the first, so that no member learns by
 * way of another row from what it is measured on. A row of weight 0, or alone in its fold, is mixed with itself, which leaves it as it is.
 */
final class Pairs {
    private final Mixup mixup;
    private final float[] arena;
    private final Block others;
    private final Block shares;
    /** Of each fold the first row in the batch, and the last one so far; -1 where there is none. */
    private final int[] first;

    private final int[] last;

    Pairs(Objective objective, Execution<float[]> execution) {
        this.mixup = objective.mixup();
        this.arena = execution.arena();
        this.others = execution.input(Objective.OTHERS);
        this.shares = execution.input(Objective.SHARES);
        this.first = new int[Math.max(1, objective.folds().count())];
        this.last = new int[first.length];
        Arrays.fill(first, -1);
    }

    /**
     * Takes a row of a shard, at a step.
     *
     * @param at its place in the batch; places come one after the other
     * @param counts whether its weight is more than 0
     */
    void take(long step, int shard, int row, int fold, int at, boolean counts) {
        arena[shares.offset() + at] = mixup.share(step, shard, row);
        arena[others.offset() + at] = at;
        if (counts) {
            if (first[fold] < 0) {
                first[fold] = at;
            } else {
                arena[others.offset() + last[fold]] = at;
            }
            last[fold] = at;
        }
    }

    /**
     * Pairs the last rows with the first, and those that fill up the batch with themselves; the next row is the first of another
     * batch.
     *
     * @param weights of the rows that were taken
     * @return the sum of the mixed rows' weights
     */
    double close(Block weights, int taken) {
        for (int fold = 0; fold < first.length; fold++) {
            if (first[fold] >= 0) {
                arena[others.offset() + last[fold]] = first[fold];
                first[fold] = -1;
            }
        }
        double sum = 0;
        for (int at = 0; at < taken; at++) {
            double own = arena[weights.offset() + at];
            double other = arena[weights.offset() + (int) arena[others.offset() + at]];
            sum += own + (other - own) * arena[shares.offset() + at];
        }
        for (int at = taken; at < others.rows(); at++) {
            arena[others.offset() + at] = at;
            arena[shares.offset() + at] = 0;
        }
        return sum;
    }
}
