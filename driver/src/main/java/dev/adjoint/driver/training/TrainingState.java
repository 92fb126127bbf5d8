package dev.adjoint.driver.training;

import dev.adjoint.worker.Vectors;
import java.util.List;
import java.util.Optional;

/**
 * All that a training is between two rounds.
 *
 * @param step how many updates were made
 * @param position of the next round
 * @param learning what became of the learning rate
 * @param best the best epoch so far, by the loss on the held-out examples or else the training's own
 * @param vectors the parameters and the optimiser's; a step changes them in place
 */
public record TrainingState(long step, Position position, Learning learning, Optional<Best> best, Vectors vectors) {
    /**
     * Where in the training.
     *
     * @param epoch from 1
     * @param round how many rounds of the epoch are done
     * @param examples how many examples they took
     * @param loss the weighted sum of these examples' losses
     * @param weight the sum of their weights
     */
    public record Position(int epoch, int round, long examples, double loss, double weight) {
        private static Position startOf(int epoch) {
            return new Position(epoch, 0, 0, 0, 0);
        }
    }

    /**
     * What the learning rate is multiplied by.
     *
     * @param rollbacks how often the training was rolled back
     * @param fromBest whether it went back to the best epoch that there is: the next time it goes back to the beginning
     */
    public record Learning(double factor, int rollbacks, boolean fromBest) {}

    /**
     * An epoch, the step at its end, and its loss.
     *
     * @param vectors as they were then, where they are kept
     */
    public record Best(int epoch, long step, double loss, Optional<Vectors> vectors) {}

    /** The state before the first step, which takes over {@code parameters}. */
    public static TrainingState initial(float[] parameters, List<String> optimiserState) {
        return new TrainingState(
                0,
                Position.startOf(1),
                new Learning(1, 0, false),
                Optional.empty(),
                Vectors.initial(parameters, optimiserState));
    }

    /** After a round that made so many steps, whose examples have so much loss and weight in all. */
    public TrainingState afterRound(int steps, long examples, double loss, double weight) {
        Position next = new Position(
                position.epoch,
                position.round + 1,
                position.examples + examples,
                position.loss + loss,
                position.weight + weight);
        return new TrainingState(step + steps, next, learning, best, vectors);
    }

    /**
     * At the beginning of the next epoch.
     *
     * @param loss that of the last; one that is no number is never the best
     * @param keepsVectors whether to keep a copy of the best epoch's end
     */
    public TrainingState afterEpoch(double loss, boolean keepsVectors) {
        Position next = Position.startOf(position.epoch + 1);
        if (Double.isNaN(loss) || (best.isPresent() && loss >= best.get().loss)) {
            return new TrainingState(step, next, learning, best, vectors);
        }
        Optional<Vectors> kept = keepsVectors ? Optional.of(vectors.copy()) : Optional.empty();
        return new TrainingState(
                step,
                next,
                new Learning(learning.factor, learning.rollbacks, false),
                Optional.of(new Best(position.epoch, step, loss, kept)),
                vectors);
    }

    /** The same, with the best epoch still to come. */
    TrainingState forgettingBest() {
        return new TrainingState(step, position, learning, Optional.empty(), vectors);
    }

    /** Whether the epoch before this state is the best so far. */
    public boolean isBest() {
        return best.isPresent() && best.get().step == step;
    }

    /**
     * Back after the best epoch, to learn at {@code factor} times the rate; where that was tried before, or there is no such
     * epoch, before the first step.
     *
     * @param initial the parameters there
     */
    public TrainingState rolledBack(float[] initial, double factor) {
        double rate = learning.factor * factor;
        int rollbacks = learning.rollbacks + 1;
        if (learning.fromBest || best.isEmpty() || best.get().vectors.isEmpty()) {
            TrainingState fresh = initial(initial.clone(), vectors.names());
            return new TrainingState(
                    0, fresh.position, new Learning(rate, rollbacks, false), fresh.best, fresh.vectors);
        }
        Best from = best.get();
        return new TrainingState(
                from.step,
                Position.startOf(from.epoch + 1),
                new Learning(rate, rollbacks, true),
                best,
                from.vectors.orElseThrow().copy());
    }
}
