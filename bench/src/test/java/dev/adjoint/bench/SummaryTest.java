package dev.adjoint.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {
    private static final Batch SMALL = new Batch(32);
    private static final Series ADJOINT = new Series(Peer.ADJOINT, Mode.ONE_JVM);

    private static Measurement measurement(
            int round, Peer peer, @Nullable Mode mode, Net net, @Nullable Batch batch, double rate) {
        return new Measurement(round, peer, mode, net, batch, 1000, rate, 1, 1, net.flopsPerExample(), "by hand");
    }

    /** Three rounds, on a machine that becomes faster; MLlib missed the second. */
    private static List<Measurement> threeRounds(Net net) {
        List<Measurement> all = new ArrayList<>();
        for (int round = 1; round <= 3; round++) {
            all.add(measurement(round, Peer.LIMIT, null, net, null, 1000 * round));
            all.add(measurement(round, Peer.ADJOINT, Mode.ONE_JVM, net, SMALL, 500 * round + 100));
            all.add(measurement(round, Peer.ADJOINT, Mode.ONE_JVM, net, Batch.FULL, 800 * round));
            if (round != 2) {
                all.add(measurement(round, Peer.MLLIB, null, net, Batch.FULL, 80 * round));
            }
        }
        return all;
    }

    @Test
    void aSpreadIsTheMiddleAndTheEnds() {
        assertEquals(new Spread(5, 5, 5), Spread.of(List.of(5.0)));
        assertEquals(new Spread(2, 1, 3), Spread.of(List.of(3.0, 1.0)));
        assertEquals(new Spread(4, 1, 9), Spread.of(List.of(9.0, 1.0, 4.0)));
        assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of()));
    }

    @Test
    void ratiosAreTakenWithinARound() {
        Summary summary = new Summary(threeRounds(Net.SMALL));
        assertEquals(Optional.of(new Spread(2000, 1000, 3000)), summary.limit(Net.SMALL));
        assertEquals(Optional.of(new Spread(1100, 600, 1600)), summary.rate(Net.SMALL, SMALL, ADJOINT));
        assertEquals(
                Optional.of(new Spread(0.55, 1600 / 3000.0, 0.6)),
                summary.times(Net.SMALL, SMALL, ADJOINT, Peer.LIMIT));
        assertEquals(Optional.of(new Spread(10, 10, 10)), summary.times(Net.SMALL, Batch.FULL, ADJOINT, Peer.MLLIB));
    }

    @Test
    void whatWasNotMeasuredIsEmpty() {
        Summary summary = new Summary(threeRounds(Net.SMALL));
        assertTrue(summary.rate(Net.SMALL, SMALL, new Series(Peer.MLLIB, null)).isEmpty());
        assertTrue(summary.times(Net.SMALL, SMALL, ADJOINT, Peer.MLLIB).isEmpty());
        assertTrue(summary.rate(Net.LARGE, SMALL, ADJOINT).isEmpty());
        assertEquals(List.of(Net.SMALL), summary.nets());
        assertEquals(List.of(SMALL, Batch.FULL), summary.batches(Net.SMALL));
        assertEquals(List.of(ADJOINT, new Series(Peer.MLLIB, null)), summary.series(Net.SMALL));
    }

    @Test
    void theReportShowsThreeDigitsAndWhatIsMissing() throws IOException {
        Report report = new Report(Results.of(Machine.here(), 3, threeRounds(Net.SMALL), List.of()));
        assertTrue(report.text().contains("\n32     1.10k [600..1.60k]  -\n"), report.text());
        assertTrue(report.markdown().contains("| full | adjoint one-jvm | 0.80 | 10.0 |"), report.markdown());
        assertTrue(report.text().contains("limit 2.00k [1.00k..3.00k] examples/s"), report.text());
    }

    @Test
    void chartsOfAnyNumberOfNetsAreDrawn(@TempDir Path folder) throws IOException {
        List<Measurement> all = new ArrayList<>();
        for (Net net : Net.values()) {
            all.addAll(threeRounds(net));
            Path file = folder.resolve(net + ".png");
            ShareChart.write(new Summary(all), file);
            assertTrue(ImageIO.read(file.toFile()).getWidth() > 100);
        }
    }
}
