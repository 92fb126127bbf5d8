package dev.adjoint.jobs.report.drawing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.jobs.report.drawing.RateSvg.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RateSvgTest {
    /** A loss that falls to 0.5 at a rate of 0.1, and explodes beyond it. */
    private static List<Point> fallAndRise() {
        List<Point> points = new ArrayList<>();
        for (double power = -6; power <= 1; power += 0.25) {
            points.add(new Point(Math.pow(10, power), power <= -1 ? -0.5 * power : Math.pow(10, 30 * (power + 1))));
        }
        return points;
    }

    @Test
    void ticksAreRoundAndTheExplosionIsLeftOut() throws Exception {
        Svg svg = Svg.parse(RateSvg.of(fallAndRise(), fallAndRise(), OptionalDouble.of(0.025)));
        assertEquals(List.of("1e-6", "1e-5", "1e-4", "0.001", "0.01", "0.1", "1", "10"), svg.texts("rate"));
        assertEquals(List.of("0.5", "1", "1.5", "2", "2.5", "3"), svg.texts("loss"));
        assertEquals(List.of("suggested: 0.025"), svg.texts("suggestion"));
    }

    @Test
    void whatIsFlatOrShortOrExplodesAtOnceHasAPicture() throws Exception {
        List<Point> flat = List.of(new Point(0.2, 0), new Point(0.3, 0));
        assertEquals(
                List.of("0.2", "0.3"),
                Svg.parse(RateSvg.of(flat, flat, OptionalDouble.empty())).texts("rate"));
        List<Point> exploding = List.of(new Point(1e20, 1e3), new Point(1e30, Double.MAX_VALUE));
        String text = RateSvg.of(exploding, List.of(), OptionalDouble.empty());
        assertTrue(Svg.parse(text).texts("suggestion").isEmpty());
        assertTrue(!text.contains("NaN") && !text.contains("Infinity"), text);
    }
}
