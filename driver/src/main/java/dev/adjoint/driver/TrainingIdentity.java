package dev.adjoint.driver;

import dev.adjoint.checkpoint.Identity;
import dev.adjoint.data.ShardedData;
import dev.adjoint.driver.TrainingOptions.Synchronise;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.rounds.ReductionKind;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/** What the result of a training depends on. */
public final class TrainingIdentity {
    private TrainingIdentity() {}

    /**
     * Of a training; a job goes over its data. The number of epochs is left out: a training may go on for longer.
     *
     * @param initial the parameters before the first step
     */
    public static Identity of(
            Network network,
            TrainingOptions options,
            ShardedData data,
            Optional<ShardedData> heldOut,
            float[] initial) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("the examples' number", String.valueOf(data.examples()));
        values.put("the examples' digest", data.digest());
        heldOut.ifPresent(set -> values.put("the held-out examples' digest", set.digest()));
        values.put("the network", network.layers());
        // Functions have no names; the program that they record says what they compute.
        values.put(
                "the checksum of the network's program",
                crc(network.objective(1).toString()));
        values.put(
                "the checksum of the initial parameters",
                Model.checksum(initial).substring(0, 16));
        boolean everyStep = options.synchronise() instanceof Synchronise.EveryStep;
        long together = everyStep ? data.examples() : data.largestShard();
        values.put("training.batch-size", String.valueOf(options.batchSize().of(together)));
        values.put("training.synchronise.every", describe(options.synchronise()));
        values.put("training.learning-rate", String.valueOf(options.learningRate()));
        values.put("training.momentum", String.valueOf(options.momentum()));
        values.put("training.l2", String.valueOf(options.l2()));
        values.put("training.seed", String.valueOf(options.seed()));
        values.put("training.shards", String.valueOf(data.shardCount()));
        values.put("training.on-divergence", describe(options.divergence()));
        if (options.reduction() == ReductionKind.TREE_AGGREGATE) {
            values.put("training.reduction", options.reduction().toString());
        }
        return new Identity(values);
    }

    private static String describe(Synchronise synchronise) {
        if (synchronise instanceof Synchronise.EverySteps every) {
            return every.steps() + " steps";
        }
        return synchronise instanceof Synchronise.EveryStep ? "step" : "epoch";
    }

    private static String describe(TrainingOptions.Divergence divergence) {
        return divergence.rollbacks() == 0
                ? "stop"
                : "rollback, %d times by %s".formatted(divergence.rollbacks(), divergence.factor());
    }

    private static String crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
