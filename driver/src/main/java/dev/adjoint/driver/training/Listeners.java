package dev.adjoint.driver.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** All that listen to a training, told in order. None can end it but by asking for it. */
final class Listeners implements TrainingListener.Control {
    /** Whoever takes longer once is warned of. */
    private static final long SLOW = TimeUnit.SECONDS.toNanos(10);

    private final List<TrainingListener> listening;
    private final List<TrainingListener> slow = new ArrayList<>();
    private final Runnable stop;

    Listeners(List<TrainingListener> listeners, Runnable stop) {
        this.listening = new ArrayList<>(listeners);
        this.stop = stop;
    }

    void tell(Consumer<TrainingListener> what) {
        for (TrainingListener listener : List.copyOf(listening)) {
            long start = System.nanoTime();
            try {
                what.accept(listener);
            } catch (Exception | LinkageError | AssertionError e) {
                listening.remove(listener);
                warned("the listener %s failed, and is told nothing more: %s"
                        .formatted(listener.getClass().getName(), e));
            }
            if (System.nanoTime() - start > SLOW && listening.contains(listener) && !slow.contains(listener)) {
                slow.add(listener);
                warned("the listener %s took %d seconds, in which the training waited"
                        .formatted(
                                listener.getClass().getName(),
                                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)));
            }
        }
    }

    @Override
    public void stop() {
        stop.run();
    }

    @Override
    public void resumed(String path, TrainingState state) {
        tell(listener -> listener.resumed(path, state));
    }

    @Override
    public void saved(long step, String path) {
        tell(listener -> listener.saved(step, path));
    }

    @Override
    public void warned(String warning) {
        tell(listener -> listener.warned(warning));
    }
}
