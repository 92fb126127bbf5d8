package dev.adjoint.worker;

/** Sums the gradients of a shard's rows, batch by batch. */
final class GradientWork extends RowWork {
    private final Replica replica;

    GradientWork(Replica replica) {
        this.replica = replica;
    }

    @Override
    void load(Begin begin) {
        replica.load(begin.vectors().parameters());
        replica.atStep(begin.step());
    }

    @Override
    void startShard(Begin begin) {}

    @Override
    void take(Chunk chunk, int row, WeightedSum sum) {
        replica.take(chunk, row);
        if (replica.isFull()) {
            replica.addGradient(sum);
        }
    }

    @Override
    void endShard(WeightedSum sum) {
        replica.addGradient(sum);
    }
}
