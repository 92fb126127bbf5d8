package dev.adjoint.driver.resident;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The letters that a task has not taken yet, from each other task in the order in which that sent them. */
final class Box {
    /** How often a task that waits looks whether it was killed. */
    private static final long LOOK_MILLIS = 100;

    private final Letter.Address address;
    private final int longest;
    private final List<BlockingQueue<Letter>> ofTasks = new ArrayList<>();
    /** Arrays of letters that were read. */
    private final Queue<float[]> spare = new ConcurrentLinkedQueue<>();

    private final AtomicReference<@Nullable String> refused = new AtomicReference<>();

    /**
     * Of a task.
     *
     * @param tasks how many there are
     * @param longest how many numbers a sum in a letter may have
     */
    Box(Letter.Address address, int tasks, int longest) {
        this.address = address;
        this.longest = longest;
        for (int i = 0; i < tasks; i++) {
            ofTasks.add(new LinkedBlockingQueue<>());
        }
    }

    Letter.Address address() {
        return address;
    }

    int longest() {
        return longest;
    }

    /** For the numbers of a letter that comes. */
    float[] array() {
        float[] used = spare.poll();
        return used == null ? new float[longest] : used;
    }

    /** Takes an array of a letter that is no longer needed, for others to come. */
    void giveBack(float[] array) {
        spare.add(array);
    }

    void put(Letter letter) throws Letter.DamagedException {
        if (letter.from() < 0 || letter.from() >= ofTasks.size()) {
            throw new Letter.DamagedException("it is from task %d of %d".formatted(letter.from(), ofTasks.size()));
        }
        ofTasks.get(letter.from()).add(letter);
    }

    /** Somebody who knows the secret sent what cannot be used: whoever waits fails with it. */
    void refuse(String why) {
        refused.compareAndSet(null, why);
    }

    /**
     * The next letter of a task, which must bear this number.
     *
     * @param killed throws where the task that waits is to end
     * @throws ExchangeException when it bears another, a letter was refused, or none came in time
     */
    Letter take(int from, String who, long number, long limitNanos, Runnable killed) {
        long start = System.nanoTime();
        try {
            while (true) {
                Letter letter = ofTasks.get(from).poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                String why = refused.get();
                if (why != null) {
                    throw new ExchangeException(why);
                }
                if (letter != null) {
                    if (letter.number() != number) {
                        throw new ExchangeException("task %d at %s sent message %d, expected %d"
                                .formatted(from, who, letter.number(), number));
                    }
                    return letter;
                }
                killed.run();
                if (System.nanoTime() - start > limitNanos) {
                    throw new ExchangeException("nothing came from task %d at %s in %d seconds (training.round-timeout)"
                            .formatted(from, who, TimeUnit.NANOSECONDS.toSeconds(limitNanos)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExchangeException("interrupted while waiting for task %d at %s".formatted(from, who));
        }
    }
}
