package dev.adjoint.jobs;

import dev.adjoint.checkpoint.Checkpoint;
import dev.adjoint.checkpoint.CheckpointDirectory;
import dev.adjoint.checkpoint.CheckpointException;
import dev.adjoint.checkpoint.CheckpointFile;
import dev.adjoint.checkpoint.Identity;
import dev.adjoint.checkpoint.TrainingState;
import dev.adjoint.driver.Checkpoints;
import dev.adjoint.driver.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** The checkpoints that a job file asks for: where its training begins, and where it leaves its state. */
final class JobCheckpoints implements AutoCloseable {
    private final JobConfig.Kept config;
    private final boolean resumes;
    private final @Nullable CheckpointDirectory directory;

    private JobCheckpoints(JobConfig.Kept config, boolean resumes, @Nullable CheckpointDirectory directory) {
        this.config = config;
        this.resumes = resumes;
        this.directory = directory;
    }

    /**
     * Takes the directory, if there is to be one.
     *
     * @param resume whether {@code --resume} was given
     * @param overwrite whether an earlier training's checkpoints may be deleted
     * @throws UsageException when it cannot be used, or its content does not fit what was asked for
     */
    static JobCheckpoints open(JobConfig.Kept config, boolean resume, boolean overwrite, Configuration configuration)
            throws IOException, InterruptedException {
        if (config.directory().isEmpty()) {
            if (resume) {
                throw new UsageException(
                        "--resume: checkpoint.directory is not set, so there is nothing to go on from");
            }
            return new JobCheckpoints(config, false, null);
        }
        CheckpointDirectory directory;
        try {
            directory =
                    CheckpointDirectory.open(configuration, config.directory().get());
        } catch (CheckpointException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        String problem = null;
        if (resume && directory.isEmpty()) {
            problem = "--resume: there is no checkpoint in %s; leave --resume out to begin".formatted(directory);
        } else if (!resume && !config.resume() && !overwrite && !directory.isEmpty()) {
            problem =
                    "%s has the checkpoints of a training; go on from them with --resume, or delete them with --overwrite"
                            .formatted(directory);
        }
        if (problem != null) {
            directory.close();
            throw new UsageException(problem);
        }
        return new JobCheckpoints(config, resume || config.resume(), directory);
    }

    /** Where a training goes on, unless it begins, and what writes its checkpoints. */
    record Begin(Optional<TrainingState> state, Checkpoints checkpoints, Optional<String> resumedFrom) {}

    /**
     * Finds the state to begin with.
     *
     * @param parameters how many the network has
     * @param identity what it depends on, asked for only where checkpoints are kept
     * @throws UsageException when the newest checkpoint is of another training
     * @throws CheckpointException when there are checkpoints, and none is of any use
     */
    Begin begin(
            int parameters, Supplier<Identity> identity, String arithmetic, TrainingListener listener, PrintWriter err)
            throws IOException, CheckpointException {
        if (directory == null) {
            return new Begin(Optional.empty(), Checkpoints.none(), Optional.empty());
        }
        Identity now = identity.get();
        Checkpoints checkpoints = Checkpoints.in(directory, config.every(), config.keep(), now, arithmetic, listener);
        // The newest ones, the best, and the one that is being written.
        directory.requireRoom((config.keep() + 2) * CheckpointFile.size(parameters));
        Optional<CheckpointDirectory.Found> found = resumes ? directory.newest() : Optional.empty();
        if (found.isEmpty()) {
            directory.clear();
            return new Begin(Optional.empty(), checkpoints, Optional.empty());
        }
        found.get().passedOver().forEach(why -> err.println("warning: passed over the checkpoint " + why));
        Checkpoint checkpoint = found.get().checkpoint();
        Optional<String> difference = checkpoint.identity().difference(now);
        if (difference.isPresent()) {
            throw new UsageException(
                    "%s is of another training: %s; set that back to resume, or train anew with --overwrite and without --resume"
                            .formatted(found.get().path(), difference.get()));
        }
        if (!checkpoint.arithmetic().equals(arithmetic)) {
            err.println(
                    "warning: up to here %s computed, from here on %s does: the bits may differ from those of one run"
                            .formatted(checkpoint.arithmetic(), arithmetic));
        }
        TrainingState state = checkpoint.state();
        err.println("resuming after step %,d, in epoch %d: %s"
                .formatted(state.step(), state.position().epoch(), found.get().path()));
        return new Begin(
                Optional.of(state), checkpoints, Optional.of(found.get().path().toString()));
    }

    @Override
    public void close() throws IOException {
        if (directory != null) {
            directory.close();
        }
    }
}
