package dev.adjoint.data;

import java.io.Serializable;
import java.util.Comparator;
import org.apache.spark.sql.Row;

/**
 * Where a row stands: its file, the offset of the block of it that Spark read in one go, and its place among that block's
 * rows, from 0.
 */
record Place(String file, long block, long position) implements Serializable, Comparable<Place> {
    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::file).thenComparingLong(Place::block).thenComparingLong(Place::position);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }

    /** Numbers the rows of a partition, whose blocks come one after the other. */
    static final class Counter {
        private Place place = new Place("", -1, -1);

        Place next(Row row) {
            int last = row.length() - 1;
            String file = row.getString(last - 1);
            long block = row.getLong(last);
            boolean same = block == place.block && file.equals(place.file);
            place = new Place(same ? place.file : file, block, same ? place.position + 1 : 0);
            return place;
        }
    }
}
