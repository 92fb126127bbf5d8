package dev.adjoint.model.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.model.Models;
import dev.adjoint.worker.Rows;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeaturesTest {
    private static final Features FEATURES = new Features(List.of(
            new Features.Numeric("height", List.of(10.0), List.of(4.0)),
            new Features.Categorical("colour", List.of("blue", "green", "red")),
            new Features.Numeric("place", List.of(1.0, -1.0), List.of(0.5, 2.0)),
            new Features.Categorical("size", List.of("L", "S"))));

    @Test
    void numbersAreStandardisedAndLevelsBecomeIndicators() {
        assertArrayEquals(new float[] {0.5f, 0, 1, 0, 2, 0.5f, 0, 1}, encode("green", "S"));
    }

    @Test
    void anUnseenLevelBecomesAllZeros() {
        assertArrayEquals(new float[] {0.5f, 0, 0, 0, 2, 0.5f, 1, 0}, encode("mauve", "L"));
        assertArrayEquals(new float[] {0.5f, 0, 0, 0, 2, 0.5f, 0, 0}, encode("", "s"));
    }

    @Test
    void onlyTheRowIsWritten() {
        float[] out = new float[FEATURES.width() + 4];
        new FeatureEncoder(FEATURES).encode(new double[] {11, 12, 13}, new String[] {"red", "L"}, out, 2);
        assertArrayEquals(new float[] {0, 0, 0.25f, 0, 0, 1, 22, 7, 1, 0, 0, 0}, out);
    }

    @Test
    void neighbouringColumnsAreEncodedEachByItsOwnStatistics() {
        Features numbers = new Features(List.of(
                new Features.Numeric("a", List.of(1.0), List.of(2.0)),
                new Features.Numeric("b", List.of(10.0, 20.0), List.of(4.0, 5.0)),
                new Features.Categorical("c", List.of("x")),
                new Features.Numeric("d", List.of(100.0), List.of(8.0))));
        FeatureEncoder encoder = new FeatureEncoder(numbers);
        assertEquals(4, encoder.numbers());
        assertEquals(1, encoder.texts());
        float[] out = new float[5];
        encoder.encode(new double[] {3, 14, 25, 108}, new String[] {"x"}, out, 0);
        assertArrayEquals(new float[] {1, 1, 1, 1, 1}, out);
    }

    @Test
    void theMeanIsTakenOffInDoublePrecision() {
        Features features = new Features(List.of(new Features.Numeric("time", List.of(1e9), List.of(1.0))));
        float[] out = new float[1];
        new FeatureEncoder(features).encode(new double[] {1e9 + 0.25}, new String[0], out, 0);
        assertEquals(0.25f, out[0]);
    }

    @Test
    void statisticsThatCannotStandardiseAreRejected() {
        for (List<Double> deviations : List.of(List.of(0.0), List.of(-1.0), List.of(Double.NaN), List.of(1.0, 1.0))) {
            Models.assertRejected(
                    "column x: 1 centers and spreads " + deviations
                            + ", expected as many, finite, the spreads positive",
                    () -> new Features.Numeric("x", List.of(0.0), deviations));
        }
        assertThrows(IllegalArgumentException.class, () -> new Features.Numeric("x", List.of(), List.of()));
    }

    @Test
    void aMissingNumberTakesItsFillAndRaisesItsIndicator() {
        Features features = new Features(List.of(
                new Features.Numeric(
                        "v",
                        List.of(1.0, 2.0),
                        List.of(2.0, 4.0),
                        false,
                        new Features.Missing(List.of(3.0, 6.0), List.of(1))),
                new Features.Categorical("c", List.of("a", "b"), true, true, ""),
                new Features.Categorical("d", List.of("a", "b"), false, false, "b")));
        assertArrayEquals(
                new float[] {1, 0, 0, 0, 1, 0, 0, 1, 0}, encoded(features, new double[] {Double.NaN, 2}, "b", "a"));
        assertArrayEquals(
                new float[] {0, 1, 1, 0, 0, 1, 0, 0, 0}, encoded(features, new double[] {1, Double.NaN}, "z", "z"));
        assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 1, 0, 1}, encoded(features, new double[] {1, 2}, null, null));
    }

    @Test
    void whatMustNotBeMissingIsRejected() {
        Features number = new Features(List.of(new Features.Numeric("x", List.of(1.0), List.of(2.0))));
        Features text = new Features(List.of(new Features.Categorical("c", List.of("a", "b"))));
        Models.assertRejected(
                "a value of number 1 is missing, and the model was trained with data.missing = error",
                () -> encoded(number, new double[] {Double.NaN}));
        Models.assertRejected(
                "a value of c is missing, and the model was trained with data.missing = error",
                () -> encoded(text, new double[0], (String) null));
    }

    @Test
    void bentNumbersGrowSlowlyAndSmoothlyToTwiceTheBend() {
        Features features = new Features(
                List.of(new Features.Numeric("x", List.of(0.0), List.of(1.0), true, Features.Missing.ERROR)));
        double before = -6;
        for (double z : new double[] {-1e300, -1e9, -10, -3, -2.9, 0, 2.9, 3, 3.001, 10, 1e9, 1e300}) {
            float bent = encoded(features, new double[] {z})[0];
            assertEquals(Math.abs(z) <= 3 ? z : Math.copySign(6 - 9 / Math.abs(z), z), bent, 1e-6);
            assertTrue(bent >= before, "monotone at " + z);
            before = bent;
        }
    }

    @Test
    void aRankIsEvenlySpreadAndTiesTakeTheirMiddle() {
        Features features = new Features(
                List.of(new Features.Ranked("x", List.of(0.0, 1.0, 1.0, 1.0, 5.0), Features.Missing.ERROR)));
        double[][] expected = {{-1, 0}, {0, 0}, {0.5, 0.125}, {1, 0.5}, {3, 0.875}, {5, 1}, {1e300, 1}};
        for (double[] pair : expected) {
            assertEquals(Math.sqrt(3) * (2 * pair[1] - 1), encoded(features, new double[] {pair[0]})[0], 1e-6);
        }
    }

    @Test
    void aDateHasItsPlaceInYearWeekAndDay() {
        Features features =
                new Features(List.of(new Features.Dated("when", true, true, 0, 86_400, Features.Missing.ERROR)));
        // 1970-01-01 06:00, a Thursday, day 3 from Monday.
        float[] row = encoded(features, new double[] {6 * 3600});
        assertEquals(0.25, row[0], 1e-6);
        assertEquals(StrictMath.sin(2 * Math.PI * 0.25 / 365.2425), row[1], 1e-6);
        assertEquals(StrictMath.cos(2 * Math.PI * 3.25 / 7), row[4], 1e-6);
        assertEquals(1, row[5], 1e-6);
        assertEquals(0, row[6], 1e-6);
    }

    @Test
    void codesAndEntriesSayWhatFullRowsSay() {
        Features features = new Features(List.of(
                new Features.Dated("when", true, false, 0, 86_400, new Features.Missing(List.of(0.0), List.of(0))),
                new Features.Categorical("c", List.of("a", "b"), true, true, ""),
                new Features.Numeric(
                        "x", List.of(1.0), List.of(2.0), true, new Features.Missing(List.of(3.0), List.of(0))),
                new Features.Ranked("r", List.of(0.0, 1.0), Features.Missing.ERROR)));
        FeatureEncoder encoder = new FeatureEncoder(features);
        for (double[] numbers : new double[][] {{1e9, 2, 0.5}, {Double.NaN, Double.NaN, 0}}) {
            for (String text : new String[] {"a", "z", null}) {
                float[] full = encoded(features, numbers, text);
                float[] packed = new float[encoder.places().length];
                int[] codes = new int[encoder.codes()];
                encoder.encode(numbers, new String[] {text}, packed, 0, codes, 0);
                float[] written = new float[features.width()];
                new Rows.Coded(1, features.width(), encoder.places(), packed, codes).write(0, written, 0);
                assertArrayEquals(full, written);
                float[] added = new float[features.width()];
                encoder.encode(new Numbers(numbers), new String[] {text}, (column, value) -> added[column] += value);
                assertArrayEquals(full, added);
            }
        }
    }

    private static float[] encoded(Features features, double[] numbers, @Nullable String... texts) {
        float[] out = new float[features.width()];
        new FeatureEncoder(features).encode(numbers, texts, out, 0);
        return out;
    }

    @Test
    void levelsOutOfOrderAreRejected() {
        for (String second : List.of("a", "b")) {
            Models.assertRejected(
                    "column x: levels out of order at " + second,
                    () -> new Features.Categorical("x", List.of("b", second)));
        }
    }

    private static float[] encode(String colour, String size) {
        float[] out = new float[FEATURES.width()];
        new FeatureEncoder(FEATURES).encode(new double[] {12, 2, 0}, new String[] {colour, size}, out, 0);
        return out;
    }
}
