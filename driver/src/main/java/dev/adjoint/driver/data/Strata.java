package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.driver.data.HoldOut.Part;
import dev.adjoint.worker.Permutation;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import scala.util.hashing.MurmurHash3$;

/**
 * The permuted places of all rows, by the part that {@code data.split} says, and in each by what matters when a share of it is held
 * out: the class; or where groups are kept together a hash of the group, many groups to one; or nothing.
 */
final class Strata implements Serializable {
    private static final long serialVersionUID = 1L;

    /** So many hashes are enough to come near to a share, and few enough for the driver. */
    private static final int HASH_BITS = 12;

    private final Map<Part, TreeMap<String, RoaringBitmap>> places = new EnumMap<>(Part.class);

    private Strata() {}

    /** What decides a row's stratum. */
    private record Deciding(
            @Nullable Use split,
            @Nullable Use group,
            @Nullable Use label,
            @Nullable String classType,
            int seed) implements Serializable {
        Part part(InternalRow row) {
            String text = split == null ? null : Cells.textOf(row, split);
            return text == null ? Part.TRAINING : Part.named(text).orElseThrow();
        }

        String stratum(InternalRow row) {
            if (group != null) {
                String text = Cells.textOf(row, group);
                int hash = MurmurHash3$.MODULE$.stringHash(text == null ? "" : text, seed);
                return String.valueOf((char) (hash >>> (32 - HASH_BITS)));
            }
            String text = label == null ? null : Cells.textOf(row, label);
            return text == null || classType == null ? "" : Cells.className(text, classType);
        }
    }

    /** A row's permuted place, and where it belongs. */
    private record Placed(Part part, String stratum, int place) {}

    /**
     * Of the rows of a data set; where nothing decides, without a pass over them.
     *
     * @param hashSeed decides the order of groups
     */
    static Strata of(NumberedRows numbered, HoldOut holdOut, Permutation permutation, long hashSeed) {
        Strata total = new Strata();
        Examples examples = numbered.examples();
        boolean classes = holdOut.stratified() && examples.classType() != null;
        if (!classes && holdOut.columns().isEmpty()) {
            total.places(Part.TRAINING, "").add(0L, permutation.size());
            return total;
        }
        StructType schema = numbered.rows().schema();
        Deciding deciding = new Deciding(
                Parts.use(schema, holdOut.split()),
                Parts.use(schema, holdOut.group()),
                classes ? examples.columns().labels().get(0) : null,
                examples.classType(),
                (int) hashSeed);
        numbered.visit(
                        (number, row) -> Stream.of(
                                new Placed(deciding.part(row), deciding.stratum(row), (int) permutation.at(number))),
                        Optional.empty())
                .mapPartitions(rows -> Set.of(ofPartition(rows)).iterator())
                .collect()
                .forEach(total::add);
        return total;
    }

    private static Strata ofPartition(Iterator<Placed> rows) {
        Strata strata = new Strata();
        rows.forEachRemaining(row -> strata.places(row.part(), row.stratum()).add(row.place()));
        return strata;
    }

    private void add(Strata other) {
        other.places.forEach((part, strata) ->
                strata.forEach((stratum, rows) -> places(part, stratum).or(rows)));
    }

    private RoaringBitmap places(Part part, String stratum) {
        return of(part).computeIfAbsent(stratum, s -> new RoaringBitmap());
    }

    /** The places of each stratum in a part, in the order of their names. */
    SortedMap<String, RoaringBitmap> of(Part part) {
        return places.computeIfAbsent(part, p -> new TreeMap<>());
    }
}
