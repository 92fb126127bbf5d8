package dev.adjoint.bench;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/**
 * How somebody with a table gets from its columns to a judged model, in one pipeline of Spark ML.
 *
 * @param way by which
 * @param round the number of the comparison, from 1
 * @param cores that Spark has
 * @param train rows to learn from, as CSV
 * @param test rows to judge by
 * @param model where it is saved
 * @param isSaved whether it is there, and is to be applied alone
 */
record Search(Way way, int round, int cores, String train, String test, String model, boolean isSaved) {
    /** What stands in the pipeline, and what is searched. */
    enum Way {
        /** Indexers, an encoder, an assembler, a scaler and MLlib's perceptron; nine settings, three folds. */
        MLLIB("mllib"),
        /** The estimator alone, one net; nine settings, three folds. */
        ADJOINT("adjoint"),
        /** The estimator alone, by default: no search. */
        DEFAULTS("adjoint-defaults");

        private final String text;

        Way(String text) {
            this.text = text;
        }

        @JsonCreator
        static Way parse(String text) {
            return Arrays.stream(values())
                    .filter(way -> way.text.equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("unknown way: " + text));
        }

        @Override
        @JsonValue
        public String toString() {
            return text;
        }
    }

    /** The same, applied by a process that has not trained it. */
    Search saved() {
        return new Search(way, round, cores, train, test, model, true);
    }

    /**
     * What it came to.
     *
     * @param seconds of the fit, the search included; 0 where it was only applied
     * @param accuracy the share of the test rows that are predicted right
     * @param areaUnderRoc of the test rows
     * @param predictions a digest of the probabilities of all test rows, in order
     */
    record Found(
            Way way,
            int round,
            double seconds,
            double accuracy,
            double areaUnderRoc,
            String predictions,
            String setting) {}
}
