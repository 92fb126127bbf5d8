package dev.adjoint.bench;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What is compared: a peer, and for Adjoint the mode. */
record Series(Peer peer, @Nullable Mode mode) implements Comparable<Series> {
    @Override
    public int compareTo(Series other) {
        return Comparator.comparing(Series::peer)
                .thenComparing(Series::mode, Comparator.nullsFirst(Comparator.naturalOrder()))
                .compare(this, other);
    }

    @Override
    public String toString() {
        return mode == null ? peer.toString() : peer + " " + mode;
    }
}
