package dev.adjoint.model;

import dev.adjoint.autodiff.Value;
import java.util.List;

/**
 * Some of its input's columns are the levels of categories, one run of columns a category, of which a row has one that is 1. Each
 * category becomes {@code units} learned numbers, those of the row's level: {@code x E}, with E {@code [levels, units]} (Guo and
 * Berkhahn 2016). They stand before the other columns, which stay as they are.
 *
 * @param inputs the columns, from 1, a run for each category: {@code "7-15, 16-31"}
 * @param units how many numbers a category becomes
 */
public record Embedding(String inputs, @Default("8") int units) implements Layer {
    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException when there is no unit, or the columns are not ascending
     */
    public Embedding {
        Affine.requireUnits(units);
        ColumnRuns.check(inputs);
    }

    @Override
    public Value apply(Scope scope, Value x) {
        List<Value> values = ColumnRuns.each(inputs, x);
        for (int i = 0; i < values.size(); i++) {
            Value levels = values.get(i);
            // As weights of that many inputs, of which one is not 0: the numbers start with a variance of about 1.
            Value table = scope.weights("E" + letter(i), levels.columns(), units, Math.sqrt(3));
            values.set(i, levels.matmul(table));
        }
        values.addAll(ColumnRuns.others(inputs, x));
        return ColumnRuns.sideBySide(values);
    }

    /** a, b, ..., z, aa, ab, ...: a number would be taken for the layer's. */
    private static String letter(int i) {
        return i < 26 ? String.valueOf((char) ('a' + i)) : letter(i / 26 - 1) + letter(i % 26);
    }
}
