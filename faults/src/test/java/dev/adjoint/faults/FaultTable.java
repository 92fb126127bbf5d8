package dev.adjoint.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What came of each case: printed when all are over, and written to {@code target/faults.md}. */
final class FaultTable implements BeforeAllCallback {
    /** Not measured: printed as a dash. */
    static final int UNKNOWN = -1;

    private static final Map<Case, Cost> TABLE = new LinkedHashMap<>();

    /**
     * What happened, the seed left out, and what came of it.
     *
     * @param outcome whether bits are equal, or which error was stated
     */
    private record Case(String name, String outcome) {}

    /**
     * What it cost; the most of all seeds.
     *
     * @param seconds that the training took longer than without the fault
     * @param steps that were made twice
     * @param tasks that were run again
     */
    private record Cost(double seconds, long steps, long tasks) {
        Cost most(Cost other) {
            return new Cost(
                    Math.max(seconds, other.seconds), Math.max(steps, other.steps), Math.max(tasks, other.tasks));
        }
    }

    static synchronized void add(String name, String outcome, double recovery, long steps, long tasks) {
        double seconds = recovery == UNKNOWN ? UNKNOWN : Math.max(0, recovery);
        TABLE.merge(
                new Case(name.replaceFirst(", seed \\d+$", ""), outcome), new Cost(seconds, steps, tasks), Cost::most);
    }

    private static String shown(double number, String format) {
        return number == UNKNOWN ? "-" : String.format(Locale.ROOT, format, number);
    }

    /** A case of which nothing but the outcome was measured. */
    static synchronized void add(String name, String outcome) {
        add(name, outcome, UNKNOWN, UNKNOWN, UNKNOWN);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        // Closed with the root's store, when the last class has run.
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(FaultTable.class))
                .getOrComputeIfAbsent("table", key -> new Printer(), Printer.class);
    }

    @SuppressWarnings("deprecation") // its successor comes with JUnit 6
    private static final class Printer implements ExtensionContext.Store.CloseableResource {
        @Override
        public void close() throws IOException {
            List<String> table = new ArrayList<>();
            table.add("| what happens | outcome | seconds longer | steps made again | tasks run again |");
            table.add("|---|---|---:|---:|---:|");
            TABLE.forEach((what, cost) -> table.add("| %s | %s | %s | %s | %s |"
                    .formatted(
                            what.name,
                            what.outcome,
                            shown(cost.seconds, "%.1f"),
                            shown((double) cost.steps, "%.0f"),
                            shown((double) cost.tasks, "%.0f"))));
            Files.write(Path.of("target", "faults.md"), table);
            System.out.println();
            table.forEach(System.out::println);
        }
    }
}
