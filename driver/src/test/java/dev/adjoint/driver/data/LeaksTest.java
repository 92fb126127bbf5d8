package dev.adjoint.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How well one column predicts the label: what is told, and what is not. */
class LeaksTest {
    private static final int ROWS = 2000;
    private static final Random RANDOM = new Random(1);
    private static final double[] CLASSES = column(i -> RANDOM.nextInt(3));
    private static final double[] NUMBERS = column(i -> Math.exp(5 * RANDOM.nextGaussian()));

    private static double[] column(IntToDoubleFunction value) {
        return IntStream.range(0, ROWS).mapToDouble(value).toArray();
    }

    @Test
    void aCopyOfTheLabelExplainsAll() {
        double[] letters = column(i -> 1000 - CLASSES[i]);
        assertEquals(1, Leaks.ofClasses(CLASSES).category(letters).explained());
        assertEquals(1, Leaks.ofClasses(CLASSES).number(letters).explained());
        // However heavy the label's tail is, and whatever unit the copy has.
        assertEquals(
                1,
                Leaks.ofNumbers(NUMBERS).number(column(i -> 7 - 3 * NUMBERS[i])).explained(),
                1e-5);
    }

    @Test
    void aCopyWithALittleNoiseIsTold() {
        double[] noisy = column(i -> CLASSES[i] + (RANDOM.nextInt(500) == 0 ? 1 : 0));
        assertTrue(Leaks.ofClasses(CLASSES).number(noisy).explained() > 0.99);
        double[] rounded = column(i -> Double.parseDouble("%.2g".formatted(NUMBERS[i])));
        assertTrue(Leaks.ofNumbers(NUMBERS).number(rounded).explained() > 0.99);
    }

    @Test
    void whatIsOfAnotherValueInEachRowExplainsNothing() {
        double[] ids = column(i -> i);
        double[] codes = column(i -> ("id" + i).hashCode());
        assertTrue(Leaks.ofClasses(CLASSES).category(codes).explained() <= 0);
        assertTrue(Leaks.ofNumbers(NUMBERS).category(codes).explained() <= 0);
        assertTrue(Leaks.ofClasses(CLASSES).number(ids).explained() < 0.1);
        assertTrue(Leaks.ofNumbers(NUMBERS).number(ids).explained() < 0.1);
    }

    @Test
    void aRowNumberOfAFileSortedByClassTellsTheLabel() {
        double[] sorted = CLASSES.clone();
        Arrays.sort(sorted);
        assertTrue(Leaks.ofClasses(sorted).number(column(i -> i)).explained() > 0.99);
    }

    @Test
    void whereAValueIsMissingMayTellTheLabel() {
        double[] churned = column(i -> i * 31 % 5 == 0 ? 1 : 0);
        double[] cancelledOn = column(i -> churned[i] == 1 ? i * 7919 % 997 : Double.NaN);
        assertEquals(1, Leaks.ofClasses(churned).number(cancelledOn).explained());
    }

    @Test
    void whatOnlyHelpsIsNotTold() {
        double[] helpful = column(i -> RANDOM.nextInt(10) == 0 ? RANDOM.nextInt(3) : CLASSES[i]);
        double explained = Leaks.ofClasses(CLASSES).category(helpful).explained();
        assertTrue(explained > 0.7 && explained < 0.97, "explained " + explained);
    }

    @Test
    void aFewRowsSayNothing() {
        double[] few = Arrays.copyOf(CLASSES, 90);
        assertEquals(0, Leaks.ofClasses(few).category(few).explained());
        double[] rare = column(i -> i % 400 == 0 ? 1 : 0);
        assertEquals(0, Leaks.ofClasses(rare).category(rare).explained());
    }

    @Test
    void numbersOfAnySizeAreCompared() {
        double[] wide = column(i -> (CLASSES[i] - 1) * Double.MAX_VALUE);
        assertEquals(1, Leaks.ofClasses(CLASSES).number(wide).explained());
        double[] all = column(i -> (i - ROWS / 2.0) * (Double.MAX_VALUE / ROWS));
        assertTrue(Double.isFinite(Leaks.ofNumbers(NUMBERS).number(all).explained()));
    }
}
