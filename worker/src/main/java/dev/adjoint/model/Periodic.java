package dev.adjoint.model;

import dev.adjoint.autodiff.Value;
import java.util.Collections;
import java.util.List;

/**
 * Its input, followed by waves of some of its columns: for column {@code x} the numbers {@code cos(2 pi w x + b)}, whose
 * frequencies {@code w} and phases {@code b} are learned. A net on them can follow a function that turns often, which it learns
 * from the number itself only slowly (Gorishniy, Rubachev and Babenko 2022; their linear map after it is left to the next layer).
 *
 * @param waves of each column
 * @param deviation of the initial frequencies, which are normally distributed with the mean 0; phases start anywhere
 * @param inputs the columns, from 1: {@code "1-6, 9"}, or all
 */
public record Periodic(
        @Default("4") int waves,
        @Default("0.1") double deviation,
        @Default("all") String inputs) implements Layer {
    /** A file asks for no more: each takes as much memory as the chosen columns. */
    private static final int MOST_WAVES = 64;

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when there is no wave, the deviation is not positive, or the columns are not ascending
     */
    public Periodic {
        if (waves < 1 || waves > MOST_WAVES || !(deviation > 0 && deviation <= 1e6)) {
            throw new IllegalArgumentException("%d waves of the deviation %s: expected 1 to %d, and more than 0"
                    .formatted(waves, deviation, MOST_WAVES));
        }
        ColumnRuns.check(inputs);
    }

    /** Of the columns whose numbers, from 0 and ascending, these are; there must be one. */
    public static Periodic of(List<Integer> columns, int waves, double deviation) {
        return new Periodic(waves, deviation, ColumnRuns.text(columns));
    }

    @Override
    public Value apply(Scope scope, Value x) {
        Value repeated = ColumnRuns.sideBySide(Collections.nCopies(waves, ColumnRuns.of(inputs, x)));
        Value frequency = scope.gaussianRow("frequency", repeated.columns(), deviation);
        Value phase = scope.uniformRow("phase", repeated.columns(), Math.PI);
        return x.concatColumns(
                repeated.multiply(frequency.multiply(2 * Math.PI)).add(phase).cos());
    }
}
