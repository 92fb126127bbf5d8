package dev.adjoint.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of as many cells each, the heading first. */
record Table(List<List<String>> rows) {
    /** A table of a heading alone. */
    static Table headed(List<String> heading) {
        return new Table(new ArrayList<>(List.of(heading)));
    }

    void add(List<String> row) {
        rows.add(row);
    }

    /** Columns aligned by spaces. */
    String text() {
        int columns = rows.get(0).size();
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                line.append(row.get(c)).append(" ".repeat(width(c) - row.get(c).length() + 2));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    String markdown() {
        List<String> heading = rows.get(0);
        return line(heading)
                + line(heading.stream().map(cell -> "---").toList())
                + rows.stream().skip(1).map(Table::line).collect(Collectors.joining());
    }

    private static String line(List<String> row) {
        return row.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
