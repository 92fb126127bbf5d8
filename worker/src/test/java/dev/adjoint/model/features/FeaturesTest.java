package dev.adjoint.model.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.model.Models;
import java.util.List;
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
                    "column x: 1 means and deviations " + deviations
                            + ", expected as many, finite, the deviations positive",
                    () -> new Features.Numeric("x", List.of(0.0), deviations));
        }
        assertThrows(IllegalArgumentException.class, () -> new Features.Numeric("x", List.of(), List.of()));
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
