package dev.adjoint.worker;

import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.step.Clipping;
import dev.adjoint.worker.step.Descent;
import dev.adjoint.worker.step.Momentum;
import dev.adjoint.worker.step.Penalty;
import dev.adjoint.worker.step.Schedule;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Small networks, and random examples that suit them. */
final class Examples {
    static final int WIDTH = 4;
    static final int CLASSES = 3;

    private Examples() {}

    static Network network(StandardLoss loss) {
        int outputs = loss == StandardLoss.SOFTMAX_CROSS_ENTROPY ? CLASSES : 1;
        return Network.perceptron(WIDTH, List.of(5), Activation.TANH, outputs, loss);
    }

    /** A chunk of random features, targets that suit the loss, and weights from 0.5 to 1.5. */
    static Chunk chunk(StandardLoss loss, int rows, Random random) {
        float[] targets = new float[rows];
        float[] weights = new float[rows];
        for (int i = 0; i < rows; i++) {
            targets[i] = switch (loss) {
                case SOFTMAX_CROSS_ENTROPY -> random.nextInt(CLASSES);
                case BINARY_CROSS_ENTROPY -> random.nextInt(2);
                case HALF_SQUARED_ERROR, SQUARED_ERROR, MEAN_SQUARED_ERROR, ABSOLUTE_ERROR, HUBER ->
                    (float) random.nextGaussian();
            };
            weights[i] = 0.5f + random.nextFloat();
        }
        return new Chunk(0, 0, rows, WIDTH, floats(rows * WIDTH, random), targets, weights);
    }

    /** The sum of one shard, from one pass. */
    static <B, S extends Sum<S>> S sum(ShardWork<B, S> work, B begin, List<Chunk> chunks) {
        return PartitionSum.of(chunks.iterator(), work, begin).nodes().get(0).sum();
    }

    /** Before the first step, of the rows of {@code round}. */
    static Begin begin(Round round, float[] parameters, float[] velocity) {
        return new Begin(round, 0, 1, new Vectors(List.of("velocity"), List.of(parameters, velocity)));
    }

    /** Momentum of 0.9 and a penalty, at a rate of 0.1. */
    static Descent descent(double l2, Descent.Stretch... parameters) {
        return new Descent(
                new Momentum(0.9), Schedule.constant(0.1), Penalty.l2(l2), Clipping.NONE, List.of(parameters));
    }

    /** Makes a step with all parameters. */
    static void step(Descent descent, float[] parameters, float[] velocity, WeightedSum sum) {
        descent.step(
                parameters,
                List.of(velocity),
                sum.vector(),
                0,
                descent.scale(sum.vector(), 0, sum.weight()),
                descent.pace(0, 1),
                0,
                parameters.length);
    }

    /** Numbers from -1 to 1. */
    static float[] floats(int length, Random random) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }

    /** The bounds of {@code runs} contiguous runs of 0 .. size-1, some of which may be empty: 0, ..., size. */
    static int[] cuts(int size, int runs, Random random) {
        int[] cuts = random.ints(runs + 1, 0, size + 1).sorted().toArray();
        cuts[0] = 0;
        cuts[runs] = size;
        return cuts;
    }

    /** The features of a chunk, which are dense here. */
    static float[] values(Chunk chunk) {
        return ((Rows.Dense) chunk.features()).values();
    }

    /** A copy with other weights. */
    static Chunk withWeights(Chunk chunk, float[] weights) {
        return new Chunk(chunk.shard(), chunk.first(), chunk.features(), chunk.targets(), weights);
    }

    /** The rows {@code from} to {@code to}, exclusive. */
    static Chunk rows(Chunk chunk, int from, int to) {
        return rows(chunk, IntStream.range(from, to).toArray());
    }

    /** These rows, in this order. */
    static Chunk rows(Chunk chunk, int... numbers) {
        int rows = numbers.length;
        float[] features = new float[rows * WIDTH];
        float[] targets = new float[rows];
        float[] weights = new float[rows];
        for (int i = 0; i < rows; i++) {
            int row = numbers[i];
            System.arraycopy(values(chunk), row * WIDTH, features, i * WIDTH, WIDTH);
            targets[i] = chunk.targets()[row];
            weights[i] = chunk.weights()[row];
        }
        return new Chunk(chunk.shard(), 0, rows, WIDTH, features, targets, weights);
    }
}
