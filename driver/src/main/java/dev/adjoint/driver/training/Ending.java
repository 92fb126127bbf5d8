package dev.adjoint.driver.training;

import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import java.util.Locale;
import java.util.Optional;

/** Why a training is over. */
public enum Ending {
    /** As many epochs as were asked for. */
    EPOCHS("all epochs are done"),
    /** As many steps. */
    STEPS("all steps are made"),
    /** As many minutes; the only one that is no function of the training's state. */
    MINUTES("the minutes are over"),
    /** For so many epochs none was better than the best on rows that are not learned from. */
    PATIENCE("no epoch was better for as long as training.patience says"),
    /** The gradient is small. */
    GRADIENT("the gradient is below training.least-gradient"),
    /** A search along a line found nothing lower. */
    CONVERGED("in float32 the loss gets no lower from here"),
    /** The loss hardly changes. */
    IMPROVEMENT("the loss improved by less than training.least-improvement");

    private final String why;

    Ending(String why) {
        this.why = why;
    }

    /** In words. */
    public String why() {
        return why;
    }

    /**
     * Why a training is over, if it is, which none is within an epoch: a function of the state alone, so that one that is resumed
     * ends where it would have ended.
     *
     * @param epochs at most
     */
    static Optional<Ending> of(TrainingState state, int epochs, Settings settings) {
        int done = state.position().epoch() - 1;
        TrainingState.Convergence now = state.convergence();
        if (state.position().round() > 0) {
            return Optional.empty();
        }
        if (isSpent(state, settings)) {
            return Optional.of(STEPS);
        }
        if (done >= epochs) {
            return Optional.of(EPOCHS);
        }
        if (settings.get(Keys.PATIENCE)
                .flatMap(patience -> state.best().map(best -> done - best.epoch() >= patience))
                .orElse(false)) {
            return Optional.of(PATIENCE);
        }
        if (state.isConverged()) {
            return Optional.of(CONVERGED);
        }
        if (settings.get(Keys.LEAST_GRADIENT)
                .map(least -> now.gradient() < least)
                .orElse(false)) {
            return Optional.of(GRADIENT);
        }
        return settings.get(Keys.LEAST_IMPROVEMENT)
                .filter(least -> now.improvement() < least)
                .map(least -> IMPROVEMENT);
    }

    /** Whether all steps are made. */
    static boolean isSpent(TrainingState state, Settings settings) {
        return settings.get(Keys.STEPS).map(most -> state.step() >= most).orElse(false);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
