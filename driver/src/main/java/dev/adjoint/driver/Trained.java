package dev.adjoint.driver;

import dev.adjoint.driver.checkpoint.CheckpointWriter;
import dev.adjoint.driver.training.Health;
import dev.adjoint.driver.training.Trainer;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.model.Model;
import dev.adjoint.worker.Evaluation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a training came to.
 *
 * @param model with the parameters to keep
 * @param metrics of the model on each set, by {@link #TRAINING}, {@link #VALIDATION} and {@link #TEST}; none where the training
 *     was stopped
 * @param history of the epochs that were run here, in their order
 * @param result with the last state, and which epoch's parameters the model has
 * @param seconds that the training took here, without reading and without the metrics
 * @param numerics what computed
 * @param writer of checkpoints, where any were kept
 * @param resumedAfterStep how many steps the checkpoint had behind it that was gone on from
 */
public record Trained(
        Model model,
        Map<String, Evaluation> metrics,
        List<TrainingListener.EpochReport> history,
        Trainer.Result result,
        double seconds,
        Set<String> numerics,
        Optional<CheckpointWriter> writer,
        Optional<Long> resumedAfterStep) {
    public static final String TRAINING = "training";
    public static final String VALIDATION = "validation";
    public static final String TEST = "test";

    /** How the layers were when they were last looked at. */
    public Optional<Health> health() {
        return history.stream().flatMap(epoch -> epoch.health().stream()).reduce((earlier, later) -> later);
    }

    /** How many steps were made in all. */
    public long steps() {
        return result.state().step();
    }

    /** The SHA-256 of the model's parameters, in hexadecimal. */
    public String checksum() {
        return Model.checksum(model.parameters());
    }

    /** Whether the last checkpoint that was due could not be written. */
    public boolean lastCheckpointFailed() {
        return writer.map(CheckpointWriter::lastFailed).orElse(false);
    }

    /** The newest checkpoint that the training can go on from. */
    public Optional<String> checkpoint() {
        return lastCheckpointFailed()
                ? Optional.empty()
                : writer.flatMap(CheckpointWriter::lastSaved).or(() -> writer.flatMap(CheckpointWriter::resumedFrom));
    }
}
