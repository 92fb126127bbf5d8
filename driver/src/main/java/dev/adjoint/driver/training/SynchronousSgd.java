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
import dev.adjoint.worker.step.Descent;
import dev.adjoint.worker.step.Pace;
import java.util.OptionalDouble;

/**
 * Exact synchronous minibatch gradient descent: in a round all shards compute the gradient of their part of one minibatch
 * at the same parameters, and the driver makes one step with the mean.
 */
record SynchronousSgd(
        RoundWork work,
        Descent descent,
        boolean measuresGradient,
        long seed,
        long batchSize,
        int stepsOfEpoch,
        long examples,
        int shards)
        implements Algorithm {
    static SynchronousSgd of(Network network, Settings settings, long examples, int shards, int entriesOfRow) {
        long seed = settings.get(Keys.SEED);
        long batchSize = settings.get(Keys.BATCH_SIZE).of(examples);
        long ofShard = (batchSize + shards - 1) / shards;
        BatchShape batch = BatchShape.of(ofShard, network.inputs(), entriesOfRow);
        int stepsOfEpoch = settings.get(Keys.BATCH_SIZE).stepsOfEpoch(examples);
        return new SynchronousSgd(
                new RoundWork.Gradients(
                        network.objective(batch, seed, settings.folds(network), settings.mixup(entriesOfRow))
                                .by(settings.curriculum(stepsOfEpoch))),
                settings.descent(network, stepsOfEpoch),
                settings.get(Keys.LEAST_GRADIENT).isPresent(),
                seed,
                batchSize,
                stepsOfEpoch,
                examples,
                shards);
    }

    @Override
    public int rounds() {
        return stepsOfEpoch;
    }

    @Override
    public Round round(int epoch, int number) {
        long last = Math.min(examples, number * batchSize);
        return new Round(seed, epoch, (number - 1) * batchSize, last, shards);
    }

    @Override
    public Begin begin(TrainingState state, Round round) {
        Vectors parameters = Vectors.of(state.vectors().parameters());
        return new Begin(round, state.step(), state.learning().factor(), parameters);
    }

    @Override
    public OptionalDouble learningRate(TrainingState state) {
        return OptionalDouble.of(
                descent.schedule().rate(state.step()) * state.learning().factor());
    }

    @Override
    public TrainingState update(TrainingState state, int round, WeightedSum sum, Sweep sweep)
            throws NotFiniteException {
        Algorithm.requireFinite(sum, "gradient", sweep);
        Vectors vectors = state.vectors();
        float[] gradient = sum.array();
        int start = sum.offset();
        Descent.Scale scale = descent.scale(gradient, start, sum.weight());
        Pace pace = descent.pace(state.step(), state.learning().factor());
        double norm = measuresGradient && sum.weight() > 0
                ? descent.gradientNorm(vectors.parameters(), gradient, start, sum.weight())
                : Double.POSITIVE_INFINITY;
        sweep.forEach(
                sum.length(),
                (from, to) ->
                        descent.step(vectors.parameters(), vectors.state(), gradient, start, scale, pace, from, to));
        descent.limit(vectors.parameters(), 0);
        return state.afterRound(1, norm, sum.examples(), sum.loss(), sum.weight());
    }
}
