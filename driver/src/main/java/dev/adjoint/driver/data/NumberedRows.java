package dev.adjoint.driver.data;

import dev.adjoint.model.features.RawExample;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * Raw examples with the numbers of their rows, which depend on the files, or on the rows' values, alone.
 *
 * @param skip whether rows without a label are left out
 */
record NumberedRows(Dataset<Row> rows, RowOrder order, Examples examples, Profile profile, boolean skip) {
    /** From a row's number to its place in the set that is being made; negative: in another set. */
    interface Destination extends Serializable {
        long of(long row);
    }

    /** The examples whose destination is not negative, each under the key of its shard and place. */
    JavaPairRDD<Long, RawExample> keyed(Destination destination, Sharding sharding) {
        return order.isOfFiles() ? keyedByPlace(destination, sharding) : keyedByValue(destination, sharding);
    }

    private JavaPairRDD<Long, RawExample> keyedByPlace(Destination destination, Sharding sharding) {
        Keying keying = new Keying(new HashMap<>(profile.blockOffsets()), examples, skip, destination, sharding);
        return rows.queryExecution().toRdd().toJavaRDD().mapPartitionsToPair(keying::keys);
    }

    private JavaPairRDD<Long, RawExample> keyedByValue(Destination destination, Sharding sharding) {
        Examples read = examples;
        long count = profile.rows();
        boolean skips = skip;
        JavaRDD<RawExample> sorted = order.sort(rows, examples.columns())
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .filter(row -> !skips || !Examples.lacksLabel(row, read.columns()))
                .map(read::read);
        return sorted.zipWithIndex().flatMapToPair(numbered -> {
            if (numbered._2() >= count) {
                throw new IllegalStateException(
                        "the data changed while it was read: there were %,d rows before".formatted(count));
            }
            long index = destination.of(numbered._2());
            return index < 0
                    ? Stream.<Tuple2<Long, RawExample>>empty().iterator()
                    : Stream.of(new Tuple2<>(sharding.key(index), numbered._1()))
                            .iterator();
        });
    }

    private record Keying(
            Map<Place, Long> offsets, Examples examples, boolean skip, Destination destination, Sharding sharding)
            implements Serializable {
        Iterator<Tuple2<Long, RawExample>> keys(Iterator<InternalRow> rows) {
            Place.Counter counter = new Place.Counter();
            long[] skipped = {0};
            return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, Spliterator.ORDERED), false)
                    .flatMap(row -> {
                        Place place = counter.next(row);
                        skipped[0] = place.position() == 0 ? 0 : skipped[0];
                        if (skip && Examples.lacksLabel(row, examples.columns())) {
                            skipped[0]++;
                            return Stream.empty();
                        }
                        return key(row, place, skipped[0]);
                    })
                    .iterator();
        }

        private Stream<Tuple2<Long, RawExample>> key(InternalRow row, Place place, long skipped) {
            Long offset = offsets.get(new Place(place.file(), place.block(), 0));
            if (offset == null) {
                throw new IllegalStateException("%s changed while it was read: there was no block at %d before"
                        .formatted(place.file(), place.block()));
            }
            long index = destination.of(offset + place.position() - skipped);
            return index < 0 ? Stream.empty() : Stream.of(new Tuple2<>(sharding.key(index), examples.read(row)));
        }
    }
}
