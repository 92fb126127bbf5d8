package dev.adjoint.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.ProgramBuilder;
import dev.adjoint.autodiff.Shape;
import dev.adjoint.autodiff.ShapeException;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.kernel.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The architecture of a multilayer perceptron: hidden layers of one kind, then an affine layer, then a loss.
 *
 * <p>The layer and the loss are called here and record programs; see {@link Layer}.
 *
 * @param inputs width of a row of features
 * @param hidden units of the hidden layers, first to last; empty for a linear model
 * @param layer what each hidden layer computes; {@code activation} in model files
 * @param outputs width of the last layer
 */
public record Network(
        int inputs,
        List<Integer> hidden,
        @JsonProperty("activation") Layer layer,
        int outputs,
        Loss loss) {
    /**
     * Checks that the layers and the loss fit together.
     *
     * @throws IllegalArgumentException when an extent is below 1, shapes disagree, or the parameters are more than an array
     *     holds
     */
    public Network {
        hidden = List.copyOf(hidden);
        if (inputs < 1 || outputs < 1 || hidden.stream().anyMatch(units -> units < 1)) {
            throw new IllegalArgumentException(
                    "network %d-%s-%d: every layer needs at least one unit".formatted(inputs, hidden, outputs));
        }
        try {
            new Recording(BatchShape.dense(1), inputs, hidden, layer, outputs)
                    .loss(loss)
                    .count();
        } catch (ShapeException e) {
            throw new IllegalArgumentException(
                    "network %d-%s-%d %s, loss %s: %s"
                            .formatted(inputs, hidden, outputs, layer.id(), loss.id(), e.getMessage()),
                    e);
        }
    }

    /**
     * The network that predicts one of so many classes, or for 0 classes a number.
     *
     * @param loss empty for the usual one
     * @throws IllegalArgumentException when the loss is not for so many classes
     */
    public static Network predicting(int classes, int inputs, List<Integer> hidden, Layer layer, Optional<Loss> loss) {
        Loss chosen = loss.orElseGet(() -> StandardLoss.forClasses(classes));
        return new Network(inputs, hidden, layer, chosen.outputs(classes), chosen);
    }

    /**
     * A parameter's name, its extents, and how it starts.
     *
     * @param start the initial value
     * @param spread the bound of what is added to it at random, uniformly distributed
     */
    public record Parameter(String name, int rows, int columns, double start, double spread) {
        public int size() {
            return Math.multiplyExact(rows, columns);
        }

        /** Whether this is a matrix of weights, which a penalty applies to: those start at random. */
        public boolean isWeights() {
            return spread > 0;
        }
    }

    /** The parameters in declaration order, which is their order in the flat array: W1, b1, W2, b2, ... */
    @JsonIgnore
    public List<Parameter> parameters() {
        return recording(BatchShape.dense(1)).parameters;
    }

    /** How many numbers the parameters are. */
    @JsonIgnore
    public int parameterCount() {
        return recording(BatchShape.dense(1)).count();
    }

    /** The widths of the layers, features first: {@code 64-256-128-10}. */
    @JsonIgnore
    public String layers() {
        return Stream.of(List.of(inputs), hidden, List.of(outputs))
                .flatMap(List::stream)
                .map(String::valueOf)
                .collect(Collectors.joining("-"));
    }

    /** The initial parameters, a function of the seed. */
    public float[] initialParameters(long seed) {
        Recording recording = recording(BatchShape.dense(1));
        List<Parameter> parameters = recording.parameters;
        float[] values = new float[recording.count()];
        int at = 0;
        for (int p = 0; p < parameters.size(); p++) {
            Parameter parameter = parameters.get(p);
            for (int i = 0; i < parameter.size(); i++) {
                double random = 2.0 * CounterRandom.uniform(seed, p, i) - 1;
                values[at + i] = (float) (parameter.start() + parameter.spread() * random);
            }
            at += parameter.size();
        }
        return values;
    }

    /**
     * The program that is trained: inputs {@code x [rows x inputs]}, {@code y [rows x 1]} and {@code weights [rows x 1]},
     * output {@code loss}, the weighted sum of the examples' losses. Where rows are sparse, {@code x} is given by its
     * entries: see {@link dev.adjoint.worker.FeatureInput}.
     */
    public Program objective(BatchShape batch) {
        return recording(batch).loss(loss).builder.build();
    }

    /** As {@link #objective(BatchShape)}, of dense rows. */
    public Program objective(int rows) {
        return objective(BatchShape.dense(rows));
    }

    /** The program that is evaluated: as {@link #objective}, and with the output {@code prediction}. */
    public Program evaluation(BatchShape batch) {
        return recording(batch).loss(loss).prediction(loss).builder.build();
    }

    /** As {@link #evaluation(BatchShape)}, of dense rows. */
    public Program evaluation(int rows) {
        return evaluation(BatchShape.dense(rows));
    }

    /** The program that scores: the features as in {@link #objective}, output {@code prediction}. */
    public Program scoring(BatchShape batch) {
        return recording(batch).prediction(loss).builder.build();
    }

    /** As {@link #scoring(BatchShape)}, of dense rows. */
    public Program scoring(int rows) {
        return scoring(BatchShape.dense(rows));
    }

    private Recording recording(BatchShape batch) {
        return new Recording(batch, inputs, hidden, layer, outputs);
    }

    /** The layers, recorded. */
    private static final class Recording {
        private final ProgramBuilder builder = new ProgramBuilder();
        private final List<Parameter> parameters = new ArrayList<>();
        private final Value outputs;

        Recording(BatchShape batch, int inputs, List<Integer> hidden, Layer layer, int outputs) {
            Value h = batch.isSparse() ? entries(batch, inputs) : builder.input("x", batch.rows(), inputs);
            int number = 1;
            for (int units : hidden) {
                Scope scope = new Scope(builder, number++, layer);
                h = layer.apply(scope, h, units);
                parameters.addAll(scope.parameters());
            }
            Scope scope = new Scope(builder, number, layer);
            this.outputs = scope.affine(h, outputs);
            parameters.addAll(scope.parameters());
        }

        private Value entries(BatchShape batch, int inputs) {
            int most = batch.entries();
            return builder.input("x.values", most, 1)
                    .toMatrix(
                            builder.input("x.rows", most, 1),
                            builder.input("x.columns", most, 1),
                            new Shape(batch.rows(), inputs));
        }

        int count() {
            long count = 0;
            for (Parameter parameter : parameters) {
                count += parameter.size();
            }
            if (count > Integer.MAX_VALUE - 8) {
                throw new ShapeException("more parameters than one array holds");
            }
            return (int) count;
        }

        Recording loss(Loss loss) {
            Value y = builder.input("y", outputs.rows(), 1);
            Value weights = builder.input("weights", outputs.rows(), 1);
            builder.output("loss", loss.perExample(outputs, y).multiply(weights).sum());
            return this;
        }

        Recording prediction(Loss loss) {
            builder.output("prediction", loss.prediction(outputs));
            return this;
        }
    }
}
