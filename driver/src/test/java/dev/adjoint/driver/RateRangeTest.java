package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.RateRange.Outcome;
import dev.adjoint.driver.RateRange.Point;
import dev.adjoint.driver.RateRange.Span;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.driver.settings.Synchronise;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.driver.training.TrainingException;
import dev.adjoint.worker.step.Adam;
import dev.adjoint.worker.step.Lbfgs;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Learning rates that are tried out, as a program calls it. */
class RateRangeTest {
    private static final Span USUAL = new Span(1e-6, 10, 100);

    private static final Settings DIGITS = TestSettings.plain(Task.CLASSIFICATION)
            .withSome(Keys.TRAIN, "../conf/data/optdigits-train.csv")
            .with(Keys.HEADER, true)
            .with(Keys.LABEL, List.of("Class"))
            .with(Keys.HIDDEN, List.of(32))
            .with(Keys.EPOCHS, 2);

    private static final Settings ABALONE = TestSettings.plain(Task.REGRESSION)
            .withSome(Keys.TRAIN, "../conf/data/abalone.csv")
            .with(Keys.LABEL, List.of("_c8"))
            .with(Keys.HIDDEN, List.of(16))
            .with(Keys.EPOCHS, 2);

    private static Training read(Settings settings) {
        return Training.read(TestSpark.session(), settings, Optional.empty());
    }

    private static RateRange find(Settings settings, Span span) {
        return read(settings).findRate(span, List.of());
    }

    /** The loss on the training data; infinite where the training diverged. */
    private static double lossAt(Settings settings, double rate) {
        try {
            Trained trained = read(settings.withSome(Keys.LEARNING_RATE, rate)).train();
            return Objects.requireNonNull(trained.metrics().get(Trained.TRAINING))
                    .loss();
        } catch (TrainingException e) {
            assertTrue(e.isDivergence(), e.toString());
            return Double.POSITIVE_INFINITY;
        }
    }

    @Test
    void theSuggestionTrainsBetterThanMuchLargerAndMuchSmallerRates() {
        for (Settings settings : List.of(DIGITS.with(Keys.OPTIMISER, new Adam(0.9, 0.999, 1e-8)), ABALONE)) {
            RateRange range = find(settings, USUAL);
            assertEquals(Outcome.FOUND, range.outcome(), settings.toString());
            double rate = range.suggestion().orElseThrow();
            double loss = lossAt(settings, rate);
            assertTrue(loss < lossAt(settings, 10 * rate), "than at 10 times " + rate + ": " + settings);
            assertTrue(loss < lossAt(settings, rate / 1000), "than at a 1000th of " + rate + ": " + settings);
        }
    }

    @Test
    void theRateGrowsByTheSameFactorFromStepToStepThroughAllEpochs() {
        List<Point> steps = find(DIGITS, new Span(1e-6, 1e-2, 150)).steps();
        assertEquals(150, steps.size());
        double factor = Math.pow(1e4, 1.0 / 150);
        assertEquals(1e-6 * Math.sqrt(factor), steps.get(0).rate(), 1e-12);
        for (int i = 1; i < steps.size(); i++) {
            assertEquals(factor, steps.get(i).rate() / steps.get(i - 1).rate(), 1e-9, "step " + i);
        }
    }

    @Test
    void theClusterDoesNotChangeABitOfIt() {
        Settings settings =
                ABALONE.with(Keys.RECIPE, Keys.RECIPE.defaultValue()).without(Keys.EPOCHS);
        RateRange[] ranges = new RateRange[3];
        for (int i = 0; i < ranges.length; i++) {
            SparkSession spark = TestSpark.session(i == 0 ? "local[1]" : "local[2]", Map.of());
            ranges[i] = Training.read(spark, settings, Optional.empty()).findRate(USUAL, List.of());
        }
        assertEquals(ranges[0], ranges[1]);
        assertEquals(ranges[1], ranges[2]);
    }

    @Test
    void theTrainingThatFollowsIsTheSame() {
        Training training = read(ABALONE);
        training.findRate(USUAL, List.of());
        assertEquals(read(ABALONE).train().checksum(), training.train().checksum());
    }

    /** The recipe's steps are tried out, with what it says of them, though it says nothing of a rate once one is set. */
    @Test
    void theStepsAreThoseOfTheRecipe() {
        Settings tables =
                read(DIGITS.with(Keys.RECIPE, Keys.RECIPE.defaultValue())).settings();
        assertTrue(tables.get(Keys.OPTIMISER) instanceof Adam);
        Settings growing = RangeTest.settings(tables, USUAL, 60);
        assertEquals(tables.get(Keys.OPTIMISER), growing.get(Keys.OPTIMISER));
        assertEquals(tables.get(Keys.DECAY), growing.get(Keys.DECAY));
        assertTrue(
                tables.chosenWith(Keys.LEARNING_RATE).containsAll(List.of(Keys.OPTIMISER, Keys.SCHEDULE, Keys.DECAY)));
        assertEquals(List.of(), DIGITS.chosenWith(Keys.LEARNING_RATE));
    }

    @Test
    void aRangeBesideTheGoodRatesSuggestsNothingAndSaysOnWhichSide() {
        RateRange high = find(DIGITS, new Span(10, 1000, 100));
        assertEquals(Outcome.TOO_HIGH, high.outcome());
        assertFalse(high.suggestion().isPresent());
        RateRange low = find(DIGITS, new Span(1e-12, 1e-9, 100));
        assertEquals(Outcome.TOO_LOW, low.outcome());
        assertFalse(low.suggestion().isPresent());
    }

    /** Half the squared error is beyond float32 at once. */
    @Test
    void aTrainingThatDivergesHasComeToItsEnd() {
        RateRange range = find(ABALONE, new Span(1e20, 1e30, 100));
        assertEquals(Outcome.TOO_HIGH, range.outcome());
        assertTrue(range.steps().size() < 100, range.steps().size() + " steps");
    }

    @Test
    void localStepsAndSearchesAlongALineAreRefused() {
        Training local = read(DIGITS.with(Keys.SYNCHRONISE, new Synchronise(4)));
        SettingsException refused = assertThrows(SettingsException.class, () -> local.findRate(USUAL, List.of()));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("training.synchronise.every = 4 steps: "));
        Training search = read(DIGITS.with(Keys.OPTIMISER, new Lbfgs(5)).with(Keys.BATCH_SIZE, BatchSize.FULL));
        SettingsException rateless = assertThrows(SettingsException.class, () -> search.findRate(USUAL, List.of()));
        assertTrue(String.valueOf(rateless.getMessage()).startsWith("training.optimiser: lbfgs finds"));
    }

    @Test
    void spansThatMakeNoSenseAreRefused() {
        for (double[] rates :
                new double[][] {{1, 1}, {1, 0.1}, {0, 1}, {-1, 1}, {1, Double.NaN}, {1e-40, 1}, {1, 1e40}}) {
            assertThrows(IllegalArgumentException.class, () -> new Span(rates[0], rates[1], 100));
        }
        assertThrows(IllegalArgumentException.class, () -> new Span(1e-6, 10, 99));
    }
}
