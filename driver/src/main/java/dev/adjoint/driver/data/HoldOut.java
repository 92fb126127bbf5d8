package dev.adjoint.driver.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which rows are kept from training.
 *
 * @param fraction the share of the rows, without those of the test part, that validate
 * @param stratified whether the same share of each class validates
 * @param split the column that says each row's part
 * @param group the column whose equal values keep rows in one part
 */
public record HoldOut(double fraction, boolean stratified, Optional<String> split, Optional<String> group) {
    /** None. */
    public static final HoldOut NOTHING = share(0);

    /** What a row is for. */
    public enum Part {
        TRAINING("train"),
        VALIDATION("val", "valid", "dev"),
        TEST();

        private final List<String> alike;

        Part(String... alike) {
            this.alike = List.of(alike);
        }

        /** The part that a cell of {@code data.split} names. */
        static Optional<Part> named(String text) {
            String name = text.strip().toLowerCase(Locale.ROOT);
            return Stream.of(values())
                    .filter(part -> part.toString().equals(name) || part.alike.contains(name))
                    .findFirst();
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A share of the rows, the same of each class. */
    public static HoldOut share(double fraction) {
        return new HoldOut(fraction, true, Optional.empty(), Optional.empty());
    }

    /** Whether no row is kept from training. */
    public boolean isNothing() {
        return fraction == 0 && split.isEmpty();
    }

    /** The columns that decide, which are no features unless they are named as such. */
    List<String> columns() {
        return Stream.concat(split.stream(), group.stream()).toList();
    }
}
