package dev.adjoint.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What the measurements of all rounds come to. */
record Summary(List<Measurement> measurements) {
    /** The nets that were measured, each once. */
    List<Net> nets() {
        return measurements.stream().map(Measurement::net).distinct().sorted().toList();
    }

    /** What was measured of a net, each once; the limit is not among it. */
    List<Series> series(Net net) {
        return measurements.stream()
                .filter(m -> m.net() == net && m.peer() != Peer.LIMIT)
                .map(Measurement::series)
                .distinct()
                .sorted()
                .toList();
    }

    /** The batches that were measured of a net, smallest first. */
    List<Batch> batches(Net net) {
        return measurements.stream()
                .filter(m -> m.net() == net)
                .map(Measurement::batch)
                .filter(Objects::nonNull)
                .distinct()
                .sorted(Comparator.comparing(Batch::size))
                .toList();
    }

    /** The limit of a net in examples a second, over rounds; empty where it was not measured. */
    Optional<Spread> limit(Net net) {
        return rate(net, Batch.FULL, new Series(Peer.LIMIT, null));
    }

    /** Examples a second, over rounds; empty where nothing was measured. */
    Optional<Spread> rate(Net net, Batch batch, Series series) {
        return spread(
                find(net, batch, series).map(Measurement::examplesPerSecond).toList());
    }

    /** How many times as fast as {@code other} it is: the ratio within each round, over rounds. */
    Optional<Spread> times(Net net, Batch batch, Series series, Peer other) {
        List<Double> ratios = new ArrayList<>();
        find(net, batch, series).forEach(m -> find(net, batch, new Series(other, null))
                .filter(o -> o.round() == m.round())
                .forEach(o -> ratios.add(m.examplesPerSecond() / o.examplesPerSecond())));
        return spread(ratios);
    }

    private Stream<Measurement> find(Net net, Batch batch, Series series) {
        return measurements.stream()
                .filter(m -> m.net() == net && m.holdsFor(batch) && m.series().equals(series));
    }

    private static Optional<Spread> spread(List<Double> values) {
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }
}
