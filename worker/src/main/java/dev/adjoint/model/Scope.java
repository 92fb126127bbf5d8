package dev.adjoint.model;

import dev.adjoint.autodiff.ProgramBuilder;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.kernel.CounterRandom;
import dev.adjoint.worker.Objective;
import dev.adjoint.worker.step.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a layer declares its parameters, and asks what it needs to know. Parameters' names get the layer's number: {@code W} of
 * the second layer is W2.
 */
public final class Scope {
    /** The stream of {@link CounterRandom} that layers' seeds are drawn from. */
    private static final long STREAM = 0x1A7E5L;

    private final Recording recording;
    private final int member;
    private int layer;

    /** Of a member of the network, from 0; the names of all but the first's parameters begin with its number. */
    Scope(Recording recording, int member) {
        this.recording = recording;
        this.member = member;
    }

    /** What all layers of a program share: its builder, its parameters, its rows' inputs, and what is minimised beside the loss. */
    static final class Recording {
        final ProgramBuilder builder = new ProgramBuilder();
        final List<Parameter> parameters = new ArrayList<>();
        final List<Value> tracking = new ArrayList<>();
        private final Map<String, Value> inputs = new HashMap<>();
        private final int rows;
        private final boolean training;
        private final long seed;
        private final boolean mixes;
        private @Nullable Value mixedWeights;

        /** @param mixes whether each row is mixed with another */
        Recording(int rows, boolean training, long seed, boolean mixes) {
            this.rows = rows;
            this.training = training;
            this.seed = seed;
            this.mixes = mixes;
        }

        /** The input of the rows of that name, declared when it is first asked for. */
        Value input(String name, int columns) {
            return inputs.computeIfAbsent(name, n -> builder.input(n, rows, columns));
        }

        /** Of rows those that they are mixed with. */
        Value others(Value own) {
            return own.gatherRows(input(Objective.OTHERS, 1));
        }

        /** A row mixed with itself keeps its bits. */
        Value mixed(Value own, Value others) {
            return own.add(others.subtract(own).multiply(input(Objective.SHARES, 1)));
        }

        /** The weights of the rows that the layers see, mixed where those are. */
        Value weights() {
            Value own = input(Objective.WEIGHTS, 1);
            if (!mixes) {
                return own;
            }
            if (mixedWeights == null) {
                mixedWeights = mixed(own, others(own));
            }
            return mixedWeights;
        }
    }

    /** Goes on to the next layer. */
    Scope next() {
        layer++;
        return this;
    }

    /** A matrix of weights, which the penalty applies to; it starts uniformly within {@code sqrt(6 / (rows + columns))}. */
    public Value weights(String name, int rows, int columns) {
        return weights(name, rows, columns, Activation.IDENTITY.initialBound(rows, columns));
    }

    /** The same, starting uniformly within {@code bound}. */
    public Value weights(String name, int rows, int columns, double bound) {
        return declare(new Parameter(named(name), rows, columns, 0, bound, Role.PENALISED));
    }

    /** The same, starting normally distributed with the mean 0. */
    public Value gaussianWeights(String name, int rows, int columns, double deviation) {
        return declare(new Parameter(named(name), rows, columns, 0, deviation, true, Role.PENALISED));
    }

    /** A row that starts at 0; the penalty leaves it out. */
    public Value bias(String name, int columns) {
        return constant(name, columns, 0);
    }

    /** A row that starts at {@code value}, such as a slope or a scale; the penalty leaves it out. */
    public Value constant(String name, int columns, double value) {
        return declare(new Parameter(named(name), 1, columns, value, 0, Role.TRAINED));
    }

    /** A row that starts uniformly within {@code bound}; the penalty leaves it out. */
    public Value uniformRow(String name, int columns, double bound) {
        return declare(new Parameter(named(name), 1, columns, 0, bound, Role.TRAINED));
    }

    /** A row that starts normally distributed with the mean 0; the penalty leaves it out. */
    public Value gaussianRow(String name, int columns, double deviation) {
        return declare(new Parameter(named(name), 1, columns, 0, deviation, true, Role.TRAINED));
    }

    /** {@code x W + b}. */
    public Value affine(Value x, int units) {
        return affine(x, units, Activation.IDENTITY::initialBound);
    }

    /** {@code x W + b}, whose weights start within the bound from so many columns to so many. */
    public Value affine(Value x, int units, Bound bound) {
        Value weights = weights("W", x.columns(), units, bound.of(x.columns(), units));
        return x.matmul(weights).add(bias("b", units));
    }

    /** The bound of initial weights. */
    @FunctionalInterface
    public interface Bound {
        double of(int in, int out);
    }

    /** Whether this program trains; if not, it scores or evaluates. */
    public boolean isTraining() {
        return recording.training;
    }

    /**
     * The weights of the examples {@code [rows x 1]}, 0 for those that fill up a batch; while training only, since whoever
     * scores has none.
     */
    public Value exampleWeights() {
        requireTraining("the examples' weights");
        return recording.weights();
    }

    /** A seed of this layer's own, for random numbers at {@link #counters}. */
    public long seed() {
        return CounterRandom.bits(recording.seed, STREAM, layer + ((long) member << 32));
    }

    /**
     * Whole numbers {@code [rows x 4]} that tell an example at a step from any other, for {@link Value#dropout}: random numbers
     * that are functions of them and of {@link #seed} are the same wherever they are drawn. While training only.
     */
    public Value counters() {
        requireTraining("random numbers");
        return recording.input(Objective.COUNTERS, 4);
    }

    /** How many steps were made before that of a row, {@code [rows x 1]}; exact below 2^24. While training only. */
    public Value step() {
        Value counters = counters();
        return counters.sliceColumns(0, 1)
                .multiply(Objective.STEPS_OF_FIRST_COUNTER)
                .add(counters.sliceColumns(1, 2));
    }

    /**
     * The share of so many steps that a row's step leaves, {@code [rows x 1]}: it falls evenly from 1 at the first step to 0 at step
     * {@code until}, and stays there. While training only.
     */
    public Value left(int until) {
        return step().multiply(-1.0 / until).add(1).maximum(0);
    }

    /**
     * A row that follows a statistic of the training rows as an exponential mean, for scoring to use; it starts at {@code
     * start}.
     *
     * @param name of the row
     * @param observed the statistic {@code [1 x n]} of the rows that the program has at once; only asked for while training
     * @return the row as it is before this step
     */
    public Value tracked(String name, int columns, double start, Supplier<Value> observed) {
        Value row = declare(new Parameter(named(name), 1, columns, start, 0, Role.TRACKED));
        if (recording.training) {
            Value distance = row.subtract(observed.get().detach());
            recording.tracking.add(distance.multiply(distance).sum().multiply(0.5));
        }
        return row.detach();
    }

    private void requireTraining(String what) {
        if (!recording.training) {
            throw new IllegalStateException(what + " are there while training only; ask isTraining() first");
        }
    }

    private String named(String name) {
        return (member == 0 ? "" : (member + 1) + ".") + name + layer;
    }

    private Value declare(Parameter parameter) {
        recording.parameters.add(parameter);
        return recording.builder.parameter(parameter.name(), parameter.rows(), parameter.columns());
    }
}
