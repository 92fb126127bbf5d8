package dev.adjoint.driver.training;

import dev.adjoint.autodiff.Execution;
import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.Parameter;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Objective;
import dev.adjoint.worker.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Looks at the layers of a network on a few rows, on the driver: their outputs, their gradients, and how far they went. */
final class HealthCheck {
    /** Enough to tell a dead unit from one that is seldom needed. */
    private static final int MOST_ROWS = 256;

    private static final int LEAST_ROWS = 64;

    /** Of an epoch's rows: the driver looks with one thread, while all others wait. */
    private static final int PART = 256;

    /** What a look takes is little beside a training of such a net; a larger one may need the memory. */
    private static final int MOST_NUMBERS = 1 << 26;

    /** Where a logistic function, or tanh, is flatter than a 25th of its steepest. */
    private static final double FLAT_LOGISTIC = 0.01;

    private static final double FLAT_TANH = 0.04;

    private final Network network;
    private final ShardedData data;
    private @Nullable CompletableFuture<Void> laidOut;
    private List<Network.Observed> observed = List.of();
    private Optional<Probe> probe = Optional.empty();
    private int rows;
    private float[] before = new float[0];
    private boolean knowsBefore;

    /** On rows of the first shard, which do not depend on the cluster; they are taken with the first look, if not before. */
    HealthCheck(Network network, ShardedData data) {
        this.network = network;
        this.data = data;
    }

    /** Remembers the parameters before the last round, which are copied. */
    void before(float[] parameters) {
        if (before.length == 0) {
            before = new float[parameters.length];
        }
        System.arraycopy(parameters, 0, before, 0, before.length);
        knowsBefore = true;
    }

    /** Whether {@link #after} has a job take rows first. */
    boolean takesJob() {
        return laidOut == null;
    }

    /**
     * Takes the rows, and lays out what looks at them while the caller goes on: half a second, on a driver that has computed nothing
     * so far.
     */
    void prepare() {
        Chunk chunk = data.firstChunk();
        laidOut = CompletableFuture.runAsync(() -> layOut(chunk));
    }

    /** Looks, after a round; a network that is too large is not looked at. */
    Optional<Health> after(float[] parameters) {
        if (laidOut == null) {
            prepare();
        }
        Objects.requireNonNull(laidOut).join();
        return probe.map(look -> {
            look.run(parameters);
            List<Health.OfLayer> layers = new ArrayList<>();
            for (Network.Observed layer : observed) {
                layers.add(look(look, layer, parameters));
            }
            knowsBefore = false;
            return new Health(rows, layers);
        });
    }

    private void layOut(Chunk chunk) {
        long few = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, data.examples() / PART));
        rows = (int) Math.min(few, chunk.rows());
        if (rows > 0) {
            Objective objective = network.observation(new BatchShape(rows, data.entriesOfRow()));
            if (Execution.arenaSize(objective.gradient()) <= MOST_NUMBERS) {
                Probe look = new Probe(objective, chunk);
                look.run(new float[network.parameterCount()]); // which loads what computes
                probe = Optional.of(look);
                observed = network.observed();
            }
        }
    }

    private Health.OfLayer look(Probe look, Network.Observed layer, float[] after) {
        float[] arena = look.arena();
        Numbers outputs = new Numbers();
        int units = 0;
        int dead = 0;
        long flat = 0;
        for (String name : layer.outputs()) {
            Block block = look.output(name);
            outputs.take(arena, block.offset(), block.size());
            for (int column = 0; column < block.columns(); column++) {
                boolean isDead = true;
                for (int row = 0; row < block.rows(); row++) {
                    float value = arena[block.offset() + row * block.columns() + column];
                    isDead &= value == 0;
                    flat += isFlat(layer.activation(), value) ? 1 : 0;
                }
                units++;
                dead += isDead && layer.activation() == Activation.RELU ? 1 : 0;
            }
        }
        Numbers gradients = new Numbers();
        double moved = 0;
        double norm = 0;
        int at = 0;
        for (Parameter parameter : network.parameters()) {
            if (parameter.layer() == layer.number()) {
                gradients.take(arena, look.gradient() + at, parameter.size());
                for (int i = at; i < at + parameter.size(); i++) {
                    double step = knowsBefore ? after[i] - before[i] : Double.NaN;
                    moved += step * step;
                    norm += (double) after[i] * after[i];
                }
            }
            at += parameter.size();
        }
        return new Health.OfLayer(
                layer.number(),
                layer.kind(),
                outputs.spread(1),
                gradients.spread(1 / look.weight()),
                (double) dead / units,
                (double) flat / outputs.count,
                norm == 0 ? Double.NaN : Math.sqrt(moved / norm));
    }

    private static boolean isFlat(Activation activation, float value) {
        return switch (activation) {
            case LOGISTIC -> value * (1 - value) < FLAT_LOGISTIC;
            case TANH -> 1 - value * value < FLAT_TANH;
            default -> false;
        };
    }

    /** The extent of numbers that come one by one. */
    private static final class Numbers {
        private long count;
        private double least = Double.POSITIVE_INFINITY;
        private double most = Double.NEGATIVE_INFINITY;
        private double sum;
        private double squares;

        void take(float[] arena, int from, int size) {
            for (int i = from; i < from + size; i++) {
                least = Math.min(least, arena[i]);
                most = Math.max(most, arena[i]);
                sum += arena[i];
                squares += (double) arena[i] * arena[i];
            }
            count += size;
        }

        Health.Spread spread(double factor) {
            if (count == 0) {
                return Health.Spread.NONE;
            }
            double mean = sum / count;
            double variance = Math.max(0, squares / count - mean * mean);
            return new Health.Spread(factor * least, factor * most, factor * mean, factor * Math.sqrt(variance));
        }
    }
}
