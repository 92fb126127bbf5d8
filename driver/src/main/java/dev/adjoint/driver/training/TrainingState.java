package dev.adjoint.driver.training;

import dev.adjoint.worker.Vectors;
import dev.adjoint.worker.step.Schedule;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * All that a training is between two rounds.
 *
 * @param step how many updates were made
 * @param position of the next round
 * @param learning what became of the learning rate
 * @param convergence how near the end is
 * @param best the best epoch so far, by the loss on the held-out examples or else the training's own
 * @param search where steps are searched for along a line, from the first evaluation on
 * @param vectors the parameters and the optimiser's; a step changes them in place
 */
public record TrainingState(
        long step,
        Position position,
        Learning learning,
        Convergence convergence,
        Optional<Best> best,
        Optional<LineSearch> search,
        Vectors vectors) {
    /** At a lower rate nothing is learned any more. */
    private static final double LEAST_FACTOR = 1e-9;

    /**
     * Where in the training.
     *
     * @param epoch from 1
     * @param round how many rounds of the epoch are done
     * @param examples how many examples they took
     * @param loss the weighted sum of these examples' losses
     * @param weight the sum of their weights
     */
    public record Position(int epoch, int round, long examples, double loss, double weight) implements Serializable {
        private static Position startOf(int epoch) {
            return new Position(epoch, 0, 0, 0, 0);
        }
    }

    /**
     * What the learning rate is multiplied by.
     *
     * @param rollbacks how often the training was rolled back
     * @param fromBest whether it went back to the best epoch that there is: the next time it goes back to the beginning
     * @param reduced the epoch after which it was last reduced, since the loss had not become better; 0 before
     */
    public record Learning(double factor, int rollbacks, boolean fromBest, int reduced) implements Serializable {
        static final Learning INITIAL = new Learning(1, 0, false, 0);
    }

    /**
     * What tells that more steps would change little.
     *
     * @param gradient the norm of the mean objective's gradient in the last round, where a training asks for it, else infinite
     * @param loss the mean of the last epoch; infinite before there is one
     * @param improvement the share of the loss before that it is less by; infinite before there are two
     */
    public record Convergence(double gradient, double loss, double improvement) implements Serializable {
        public static final Convergence UNKNOWN =
                new Convergence(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

        Convergence afterRound(double norm) {
            return new Convergence(norm, loss, improvement);
        }

        Convergence afterEpoch(double next) {
            double share = Double.isInfinite(loss)
                    ? Double.POSITIVE_INFINITY
                    : loss == next ? 0 : (loss - next) / Math.abs(loss);
            return new Convergence(gradient, next, share);
        }
    }

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
                Learning.INITIAL,
                Convergence.UNKNOWN,
                Optional.empty(),
                Optional.empty(),
                Vectors.initial(parameters, optimiserState));
    }

    /**
     * After a round, whose examples have so much loss and weight in all.
     *
     * @param steps that it made
     * @param gradient the norm of the mean objective's gradient, where it is asked for, else infinite
     */
    public TrainingState afterRound(int steps, double gradient, long examples, double loss, double weight) {
        Position next = new Position(
                position.epoch,
                position.round + 1,
                position.examples + examples,
                position.loss + loss,
                position.weight + weight);
        return new TrainingState(step + steps, next, learning, convergence.afterRound(gradient), best, search, vectors);
    }

    /** The same, with what a search along a line has come to. */
    TrainingState searching(LineSearch now) {
        return new TrainingState(step, position, learning, convergence, best, Optional.of(now), vectors);
    }

    /** Whether a search found that there is nothing better nearby. */
    public boolean isConverged() {
        return search.map(LineSearch::converged).orElse(false);
    }

    /**
     * At the beginning of the next epoch.
     *
     * @param end what the epoch came to
     * @param keepsVectors whether to keep a copy of the best epoch's end
     */
    public TrainingState afterEpoch(EpochEnd end, boolean keepsVectors) {
        Position next = Position.startOf(position.epoch + 1);
        Convergence nearer = convergence.afterEpoch(end.loss);
        if (!end.isBetterThan(best)) {
            return new TrainingState(step, next, learning, nearer, best, search, vectors);
        }
        Optional<Vectors> kept = keepsVectors ? Optional.of(vectors.copy()) : Optional.empty();
        return new TrainingState(
                step,
                next,
                new Learning(learning.factor, learning.rollbacks, false, learning.reduced),
                nearer,
                Optional.of(new Best(position.epoch, step, end.judged, kept)),
                search,
                vectors);
    }

    /**
     * What an epoch came to.
     *
     * @param loss the training's own
     * @param judged what says which epoch is the best, the less the better; one that is no number never is
     * @param leastChange how much less it must be than the best before
     */
    public record EpochEnd(double loss, double judged, double leastChange) {
        private boolean isBetterThan(Optional<Best> best) {
            return best.map(before -> judged < before.loss - leastChange).orElse(!Double.isNaN(judged));
        }
    }

    /** At a lower rate, where for so many epochs none was better than the best, and the rate stayed as it is. */
    public TrainingState reducing(Schedule.Plateau plateau) {
        int done = position.epoch - 1;
        int since = Math.max(best.map(Best::epoch).orElse(0), learning.reduced);
        if (done - since < plateau.patience() || learning.factor < LEAST_FACTOR) {
            return this;
        }
        Learning slower = new Learning(learning.factor * plateau.factor(), learning.rollbacks, learning.fromBest, done);
        return new TrainingState(step, position, slower, convergence, best, search, vectors);
    }

    /** The same, with the best epoch still to come. */
    TrainingState forgettingBest() {
        return new TrainingState(step, position, learning, convergence, Optional.empty(), search, vectors);
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
                    0,
                    fresh.position,
                    new Learning(rate, rollbacks, false, 0),
                    Convergence.UNKNOWN,
                    fresh.best,
                    fresh.search,
                    fresh.vectors);
        }
        Best from = best.get();
        return new TrainingState(
                from.step,
                Position.startOf(from.epoch + 1),
                new Learning(rate, rollbacks, true, 0),
                Convergence.UNKNOWN,
                best,
                search,
                from.vectors.orElseThrow().copy());
    }
}
