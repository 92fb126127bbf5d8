package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.driver.data.Profile.ColumnProfile;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a column's values are in an example and in the sample.
 *
 * @param number the place of its first number
 * @param numbers how many it has
 * @param sampled the place of its first number in the sample, which has none of sparse columns
 * @param text its place among the texts, where it is one
 */
record Slot(Use use, ColumnProfile found, int number, int numbers, int sampled, int text) {
    boolean isSampled() {
        return use.kind() != Kind.SPARSE;
    }

    static List<Slot> of(Columns columns, Profile profile) {
        List<Slot> slots = new ArrayList<>();
        int number = 0;
        int sampled = 0;
        int text = 0;
        for (int c = 0; c < columns.features().size(); c++) {
            Use use = columns.features().get(c);
            int numbers = width(use, profile.feature(c));
            Slot slot = new Slot(use, profile.feature(c), number, numbers, sampled, text);
            slots.add(slot);
            number += numbers;
            sampled += slot.isSampled() ? numbers : 0;
            text += use.kind() == Kind.CATEGORY ? 1 : 0;
        }
        return slots;
    }

    /** How many numbers a column is. */
    private static int width(Use use, ColumnProfile found) {
        return switch (use.kind()) {
            case VECTOR, SPARSE -> found.widths().firstKey();
            case NUMBER, DATE, AUTO -> 1;
            case CATEGORY, NONE -> 0;
        };
    }
}
