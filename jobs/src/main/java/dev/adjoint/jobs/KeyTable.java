package dev.adjoint.jobs;

import dev.adjoint.driver.settings.Key;
import dev.adjoint.driver.settings.Keys;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/** Every key of a job file with its default and its meaning. */
final class KeyTable {
    private KeyTable() {}

    /** For a terminal of 120 columns. */
    static String text() {
        CommandLine.Help.ColorScheme plain = CommandLine.Help.defaultColorScheme(Ansi.OFF);
        TextTable table = TextTable.forColumns(
                plain,
                new Column(28, 0, Overflow.SPAN),
                new Column(12, 2, Overflow.WRAP),
                new Column(78, 2, Overflow.WRAP));
        table.addRowValues("key", "default", "meaning");
        for (Key<?> key : Keys.ALL) {
            table.addRowValues(key.name(), key.usual() == null ? "" : key.usual(), key.meaning());
        }
        table.addRowValues(
                "spark.*",
                "",
                "Passed on to Spark; what could have it load or run something is taken from --set only.");
        return table.toString();
    }

    /** The same as rows of Markdown. */
    static List<String> markdown() {
        List<String> rows = new ArrayList<>(List.of("| key | default | meaning |", "|---|---|---|"));
        for (Key<?> key : Keys.ALL) {
            String usual = key.usual() == null ? "" : "`" + key.usual() + "`";
            rows.add("| `%s` | %s | %s |"
                    .formatted(key.name(), usual, key.meaning().replace("|", "\\|")));
        }
        return rows;
    }
}
