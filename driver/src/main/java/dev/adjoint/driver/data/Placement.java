package dev.adjoint.driver.data;

import dev.adjoint.autodiff.kernel.CounterRandom;
import dev.adjoint.driver.data.HoldOut.Part;
import dev.adjoint.worker.Permutation;
import java.io.Serializable;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.roaringbitmap.FastRankRoaringBitmap;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which part each row is in, and which place it has there: a function of the row's number, of what decides its part, and of the
 * seed. A random permutation of all rows comes first, so files that are sorted by class do no harm. The set of places that
 * are held out is known on every machine, a bit a row at most; the others close ranks, and are dealt to the shards in turn.
 *
 * <p>Held out is the same share of each class: of the permuted rows of a class, the first. Where a column keeps groups together,
 * whole groups are, in the order of a hash, as long as that comes nearer to the share.
 */
final class Placement implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The stream of {@link CounterRandom} that this draws from. */
    private static final long STREAM = 0x5011L;

    private final long rows;
    private final Permutation permutation;
    private final FastRankRoaringBitmap validation = new FastRankRoaringBitmap();
    private final FastRankRoaringBitmap test = new FastRankRoaringBitmap();
    private final FastRankRoaringBitmap notTrained = new FastRankRoaringBitmap();

    private Placement(long rows, long seed) {
        this.rows = rows;
        this.permutation = new Permutation(rows, CounterRandom.bits(seed, STREAM, 0), 0);
    }

    /**
     * The parts of a data set.
     *
     * @param path for messages
     * @throws DataException when there is nothing to train on, or nothing is held out that was asked for
     */
    static Placement of(String path, NumberedRows numbered, HoldOut holdOut, long seed) {
        long rows = numbered.profile().rows();
        Placement placement = new Placement(rows, seed);
        if (holdOut.isNothing()) {
            return placement;
        }
        if (rows > Integer.MAX_VALUE) {
            throw new DataException(
                    "%s has %,d rows; of so many none can be held out, name a file of its own in data.test"
                            .formatted(path, rows));
        }
        Strata strata = Strata.of(numbered, holdOut, placement.permutation, CounterRandom.bits(seed, STREAM, 1));
        strata.of(Part.TEST).values().forEach(placement.test::or);
        RoaringBitmap validation = placement.validation;
        strata.of(Part.VALIDATION).values().forEach(validation::or);
        if (holdOut.fraction() > 0) {
            SortedMap<String, RoaringBitmap> trained = strata.of(Part.TRAINING);
            if (holdOut.group().isPresent()) {
                wholeGroups(trained, holdOut.fraction(), validation::or);
            } else {
                evenShares(trained, holdOut.fraction(), (places, count) -> validation.or(places.limit(count)));
            }
        }
        placement.notTrained.or(validation);
        placement.notTrained.or(placement.test);
        if (placement.count(Part.TRAINING) == 0 || placement.notTrained.isEmpty()) {
            throw new DataException("%s has %,d rows: %s would hold out %,d of them"
                    .formatted(
                            path,
                            rows,
                            holdOut.fraction() > 0 ? "data.validation-fraction = " + holdOut.fraction() : "data.split",
                            placement.notTrained.getCardinality()));
        }
        return placement;
    }

    /** Of each stratum the rounded share, so that the sum is the rounded share of all; one row of each is trained. */
    private static void evenShares(
            SortedMap<String, RoaringBitmap> strata, double fraction, BiConsumer<RoaringBitmap, Integer> holdOut) {
        long before = 0;
        long held = 0;
        for (RoaringBitmap places : strata.values()) {
            before += places.getLongCardinality();
            long share = Math.round(fraction * before) - held;
            held += share;
            boolean only = strata.size() > 1 && share == places.getLongCardinality();
            holdOut.accept(places, (int) (only ? share - 1 : share));
        }
    }

    private static void wholeGroups(
            SortedMap<String, RoaringBitmap> groups, double fraction, Consumer<RoaringBitmap> holdOut) {
        long rows = groups.values().stream()
                .mapToLong(RoaringBitmap::getLongCardinality)
                .sum();
        long held = 0;
        for (RoaringBitmap places : groups.values()) {
            long size = places.getLongCardinality();
            if (2 * held + size <= 2 * fraction * rows) {
                held += size;
                holdOut.accept(places);
            }
        }
    }

    private RoaringBitmap heldOut(Part part) {
        return part == Part.TEST ? test : validation;
    }

    /** How many rows a part has. */
    long count(Part part) {
        return part == Part.TRAINING
                ? rows - notTrained.getLongCardinality()
                : heldOut(part).getLongCardinality();
    }

    /** From a row's number to its place in a part, negative where it is in another. */
    NumberedRows.Destination in(Part part) {
        return row -> place(part, permutation.at(row));
    }

    private long place(Part part, long shuffled) {
        if (notTrained.isEmpty()) {
            return part == Part.TRAINING ? shuffled : -1;
        }
        int place = (int) shuffled;
        if (part == Part.TRAINING) {
            return notTrained.contains(place) ? -1 : shuffled - notTrained.rankLong(place);
        }
        RoaringBitmap own = heldOut(part);
        return own.contains(place) ? own.rankLong(place) - 1 : -1;
    }
}
