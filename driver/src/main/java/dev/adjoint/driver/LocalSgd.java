package dev.adjoint.driver;

import dev.adjoint.checkpoint.TrainingState;
import dev.adjoint.model.BatchShape;
import dev.adjoint.model.Network;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.Slices;
import dev.adjoint.worker.Snapshot;
import dev.adjoint.worker.WeightedSum;
import dev.adjoint.worker.Work;

/**
 * Local gradient descent (Mangasarian 1995, McDonald, Hall and Mann 2010; Stich 2019): in a round each shard's replica
 * makes some steps by itself, on its own rows; then the parameters and the velocities are averaged, weighted by the
 * examples.
 *
 * @param stepsOfRound how many steps a replica makes in a round
 * @param stepsOfEpoch how many it makes in an epoch, in which the last round may be short
 */
record LocalSgd(Work work, long seed, long batchSize, int stepsOfRound, int stepsOfEpoch, long examples, int shards)
        implements Algorithm {
    /**
     * As the options say.
     *
     * @param steps how many steps a replica makes in a round; more than an epoch has are as many as it has
     */
    static LocalSgd of(
            Network network, TrainingOptions options, int steps, long examples, int shards, int entriesOfRow) {
        long rows = (examples + shards - 1) / shards;
        long batchSize = options.batchSize().of(rows);
        int stepsOfEpoch = Math.toIntExact((rows + batchSize - 1) / batchSize);
        Work work = new Work.LocalSteps(
                network.objective(BatchShape.of(batchSize, network.inputs(), entriesOfRow)),
                Math.toIntExact(batchSize),
                options.descent(network));
        return new LocalSgd(
                work, options.seed(), batchSize, Math.min(steps, stepsOfEpoch), stepsOfEpoch, examples, shards);
    }

    @Override
    public int rounds() {
        return (stepsOfEpoch + stepsOfRound - 1) / stepsOfRound;
    }

    @Override
    public Round round(int epoch, int number) {
        long placesOfRound = batchSize * stepsOfRound * shards;
        long last = Math.min(examples, number * placesOfRound);
        return new Round(seed, epoch, (number - 1) * placesOfRound, last, shards);
    }

    @Override
    public Snapshot snapshot(TrainingState state) {
        return new Snapshot(state.parameters(), state.velocity());
    }

    @Override
    public int update(TrainingState state, int round, WeightedSum sum) throws NotFiniteException {
        Algorithm.requireFinite(sum, "mean of the replicas");
        float inverse = (float) (1 / sum.weight());
        float[] vector = sum.vector();
        int parameters = state.parameters().length;
        Slices.PARALLEL.forEach(parameters, (from, to) -> {
            scale(vector, from, inverse, state.parameters(), from, to);
            scale(vector, parameters + from, inverse, state.velocity(), from, to);
        });
        return Math.min(stepsOfRound, stepsOfEpoch - (round - 1) * stepsOfRound);
    }

    private static void scale(float[] x, int at, float factor, float[] out, int from, int to) {
        System.arraycopy(x, at, out, from, to - from);
        for (int i = from; i < to; i++) {
            out[i] *= factor;
        }
    }
}
