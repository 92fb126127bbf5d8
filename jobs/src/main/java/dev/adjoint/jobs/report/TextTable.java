package dev.adjoint.jobs.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Cells of text below each other. */
final class TextTable {
    private TextTable() {}

    /** Lines that begin with {@code indent}, all cells at the left of their columns. */
    static List<String> of(String indent, List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>(Collections.nCopies(rows.get(0).size(), 0));
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths.set(i, Math.max(widths.get(i), row.get(i).length()));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int i = 0; i < row.size(); i++) {
                line.append(("%-" + (widths.get(i) + 2) + "s").formatted(row.get(i)));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    /** A text in one line that is not longer than {@code longest}. */
    static String shown(String text, int longest) {
        String line = text.lines().collect(Collectors.joining(" "));
        return line.length() > longest ? line.substring(0, longest - 3) + "..." : line;
    }
}
