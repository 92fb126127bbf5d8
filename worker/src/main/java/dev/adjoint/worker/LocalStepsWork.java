package dev.adjoint.worker;

import dev.adjoint.autodiff.kernel.Crew;
import dev.adjoint.worker.step.Descent;
import java.util.List;

/**
 * Makes steps of gradient descent on a shard's rows, minibatch after minibatch. Its sum holds the vectors that it came to,
 * times the weight of the rows: the mean over shards is weighted by their examples.
 */
final class LocalStepsWork extends RowWork {
    private final Replica replica;
    private final int batchSize;
    private final Descent descent;
    /** Where the parameters begin, and then each vector of the optimiser's. */
    private final int[] starts;

    private final Descent.InArena steps;
    /** Of the minibatch so far; the gradient is there only where it takes more than one run of the program. */
    private final WeightedSum minibatch = new WeightedSum();

    private int taken;
    private long step;
    private double factor = 1;

    /** The objective takes {@code batchSize} rows at a time, or fewer. */
    LocalStepsWork(Objective objective, int batchSize, Descent descent, Crew crew) {
        int parameters = objective.parameterCount();
        this.replica = new Replica(objective, room(objective, descent), crew);
        this.batchSize = batchSize;
        this.descent = descent;
        this.starts = new int[1 + descent.optimiser().state().size()];
        int[] state = new int[starts.length - 1];
        for (int i = 0; i < state.length; i++) {
            state[i] = replica.room() + i * parameters;
            starts[1 + i] = state[i];
        }
        int scratch = replica.room() + state.length * parameters;
        this.steps = descent.in(replica.arena(), 0, replica.gradient(), state, scratch);
    }

    /** How many numbers it has in the arena beside the program's: the optimiser's vectors, and a tile for what is between. */
    static int room(Objective objective, Descent descent) {
        int vectors = Math.multiplyExact(descent.optimiser().state().size(), objective.parameterCount());
        return Math.addExact(vectors, Descent.TILE);
    }

    @Override
    void load(Begin begin) {
        factor = begin.factor();
    }

    @Override
    void startShard(Begin begin) {
        step = begin.step();
        replica.atStep(step);
        List<float[]> values = begin.vectors().values();
        replica.load(values.get(0));
        for (int i = 1; i < starts.length; i++) {
            System.arraycopy(values.get(i), 0, replica.arena(), starts[i], replica.parameters());
        }
    }

    @Override
    void take(Chunk chunk, int row, WeightedSum sum) {
        replica.take(chunk, row);
        taken++;
        if (taken == batchSize) {
            step(sum);
        } else if (replica.isFull()) {
            replica.addGradient(minibatch);
        }
    }

    private void step(WeightedSum sum) {
        if (minibatch.examples() == 0) { // one run, whose gradient is where it is needed
            replica.compute(minibatch);
        } else {
            replica.addGradient(minibatch);
            System.arraycopy(minibatch.vector(), 0, replica.arena(), replica.gradient(), replica.parameters());
        }
        steps.step(descent.scale(replica.arena(), replica.gradient(), minibatch.weight()), descent.pace(step, factor));
        step++;
        replica.atStep(step);
        sum.addLoss(minibatch.loss(), minibatch.weight(), minibatch.examples());
        minibatch.clear();
        taken = 0;
    }

    @Override
    void endShard(WeightedSum sum) {
        if (taken > 0) {
            step(sum);
        }
        if (sum.examples() > 0) {
            sum.setScaled((float) sum.weight(), replica.arena(), starts, replica.parameters());
        }
    }
}
