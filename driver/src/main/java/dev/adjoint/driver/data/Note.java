package dev.adjoint.driver.data;

import java.util.Locale;
import java.util.Optional;

/**
 * What is worth telling of a data set.
 *
 * @param column what it is about; empty where it is the whole
 * @param text a sentence that stands for itself
 */
public record Note(Kind kind, Optional<String> column, String text) {
    /** What a note says of its column. */
    public enum Kind {
        /** What is done, where nothing is wrong. */
        ABOUT(false),
        LEFT_OUT(false),
        CONSTANT(true),
        ID(true),
        /** It tells the label by itself. */
        LEAK(true),
        EQUAL(true),
        /** It has a number far from all others. */
        FAR(true);

        private final boolean suspicious;

        Kind(boolean suspicious) {
            this.suspicious = suspicious;
        }

        /** Whether a person had better look at the column. */
        public boolean isSuspicious() {
            return suspicious;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    static Note about(String text) {
        return new Note(Kind.ABOUT, Optional.empty(), text);
    }

    static Note of(Kind kind, String column, String text) {
        return new Note(kind, Optional.of(column), text);
    }
}
