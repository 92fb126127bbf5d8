package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.model.features.RawExample;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
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

    /** What is made of a row and its number. */
    interface Visitor<T> extends Serializable {
        Stream<T> visit(long number, InternalRow row);
    }

    /** From a row to what is made of it. */
    private interface Reading<T> extends Serializable {
        T of(InternalRow row);
    }

    /** The examples whose destination is not negative, each under the key of its shard and place. */
    JavaPairRDD<Long, RawExample> keyed(Destination destination, Sharding sharding) {
        Examples read = examples;
        return keyed(destination, sharding, read::read, Optional.empty());
    }

    /** The same, each with the number of its group. */
    JavaPairRDD<Long, Tuple2<RawExample, Integer>> keyed(
            Destination destination, Sharding sharding, Grouping grouping) {
        Examples read = examples;
        return keyed(
                destination,
                sharding,
                row -> new Tuple2<>(read.read(row), grouping.of(row)),
                Optional.of(grouping.column()));
    }

    private <T> JavaPairRDD<Long, T> keyed(
            Destination destination, Sharding sharding, Reading<T> reading, Optional<Use> last) {
        return JavaPairRDD.fromJavaRDD(visit(
                (number, row) -> {
                    long index = destination.of(number);
                    return index < 0 ? Stream.empty() : Stream.of(new Tuple2<>(sharding.key(index), reading.of(row)));
                },
                last));
    }

    /**
     * What is made of all rows but those that are left out.
     *
     * @param last a column whose values tell rows apart that are equal in all others
     */
    <T> JavaRDD<T> visit(Visitor<T> visitor, Optional<Use> last) {
        Lacking lacking = new Lacking(examples.columns(), skip);
        if (order.isOfFiles()) {
            ByPlace<T> byPlace = new ByPlace<>(new HashMap<>(profile.blockOffsets()), lacking, visitor);
            return rows.queryExecution().toRdd().toJavaRDD().mapPartitions(byPlace::visited);
        }
        long count = profile.rows();
        return order.sort(rows, examples.columns(), last)
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .filter(row -> !lacking.label(row))
                .zipWithIndex()
                .flatMap(numbered -> {
                    if (numbered._2() >= count) {
                        throw new IllegalStateException(
                                "the data changed while it was read: there were %,d rows before".formatted(count));
                    }
                    return visitor.visit(numbered._2(), numbered._1()).iterator();
                });
    }

    /** Tells rows that are left out since they have no label. */
    private record Lacking(Columns columns, boolean skip) implements Serializable {
        boolean label(InternalRow row) {
            return skip && Examples.lacksLabel(row, columns);
        }
    }

    private record ByPlace<T>(Map<Place, Long> offsets, Lacking lacking, Visitor<T> visitor) implements Serializable {
        Iterator<T> visited(Iterator<InternalRow> rows) {
            Place.Counter counter = new Place.Counter();
            long[] skipped = {0};
            return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, Spliterator.ORDERED), false)
                    .flatMap(row -> {
                        Place place = counter.next(row);
                        skipped[0] = place.position() == 0 ? 0 : skipped[0];
                        if (lacking.label(row)) {
                            skipped[0]++;
                            return Stream.empty();
                        }
                        return visitor.visit(number(place) - skipped[0], row);
                    })
                    .iterator();
        }

        private long number(Place place) {
            Long offset = offsets.get(new Place(place.file(), place.block(), 0));
            if (offset == null) {
                throw new IllegalStateException("%s changed while it was read: there was no block at %d before"
                        .formatted(place.file(), place.block()));
            }
            return offset + place.position();
        }
    }
}
