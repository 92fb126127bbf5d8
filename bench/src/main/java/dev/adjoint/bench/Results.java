package dev.adjoint.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All of {@code bench.json}.
 *
 * @param arithmetic what computed, with versions, by peer
 * @param failures the peers that did not come to an end, in words
 */
record Results(
        String date,
        Machine machine,
        int rounds,
        Map<Peer, String> arithmetic,
        List<Line> summary,
        List<Measurement> measurements,
        List<String> failures) {

    /**
     * What the rounds came to.
     *
     * @param batch null for the limit, which is the same for all
     * @param times how many times as fast as other peers
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Line(
            Peer peer,
            @Nullable Mode mode,
            Net net,
            @Nullable Batch batch,
            Spread examplesPerSecond,
            Map<Peer, Spread> times) {}

    static Results of(Machine machine, int rounds, List<Measurement> measurements, List<String> failures) {
        Map<Peer, String> arithmetic = new LinkedHashMap<>();
        measurements.forEach(m -> arithmetic.put(m.peer(), m.arithmetic()));
        List<Line> summary = lines(new Summary(measurements));
        return new Results(Instant.now().toString(), machine, rounds, arithmetic, summary, measurements, failures);
    }

    private static List<Line> lines(Summary summary) {
        List<Line> lines = new ArrayList<>();
        for (Net net : summary.nets()) {
            summary.limit(net).ifPresent(limit -> lines.add(new Line(Peer.LIMIT, null, net, null, limit, Map.of())));
            for (Batch batch : summary.batches(net)) {
                for (Series series : summary.series(net)) {
                    summary.rate(net, batch, series)
                            .ifPresent(rate -> lines.add(new Line(
                                    series.peer(),
                                    series.mode(),
                                    net,
                                    batch,
                                    rate,
                                    times(summary, net, batch, series))));
                }
            }
        }
        return lines;
    }

    private static Map<Peer, Spread> times(Summary summary, Net net, Batch batch, Series series) {
        Map<Peer, Spread> times = new LinkedHashMap<>();
        for (Peer other : Peer.values()) {
            if (other != series.peer()) {
                summary.times(net, batch, series, other).ifPresent(ratio -> times.put(other, ratio));
            }
        }
        return times;
    }
}
