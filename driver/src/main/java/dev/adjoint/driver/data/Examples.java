package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.model.features.Numbers;
import dev.adjoint.model.features.RawExample;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/**
 * Rows to raw examples.
 *
 * @param classType what Spark SQL calls the type of the classes; null for numbers and flags
 */
record Examples(Columns columns, @Nullable String classType) implements Serializable {
    RawExample read(InternalRow row) {
        Gathered numbers = new Gathered(columns.features().size(), columns.areSparse());
        List<@Nullable String> texts = new ArrayList<>();
        for (Use use : columns.features()) {
            switch (use.kind()) {
                case CATEGORY -> texts.add(Cells.textOf(row, use));
                case VECTOR, SPARSE -> numbers.add(Cells.vector(row, use), use.kind() == Kind.SPARSE);
                case DATE -> numbers.add(Cells.seconds(row, use));
                case NUMBER, AUTO -> numbers.add(Cells.number(row, use));
                case NONE -> {}
            }
        }
        return withLabel(row, numbers.numbers(), texts.toArray(String[]::new));
    }

    /** Whether a column to predict has no value. */
    static boolean lacksLabel(InternalRow row, Columns columns) {
        return columns.labels().stream().anyMatch(use -> Cells.isMissing(row, use));
    }

    /** The numbers of a row so far. */
    private static final class Gathered {
        private final boolean sparse;
        private double[] values;
        private int[] places;
        private int count;
        private int width;

        Gathered(int columns, boolean sparse) {
            this.sparse = sparse;
            this.values = new double[columns];
            this.places = new int[sparse ? columns : 0];
        }

        void add(double value) {
            makeRoom(1);
            put(width, value);
            width++;
        }

        void add(Vector vector, boolean zerosAreLeftOut) {
            if (vector instanceof SparseVector entries && zerosAreLeftOut) {
                makeRoom(entries.values().length);
                for (int i = 0; i < entries.values().length; i++) {
                    if (entries.values()[i] != 0) {
                        put(width + entries.indices()[i], entries.values()[i]);
                    }
                }
            } else {
                double[] all = vector.toArray();
                makeRoom(all.length);
                for (int i = 0; i < all.length; i++) {
                    if (all[i] != 0 || !zerosAreLeftOut) {
                        put(width + i, all[i]);
                    }
                }
            }
            width += vector.size();
        }

        private void makeRoom(int more) {
            if (count + more > values.length) {
                int length = Math.max(2 * values.length, count + more);
                values = Arrays.copyOf(values, length);
                places = sparse ? Arrays.copyOf(places, length) : places;
            }
        }

        private void put(int place, double value) {
            values[count] = value;
            if (sparse) {
                places[count] = place;
            }
            count++;
        }

        Numbers numbers() {
            return new Numbers(width, sparse ? Arrays.copyOf(places, count) : null, Arrays.copyOf(values, count));
        }
    }

    private RawExample withLabel(InternalRow row, Numbers numbers, @Nullable String[] texts) {
        double weight = columns.weight().map(use -> Cells.number(row, use)).orElse(1.0);
        double difficulty =
                columns.difficulty().map(use -> Cells.number(row, use)).orElse(0.0);
        if (classType != null && !columns.labels().isEmpty()) {
            String name = Cells.textOf(row, columns.labels().get(0));
            String label = name == null ? null : Cells.className(name, classType);
            return new RawExample(numbers, texts, label, RawExample.NO_TARGETS, weight, difficulty);
        }
        double[] targets = columns.labels().stream()
                .mapToDouble(use -> Cells.number(row, use))
                .toArray();
        return new RawExample(numbers, texts, null, targets, weight, difficulty);
    }
}
