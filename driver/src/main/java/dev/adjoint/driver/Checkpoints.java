package dev.adjoint.driver;

import dev.adjoint.checkpoint.Checkpoint;
import dev.adjoint.checkpoint.CheckpointDirectory;
import dev.adjoint.checkpoint.Identity;
import dev.adjoint.checkpoint.TrainingState;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes checkpoints of a training when they are due. One that cannot be written is no reason to stop: the listener is
 * warned, and {@link #lastFailed} tells at the end.
 */
public final class Checkpoints {
    private final @Nullable CheckpointDirectory directory;
    private final Every every;
    private final int keep;
    private final Identity identity;
    private final String arithmetic;
    private final TrainingListener listener;

    private long savedStep = -1;
    private long savedNanos = System.nanoTime();
    private boolean lastFailed;

    /** How often. */
    public record Every(int count, Unit unit) {
        /** Of what. */
        public enum Unit {
            EPOCHS,
            STEPS,
            MINUTES
        }
    }

    private Checkpoints(
            @Nullable CheckpointDirectory directory,
            Every every,
            int keep,
            Identity identity,
            String arithmetic,
            TrainingListener listener) {
        this.directory = directory;
        this.every = every;
        this.keep = keep;
        this.identity = identity;
        this.arithmetic = arithmetic;
        this.listener = listener;
    }

    /** None. */
    public static Checkpoints none() {
        return new Checkpoints(
                null, new Every(1, Every.Unit.EPOCHS), 0, new Identity(Map.of()), "", TrainingListener.NONE);
    }

    /**
     * In a directory.
     *
     * @param keep how many of the newest
     * @param identity of the training
     * @param arithmetic what computes
     * @param listener is told of each, and warned
     */
    public static Checkpoints in(
            CheckpointDirectory directory,
            Every every,
            int keep,
            Identity identity,
            String arithmetic,
            TrainingListener listener) {
        return new Checkpoints(directory, every, keep, identity, arithmetic, listener);
    }

    /** Whether the last one that was due could not be written. */
    public boolean lastFailed() {
        return lastFailed;
    }

    /** Begins to count from {@code state}. */
    void begin(TrainingState state) {
        savedStep = state.step();
        savedNanos = System.nanoTime();
    }

    /** In an epoch. */
    void afterRound(TrainingState state) {
        boolean due =
                switch (every.unit()) {
                    case EPOCHS -> false;
                    case STEPS -> state.step() / every.count() > savedStep / every.count();
                    case MINUTES -> isTimeOver();
                };
        if (due) {
            save(state);
        }
    }

    /**
     * Between two epochs.
     *
     * @param improved whether the one before is the best so far
     */
    void afterEpoch(TrainingState state, boolean improved) {
        boolean due =
                switch (every.unit()) {
                    case EPOCHS -> (state.position().epoch() - 1) % every.count() == 0;
                    case STEPS -> state.step() / every.count() > savedStep / every.count();
                    case MINUTES -> isTimeOver();
                };
        if (due) {
            save(state);
        }
        if (improved && directory != null) {
            write(
                    () -> directory
                            .saveBest(new Checkpoint(state, identity, arithmetic))
                            .toString(),
                    state);
        }
    }

    /** When the training ends or is stopped: the state that it can go on from. */
    void last(TrainingState state) {
        if (state.step() != savedStep || lastFailed) {
            save(state);
        }
    }

    /** The training went back to {@code state}. */
    void rolledBack(TrainingState state) {
        if (directory != null) {
            try {
                directory.deleteAfter(state.step());
            } catch (IOException e) {
                listener.warned("checkpoints of the course that was given up are still in %s: %s"
                        .formatted(directory, e.getMessage()));
            }
        }
        savedStep = Math.min(savedStep, state.step());
    }

    private boolean isTimeOver() {
        return System.nanoTime() - savedNanos
                >= Duration.ofMinutes(every.count()).toNanos();
    }

    private void save(TrainingState state) {
        if (directory != null) {
            write(
                    () -> directory
                            .save(new Checkpoint(state, identity, arithmetic), keep)
                            .toString(),
                    state);
        }
    }

    private interface Writing {
        String write() throws IOException;
    }

    private void write(Writing writing, TrainingState state) {
        try {
            listener.saved(state.step(), writing.write());
            lastFailed = false;
        } catch (IOException e) {
            lastFailed = true;
            listener.warned("the checkpoint at step %d could not be written: %s; the training goes on"
                    .formatted(state.step(), e.getMessage()));
        }
        savedStep = state.step();
        savedNanos = System.nanoTime();
    }
}
