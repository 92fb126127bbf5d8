package dev.adjoint.worker.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Schedule.Length TEN_BY_TEN = new Schedule.Length(100, 10);

    private static Schedule schedule(Schedule.Shape shape) {
        return new Schedule(shape, 2, 0, TEN_BY_TEN);
    }

    /** Of a step in the middle of 100, and the two at the ends. */
    private static void assertRates(double first, double middle, double last, Schedule.Shape shape) {
        assertEquals(first, schedule(shape).rate(0), 1e-12, shape + ", first");
        assertEquals(middle, schedule(shape).rate(49), 1e-12, shape + ", middle");
        assertEquals(last, schedule(shape).rate(99), 1e-12, shape + ", last");
    }

    @Test
    void ratesAreThoseOfTheFormulas() {
        assertRates(2, 2, 2, new Schedule.Constant());
        assertRates(2, 2 * 0.25, 2 * 0.0625, new Schedule.Steps(0.5, 2));
        assertRates(2, 2 * Math.pow(0.9, 4), 2 * Math.pow(0.9, 9), new Schedule.Exponential(0.9));
        assertRates(2 * 0.995, 2 * 0.505, 2 * 0.005, new Schedule.Polynomial(1, 0));
        assertRates(
                0.2 + 1.8 * 0.995 * 0.995,
                0.2 + 1.8 * 0.505 * 0.505,
                0.2 + 1.8 * 0.005 * 0.005,
                new Schedule.Polynomial(2, 0.1));
        assertRates(
                1 + Math.cos(Math.PI * 0.005),
                1 + Math.cos(Math.PI * 0.495),
                1 + Math.cos(Math.PI * 0.995),
                new Schedule.Cosine(0));
        assertRates(
                0.8 + 1.2 * (1 - Math.cos(Math.PI * 0.005 / 0.5)) / 2,
                0.8 + 1.2 * (1 - Math.cos(Math.PI * 0.495 / 0.5)) / 2,
                0.2 + 1.8 * (1 + Math.cos(Math.PI * 0.495 / 0.5)) / 2,
                new Schedule.OneCycle(0.5, 0.4, 0.1));
        assertRates(logCosine(0.005), logCosine(0.495), logCosine(0.995), new Schedule.LogCosine(4));
    }

    private static double logCosine(double t) {
        return 1 - Math.cos(2 * Math.PI * Math.log(1 + 15 * t) / Math.log(2));
    }

    @Test
    void aRateRisesInEqualPartsBeforeTheScheduleBegins() {
        Schedule schedule = new Schedule(new Schedule.Cosine(0), 1, 4, new Schedule.Length(104, 104));
        assertEquals(
                List.of(0.25, 0.5, 0.75, 1.0),
                List.of(schedule.rate(0), schedule.rate(1), schedule.rate(2), schedule.rate(3)));
        assertEquals((1 + Math.cos(Math.PI * 0.005)) / 2, schedule.rate(4), 1e-12);
        assertEquals((1 + Math.cos(Math.PI * 0.995)) / 2, schedule.rate(103), 1e-12);
    }

    @Test
    void aRateIsNeverBelowZeroNorAboveItsPeakAndHasAValueAfterTheEnd() {
        for (Schedule.Shape shape : List.of(
                new Schedule.Constant(),
                new Schedule.Steps(0.1, 1),
                new Schedule.Exponential(0.5),
                new Schedule.Polynomial(3, 0),
                new Schedule.Cosine(0),
                new Schedule.OneCycle(0.3, 0, 0),
                new Schedule.LogCosine(4),
                new Schedule.Plateau(0.5, 2))) {
            for (long step = 0; step < 120; step++) {
                double rate = schedule(shape).rate(step);
                assertTrue(rate >= 0 && rate <= 2 + 1e-12, shape + " at " + step + ": " + rate);
                assertTrue(step >= 100 || rate > 0, shape + " at " + step);
            }
        }
    }

    @Test
    void optionsOutOfTheirRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Steps(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Steps(0.5, 0));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Exponential(1.1));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Polynomial(0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.Cosine(1));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.OneCycle(0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Schedule.LogCosine(0));
    }
}
