package dev.adjoint.driver.data;

import dev.adjoint.model.Network;
import dev.adjoint.worker.Chunk;

/** What the targets of packed examples are on average, by the examples' weights. */
public final class TargetMeans {
    private TargetMeans() {}

    /** The mean of each output's target; of class indices, the share of each class. A job goes over all examples. */
    public static double[] of(Network network, ShardedData data) {
        int outputs = network.outputs();
        boolean indices = network.loss().targets(outputs) < outputs;
        double[] sums = new double[outputs];
        double weight = 0;
        // In the order of the shards, so that the bits do not hang on the cluster.
        for (double[] ofChunk :
                data.chunks().map(chunk -> sums(chunk, outputs, indices)).collect()) {
            for (int k = 0; k < outputs; k++) {
                sums[k] += ofChunk[k];
            }
            weight += ofChunk[outputs];
        }
        for (int k = 0; k < outputs; k++) {
            sums[k] /= weight;
        }
        return sums;
    }

    /** The weighted sum of each output's target, and of the weights. */
    private static double[] sums(Chunk chunk, int outputs, boolean indices) {
        double[] sums = new double[outputs + 1];
        float[] targets = new float[indices ? 1 : outputs];
        for (int row = 0; row < chunk.rows(); row++) {
            chunk.writeTargets(row, targets.length, targets, 0);
            double weight = chunk.weights()[row];
            sums[outputs] += weight;
            if (indices) {
                sums[(int) targets[0]] += weight;
            } else {
                for (int k = 0; k < outputs; k++) {
                    sums[k] += weight * targets[k];
                }
            }
        }
        return sums;
    }
}
