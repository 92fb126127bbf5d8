package dev.adjoint.driver.settings;

import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.Dropout;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Periodic;
import dev.adjoint.worker.step.Adam;
import dev.adjoint.worker.step.Schedule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What keys are where a job file does not say them. A recipe has parts whose values were chosen together, and who says a key of
 * a part has said how it is to be: the others of that part are then what they are in {@link #PLAIN}.
 */
public enum Recipe {
    /** The defaults of the table of keys: one net, gradient descent with momentum at a constant rate. */
    PLAIN,

    /** For tables, by their size; docs/defaults.md has what each part brings, measured. */
    TABLES;

    /**
     * What a recipe chooses by.
     *
     * @param rows that are learned from
     * @param telling how many they would be if every class were as rare as the rarest is; the rows, where numbers are predicted
     * @param width features of a row
     * @param numbers which of them are numbers, from 0; none where rows are sparse
     * @param heldOut whether there are rows that say which epoch is best
     */
    public record Table(long rows, long telling, int width, List<Integer> numbers, boolean heldOut) {
        /** A middling one, as long as nothing was read. */
        static final Table UNKNOWN = new Table(10_000, 10_000, 100, List.of(), false);

        public Table {
            numbers = List.copyOf(numbers);
        }
    }

    /** Values that hold as long as none of {@code keys} is said. */
    private record Part(Set<Key<?>> keys, Map<Key<?>, Object> values) {}

    /** Apart, since the keys' own table names a recipe and has to be there before. */
    private static final class OfTables {
        private static final Set<Key<?>> NET = Set.of(Keys.LAYERS, Keys.HIDDEN, Keys.ACTIVATION, Keys.DROPOUT);
        private static final Set<Key<?>> STEPS = Set.of(
                Keys.OPTIMISER,
                Keys.SCHEDULE,
                Keys.WARM_UP,
                Keys.LEARNING_RATE,
                Keys.MOMENTUM,
                Keys.L1,
                Keys.L2,
                Keys.DECAY);
        /** Who says the net means one, of all rows. */
        private static final Set<Key<?>> MEMBERS = Stream.concat(
                        NET.stream(), Stream.of(Keys.MEMBERS, Keys.FOLDS, Keys.GROUP))
                .collect(Collectors.toUnmodifiableSet());

        /** Fewer, and even a steady descent has not arrived. */
        private static final int LEAST_STEPS = 2000;

        private static final int LEAST_EPOCHS = 20;
        private static final int MOST_EPOCHS = 1000;
        private static final int MEMBER_COUNT = 5;
        /** So many features of rows in all are still learned from by five nets in a minute. */
        private static final long MOST_CELLS_OF_MEMBERS = 5_000_000;

        /** Beyond so many features what each costs is what counts. */
        private static final int WIDE = 1000;

        /** Units before and after the middle of a reconstruction. */
        private static final int MOST_UNITS = 512;

        private static final int LEAST_PATIENCE = 5;
        private static final int FOLDS_OF_ONE = 10;
        private static final double DROPPED = 0.25;
        /** So many tell a quick turn from noise; where a class is rare, it is its rows that have to. */
        private static final int MANY_ROWS = 10_000;

        private OfTables() {}

        static List<Part> parts(boolean reconstruction, Table table, BatchSize batch) {
            int epochs = epochs(table, batch);
            return List.of(
                    new Part(NET, Map.of(Keys.LAYERS, reconstruction ? bottleneck(table.width) : layers(table))),
                    new Part(MEMBERS, members(reconstruction, table, epochs)),
                    new Part(
                            STEPS,
                            Map.of(
                                    Keys.OPTIMISER,
                                    new Adam(0.9, 0.999, 1e-8),
                                    Keys.SCHEDULE,
                                    new Schedule.Cosine(0),
                                    Keys.LEARNING_RATE,
                                    Optional.of(0.003),
                                    Keys.L2,
                                    0.0,
                                    Keys.DECAY,
                                    0.1,
                                    Keys.EPOCHS,
                                    epochs)));
        }

        private static List<Layer> layers(Table table) {
            List<Layer> layers = new ArrayList<>();
            if (!table.numbers.isEmpty() && table.width <= WIDE) {
                boolean many = table.telling >= MANY_ROWS;
                layers.add(Periodic.of(table.numbers, many ? 8 : 4, many ? 1 : 0.1));
            }
            for (int units : Keys.HIDDEN.defaultValue()) {
                layers.add(new Affine(units, Activation.SILU));
                layers.add(new Dropout(DROPPED));
            }
            return layers;
        }

        /** Wide, a linear quarter of the features, and wide again: all that is put out has to get through the middle. */
        private static List<Layer> bottleneck(int width) {
            int wide = Math.min(MOST_UNITS, 4 * width);
            return List.of(
                    new Affine(wide, Activation.SILU),
                    new Affine((width + 3) / 4, Activation.IDENTITY),
                    new Affine(wide, Activation.SILU));
        }

        private static Map<Key<?>, Object> members(boolean reconstruction, Table table, int epochs) {
            if (table.heldOut || table.rows < 2 * MEMBER_COUNT) {
                return Map.of();
            }
            // A reconstruction is one net: the middles of several would be several codes of a row.
            boolean several =
                    !reconstruction && table.width <= WIDE && table.rows * table.width <= MOST_CELLS_OF_MEMBERS;
            Optional<Integer> patience = Optional.of(Math.max(LEAST_PATIENCE, epochs / 5));
            return several
                    ? Map.of(Keys.MEMBERS, MEMBER_COUNT, Keys.FOLDS, MEMBER_COUNT, Keys.PATIENCE, patience)
                    : Map.of(Keys.FOLDS, FOLDS_OF_ONE, Keys.PATIENCE, patience);
        }

        private static int epochs(Table table, BatchSize batch) {
            int steps = batch.stepsOfEpoch(table.rows);
            return Math.max(LEAST_EPOCHS, Math.min(MOST_EPOCHS, (LEAST_STEPS + steps - 1) / steps));
        }
    }

    /** The keys that say what the net is. */
    static Set<Key<?>> keysOfNet() {
        return OfTables.NET;
    }

    /** Its values where a job file says these keys, whose own values come before them. */
    Map<Key<?>, Object> values(Set<Key<?>> said, boolean reconstruction, Table table, BatchSize batch) {
        Map<Key<?>, Object> all = new HashMap<>();
        for (Part part : this == TABLES ? OfTables.parts(reconstruction, table, batch) : List.<Part>of()) {
            if (Collections.disjoint(part.keys, said)) {
                all.putAll(part.values);
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
