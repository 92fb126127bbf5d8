package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.model.features.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Columns that a person had better look at: ids, and those that tell the label by themselves. */
final class Suspects {
    /** A column that takes away more of the errors of guessing than this tells the label. */
    private static final double TELLING = 0.99;

    /** So many rows with equal values are expected by chance where numbers are drawn; an id has none. */
    private static final double EXPECTED_EQUAL = 20;

    /** Of fewer rows nothing can be said. */
    private static final int LEAST_ROWS = 20;

    /** Of texts: levels a row, from where on they are ids. */
    private static final double LEVELS_OF_ID = 0.9;

    private static final String LEAVE_OUT = "leave it out by data.exclude";

    private final List<Slot> slots;
    private final Statistics statistics;

    /** So many stand in a sampled row before the targets. */
    private final int numbers;

    Suspects(List<Slot> slots, Statistics statistics, Statistics.Sampling sampling) {
        this.slots = slots;
        this.statistics = statistics;
        this.numbers = sampling.numbers().length;
    }

    /**
     * Columns whose values tell rows apart and nothing else.
     *
     * @param least rows of a level that has a feature; texts without one are left out, and told as that
     */
    List<Note> ids(long least) {
        List<Note> notes = new ArrayList<>();
        for (Slot slot : slots) {
            if (slot.use().kind() == Kind.NUMBER) {
                counted(slot).ifPresent(how -> notes.add(id(slot, how)));
            } else if (slot.use().kind() == Kind.CATEGORY) {
                Map<String, Long> levels = statistics.levels(slot.text());
                long given = statistics.examples() - statistics.missingTexts(slot.text());
                boolean kept = levels.values().stream().anyMatch(rows -> rows >= least);
                if (kept && given >= LEAST_ROWS && levels.size() >= LEVELS_OF_ID * given) {
                    notes.add(id(slot, "%,d levels in %,d rows".formatted(levels.size(), given)));
                }
            }
        }
        return notes;
    }

    private Optional<String> counted(Slot slot) {
        double least = slot.found().least().value();
        double greatest = slot.found().greatest().value();
        if (least != Math.rint(least) || greatest != Math.rint(greatest)) {
            return Optional.empty(); // without sorting what was sampled
        }
        double[] sorted = statistics.sample(slot.sampled());
        if (sorted.length < LEAST_ROWS) {
            return Optional.empty();
        }
        for (int i = 0; i < sorted.length; i++) {
            if (sorted[i] != Math.rint(sorted[i]) || (i > 0 && sorted[i] == sorted[i - 1])) {
                return Optional.empty();
            }
        }
        if (greatest - least == slot.found().count(Profile.Finding.NUMBER) - 1) {
            return Optional.of("it counts from %s to %s".formatted(Cells.canonical(least), Cells.canonical(greatest)));
        }
        double pairs = sorted.length * (sorted.length - 1.0) / 2;
        double expected = pairs / (sorted[sorted.length - 1] - sorted[0] + 1);
        return expected >= EXPECTED_EQUAL ? Optional.of("whole numbers, no two the same") : Optional.empty();
    }

    /** Columns that predict a label by themselves. */
    List<Note> leaks(Label label) {
        List<double[]> rows = statistics.coded();
        List<Note> notes = new ArrayList<>();
        if (rows.isEmpty()) {
            return notes;
        }
        int targets = label instanceof Label.Classes ? 0 : label.columns().size();
        int classes = rows.get(0).length - 1;
        for (int k = 0; k < label.columns().size(); k++) {
            double[] values = column(rows, targets == 0 ? classes : numbers + k);
            Leaks leaks = label instanceof Label.Real ? Leaks.ofNumbers(values) : Leaks.ofClasses(values);
            for (Slot slot : slots) {
                tell(label.columns().get(k), slot, errors(slot, rows, numbers + targets, leaks), notes);
            }
        }
        return notes;
    }

    /** Of each of a column's numbers, or of its levels. */
    private static List<Leaks.Errors> errors(Slot slot, List<double[]> rows, int texts, Leaks leaks) {
        return switch (slot.use().kind()) {
            case CATEGORY -> List.of(leaks.category(column(rows, texts + slot.text())));
            case NUMBER, AUTO, DATE, VECTOR ->
                IntStream.range(slot.sampled(), slot.sampled() + slot.numbers())
                        .mapToObj(number -> leaks.number(column(rows, number)))
                        .toList();
            case SPARSE, NONE -> List.of();
        };
    }

    private static void tell(String label, Slot slot, List<Leaks.Errors> errors, List<Note> notes) {
        for (int i = 0; i < errors.size(); i++) {
            Leaks.Errors one = errors.get(i);
            if (one.explained() > TELLING) {
                String which = errors.size() > 1 ? "number %d of column".formatted(i + 1) : "column";
                notes.add(Note.of(
                        Note.Kind.LEAK,
                        slot.use().name(),
                        "%s \"%s\" predicts the label \"%s\" by itself: it saves %.1f %% of the errors of guessing; if it is not known before the label is, %s"
                                .formatted(which, slot.use().name(), label, 100 * one.explained(), LEAVE_OUT)));
            }
        }
    }

    private static double[] column(List<double[]> rows, int index) {
        return rows.stream().mapToDouble(row -> row[index]).toArray();
    }

    private static Note id(Slot slot, String how) {
        String name = slot.use().name();
        return Note.of(Note.Kind.ID, name, "column \"%s\" looks like an id (%s); %s".formatted(name, how, LEAVE_OUT));
    }
}
