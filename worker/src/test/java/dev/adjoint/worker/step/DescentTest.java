package dev.adjoint.worker.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps on vectors, against float64 trajectories by the papers' formulas (resources/steps/generate.py). */
class DescentTest {
    private static final Map<String, Descent> DESCENTS = Map.of(
            "momentum", descent(new Momentum(0.9), 0.02, Penalty.NONE, Clipping.NONE),
            "nesterov", descent(new Nesterov(0.9), 0.02, Penalty.NONE, Clipping.NONE),
            "adam", descent(new Adam(0.9, 0.999, 1e-8), 0.05, Penalty.NONE, Clipping.NONE),
            "adam, decay", descent(new Adam(0.9, 0.95, 1e-8), 0.05, new Penalty(0, 0, 0.3), Clipping.NONE),
            "rmsprop", descent(new RmsProp(0.99, 1e-8), 0.02, Penalty.NONE, Clipping.NONE),
            "clipping", descent(new Momentum(0), 0.05, Penalty.NONE, new Clipping(1.5, 3)),
            "l1, l2", descent(new Momentum(0), 0.02, new Penalty(0.1, 0.3, 0), Clipping.NONE));

    private static Descent descent(Optimiser optimiser, double rate, Penalty penalty, Clipping clipping) {
        return new Descent(
                optimiser,
                Schedule.constant(rate),
                penalty,
                clipping,
                List.of(new Descent.Stretch(0, 5, Role.PENALISED)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"momentum", "nesterov", "adam", "adam, decay", "rmsprop", "clipping", "l1, l2"})
    void aTrajectoryIsThatOfTheFormulas(String name) throws IOException {
        JsonNode golden;
        try (InputStream in = DescentTest.class.getResourceAsStream("/steps/trajectories.json")) {
            golden = new ObjectMapper().readTree(in);
        }
        Descent descent = Objects.requireNonNull(DESCENTS.get(name));
        float[] w = floats(golden.path("start"));
        float[] curvature = floats(golden.path("curvature"));
        float[] centre = floats(golden.path("centre"));
        List<float[]> state = zeros(descent, w.length);
        int weight = 7;
        for (int t = 0; t < golden.path("steps").asInt(); t++) {
            float[] sum = new float[w.length];
            for (int i = 0; i < w.length; i++) {
                sum[i] = (float) (weight * (curvature[i] * (w[i] - centre[i]) + Math.cos(w[i])));
            }
            step(descent, w, state, sum, weight, t);
        }
        assertArrayEquals(floats(golden.path("ends").path(name)), w, 1e-4f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2047, 2048, 2049, 5000})
    void aStepIsTheSameInOnePieceInSeveralAndInAnArena(int length) {
        Random random = new Random(length);
        List<Descent.Stretch> stretches = length < 3
                ? List.of(new Descent.Stretch(0, length, Role.PENALISED))
                : List.of(
                        new Descent.Stretch(0, length / 2, Role.PENALISED),
                        new Descent.Stretch(length / 2, length - 1, 1, Role.TRAINED, 0.5),
                        new Descent.Stretch(length - 1, length, Role.TRACKED));
        for (Optimiser optimiser : List.of(new Nesterov(0.9), new Adam(0.9, 0.99, 1e-8), new RmsProp(0.9, 1e-8))) {
            Descent descent = new Descent(
                    optimiser, Schedule.constant(0.1), new Penalty(0.01, 0.02, 0.1), new Clipping(0.5, 1), stretches);
            float[] start = floats(length, random);
            float[] sum = floats(length, random);
            List<float[]> state = zeros(descent, length);
            state.forEach(vector -> System.arraycopy(positive(length, random), 0, vector, 0, length));

            float[] whole = start.clone();
            List<float[]> ofWhole = copies(state);
            step(descent, whole, ofWhole, sum.clone(), 3, 4);

            float[] pieces = start.clone();
            List<float[]> ofPieces = copies(state);
            Descent.Scale scale = descent.scale(sum, 0, 3);
            for (int from = 0; from < length; from += 777) {
                descent.step(
                        pieces,
                        ofPieces,
                        sum.clone(),
                        0,
                        scale,
                        descent.pace(4, 1),
                        from,
                        Math.min(length, from + 777));
            }
            assertArrayEquals(whole, pieces);

            int vectors = state.size();
            float[] arena = new float[(2 + vectors) * length + Descent.TILE];
            System.arraycopy(start, 0, arena, 0, length);
            System.arraycopy(sum, 0, arena, length, length);
            int[] starts = new int[vectors];
            for (int i = 0; i < vectors; i++) {
                starts[i] = (2 + i) * length;
                System.arraycopy(state.get(i), 0, arena, starts[i], length);
            }
            descent.in(arena, 0, length, starts, (2 + vectors) * length)
                    .step(descent.scale(arena, length, 3), descent.pace(4, 1));
            float[] inArena = new float[length];
            System.arraycopy(arena, 0, inArena, 0, length);
            assertArrayEquals(whole, inArena, optimiser.toString());
        }
    }

    @Test
    void aFrozenParameterStaysAndATrackedOneIsNeitherClippedNorScaledByTheRate() {
        Descent descent = new Descent(
                new Momentum(0.9),
                Schedule.constant(100),
                new Penalty(1, 1, 0.5),
                new Clipping(0.1, 0.1),
                List.of(new Descent.Stretch(0, 1, 1, Role.PENALISED, 0), new Descent.Stretch(1, 2, Role.TRACKED)));
        float[] values = {3, 5};
        step(descent, values, zeros(descent, 2), new float[] {8, 8}, 4, 0);
        assertArrayEquals(new float[] {3, 5 - 0.2f}, values, 1e-6f);
    }

    @Test
    void weightsOfAUnitThatAreLongerThanAllowedAreScaledToItAfterAStep() {
        // [3 x 2]: the first unit's norm becomes 13, the second's 1; a bias, and a frozen matrix.
        float[] values = {3, 0.5f, 5, 0.5f, 12, 0.5f, 100, 100};
        float[] expected = {1.5f, 0.5f, 2, 0.5f, 6, 0.5f, 100, 100};
        Descent descent = new Descent(
                new Momentum(0),
                Schedule.constant(1),
                new Penalty(0, 0, 0, 6.5),
                Clipping.NONE,
                List.of(
                        new Descent.Stretch(0, 6, 2, Role.PENALISED, 1),
                        new Descent.Stretch(6, 7, Role.TRAINED),
                        new Descent.Stretch(7, 8, 1, Role.PENALISED, 0)));
        float[] sum = {0, 0, 1, 0, 0, 0, 0, 0}; // a step to 4 in the second row: norm 13
        float[] alone = values.clone();
        descent.step(alone, zeros(descent, 8), sum.clone(), 0, descent.scale(sum, 0, 1), descent.pace(0, 1), 0, 8);
        descent.limit(alone, 0);
        assertArrayEquals(expected, alone, 1e-6f);

        float[] arena = new float[3 * 8 + Descent.TILE + 1];
        System.arraycopy(values, 0, arena, 1, 8);
        System.arraycopy(sum, 0, arena, 9, 8);
        descent.in(arena, 1, 9, new int[] {17}, 25).step(descent.scale(arena, 9, 1), descent.pace(0, 1));
        float[] inArena = new float[8];
        System.arraycopy(arena, 1, inArena, 0, 8);
        assertArrayEquals(alone, inArena);
    }

    @Test
    void aGradientWithinTheNormIsLeftAsItIs() {
        Descent descent = descent(new Momentum(0), 1, Penalty.NONE, new Clipping(Double.POSITIVE_INFINITY, 5));
        assertEquals(new Descent.Scale(0.5f, 0.5f), descent.scale(new float[] {6, 8, 0, 0, 0}, 0, 2));
        assertEquals(0.25f, descent.scale(new float[] {12, 16, 0, 0, 0}, 0, 2).clipped());
        assertEquals(0.5f, descent.scale(new float[] {12, 16, 0, 0, 0}, 0, 2).mean());
    }

    @Test
    void optionsOutOfTheirRangeAreRefused() {
        for (double share : new double[] {-0.1, 1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> new Momentum(share));
            assertThrows(IllegalArgumentException.class, () -> new Adam(0.9, share, 1e-8));
            assertThrows(IllegalArgumentException.class, () -> new RmsProp(share, 1e-8));
        }
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> new Adam(0.9, 0.9, 0));
        assertEquals("epsilon: expected more than 0, not 0.0", e.getMessage());
    }

    private static void step(Descent descent, float[] w, List<float[]> state, float[] sum, double weight, int step) {
        descent.step(w, state, sum, 0, descent.scale(sum, 0, weight), descent.pace(step, 1), 0, w.length);
    }

    private static List<float[]> zeros(Descent descent, int length) {
        List<float[]> state = new ArrayList<>();
        descent.optimiser().state().forEach(name -> state.add(new float[length]));
        return state;
    }

    private static List<float[]> copies(List<float[]> vectors) {
        return vectors.stream().map(float[]::clone).toList();
    }

    private static float[] floats(int length, Random random) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }

    private static float[] positive(int length, Random random) {
        float[] values = floats(length, random);
        for (int i = 0; i < length; i++) {
            values[i] = Math.abs(values[i]);
        }
        return values;
    }

    private static float[] floats(JsonNode numbers) {
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) numbers.get(i).asDouble();
        }
        return values;
    }
}
