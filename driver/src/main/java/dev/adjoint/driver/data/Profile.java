package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.model.features.Label;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
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
        /** Text that is a number formatted for people. */
        FORMATTED,
        /** Text that is a date or a time. */
        DATE,
        /** Text with bytes that are none in the file's encoding. */
        UNDECODABLE,
        /** A number of a vector that is NaN. */
        MISSING_ELEMENT,
        /** A class or a level that training never saw, or another value where it saw one only. */
        UNSEEN,
        /** A number far from where training's were. */
        FAR,
        /** A weight below 0. */
        NEGATIVE
    }

    /** What a decoder puts where bytes are no text. */
    private static final char REPLACEMENT = '\ufffd';

    /** A row where the pass is. */
    private static final class Visit {
        private final InternalRow row;
        private final Place place;
        private final StructType schema;
        private @Nullable String shown;

        Visit(InternalRow row, Place place, StructType schema) {
            this.row = row;
            this.place = place;
            this.schema = schema;
        }

        InternalRow row() {
            return row;
        }

        Place place() {
            return place;
        }

        /** The row in words, once for all the columns that have something in it. */
        String shown() {
            if (shown == null) {
                shown = Cells.show(row, schema);
            }
            return shown;
        }
    }

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
                example = visit.shown();
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

    /** The most extreme value, and the first row that has it. */
    static final class Extreme implements Serializable {
        private static final long serialVersionUID = 1L;

        private final int sign;
        private double value;
        private @Nullable Place place;

        private Extreme(int sign) {
            this.sign = sign;
        }

        private void observe(double other, @Nullable Place where) {
            boolean beyond = place == null || sign * other > sign * value;
            boolean earlier = other == value && place != null && where != null && where.compareTo(place) < 0;
            if (where != null && (beyond || earlier)) {
                value = other;
                place = where;
            }
        }

        double value() {
            return value;
        }

        @Nullable
        Place place() {
            return place;
        }
    }

    /** The findings on one column, and how often vectors of each width. */
    static final class ColumnProfile implements Serializable {
        private static final long serialVersionUID = 1L;

        private final Map<Finding, Tally> findings = new EnumMap<>(Finding.class);
        private final TreeMap<Integer, Tally> widths = new TreeMap<>();
        private long nonZeros;
        private int mostNonZeros;
        private final Extreme least = new Extreme(-1);
        private final Extreme greatest = new Extreme(1);
        /** The first text, and whether there is another; of a column of numbers, the extremes tell. */
        private @Nullable String text;

        private boolean texts;

        Tally found(Finding finding) {
            return findings.computeIfAbsent(finding, f -> new Tally());
        }

        long count(Finding finding) {
            return found(finding).count;
        }

        NavigableMap<Integer, Tally> widths() {
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

        Extreme least() {
            return least;
        }

        Extreme greatest() {
            return greatest;
        }

        /** The one value that all cells have, "" for none at all; empty where there are several, and for vectors. */
        Optional<String> only() {
            boolean missing = count(Finding.MISSING) > 0;
            boolean given = count(Finding.NUMBER) + count(Finding.TEXT) + count(Finding.NOT_FINITE) > 0;
            if (!given || missing) {
                return missing && !given && widths.isEmpty() ? Optional.of("") : Optional.empty();
            }
            boolean number = count(Finding.TEXT) + count(Finding.NOT_FINITE) == 0 && least.value() == greatest.value();
            if (!number && (texts || text == null)) {
                return Optional.empty();
            }
            return Optional.of(text == null ? Cells.canonical(least.value()) : text);
        }

        private void observe(Use use, Visit visit, Expected expected) {
            InternalRow row = visit.row();
            if (use.kind() == Kind.VECTOR || use.kind() == Kind.SPARSE) {
                if (row.isNullAt(use.index())) {
                    found(Finding.MISSING).found(visit);
                } else {
                    observe(Cells.vector(row, use), visit);
                }
            } else if (expected.levels() == null
                    && (use.type() instanceof NumericType
                            || (use.type() instanceof BooleanType && use.kind() == Kind.NUMBER))) {
                observe(Cells.number(row, use), visit, expected);
            } else if (!(use.type() instanceof StringType) && use.kind() == Kind.DATE) {
                observe(Cells.seconds(row, use), visit, expected);
            } else {
                String cell = Cells.textOf(row, use);
                if (cell == null) {
                    found(Finding.MISSING).found(visit);
                } else {
                    observe(cell, use, visit, expected);
                }
            }
        }

        private void observe(double number, Visit visit, Expected expected) {
            if (Double.isNaN(number)) {
                found(Finding.MISSING).found(visit);
            } else if (Double.isInfinite(number)) {
                found(Finding.NOT_FINITE).found(visit);
            } else {
                finite(number, visit, expected);
            }
        }

        private void finite(double number, Visit visit, Expected expected) {
            found(Finding.NUMBER).found(visit);
            extremes(number, visit);
            if (expected.usual() != null && expected.usual().isFar(number)) {
                found(Finding.FAR).found(visit);
            }
        }

        private void extremes(double number, Visit visit) {
            least.observe(number, visit.place());
            greatest.observe(number, visit.place());
        }

        private void observe(String cell, Use use, Visit visit, Expected expected) {
            if (cell.indexOf(REPLACEMENT) >= 0) {
                found(Finding.UNDECODABLE).found(visit);
            }
            if (expected.levels() != null && !expected.levels().contains(cell)) {
                found(Finding.UNSEEN).found(visit);
            }
            if (text == null) {
                text = cell;
            }
            texts |= !text.equals(cell);
            double number = use.kind() == Kind.CATEGORY ? Double.NaN : Cells.parse(cell, use.texts());
            if (!Double.isNaN(number)) {
                observe(number, visit, expected);
                return;
            }
            double seconds = use.kind() == Kind.CATEGORY ? Double.NaN : Cells.seconds(cell);
            found(Finding.TEXT).found(visit);
            if (!Double.isNaN(seconds)) {
                found(Finding.DATE).found(visit);
                extremes(seconds, visit);
            } else if (use.kind() != Kind.CATEGORY && Cells.isFormatted(cell)) {
                found(Finding.FORMATTED).found(visit);
            }
        }

        private void observe(Vector vector, Visit visit) {
            widths.computeIfAbsent(vector.size(), w -> new Tally()).found(visit);
            int notZero = vector.numNonzeros();
            nonZeros += notZero;
            mostNonZeros = Math.max(mostNonZeros, notZero);
            double[] stored = vector instanceof SparseVector sparse ? sparse.values() : ((DenseVector) vector).values();
            boolean infinite = false;
            boolean missing = false;
            for (double number : stored) {
                infinite |= Double.isInfinite(number);
                missing |= Double.isNaN(number);
                if (Double.isFinite(number)) {
                    extremes(number, visit);
                }
            }
            if (infinite) {
                found(Finding.NOT_FINITE).found(visit);
            }
            if (missing) {
                found(Finding.MISSING_ELEMENT).found(visit);
            }
        }

        private void add(ColumnProfile other) {
            other.findings.forEach((finding, tally) -> found(finding).add(tally));
            other.widths.forEach((width, tally) ->
                    widths.computeIfAbsent(width, w -> new Tally()).add(tally));
            nonZeros += other.nonZeros;
            mostNonZeros = Math.max(mostNonZeros, other.mostNonZeros);
            least.observe(other.least.value, other.least.place);
            greatest.observe(other.greatest.value, other.greatest.place);
            if (text == null) {
                text = other.text;
            }
            texts |= other.texts || (other.text != null && !other.text.equals(text));
        }
    }

    /** Rows of each block, keyed by the place of the block's first row. */
    private final TreeMap<Place, Long> blocks = new TreeMap<>();

    /** Of them, rows that are left out since they have no label. */
    private final TreeMap<Place, Long> skipped = new TreeMap<>();

    /** What the label's cells say, and how often; one more than are allowed is enough to know. */
    private final TreeMap<String, Long> classes = new TreeMap<>();

    /** Rows that are none of their format; nothing else is told of them. */
    private final Tally malformed = new Tally();

    /** What is wrong with these. */
    private String complaint = "";

    private final List<ColumnProfile> features = new ArrayList<>();
    private final List<ColumnProfile> labels = new ArrayList<>();
    private final ColumnProfile weights = new ColumnProfile();
    private final ColumnProfile difficulties = new ColumnProfile();

    private Profile(Columns columns) {
        columns.features().forEach(use -> features.add(new ColumnProfile()));
        columns.labels().forEach(use -> labels.add(new ColumnProfile()));
    }

    /**
     * What a column's cells are compared with.
     *
     * @param levels that they are to be among, null where any will do
     * @param usual where their numbers were in training, null where that is not known
     */
    record Expected(@Nullable Set<String> levels, @Nullable Usual usual) implements Serializable {
        static final Expected ANYTHING = new Expected(null, null);
    }

    /**
     * What is known before a pass.
     *
     * @param classes that labels are to be among, null where there are none yet
     * @param type of classes
     * @param features of each column that is among {@code Columns.features}
     * @param labels of each that is among {@code Columns.labels}
     * @param skip whether rows without a label are left out
     */
    record Known(
            @Nullable Set<String> classes, String type, List<Expected> features, List<Expected> labels, boolean skip)
            implements Serializable {
        /** Nothing. */
        static Known nothing(Columns columns, boolean skip) {
            return new Known(
                    null,
                    Label.Classes.TEXT,
                    Collections.nCopies(columns.features().size(), Expected.ANYTHING),
                    Collections.nCopies(columns.labels().size(), Expected.ANYTHING),
                    skip);
        }
    }

    /** Runs the pass. */
    static Profile of(Dataset<Row> rows, Columns columns, Known known) {
        Profile total = new Profile(columns);
        StructType schema = rows.schema();
        total.complaint = Reader.complaint(schema);
        rows.queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(partition -> Collections.singleton(ofPartition(partition, schema, columns, known))
                        .iterator())
                .collect()
                .forEach(total::add);
        return total;
    }

    private static Profile ofPartition(Iterator<InternalRow> rows, StructType schema, Columns columns, Known known) {
        Profile profile = new Profile(columns);
        Place.Counter counter = new Place.Counter();
        int malformed = List.of(schema.fieldNames()).indexOf(Reader.MALFORMED);
        Place block = null;
        Place place = null;
        while (rows.hasNext()) {
            InternalRow row = rows.next();
            Place previous = place;
            place = counter.next(row);
            if (block == null || place.position() == 0) {
                profile.addRows(block, previous);
                block = place;
            }
            Visit visit = new Visit(row, place, schema);
            if (malformed >= 0 && !row.isNullAt(malformed)) {
                profile.malformed.found(visit);
                continue;
            }
            profile.observeLabels(columns, visit, known);
            if (known.skip() && Examples.lacksLabel(row, columns)) {
                profile.skipped.merge(block, 1L, Long::sum);
                continue;
            }
            for (int i = 0; i < columns.features().size(); i++) {
                profile.features
                        .get(i)
                        .observe(
                                columns.features().get(i),
                                visit,
                                known.features().get(i));
            }
            columns.weight().ifPresent(use -> {
                profile.weights.observe(use, visit, Expected.ANYTHING);
                if (Cells.number(row, use) < 0) {
                    profile.weights.found(Finding.NEGATIVE).found(visit);
                }
            });
            columns.difficulty().ifPresent(use -> profile.difficulties.observe(use, visit, Expected.ANYTHING));
        }
        profile.addRows(block, place);
        return profile;
    }

    /** The rows of a block up to its last one, which are numbered from 0. */
    private void addRows(@Nullable Place block, @Nullable Place last) {
        if (block != null && last != null) {
            blocks.merge(block, last.position() + 1, Long::sum);
        }
    }

    private void observeLabels(Columns columns, Visit visit, Known known) {
        for (int k = 0; k < columns.labels().size(); k++) {
            Use use = columns.labels().get(k);
            labels.get(k).observe(use, visit, known.labels().get(k));
            String name = k == 0 ? Cells.textOf(visit.row(), use) : null;
            if (name != null) {
                if (classes.size() <= MOST_LABELS || classes.containsKey(name)) {
                    classes.merge(name, 1L, Long::sum);
                }
                if (known.classes() != null && !known.classes().contains(Cells.className(name, known.type()))) {
                    labels.get(k).found(Finding.UNSEEN).found(visit);
                }
            }
        }
    }

    private void add(Profile other, Stream<ColumnProfile> columns) {
        columns.forEach(features::add);
        addRows(other);
    }

    private void add(Profile other) {
        for (int i = 0; i < features.size(); i++) {
            features.get(i).add(other.features.get(i));
        }
        addRows(other);
    }

    private void addRows(Profile other) {
        malformed.add(other.malformed);
        other.blocks.forEach((block, rows) -> blocks.merge(block, rows, Long::sum));
        other.skipped.forEach((block, rows) -> skipped.merge(block, rows, Long::sum));
        other.classes.forEach((name, rows) -> classes.merge(name, rows, Long::sum));
        for (int i = 0; i < labels.size(); i++) {
            labels.get(i).add(other.labels.get(i));
        }
        weights.add(other.weights);
        difficulties.add(other.difficulties);
    }

    /**
     * The classes of the first label with their rows, in the order of the model's; {@link #MOST_LABELS} and some when there are
     * more.
     *
     * @param type of {@link Label.Classes}
     */
    Map<String, Long> classes(String type) {
        Map<String, Long> rows = new HashMap<>();
        classes.forEach((text, count) -> rows.merge(Cells.className(text, type), count, Long::sum));
        Map<String, Long> sorted = new LinkedHashMap<>();
        Cells.sorted(rows.keySet()).forEach(name -> sorted.put(name, rows.getOrDefault(name, 0L)));
        return sorted;
    }

    /** The names of these classes, in their order. */
    List<String> classNames(String type) {
        return List.copyOf(classes(type).keySet());
    }

    /** Rows that are left out since they have no label. */
    long skipped() {
        return skipped.values().stream().mapToLong(Long::longValue).sum();
    }

    long rows() {
        return blocks.values().stream().mapToLong(Long::longValue).sum() - skipped();
    }

    /** How many entries a row of {@code columns} has at most; 0 where rows are dense. */
    int entriesOfRow(Columns columns) {
        return columns.areSparse() ? numbersOfRow(columns) : 0;
    }

    /** How many numbers come of a row at most, without zeros where rows are sparse; 1 at least. */
    int numbersOfRow(Columns columns) {
        int most = 0;
        for (int i = 0; i < columns.features().size(); i++) {
            ColumnProfile found = features.get(i);
            int own =
                    switch (columns.features().get(i).kind()) {
                        case SPARSE -> found.mostNonZeros();
                        // Each may have an indicator.
                        case VECTOR -> 2 * found.widths().lastKey();
                        case DATE -> 8;
                        case NONE -> 0;
                        case NUMBER, CATEGORY, AUTO -> 2;
                    };
            most = Math.addExact(most, own);
        }
        return Math.max(1, most);
    }

    Tally malformed() {
        return malformed;
    }

    String complaint() {
        return complaint;
    }

    ColumnProfile feature(int index) {
        return features.get(index);
    }

    ColumnProfile label(int index) {
        return labels.get(index);
    }

    ColumnProfile weights() {
        return weights;
    }

    ColumnProfile difficulties() {
        return difficulties;
    }

    /** The number, in the whole data set, of each block's first row: files in the order of their names. */
    Map<Place, Long> blockOffsets() {
        Map<Place, Long> offsets = new TreeMap<>();
        long offset = 0;
        for (Map.Entry<Place, Long> block : blocks.entrySet()) {
            offsets.put(block.getKey(), offset);
            offset += block.getValue() - skipped.getOrDefault(block.getKey(), 0L);
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

    /** A row's place in words. */
    String where(@Nullable Place place) {
        if (place == null) {
            return "no row";
        }
        return place.file().isEmpty()
                ? "row %d of the query's partition %d".formatted(place.position() + 1, place.block())
                : "row %d of %s".formatted(rowInFile(place), place.file().replaceFirst("^file:/+", "/"));
    }

    /** The same of other columns that are among these, in their order. */
    Profile of(Columns these, Columns others) {
        Map<String, ColumnProfile> byName = new HashMap<>();
        for (int i = 0; i < features.size(); i++) {
            byName.put(these.features().get(i).name(), features.get(i));
        }
        Profile chosen = new Profile(others.with(List.of()));
        chosen.add(this, others.features().stream().map(use -> byName.getOrDefault(use.name(), new ColumnProfile())));
        return chosen;
    }
}
