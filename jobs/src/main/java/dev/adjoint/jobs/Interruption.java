package dev.adjoint.jobs;

import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/** While it is open, Ctrl-C and SIGTERM ask a training to end after its round; the second one ends the process at once. */
final class Interruption implements TrainingListener, AutoCloseable {
    /** What a shell says of a process that a signal ended: 128 and the signal's number. */
    private static final Map<String, Integer> CODES = new TreeMap<>(Map.of("INT", 130, "TERM", 143));

    private final Map<String, @Nullable Object> before = new TreeMap<>();
    private final PrintWriter err;
    private volatile @Nullable Control training;
    private volatile int code;

    Interruption(PrintWriter err) {
        this.err = err;
        CODES.forEach((signal, exit) -> before.put(signal, Signals.register(signal, () -> handle(signal, exit))));
    }

    @Override
    public void began(Control begun, TrainingState state) {
        training = begun;
        if (code != 0) { // it came before
            begun.stop();
        }
    }

    private void handle(String signal, int exit) {
        if (code != 0) {
            Runtime.getRuntime().halt(exit);
        }
        code = exit;
        err.println("SIG%s: stopping after this round; once more to stop at once".formatted(signal));
        Control running = training;
        if (running != null) {
            running.stop();
        }
    }

    /** The exit code that says which signal came; 0 when none did. */
    int code() {
        return code;
    }

    @Override
    public void close() {
        before.forEach(Signals::unregister);
    }
}
