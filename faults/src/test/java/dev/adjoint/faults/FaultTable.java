package dev.adjoint.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What came of each case: printed when all are over, and written to {@code target/faults.md}. */
final class FaultTable implements BeforeAllCallback {
    /** Not measured: printed as a dash. */
    static final int UNKNOWN = -1;

    private static final List<Line> LINES = new ArrayList<>();

    /**
     * A case.
     *
     * @param outcome whether bits are equal, or which error was stated
     * @param recovery seconds that the training took longer than without the fault
     * @param steps that were made twice
     * @param tasks that were run again
     */
    private record Line(String name, String outcome, String recovery, String steps, String tasks) {}

    static synchronized void add(String name, String outcome, double recovery, long steps, long tasks) {
        LINES.add(new Line(
                name,
                outcome,
                recovery == UNKNOWN ? "-" : String.format(Locale.ROOT, "%.1f", Math.max(0, recovery)),
                count(steps),
                count(tasks)));
    }

    private static String count(long number) {
        return number == UNKNOWN ? "-" : String.valueOf(number);
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
            for (Line line : LINES) {
                table.add("| %s | %s | %s | %s | %s |"
                        .formatted(line.name, line.outcome, line.recovery, line.steps, line.tasks));
            }
            Files.write(Path.of("target", "faults.md"), table);
            System.out.println();
            table.forEach(System.out::println);
        }
    }
}
