package dev.adjoint.driver.data;

import java.io.Serializable;
import java.util.Comparator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

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
        private UTF8String file = UTF8String.EMPTY_UTF8;

        Place next(InternalRow row) {
            int last = row.numFields() - 1;
            UTF8String next = row.getUTF8String(last - 1);
            long block = row.getLong(last);
            if (block == place.block && next.equals(file)) {
                place = new Place(place.file, block, place.position + 1);
            } else {
                file = next.clone(); // its bytes are the row's, which the next row takes over
                place = new Place(file.toString(), block, 0);
            }
            return place;
        }
    }
}
