package dev.adjoint.driver;

import dev.adjoint.driver.RateRange.Outcome;
import dev.adjoint.driver.RateRange.Point;
import dev.adjoint.driver.RateRange.Span;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.worker.step.Schedule;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Watches a training whose rate grows, and ends it after the steps of the span, or before, once its loss has exploded. */
final class RangeTest implements TrainingListener {
    /** The share of the steps that a mean is taken of. */
    private static final int WINDOWS = 20;

    /** The share of the steps, of the least rates, whose losses say what is noise. */
    private static final int STILL = 10;

    /** So many standard errors are no noise. */
    private static final double BEYOND_NOISE = 4;

    /** A loss so many times the least one has exploded. */
    private static final double EXPLODED = 4;

    /** The share of the rate of the least loss that is suggested. */
    private static final double SUGGESTED = 0.25;

    private final Span span;
    private final Schedule schedule;
    /** Odd, so that there is a step in the middle. */
    private final int window;

    private final List<Point> steps = new ArrayList<>();
    private final List<Point> smoothed = new ArrayList<>();
    private Point least = new Point(0, Double.POSITIVE_INFINITY);
    private boolean exploded;
    private @Nullable Control training;

    /** With the schedule of {@link #settings}. */
    RangeTest(Span span, Schedule schedule) {
        this.span = span;
        this.schedule = schedule;
        this.window = span.steps() / WINDOWS | 1;
    }

    /** From the rate to {@code ratio} times it, by the same factor at each step, in the share {@code until} of the training. */
    private record Growth(double ratio, double until) implements Schedule.Shape {
        @Override
        public double factor(double done, int epochs) {
            return StrictMath.pow(ratio, done / until);
        }
    }

    /** Those of a training of as many steps or a few more, in which the rate grows and nothing is measured but the loss. */
    static Settings settings(Settings settings, Span span, int stepsOfEpoch) {
        int epochs = (span.steps() - 1) / stepsOfEpoch + 1;
        double until = span.steps() / ((double) epochs * stepsOfEpoch);
        return settings.spelledOut()
                .withSome(Keys.LEARNING_RATE, span.from())
                .with(Keys.SCHEDULE, new Growth(span.to() / span.from(), until))
                .with(Keys.WARM_UP, 0.0)
                .with(Keys.EPOCHS, epochs)
                .with(Keys.STEPS, Optional.empty())
                .with(Keys.MINUTES, Optional.empty())
                .with(Keys.LEAST_GRADIENT, Optional.empty())
                .with(Keys.LEAST_IMPROVEMENT, Optional.empty())
                .with(Keys.DIFFICULTY, Optional.empty())
                .with(Keys.CURRICULUM, Optional.empty())
                .with(Keys.FOLDS, 0)
                .with(Keys.PATIENCE, Optional.empty())
                .with(Keys.ON_DIVERGENCE, Keys.OnDivergence.STOP);
    }

    @Override
    public void began(Control begun, TrainingState state) {
        training = begun;
    }

    @Override
    public void round(RoundReport round, TrainingState state) {
        steps.add(new Point(schedule.rate(round.step() - 1), round.loss()));
        if (steps.size() >= window) {
            smooth();
        }
        if (training != null && (exploded || steps.size() == span.steps())) {
            training.stop();
        }
    }

    /** Adds the mean of the last steps. */
    private void smooth() {
        List<Point> last = steps.subList(steps.size() - window, steps.size());
        Point mean = new Point(last.get(window / 2).rate(), mean(last));
        smoothed.add(mean);
        if (mean.loss() < least.loss()) {
            least = mean;
        }
        exploded = mean.loss() - least.loss() > (EXPLODED - 1) * Math.abs(least.loss());
    }

    /** The training ended, since its loss or gradient was no number any more. */
    void diverged() {
        exploded = true;
    }

    RateRange result() {
        Outcome outcome = outcome();
        return new RateRange(
                steps,
                smoothed,
                outcome,
                outcome == Outcome.FOUND
                        ? OptionalDouble.of(new BigDecimal(least.rate() * SUGGESTED)
                                .round(new MathContext(2))
                                .doubleValue())
                        : OptionalDouble.empty());
    }

    private Outcome outcome() {
        if (smoothed.isEmpty()) {
            return exploded ? Outcome.TOO_HIGH : Outcome.TOO_LOW;
        }
        List<Point> still = steps.subList(0, Math.min(steps.size(), span.steps() / STILL));
        double start = mean(still);
        double squares = 0;
        for (Point point : still) {
            squares += (point.loss() - start) * (point.loss() - start);
        }
        double noise = BEYOND_NOISE * Math.sqrt(squares / still.size() / window);
        boolean rose = exploded || smoothed.get(smoothed.size() - 1).loss() > least.loss() + noise;
        boolean fell = least.loss() < start - noise;
        return !rose ? Outcome.TOO_LOW : fell ? Outcome.FOUND : Outcome.TOO_HIGH;
    }

    private static double mean(List<Point> points) {
        double sum = 0;
        for (Point point : points) {
            sum += point.loss();
        }
        return sum / points.size();
    }
}
