package dev.adjoint.worker;

import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.kernel.Binary;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.autodiff.kernel.Unary;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes steps of gradient descent on a shard's rows, minibatch after minibatch. Its sum holds the parameters and the
 * velocity that it came to, times the weight of the rows: the mean over shards is weighted by their examples.
 */
final class LocalStepsWork implements ShardWork {
    /** So many numbers at a time stay in the first-level cache from one kernel to the next. */
    private static final int CACHED = 2048;

    private final Replica replica;
    private final int batchSize;
    private final Descent descent;
    private final int velocity;
    private final Kernels kernels;
    private final List<Tile> tiles = new ArrayList<>();

    private final ArrayDeque<WeightedSum> spare = new ArrayDeque<>();
    private WeightedSum sum = new WeightedSum();
    private Snapshot state = new Snapshot(new float[0], new float[0]);

    /** Of the minibatch so far; the gradient is there only where it takes more than one run of the program. */
    private final WeightedSum minibatch = new WeightedSum();

    private int taken;

    /** Parameters that stay in the first-level cache while a step goes over them. */
    private record Tile(Block values, Block velocity, Block gradient, Block penalty, float decay) {}

    /** The program takes {@code batchSize} rows at a time, or fewer. */
    LocalStepsWork(Program objective, int batchSize, Descent descent) {
        int parameters = objective.parameterCount();
        this.replica = new Replica(objective, room(parameters));
        this.batchSize = batchSize;
        this.descent = descent;
        this.velocity = replica.room();
        this.kernels = Kernels.float32(replica.arena());
        for (Descent.Stretch stretch : descent.parameters()) {
            for (int at = stretch.from(); at < stretch.to(); at += CACHED) {
                int size = Math.min(CACHED, stretch.to() - at);
                tiles.add(new Tile(
                        new Block(at, 1, size),
                        new Block(velocity + at, 1, size),
                        new Block(replica.gradient() + at, 1, size),
                        new Block(velocity + parameters, 1, size),
                        stretch.penalised() ? descent.l2() : 0));
            }
        }
    }

    /** How many numbers it has in the arena beside the program's: the velocity, and a tile's penalty. */
    static int room(int parameters) {
        return Math.addExact(parameters, CACHED);
    }

    @Override
    public void load(Snapshot begin) {
        state = begin;
    }

    @Override
    public void start() {
        replica.load(state.parameters());
        System.arraycopy(state.velocity(), 0, replica.arena(), velocity, replica.parameters());
        sum = spare.isEmpty() ? new WeightedSum() : spare.pop();
    }

    @Override
    public void take(Chunk chunk, int row) {
        replica.take(chunk, row);
        taken++;
        if (taken == batchSize) {
            step();
        } else if (replica.isFull()) {
            replica.addGradient(minibatch);
        }
    }

    private void step() {
        boolean oneRun = minibatch.examples() == 0;
        if (oneRun) {
            replica.compute(minibatch);
        } else {
            replica.addGradient(minibatch);
            System.arraycopy(minibatch.vector(), 0, replica.arena(), replica.gradient(), replica.parameters());
        }
        float inverse = (float) (1 / minibatch.weight());
        for (Tile tile : tiles) {
            descend(tile, inverse);
        }
        sum.addLoss(minibatch.loss(), minibatch.weight(), minibatch.examples());
        minibatch.clear();
        taken = 0;
    }

    /** {@link Descent#step}, operation by operation, on the replica's own memory. */
    private void descend(Tile tile, float inverse) {
        Block gradient = tile.gradient;
        kernels.map(Unary.SCALE, inverse, gradient, gradient);
        if (tile.decay != 0) {
            kernels.map(Unary.SCALE, tile.decay, tile.values, tile.penalty);
            kernels.zip(Binary.ADD, gradient, tile.penalty, gradient);
        }
        kernels.map(Unary.SCALE, descent.rate(), gradient, gradient);
        kernels.map(Unary.SCALE, descent.momentum(), tile.velocity, tile.velocity);
        kernels.zip(Binary.ADD, gradient, tile.velocity, tile.velocity);
        kernels.zip(Binary.SUBTRACT, tile.values, tile.velocity, tile.values);
    }

    @Override
    public WeightedSum finish() {
        if (taken > 0) {
            step();
        }
        if (sum.examples() > 0) {
            sum.setScaled((float) sum.weight(), replica.arena(), 0, velocity, replica.parameters());
        }
        return sum;
    }

    @Override
    public void giveBack(WeightedSum used) {
        used.clear();
        spare.push(used);
    }
}
