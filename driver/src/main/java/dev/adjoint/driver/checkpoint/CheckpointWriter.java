package dev.adjoint.driver.checkpoint;

import dev.adjoint.driver.settings.Every;
import dev.adjoint.driver.training.Identity;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes checkpoints of a training when they are due, and the last state when it ends. One that cannot be written is no reason
 * to stop: all listeners are warned, and {@link #lastFailed} tells at the end.
 */
public final class CheckpointWriter implements TrainingListener {
    private final CheckpointDirectory directory;
    private final Every every;
    private final int keep;
    private final Identity identity;
    private final String numerics;
    private final Optional<CheckpointDirectory.Found> resumed;
    private final List<String> warnings;
    private @Nullable Control training;
    private @Nullable Path lastSaved;
    private long savedStep = -1;
    private long savedNanos = System.nanoTime();
    private boolean lastFailed;

    /**
     * Writes to a directory.
     *
     * @param keep how many of the newest
     * @param identity of the training
     * @param numerics what computes
     * @param resumed the checkpoint that the training goes on from, where it does
     * @param warnings of what was found there
     */
    public CheckpointWriter(
            CheckpointDirectory directory,
            Every every,
            int keep,
            Identity identity,
            String numerics,
            Optional<CheckpointDirectory.Found> resumed,
            List<String> warnings) {
        this.directory = directory;
        this.every = every;
        this.keep = keep;
        this.identity = identity;
        this.numerics = numerics;
        this.resumed = resumed;
        this.warnings = List.copyOf(warnings);
    }

    /** Whether the last one that was due could not be written. */
    public boolean lastFailed() {
        return lastFailed;
    }

    /** The newest one that was written. */
    public Optional<String> lastSaved() {
        return Optional.ofNullable(lastSaved).map(Path::toString);
    }

    /** The one that the training went on from. */
    public Optional<String> resumedFrom() {
        return resumed.map(found -> found.path().toString());
    }

    /** The state that the training goes on from. */
    public Optional<TrainingState> resumedState() {
        return resumed.map(found -> found.checkpoint().state());
    }

    @Override
    public void began(Control begun, TrainingState state) {
        training = begun;
        warnings.forEach(begun::warned);
        resumedFrom().ifPresent(path -> begun.resumed(path, state));
        savedStep = state.step();
        savedNanos = System.nanoTime();
    }

    @Override
    public void round(RoundReport round, TrainingState state) {
        // The last round's state is about to become that of the next epoch.
        if (round.round() < round.rounds() && every.unit() != Every.Unit.EPOCHS && isDue(state)) {
            save(state);
        }
    }

    @Override
    public void epoch(EpochReport epoch, TrainingState state) {
        if (isDue(state)) {
            save(state);
        }
        if (state.isBest()) {
            write(() -> directory.saveBest(new Checkpoint(state, identity, numerics)), state);
        }
    }

    private boolean isDue(TrainingState state) {
        return switch (every.unit()) {
            case EPOCHS -> (state.position().epoch() - 1) % every.count() == 0;
            case STEPS -> state.step() / every.count() > savedStep / every.count();
            case MINUTES ->
                System.nanoTime() - savedNanos
                        >= Duration.ofMinutes(every.count()).toNanos();
        };
    }

    @Override
    public void rolledBack(TrainingState state) {
        try {
            directory.deleteAfter(state.step());
        } catch (IOException e) {
            warn("checkpoints of the course that was given up are still in %s: %s"
                    .formatted(directory, e.getMessage()));
        }
        savedStep = Math.min(savedStep, state.step());
    }

    @Override
    public void ended(TrainingState state) {
        if (state.step() != savedStep || lastFailed) {
            save(state);
        }
    }

    private void save(TrainingState state) {
        write(() -> directory.save(new Checkpoint(state, identity, numerics), keep), state);
    }

    private interface Writing {
        Path write() throws IOException;
    }

    private void write(Writing writing, TrainingState state) {
        try {
            lastSaved = writing.write();
            if (training != null) {
                training.saved(state.step(), lastSaved.toString());
            }
            lastFailed = false;
        } catch (IOException e) {
            lastFailed = true;
            warn("the checkpoint at step %d could not be written: %s; the training goes on"
                    .formatted(state.step(), e.getMessage()));
        }
        savedStep = state.step();
        savedNanos = System.nanoTime();
    }

    private void warn(String warning) {
        if (training != null) {
            training.warned(warning);
        }
    }
}
