package dev.adjoint.worker;

import java.util.ArrayDeque;

/** Sums the gradients of a shard's rows, batch by batch. */
final class GradientWork implements ShardWork {
    private final Replica replica;
    private final ArrayDeque<WeightedSum> spare = new ArrayDeque<>();
    private WeightedSum sum = new WeightedSum();

    GradientWork(Replica replica) {
        this.replica = replica;
    }

    @Override
    public void load(Snapshot state) {
        replica.load(state.parameters());
    }

    @Override
    public void start() {
        sum = spare.isEmpty() ? new WeightedSum() : spare.pop();
    }

    @Override
    public void take(Chunk chunk, int row) {
        replica.take(chunk, row);
        if (replica.isFull()) {
            replica.addGradient(sum);
        }
    }

    @Override
    public WeightedSum finish() {
        replica.addGradient(sum);
        return sum;
    }

    @Override
    public void giveBack(WeightedSum used) {
        used.clear();
        spare.push(used);
    }
}
