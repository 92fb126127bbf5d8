package dev.adjoint.driver.training;

import dev.adjoint.worker.Begin;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.RoundWork;
import dev.adjoint.worker.Sweep;
import dev.adjoint.worker.WeightedSum;

/** Another algorithm with shards that compute nothing: all that costs beside the work. */
record Idle(Algorithm other) implements Algorithm {
    @Override
    public RoundWork work() {
        return new RoundWork.Nothing(other.work().length());
    }

    @Override
    public int rounds() {
        return other.rounds();
    }

    @Override
    public int stepsOfEpoch() {
        return other.stepsOfEpoch();
    }

    @Override
    public Round round(int epoch, int number) {
        return other.round(epoch, 1);
    }

    @Override
    public Begin begin(TrainingState state, Round round) {
        return other.begin(state, round);
    }

    @Override
    public TrainingState update(TrainingState state, int round, WeightedSum sum, Sweep sweep)
            throws NotFiniteException {
        return other.update(state, round, sum, sweep);
    }
}
