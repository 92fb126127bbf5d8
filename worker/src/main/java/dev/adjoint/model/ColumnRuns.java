package dev.adjoint.model;

import dev.adjoint.autodiff.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Columns as an option says them, from 1 and in ascending order: {@code "1-6, 9"}, or all. */
final class ColumnRuns {
    private static final String ALL = "all";
    private static final Pattern RUN = Pattern.compile("\\s*([1-9]\\d{0,8})(?:-([1-9]\\d{0,8}))?\\s*");

    private ColumnRuns() {}

    /** Columns side by side, from 0. */
    private record Run(int from, int to) {}

    /**
     * Checks a text.
     *
     * @throws IllegalArgumentException when it does not say columns
     */
    static void check(String text) {
        runs(text, Integer.MAX_VALUE);
    }

    /**
     * The columns of x that it says, side by side.
     *
     * @throws IllegalArgumentException when there is none of that number
     */
    static Value of(String text, Value x) {
        return sideBySide(each(text, x));
    }

    /** The same, each run by itself. */
    static List<Value> each(String text, Value x) {
        List<Value> values = new ArrayList<>();
        runs(text, x.columns()).forEach(run -> values.add(x.sliceColumns(run.from, run.to)));
        return values;
    }

    /** The columns between and after these, a run each. */
    static List<Value> others(String text, Value x) {
        List<Value> values = new ArrayList<>();
        int end = 0;
        for (Run run : runs(text, x.columns())) {
            if (run.from > end) {
                values.add(x.sliceColumns(end, run.from));
            }
            end = run.to;
        }
        if (end < x.columns()) {
            values.add(x.sliceColumns(end, x.columns()));
        }
        return values;
    }

    /** Values of as many rows; there must be one. */
    static Value sideBySide(List<Value> values) {
        return values.size() == 1
                ? values.get(0)
                : values.get(0).concatColumns(values.subList(1, values.size()).toArray(Value[]::new));
    }

    /** What says the columns whose numbers, from 0 and ascending, these are; there must be one. */
    static String text(List<Integer> columns) {
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
        return text.toString();
    }

    private static List<Run> runs(String text, int columns) {
        if (text.equals(ALL)) {
            return List.of(new Run(0, columns));
        }
        List<Run> runs = new ArrayList<>();
        int end = 0;
        for (String part : text.split(",", -1)) {
            Matcher run = RUN.matcher(part);
            int from = run.matches() ? Integer.parseInt(run.group(1)) - 1 : -1;
            int to = from < 0 || run.group(2) == null ? from + 1 : Integer.parseInt(run.group(2));
            if (from < end || to <= from) {
                throw new IllegalArgumentException(
                        "inputs \"%s\": expected columns in ascending order, from 1, as in \"1-6, 9\", or all"
                                .formatted(text));
            }
            if (to > columns) {
                throw new IllegalArgumentException(
                        "inputs \"%s\": there is no column %d; there are %d".formatted(text, to, columns));
            }
            runs.add(new Run(from, to));
            end = to;
        }
        return runs;
    }
}
