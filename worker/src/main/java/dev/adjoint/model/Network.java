package dev.adjoint.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.ProgramBuilder;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.kernel.CounterRandom;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The architecture of a multilayer perceptron: {@code h(i) = activation(h(i-1) W(i) + b(i))}, the last layer without an
 * activation.
 *
 * @param inputs width of a row of features
 * @param hidden units of the hidden layers, first to last; empty for a linear model
 * @param outputs width of the last layer
 */
public record Network(int inputs, List<Integer> hidden, Activation activation, int outputs, Loss loss)
        implements Serializable {
    /**
     * Checks the extents.
     *
     * @throws IllegalArgumentException when one is below 1, or the parameters are more than an array holds
     */
    public Network {
        hidden = List.copyOf(hidden);
        if (inputs < 1 || outputs < 1 || hidden.stream().anyMatch(units -> units < 1)) {
            throw new IllegalArgumentException(
                    "network %d-%s-%d: every layer needs at least one unit".formatted(inputs, hidden, outputs));
        }
        long count = 0;
        long in = inputs;
        for (int units : Stream.concat(hidden.stream(), Stream.of(outputs)).toList()) {
            count += (in + 1) * units; // at most 2^31 * 2^31 a layer
            in = units;
            if (count > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException(
                        "network %d-%s-%d: more parameters than one array holds".formatted(inputs, hidden, outputs));
            }
        }
        if (loss != Loss.SOFTMAX_CROSS_ENTROPY && outputs != 1) {
            throw new IllegalArgumentException("loss %s takes 1 output, not %d".formatted(loss, outputs));
        }
    }

    /** The network that predicts one of so many classes, or for 0 classes a number; two classes take one output. */
    public static Network predicting(int classes, int inputs, List<Integer> hidden, Activation activation) {
        return new Network(inputs, hidden, activation, classes > 2 ? classes : 1, Loss.forClasses(classes));
    }

    /** A parameter's name, and its extents. */
    public record Parameter(String name, int rows, int columns) implements Serializable {
        public int size() {
            return Math.multiplyExact(rows, columns);
        }

        /** Whether this is a matrix of weights, which a penalty applies to, and not a row of biases. */
        public boolean isWeights() {
            return name.startsWith("W");
        }
    }

    /** The parameters in declaration order, which is their order in the flat array: W1, b1, W2, b2, ... */
    @JsonIgnore
    public List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>();
        List<Integer> units = new ArrayList<>(hidden);
        units.add(outputs);
        int in = inputs;
        for (int i = 0; i < units.size(); i++) {
            parameters.add(new Parameter("W" + (i + 1), in, units.get(i)));
            parameters.add(new Parameter("b" + (i + 1), 1, units.get(i)));
            in = units.get(i);
        }
        return parameters;
    }

    /** How many numbers the parameters are. */
    @JsonIgnore
    public int parameterCount() {
        return parameters().stream().mapToInt(Parameter::size).sum();
    }

    /** The initial parameters, a function of the seed: weights uniformly distributed, biases 0. */
    public float[] initialParameters(long seed) {
        float[] values = new float[parameterCount()];
        List<Parameter> parameters = parameters();
        int at = 0;
        for (int p = 0; p < parameters.size(); p++) {
            Parameter parameter = parameters.get(p);
            double bound = activation.initialBound(parameter.rows(), parameter.columns());
            for (int i = 0; parameter.isWeights() && i < parameter.size(); i++) {
                values[at + i] = (float) (bound * (2.0 * CounterRandom.uniform(seed, p, i) - 1));
            }
            at += parameter.size();
        }
        return values;
    }

    /**
     * The program that is trained: inputs {@code x [rows x inputs]}, {@code y [rows x 1]} and {@code weights [rows x 1]},
     * output {@code loss}, the weighted sum of the examples' losses.
     */
    public Program objective(int rows) {
        return program(rows, true, false);
    }

    /** The program that is evaluated: as {@link #objective}, and with the output {@code prediction}. */
    public Program evaluation(int rows) {
        return program(rows, true, true);
    }

    /** The program that scores: input {@code x [rows x inputs]}, output {@code prediction}. */
    public Program scoring(int rows) {
        return program(rows, false, true);
    }

    private Program program(int rows, boolean withLoss, boolean withPrediction) {
        ProgramBuilder builder = new ProgramBuilder();
        List<Value> parameters = parameters().stream()
                .map(p -> builder.parameter(p.name(), p.rows(), p.columns()))
                .toList();
        Value x = builder.input("x", rows, inputs);
        if (!withLoss) {
            builder.output("prediction", loss.prediction(outputs(parameters, x)));
            return builder.build();
        }
        Value y = builder.input("y", rows, 1);
        Value weights = builder.input("weights", rows, 1);
        Value outputs = outputs(parameters, x);
        builder.output("loss", loss.perExample(outputs, y).multiply(weights).sum());
        if (withPrediction) {
            builder.output("prediction", loss.prediction(outputs));
        }
        return builder.build();
    }

    private Value outputs(List<Value> parameters, Value x) {
        Value h = x;
        for (int i = 0; i < parameters.size(); i += 2) {
            Value affine = h.matmul(parameters.get(i)).add(parameters.get(i + 1));
            boolean last = i + 2 == parameters.size();
            h = last ? affine : activation.apply(affine);
        }
        return h;
    }
}
