package dev.adjoint.driver.training;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** Says in words what is wrong with a training that goes on, each thing once. */
final class Concerns {
    private static final double MOST_DEAD = 0.9;
    private static final double MOST_SATURATED = 0.5;

    /** A layer whose gradients are so much smaller than those of the last one learns nothing beside it. */
    private static final double VANISHING = 1e-5;

    /** A step that turns a third of the weights over is no small correction. */
    private static final double LARGEST_UPDATE = 0.3;

    /** So many epochs after the first, and a loss that is no less than this share of the first one's. */
    private static final int EPOCHS_TO_STALL = 5;

    private static final double STALLED = 0.999;

    /** So many epochs, or a tenth of all, after the best, and a loss that is so many times the best one's. */
    private static final int EPOCHS_TO_TURN = 3;

    private static final double TURNED = 1.1;

    private final boolean hasRate;
    private final boolean comparesLosses;
    private final boolean endsByItself;
    private final Set<String> told = new HashSet<>();
    private OptionalDouble firstLoss = OptionalDouble.empty();

    /**
     * Before a training.
     *
     * @param hasRate whether steps are of a length that one sets
     * @param comparesLosses whether the losses of two epochs can be compared, being of the same examples
     * @param endsByItself whether it ends when validation turns
     */
    Concerns(boolean hasRate, boolean comparesLosses, boolean endsByItself) {
        this.hasRate = hasRate;
        this.comparesLosses = comparesLosses;
        this.endsByItself = endsByItself;
    }

    /** What is wrong after an epoch that led to {@code state}, and was not said before. */
    List<String> of(TrainingListener.EpochReport epoch, TrainingState state) {
        List<String> found = new ArrayList<>();
        epoch.health().ifPresent(health -> layers(found, health));
        if (epoch.epoch() == 1) {
            firstLoss = OptionalDouble.of(epoch.loss());
        }
        if (hasRate
                && comparesLosses
                && firstLoss.isPresent()
                && epoch.epoch() == 1 + EPOCHS_TO_STALL
                && epoch.loss() > STALLED * firstLoss.getAsDouble()) {
            tell(
                    found,
                    "stalled",
                    "learning stalls: the loss of epoch %d is %.4f, that of the first was %.4f; try another training.learning-rate, unless there is no more to learn"
                            .formatted(epoch.epoch(), epoch.loss(), firstLoss.getAsDouble()));
        }
        if (epoch.validation().isPresent() && state.best().isEmpty()) {
            tell(
                    found,
                    "no best",
                    "training.metric is no number for the rows that are not learned from, so that no epoch is better than another");
        }
        if (!endsByItself && epoch.validation().isPresent() && state.best().isPresent()) {
            TrainingState.Best best = state.best().get();
            double now = epoch.validation().get().loss();
            int since = epoch.epoch() - best.epoch();
            if (since >= Math.max(EPOCHS_TO_TURN, epoch.epochs() / 10) && now > TURNED * best.loss()) {
                tell(
                        found,
                        "turned",
                        "validation has turned: its loss is %.4f, after %.4f in epoch %d; training.patience ends a training then"
                                .formatted(now, best.loss(), best.epoch()));
            }
        }
        return found;
    }

    private void layers(List<String> found, Health health) {
        double last = 0;
        for (Health.OfLayer layer : health.layers()) {
            last = layer.gradients().rootMeanSquare() > 0 ? layer.gradients().rootMeanSquare() : last;
        }
        for (Health.OfLayer layer : health.layers()) {
            String name = "layer %d (%s)".formatted(layer.number(), layer.kind());
            if (layer.dead() >= MOST_DEAD) {
                tell(
                        found,
                        "dead " + name,
                        layer.dead() == 1
                                ? "%s is dead: all its units are 0 for all of %d rows, so nothing before it learns; lower training.learning-rate, or take leaky-relu or silu"
                                        .formatted(name, health.rows())
                                : "%s: %.0f %% of its units are 0 for all of %d rows; lower training.learning-rate, or take leaky-relu or silu"
                                        .formatted(name, 100 * layer.dead(), health.rows()));
            }
            if (layer.saturated() >= MOST_SATURATED) {
                tell(
                        found,
                        "saturated " + name,
                        "%s: %.0f %% of its outputs are where the function is flat, and learn slowly; lower training.learning-rate, or put batch-norm before it"
                                .formatted(name, 100 * layer.saturated()));
            }
            double gradient = layer.gradients().rootMeanSquare();
            if (gradient > 0 && gradient < VANISHING * last) {
                tell(
                        found,
                        "vanishing " + name,
                        "the gradients vanish: those of %s are %.0e times those of the last layer; fewer layers, residual ones, or batch-norm pass them on"
                                .formatted(name, gradient / last));
            }
            if (hasRate && layer.update() > LARGEST_UPDATE) {
                tell(
                        found,
                        "update " + name,
                        "the steps are large: one changed %s by %.0f %% of its weights; lower training.learning-rate"
                                .formatted(name, 100 * layer.update()));
            }
        }
    }

    private void tell(List<String> found, String what, String sentence) {
        if (told.add(what)) {
            found.add(sentence);
        }
    }
}
