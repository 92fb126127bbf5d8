package dev.adjoint.driver.training;

import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.model.Network;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Begin;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.RoundWork;
import dev.adjoint.worker.Sweep;
import dev.adjoint.worker.Vectors;
import dev.adjoint.worker.WeightedSum;
import java.util.List;

/**
 * Local gradient descent (Mangasarian 1995, McDonald, Hall and Mann 2010; Stich 2019): in a round each shard's replica
 * makes some steps by itself, on its own rows; then the parameters and what the optimisers keep are averaged, weighted by the
 * examples.
 *
 * @param stepsOfRound how many steps a replica makes in a round
 * @param stepsOfEpoch how many it makes in an epoch, in which the last round may be short
 */
record LocalSgd(
        RoundWork work, long seed, long batchSize, int stepsOfRound, int stepsOfEpoch, long examples, int shards)
        implements Algorithm {
    /** As the settings say; more steps a round than an epoch has are as many as it has. */
    static LocalSgd of(Network network, Settings settings, long examples, int shards, int entriesOfRow) {
        long seed = settings.get(Keys.SEED);
        long rows = (examples + shards - 1) / shards;
        long batchSize = settings.get(Keys.BATCH_SIZE).of(rows);
        int stepsOfEpoch = settings.get(Keys.BATCH_SIZE).stepsOfEpoch(rows);
        BatchShape batch = BatchShape.of(batchSize, network.inputs(), entriesOfRow);
        RoundWork work = new RoundWork.LocalSteps(
                network.objective(batch, seed, settings.folds(network), settings.mixup(entriesOfRow))
                        .by(settings.curriculum(stepsOfEpoch)),
                Math.toIntExact(batchSize),
                settings.descent(network, stepsOfEpoch));
        int steps = Math.min(settings.get(Keys.SYNCHRONISE).steps(), stepsOfEpoch);
        return new LocalSgd(work, seed, batchSize, steps, stepsOfEpoch, examples, shards);
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
    public Begin begin(TrainingState state, Round round) {
        return new Begin(round, state.step(), state.learning().factor(), state.vectors());
    }

    @Override
    public TrainingState update(TrainingState state, int round, WeightedSum sum, Sweep sweep)
            throws NotFiniteException {
        Algorithm.requireFinite(sum, "mean of the replicas", sweep);
        if (sum.weight() > 0) { // else no example counted, and there is nothing to take a mean of
            average(sum, state.vectors(), sweep);
        }
        int steps = Math.min(stepsOfRound, stepsOfEpoch - (round - 1) * stepsOfRound);
        return state.afterRound(steps, Double.POSITIVE_INFINITY, sum.examples(), sum.loss(), sum.weight());
    }

    private static void average(WeightedSum sum, Vectors into, Sweep sweep) {
        float inverse = (float) (1 / sum.weight());
        float[] mean = sum.vector();
        int parameters = into.parameters().length;
        List<float[]> vectors = into.values();
        sweep.forEach(parameters, (from, to) -> {
            for (int v = 0; v < vectors.size(); v++) {
                scale(mean, v * parameters + from, inverse, vectors.get(v), from, to);
            }
        });
    }

    private static void scale(float[] x, int at, float factor, float[] out, int from, int to) {
        System.arraycopy(x, at, out, from, to - from);
        for (int i = from; i < to; i++) {
            out[i] *= factor;
        }
    }
}
