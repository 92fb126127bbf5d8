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
import dev.adjoint.worker.step.Lbfgs;
import dev.adjoint.worker.step.Role;
import java.util.List;

/**
 * L-BFGS on all examples: a round, which is an epoch, evaluates loss and gradient at one trial of the line search.
 *
 * <p>The state's parameters are the last iterate, so what is measured, kept and saved is never a trial; and so is the loss that
 * an epoch reports.
 *
 * @param members each of which has a loss of its own: their sum is minimised, and the sum of a round has their mean
 * @param l2 of the penalty {@code l2 / 2 sum w^2}
 */
record FullBatchLbfgs(
        RoundWork work, QuasiNewton method, List<Descent.Stretch> parameters, int members, double l2, Round everyRow)
        implements Algorithm {
    static FullBatchLbfgs of(
            Network network, Lbfgs options, Settings settings, long examples, int shards, int entriesOfRow) {
        long seed = settings.get(Keys.SEED);
        BatchShape batch = BatchShape.of((examples + shards - 1) / shards, network.inputs(), entriesOfRow);
        return new FullBatchLbfgs(
                new RoundWork.Gradients(network.objective(batch, seed, settings.folds(network))),
                new QuasiNewton(options),
                settings.stretches(network),
                network.members(),
                settings.get(Keys.L2),
                new Round(seed, 1, 0, examples, shards));
    }

    @Override
    public int stepsOfEpoch() {
        return 1;
    }

    @Override
    public int rounds() {
        return 1;
    }

    /** The same in every epoch, with the rows in the same order: sums in another would be another function, by rounding. */
    @Override
    public Round round(int epoch, int number) {
        return everyRow;
    }

    @Override
    public Begin begin(TrainingState state, Round round) {
        Vectors trial = Vectors.of(method.trial(state.vectors(), state.search()));
        return new Begin(round, state.step(), state.learning().factor(), trial);
    }

    @Override
    public TrainingState update(TrainingState state, int round, WeightedSum sum, Sweep sweep)
            throws NotFiniteException {
        if (state.search().isEmpty()) {
            // Later a loss that is not finite is that of a step that was too long.
            Algorithm.requireFinite(sum, "gradient", sweep);
        }
        float[] trial = method.trial(state.vectors(), state.search());
        double loss = members * sum.loss() / sum.weight() + penalty(trial);
        float[] gradient = gradient(sum, trial);
        LineSearch search = method.after(state.vectors(), state.search(), trial, loss, gradient);
        double ofIterate = (search.start().loss() - penalty(state.vectors().parameters())) / members;
        double norm = method.gradientNorm(state.vectors());
        return state.afterRound(1, norm, sum.examples(), ofIterate * sum.weight(), sum.weight())
                .searching(search);
    }

    private double penalty(float[] values) {
        double squares = 0;
        for (Descent.Stretch stretch : parameters) {
            if (isPenalised(stretch)) {
                for (int i = stretch.from(); i < stretch.to(); i++) {
                    squares += (double) values[i] * values[i];
                }
            }
        }
        return l2 / 2 * squares;
    }

    /** Of mean loss and penalty, in the sum's own vector; 0 where parameters are to stay as they are. */
    private float[] gradient(WeightedSum sum, float[] values) {
        float[] gradient = sum.vector();
        for (Descent.Stretch stretch : parameters) {
            double mean = stretch.rate() / sum.weight();
            double penalty = isPenalised(stretch) ? l2 : 0;
            for (int i = stretch.from(); i < stretch.to(); i++) {
                gradient[i] = (float) (mean * gradient[i] + penalty * values[i]);
            }
        }
        return gradient;
    }

    private static boolean isPenalised(Descent.Stretch stretch) {
        return stretch.role() == Role.PENALISED && stretch.rate() != 0;
    }
}
