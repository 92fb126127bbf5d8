package dev.adjoint.driver.training;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.Key;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.worker.BatchShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the result of a training depends on. */
public final class TrainingIdentity {
    /** Differs from another network's, whatever they call themselves; files of format 1 have another kind of checksum here. */
    public static final String PROGRAM = "the network's program";

    /** What steps depend on beside the keys that decide always. */
    private static final List<Key<?>> COURSE = List.of(
            Keys.OPTIMISER,
            Keys.SCHEDULE,
            Keys.WARM_UP,
            Keys.FOLDS,
            Keys.RATE_FACTORS,
            Keys.L1,
            Keys.DECAY,
            Keys.MAX_NORM,
            Keys.CLIP_NORM,
            Keys.CLIP_VALUE,
            Keys.MIXUP,
            Keys.METRIC,
            Keys.LEAST_CHANGE);

    private TrainingIdentity() {}

    /**
     * Of a training; a job goes over its data. The number of epochs is left out: a training may go on for longer.
     *
     * @param initial the parameters before the first step
     */
    public static Identity of(
            Network network, Settings settings, ShardedData data, Optional<ShardedData> heldOut, float[] initial) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("the examples' number", String.valueOf(data.examples()));
        values.put("the examples' digest", data.digest());
        heldOut.ifPresent(set -> values.put("the held-out examples' digest", set.digest()));
        values.put("the network", network.widths());
        // Functions have no names; the program that they record says what they compute.
        values.put(
                PROGRAM,
                network.objective(BatchShape.dense(1), settings.get(Keys.SEED))
                        .program()
                        .digest());
        values.put(
                "the checksum of the initial parameters",
                Model.checksum(initial).substring(0, 16));
        for (Key<?> key : Keys.ALL) {
            if (key.decides()) {
                values.put(key.name(), String.valueOf(settings.get(key)));
            }
        }
        // Where they are as they always were, checkpoints of older releases have nothing of them.
        for (Key<?> key : COURSE) {
            if (!settings.get(key).equals(key.defaultValue())) {
                values.put(key.name(), settings.said(key));
            }
        }
        if (settings.get(Keys.SCHEDULE).followsLength()) {
            values.put(Keys.EPOCHS.name(), String.valueOf(settings.get(Keys.EPOCHS)));
            settings.get(Keys.STEPS).ifPresent(steps -> values.put(Keys.STEPS.name(), String.valueOf(steps)));
        }
        // What follows from the data counts, and not how it was said.
        long together = settings.get(Keys.SYNCHRONISE).isExact() ? data.examples() : data.largestShard();
        values.put(
                Keys.BATCH_SIZE.name(),
                String.valueOf(settings.get(Keys.BATCH_SIZE).of(together)));
        if (settings.get(Keys.DIFFICULTY).isPresent()) {
            int stepsOfEpoch = settings.get(Keys.BATCH_SIZE).stepsOfEpoch(together);
            values.put(Keys.CURRICULUM.name(), settings.curriculum(stepsOfEpoch).steps() + " steps");
        }
        values.put(Keys.LEARNING_RATE.name(), String.valueOf(settings.learningRate()));
        values.put(Keys.SHARDS.name(), String.valueOf(data.shardCount()));
        values.put(
                Keys.ON_DIVERGENCE.name(),
                settings.rollbacks() == 0
                        ? "stop"
                        : "rollback, %d times by %s"
                                .formatted(settings.rollbacks(), settings.get(Keys.ROLLBACK_FACTOR)));
        if (settings.get(Keys.REDUCTION) == ReductionKind.TREE_AGGREGATE) {
            values.put(Keys.REDUCTION.name(), ReductionKind.TREE_AGGREGATE.toString());
        }
        return new Identity(values);
    }
}
