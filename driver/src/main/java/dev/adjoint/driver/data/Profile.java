package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.model.features.Label;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a data set finds: how many rows each block has, and what the cells of each column are like, with one
 * row as an example of each finding. The profile of a set does not depend on how Spark splits it.
 */
final class Profile implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The most different labels that are kept. */
    static final int MOST_LABELS = 10_000;

    /** What a cell may be found to be. */
    enum Finding {
        MISSING,
        NUMBER,
        NOT_FINITE,
        TEXT,
        /** Text with bytes that are none in the file's encoding. */
        UNDECODABLE,
        UNKNOWN_CLASS
    }

    /** What a decoder puts where bytes are no text. */
    private static final UTF8String REPLACEMENT = UTF8String.fromString("\ufffd");

    /** A row where the pass is. */
    private record Visit(InternalRow row, Place place, StructType schema) {}

    /** How often something was found, and the first row where it was. */
    static final class Tally implements Serializable {
        private static final long serialVersionUID = 1L;

        private long count;
        private @Nullable Place place;
        private String example = "";

        private void found(Visit visit) {
            count++;
            if (place == null) {
                place = visit.place();
                example = Cells.show(visit.row(), visit.schema());
            }
        }

        private void add(Tally other) {
            count += other.count;
            if (other.place != null && (place == null || other.place.compareTo(place) < 0)) {
                place = other.place;
                example = other.example;
            }
        }

        long count() {
            return count;
        }

        @Nullable
        Place place() {
            return place;
        }

        String example() {
            return example;
        }
    }

    /** The findings on one column, and how often vectors of each width. */
    static final class ColumnProfile implements Serializable {
        private static final long serialVersionUID = 1L;

        private final Map<Finding, Tally> findings = new EnumMap<>(Finding.class);
        private final TreeMap<Integer, Tally> widths = new TreeMap<>();
        private long nonZeros;
        private int mostNonZeros;

        Tally found(Finding finding) {
            return findings.computeIfAbsent(finding, f -> new Tally());
        }

        long count(Finding finding) {
            return found(finding).count;
        }

        Map<Integer, Tally> widths() {
            return widths;
        }

        /** How many numbers of the vectors are not 0. */
        long nonZeros() {
            return nonZeros;
        }

        /** How many of one vector are not 0, at most. */
        int mostNonZeros() {
            return mostNonZeros;
        }

        private void observe(Use use, Visit visit, Label.@Nullable Classes known) {
            InternalRow row = visit.row();
            if (Cells.isMissing(row, use)) {
                found(Finding.MISSING).found(visit);
            } else if (use.kind() == Kind.VECTOR || use.kind() == Kind.SPARSE) {
                observe(Cells.vector(row, use), visit);
            } else {
                Finding finding = findingOf(row, use);
                found(finding).found(visit);
                if (finding == Finding.TEXT
                        && use.type() instanceof StringType
                        && row.getUTF8String(use.index()).contains(REPLACEMENT)) {
                    found(Finding.UNDECODABLE).found(visit);
                }
                if (known != null && !known.names().contains(Cells.className(row, use, known.type()))) {
                    found(Finding.UNKNOWN_CLASS).found(visit);
                }
            }
        }

        private void observe(Vector vector, Visit visit) {
            widths.computeIfAbsent(vector.size(), w -> new Tally()).found(visit);
            int notZero = vector.numNonzeros();
            nonZeros += notZero;
            mostNonZeros = Math.max(mostNonZeros, notZero);
            double[] stored = vector instanceof SparseVector sparse ? sparse.values() : ((DenseVector) vector).values();
            for (double number : stored) {
                if (!Double.isFinite(number)) {
                    found(Finding.NOT_FINITE).found(visit);
                    break;
                }
            }
        }

        private static Finding findingOf(InternalRow row, Use use) {
            if (Double.isFinite(Cells.number(row, use))) {
                return Finding.NUMBER;
            }
            return Cells.isNumber(row, use) ? Finding.NOT_FINITE : Finding.TEXT;
        }

        private void add(ColumnProfile other) {
            other.findings.forEach((finding, tally) -> found(finding).add(tally));
            other.widths.forEach((width, tally) ->
                    widths.computeIfAbsent(width, w -> new Tally()).add(tally));
            nonZeros += other.nonZeros;
            mostNonZeros = Math.max(mostNonZeros, other.mostNonZeros);
        }
    }

    /** Rows of each block, keyed by the place of the block's first row. */
    private final TreeMap<Place, Long> blocks = new TreeMap<>();

    /** What the label's cells say; one more than are allowed is enough to know. */
    private final TreeSet<String> labels = new TreeSet<>();

    /** Rows of CSV with more or fewer cells than there are columns; nothing else is told of them. */
    private final Tally malformed = new Tally();

    private final List<ColumnProfile> features = new ArrayList<>();
    private final ColumnProfile label = new ColumnProfile();

    private Profile(int columns) {
        for (int i = 0; i < columns; i++) {
            features.add(new ColumnProfile());
        }
    }

    /** Runs the pass. {@code known}: the classes that labels are to be among, null where there are none yet. */
    static Profile of(Dataset<Row> rows, Columns columns, Label.@Nullable Classes known) {
        Profile total = new Profile(columns.features().size());
        StructType schema = rows.schema();
        rows.queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(partition -> Collections.singleton(ofPartition(partition, schema, columns, known))
                        .iterator())
                .collect()
                .forEach(total::add);
        return total;
    }

    private static Profile ofPartition(
            Iterator<InternalRow> rows, StructType schema, Columns columns, Label.@Nullable Classes known) {
        Profile profile = new Profile(columns.features().size());
        Place.Counter counter = new Place.Counter();
        int malformed = List.of(schema.fieldNames()).indexOf(CsvFiles.MALFORMED);
        while (rows.hasNext()) {
            InternalRow row = rows.next();
            Place place = counter.next(row);
            Visit visit = new Visit(row, place, schema);
            profile.blocks.merge(new Place(place.file(), place.block(), 0), 1L, Long::sum);
            if (malformed >= 0 && !row.isNullAt(malformed)) {
                profile.malformed.found(visit);
                continue;
            }
            for (int i = 0; i < columns.features().size(); i++) {
                profile.features.get(i).observe(columns.features().get(i), visit, null);
            }
            columns.label().ifPresent(use -> {
                profile.label.observe(use, visit, known);
                if (profile.labels.size() <= MOST_LABELS && !Cells.isMissing(row, use)) {
                    profile.labels.add(Cells.text(row, use));
                }
            });
        }
        return profile;
    }

    private void add(Profile other) {
        malformed.add(other.malformed);
        other.blocks.forEach((block, rows) -> blocks.merge(block, rows, Long::sum));
        for (int i = 0; i < features.size(); i++) {
            features.get(i).add(other.features.get(i));
        }
        label.add(other.label);
        labels.addAll(other.labels);
    }

    /** The different texts of the label's cells; {@link #MOST_LABELS} and some when there are more. */
    Set<String> labels() {
        return labels;
    }

    long rows() {
        return blocks.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many entries a row of {@code columns} has at most; 0 where rows are dense. */
    int entriesOfRow(Columns columns) {
        int most = 0;
        for (int i = 0; i < columns.features().size(); i++) {
            boolean vector = !features.get(i).widths().isEmpty();
            most = Math.addExact(most, vector ? features.get(i).mostNonZeros() : 1);
        }
        return columns.areSparse() ? Math.max(1, most) : 0;
    }

    Tally malformed() {
        return malformed;
    }

    ColumnProfile feature(int index) {
        return features.get(index);
    }

    ColumnProfile label() {
        return label;
    }

    /** The number, in the whole data set, of each block's first row: files in the order of their names. */
    Map<Place, Long> blockOffsets() {
        Map<Place, Long> offsets = new TreeMap<>();
        long offset = 0;
        for (Map.Entry<Place, Long> block : blocks.entrySet()) {
            offsets.put(block.getKey(), offset);
            offset += block.getValue();
        }
        return offsets;
    }

    /** The number of a row in its file, from 1. */
    long rowInFile(Place place) {
        return place.position()
                + 1
                + blocks.entrySet().stream()
                        .filter(b -> b.getKey().file().equals(place.file())
                                && b.getKey().block() < place.block())
                        .mapToLong(Map.Entry::getValue)
                        .sum();
    }
}
