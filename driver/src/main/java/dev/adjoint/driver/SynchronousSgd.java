package dev.adjoint.driver;

import dev.adjoint.checkpoint.TrainingState;
import dev.adjoint.model.BatchShape;
import dev.adjoint.model.Network;
import dev.adjoint.worker.Descent;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.Slices;
import dev.adjoint.worker.Snapshot;
import dev.adjoint.worker.WeightedSum;
import dev.adjoint.worker.Work;

/**
 * Exact synchronous minibatch gradient descent: in a round all shards compute the gradient of their part of one minibatch
 * at the same parameters, and the driver makes one step with the mean.
 */
record SynchronousSgd(Work work, Descent descent, long seed, long batchSize, long examples, int shards)
        implements Algorithm {
    private static final float[] NONE = {};

    static SynchronousSgd of(Network network, TrainingOptions options, long examples, int shards, int entriesOfRow) {
        long batchSize = options.batchSize().of(examples);
        long ofShard = (batchSize + shards - 1) / shards;
        Work work = new Work.Gradients(network.objective(BatchShape.of(ofShard, network.inputs(), entriesOfRow)));
        return new SynchronousSgd(work, options.descent(network), options.seed(), batchSize, examples, shards);
    }

    @Override
    public int rounds() {
        return Math.toIntExact((examples + batchSize - 1) / batchSize);
    }

    @Override
    public Round round(int epoch, int number) {
        long last = Math.min(examples, number * batchSize);
        return new Round(seed, epoch, (number - 1) * batchSize, last, shards);
    }

    @Override
    public Snapshot snapshot(TrainingState state) {
        return new Snapshot(state.parameters(), NONE);
    }

    @Override
    public int update(TrainingState state, int round, WeightedSum sum) throws NotFiniteException {
        Algorithm.requireFinite(sum, "gradient");
        float[] gradient = sum.vector();
        float inverse = (float) (1 / sum.weight());
        Slices.PARALLEL.forEach(
                gradient.length,
                (from, to) -> descent.step(state.parameters(), state.velocity(), gradient, inverse, from, to));
        return 1;
    }
}
