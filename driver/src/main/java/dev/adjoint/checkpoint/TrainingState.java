package dev.adjoint.checkpoint;

import dev.adjoint.model.Network;
import dev.adjoint.worker.Snapshot;
import java.util.Optional;

/**
 * All that a training is between two rounds.
 *
 * @param step how many updates were made
 * @param position of the next round
 * @param learning what became of the learning rate
 * @param best the best epoch so far, by the loss on the held-out examples or else the training's own
 * @param parameters flat, in the network's order; the optimiser changes it in place
 * @param velocity the last update of each parameter, {@code dW(t-1)}; the optimiser changes it in place
 * @param good parameters and velocity after the best epoch, where the training may be rolled back to them
 */
public record TrainingState(
        long step,
        Position position,
        Learning learning,
        Optional<Best> best,
        float[] parameters,
        float[] velocity,
        Optional<Snapshot> good) {
    /**
     * Where in the training.
     *
     * @param epoch from 1
     * @param round how many rounds of the epoch are done
     * @param examples how many examples they took
     * @param loss the sum of these examples' losses
     */
    public record Position(int epoch, int round, long examples, double loss) {}

    /**
     * What the learning rate is multiplied by.
     *
     * @param rollbacks how often the training was rolled back
     */
    public record Learning(double rate, int rollbacks) {}

    /** An epoch, the step at its end, and its loss. */
    public record Best(int epoch, long step, double loss) {}

    /** The state before the first step, of a network with its initial parameters. */
    public static TrainingState initial(Network network, long seed) {
        return initial(network.initialParameters(seed));
    }

    /** The state before the first step, which takes over {@code parameters}. */
    public static TrainingState initial(float[] parameters) {
        return new TrainingState(
                0,
                new Position(1, 0, 0, 0),
                new Learning(1, 0),
                Optional.empty(),
                parameters,
                new float[parameters.length],
                Optional.empty());
    }

    /** After a round that made so many steps, and whose examples have so much loss in all. */
    public TrainingState afterRound(int steps, long examples, double loss) {
        Position next =
                new Position(position.epoch, position.round + 1, position.examples + examples, position.loss + loss);
        return new TrainingState(step + steps, next, learning, best, parameters, velocity, good);
    }

    /**
     * At the beginning of the next epoch.
     *
     * @param loss that of the last
     * @param mayRollBack whether to keep a copy of the best epoch's end
     */
    public TrainingState afterEpoch(double loss, boolean mayRollBack) {
        boolean better = best.isEmpty() || loss < best.get().loss;
        Optional<Best> now = better ? Optional.of(new Best(position.epoch, step, loss)) : best;
        Optional<Snapshot> state =
                better && mayRollBack ? Optional.of(new Snapshot(parameters.clone(), velocity.clone())) : good;
        return new TrainingState(
                step, new Position(position.epoch + 1, 0, 0, 0), learning, now, parameters, velocity, state);
    }

    /**
     * Back after the best epoch, to learn at {@code factor} times the rate; where that was tried before, or there is no such
     * epoch, before the first step.
     *
     * @param initial the parameters there
     */
    public TrainingState rolledBack(float[] initial, double factor) {
        Learning slower = new Learning(learning.rate * factor, learning.rollbacks + 1);
        if (good.isEmpty()) {
            TrainingState fresh = initial(initial.clone());
            return new TrainingState(
                    0, fresh.position, slower, fresh.best, fresh.parameters, fresh.velocity, fresh.good);
        }
        Best from = best.orElseThrow();
        return new TrainingState(
                from.step,
                new Position(from.epoch + 1, 0, 0, 0),
                slower,
                best,
                good.get().parameters().clone(),
                good.get().velocity().clone(),
                Optional.empty());
    }
}
