package dev.adjoint.model;

import dev.adjoint.autodiff.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    private static final String ALL = "all";
    /** A file asks for no more: each takes as much memory as the chosen columns. */
    private static final int MOST_WAVES = 64;

    private static final Pattern RUN = Pattern.compile("\\s*([1-9]\\d{0,8})(?:-([1-9]\\d{0,8}))?\\s*");

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
        runs(inputs, Integer.MAX_VALUE);
    }

    /** Of the columns whose numbers, from 0 and ascending, these are; there must be one. */
    public static Periodic of(List<Integer> columns, int waves, double deviation) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < columns.size(); ) {
            int end = at;
            while (end + 1 < columns.size() && columns.get(end + 1) == columns.get(end) + 1) {
                end++;
            }
            text.append(at == 0 ? "" : ",").append(columns.get(at) + 1);
            text.append(end == at ? "" : "-" + (columns.get(end) + 1));
            at = end + 1;
        }
        return new Periodic(waves, deviation, text.toString());
    }

    /** Columns side by side, from 0. */
    private record Run(int from, int to) {}

    private static List<Run> runs(String inputs, int columns) {
        if (inputs.equals(ALL)) {
            return List.of(new Run(0, columns));
        }
        List<Run> runs = new ArrayList<>();
        int end = 0;
        for (String part : inputs.split(",", -1)) {
            Matcher run = RUN.matcher(part);
            int from = run.matches() ? Integer.parseInt(run.group(1)) - 1 : -1;
            int to = from < 0 || run.group(2) == null ? from + 1 : Integer.parseInt(run.group(2));
            if (from < end || to <= from) {
                throw new IllegalArgumentException(
                        "inputs \"%s\": expected columns in ascending order, from 1, as in \"1-6, 9\", or all"
                                .formatted(inputs));
            }
            if (to > columns) {
                throw new IllegalArgumentException(
                        "inputs \"%s\": there is no column %d; there are %d".formatted(inputs, to, columns));
            }
            runs.add(new Run(from, to));
            end = to;
        }
        return runs;
    }

    @Override
    public Value apply(Scope scope, Value x) {
        Value chosen = side(runs(inputs, x.columns()).stream()
                .map(run -> x.sliceColumns(run.from, run.to))
                .toList());
        Value repeated = side(Collections.nCopies(waves, chosen));
        Value frequency = scope.gaussianRow("frequency", repeated.columns(), deviation);
        Value phase = scope.uniformRow("phase", repeated.columns(), Math.PI);
        return x.concatColumns(
                repeated.multiply(frequency.multiply(2 * Math.PI)).add(phase).cos());
    }

    private static Value side(List<Value> values) {
        return values.size() == 1
                ? values.get(0)
                : values.get(0).concatColumns(values.subList(1, values.size()).toArray(Value[]::new));
    }
}
