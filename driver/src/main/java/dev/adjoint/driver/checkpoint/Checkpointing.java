package dev.adjoint.driver.checkpoint;

import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.driver.training.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** The checkpoints that settings ask for: where a training begins, and where it leaves its state. */
public final class Checkpointing implements AutoCloseable {
    private final Settings settings;
    private final boolean resumes;
    private final @Nullable CheckpointDirectory directory;

    private Checkpointing(Settings settings, boolean resumes, @Nullable CheckpointDirectory directory) {
        this.settings = settings;
        this.resumes = resumes;
        this.directory = directory;
    }

    /**
     * Takes the directory, if there is to be one.
     *
     * @param resume whether to go on from what is there
     * @param overwrite whether an earlier training's checkpoints may be deleted
     * @throws SettingsException when it cannot be used, or its content does not fit what was asked for
     */
    public static Checkpointing open(Settings settings, boolean resume, boolean overwrite, Configuration configuration)
            throws IOException, InterruptedException {
        Optional<String> path = settings.get(Keys.CHECKPOINT_DIRECTORY);
        if (path.isEmpty()) {
            if (resume) {
                throw new SettingsException(
                        "--resume: checkpoint.directory is not set, so there is nothing to go on from");
            }
            return new Checkpointing(settings, false, null);
        }
        CheckpointDirectory directory;
        try {
            directory = CheckpointDirectory.open(configuration, path.get());
        } catch (CheckpointException e) {
            throw new SettingsException(String.valueOf(e.getMessage()));
        }
        boolean auto = settings.get(Keys.RESUME) == Keys.Resume.AUTO;
        String problem = null;
        if (resume && directory.isEmpty()) {
            problem = "--resume: there is no checkpoint in %s; leave --resume out to begin".formatted(directory);
        } else if (!resume && !auto && !overwrite && !directory.isEmpty()) {
            problem =
                    "%s has the checkpoints of a training; go on from them with --resume, or delete them with --overwrite"
                            .formatted(directory);
        }
        if (problem != null) {
            directory.close();
            throw new SettingsException(problem);
        }
        return new Checkpointing(settings, resume || auto, directory);
    }

    /**
     * What writes the checkpoints of a training, and knows where it goes on; empty where none are kept.
     *
     * @param parameters how many the network has
     * @param vectors how many the parameters are with what the optimiser keeps
     * @param identity what the result depends on, asked for only where checkpoints are kept
     * @throws SettingsException when the newest checkpoint is of another training
     * @throws CheckpointException when there are checkpoints, and none is of any use
     */
    public Optional<CheckpointWriter> writer(int parameters, int vectors, Supplier<Identity> identity, String numerics)
            throws IOException, CheckpointException {
        if (directory == null) {
            return Optional.empty();
        }
        Identity now = identity.get();
        int keep = settings.get(Keys.CHECKPOINT_KEEP);
        // The newest ones, the best, and the one that is being written.
        directory.requireRoom((keep + 2) * CheckpointFile.size(parameters, vectors));
        Optional<CheckpointDirectory.Found> found = resumes ? directory.newest() : Optional.empty();
        List<String> warnings = new ArrayList<>();
        if (found.isPresent()) {
            found.get().passedOver().forEach(why -> warnings.add("passed over the checkpoint " + why));
            requireSame(found.get(), now);
            String before = found.get().checkpoint().numerics();
            if (!before.equals(numerics)) {
                warnings.add("up to here %s computed, from here on %s does: the bits may differ from those of one run"
                        .formatted(before, numerics));
            }
        } else {
            directory.clear();
        }
        return Optional.of(new CheckpointWriter(
                directory, settings.get(Keys.CHECKPOINT_EVERY), keep, now, numerics, found, warnings));
    }

    private static void requireSame(CheckpointDirectory.Found found, Identity now) {
        Optional<String> difference = found.checkpoint().identity().difference(now);
        if (difference.isPresent()) {
            throw new SettingsException(
                    "%s is of another training: %s; set that back to resume, or train anew with --overwrite and without --resume"
                            .formatted(found.path(), difference.get()));
        }
    }

    @Override
    public void close() throws IOException {
        if (directory != null) {
            directory.close();
        }
    }
}
