package dev.adjoint.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.adjoint.autodiff.ShapeException;
import dev.adjoint.autodiff.Value;
import dev.adjoint.autodiff.kernel.CounterRandom;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Folds;
import dev.adjoint.worker.Mixup;
import dev.adjoint.worker.Objective;
import dev.adjoint.worker.step.Descent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The architecture of a multilayer perceptron: a list of layers, then an affine one to the outputs, then a loss.
 *
 * <p>It may have members: perceptrons of the same layers and of parameters of their own, each of which minimises its own loss. Outputs are the means of theirs, which are better than any member's (Hansen and Salamon 1990).
 *
 * <p>Layers and loss are called here and record programs; see {@link Layer}. The last affine layer is no part of the list, since
 * its width follows from the loss.
 */
public final class Network {
    /** The program has the layers of each. */
    public static final int MOST_MEMBERS = 64;

    private final int inputs;
    private final List<Layer> layers;
    private final int outputs;
    private final Loss loss;
    private final int members;
    private final List<Parameter> parameters;
    private final int parameterCount;
    private final List<Integer> widths = new ArrayList<>();

    /**
     * Checks that the layers and the loss fit together.
     *
     * @param inputs width of a row of features
     * @param layers the hidden layers, first to last; none for a linear model
     * @param outputs width of the last layer
     * @param members how many perceptrons there are
     * @throws IllegalArgumentException when an extent is below 1, shapes disagree, or the parameters are more than an array
     *     holds
     */
    @JsonCreator
    public Network(
            @JsonProperty("inputs") int inputs,
            @JsonProperty("layers") List<Layer> layers,
            @JsonProperty("outputs") int outputs,
            @JsonProperty("loss") Loss loss,
            @JsonProperty("members") int members) {
        this.members = members;
        this.inputs = inputs;
        this.layers = List.copyOf(layers);
        this.outputs = outputs;
        this.loss = loss;
        if (inputs < 1 || outputs < 1) {
            throw new IllegalArgumentException(
                    "a network from %d to %d: every layer needs at least one unit".formatted(inputs, outputs));
        }
        if (members < 1 || members > MOST_MEMBERS) {
            throw new IllegalArgumentException(
                    "a network of %d members, expected 1 to %d".formatted(members, MOST_MEMBERS));
        }
        try {
            // As it trains: what only a training asks for must fit as well.
            Recorded whole = record(BatchShape.dense(1), true, 0, Mixup.NONE);
            training(whole, Folds.NONE, Mixup.NONE);
            this.parameters = List.copyOf(whole.recording.parameters);
            this.parameterCount = count(parameters);
            whole.ofLayers.get(0).forEach(value -> widths.add(value.columns()));
        } catch (ShapeException e) {
            throw new IllegalArgumentException(
                    "network %d-%s-%d, loss %s: %s".formatted(inputs, this.layers, outputs, loss.id(), e.getMessage()),
                    e);
        }
    }

    /** Of one member. */
    public Network(int inputs, List<Layer> layers, int outputs, Loss loss) {
        this(inputs, layers, outputs, loss, 1);
    }

    /** The same of so many members. */
    public Network withMembers(int count) {
        return new Network(inputs, layers, outputs, loss, count);
    }

    /** With affine layers of one activation. */
    public static Network perceptron(int inputs, List<Integer> hidden, Activation activation, int outputs, Loss loss) {
        List<Layer> layers = new ArrayList<>();
        hidden.forEach(units -> layers.add(new Affine(units, activation)));
        return new Network(inputs, layers, outputs, loss);
    }

    /**
     * The network that predicts one of so many classes, or for 0 classes a number; several targets are as many numbers, or flags.
     *
     * @param loss empty for the usual one
     * @throws IllegalArgumentException when the loss is not for so many
     */
    public static Network predicting(int classes, int targets, int inputs, List<Layer> layers, Optional<Loss> loss) {
        Loss chosen = loss.orElseGet(() -> StandardLoss.forClasses(classes));
        return new Network(inputs, layers, chosen.outputs(classes, targets), chosen);
    }

    private static int count(List<Parameter> parameters) {
        long count = 0;
        for (Parameter parameter : parameters) {
            count += (long) parameter.rows() * parameter.columns();
        }
        if (count > Integer.MAX_VALUE - 8) {
            throw new ShapeException(
                    "%,d parameters, more than one array holds; lower the units or the number of features"
                            .formatted(count));
        }
        return (int) count;
    }

    /** The width of a row of features. */
    @JsonProperty
    public int inputs() {
        return inputs;
    }

    /** The hidden layers, first to last. */
    @JsonProperty
    public List<Layer> layers() {
        return layers;
    }

    /** The width of the last layer. */
    @JsonProperty
    public int outputs() {
        return outputs;
    }

    @JsonProperty
    public Loss loss() {
        return loss;
    }

    /** How many perceptrons it is. */
    @JsonProperty
    public int members() {
        return members;
    }

    /** The parameters in declaration order, which is their order in the flat array: W1, b1, W2, b2, ... */
    @JsonIgnore
    public List<Parameter> parameters() {
        return parameters;
    }

    /** How many numbers the parameters are. */
    @JsonIgnore
    public int parameterCount() {
        return parameterCount;
    }

    /** The parameters as a step sees them. */
    @JsonIgnore
    public List<Descent.Stretch> stretches() {
        return stretches(layer -> 1);
    }

    /**
     * The same at rates of their own.
     *
     * @param rates what the learning rate is multiplied by, from the number of a layer, from 1
     */
    public List<Descent.Stretch> stretches(IntToDoubleFunction rates) {
        List<Descent.Stretch> stretches = new ArrayList<>();
        int at = 0;
        for (Parameter parameter : parameters) {
            stretches.add(new Descent.Stretch(
                    at,
                    at + parameter.size(),
                    parameter.columns(),
                    parameter.role(),
                    rates.applyAsDouble(parameter.layer())));
            at += parameter.size();
        }
        return stretches;
    }

    /** The width of a row before and after each layer: {@code 64-256-128-10}. */
    @JsonIgnore
    public String widths() {
        return widths.stream().map(String::valueOf).collect(Collectors.joining("-"));
    }

    /** What the hidden layers are, those that follow each other alike once: {@code relu}. */
    @JsonIgnore
    public String kinds() {
        List<String> kinds = new ArrayList<>();
        for (Layer layer : layers) {
            String kind = kind(layer);
            if (kinds.isEmpty() || !kinds.get(kinds.size() - 1).equals(kind)) {
                kinds.add(kind);
            }
        }
        String kind = kinds.isEmpty() ? "linear" : String.join(", ", kinds);
        return members == 1 ? kind : kind + ", %d members".formatted(members);
    }

    private static String kind(Layer layer) {
        return layer.outputActivation() != Activation.IDENTITY || layer instanceof Affine
                ? layer.outputActivation().toString()
                : layer.json().path("layer").asText(layer.json().asText());
    }

    /** The initial parameters, a function of the seed. */
    public float[] initialParameters(long seed) {
        float[] values = new float[parameterCount];
        int at = 0;
        for (int p = 0; p < parameters.size(); p++) {
            Parameter parameter = parameters.get(p);
            for (int i = 0; i < parameter.size(); i++) {
                double random = parameter.gaussian()
                        ? CounterRandom.gaussian(seed, p, i)
                        : 2.0 * CounterRandom.uniform(seed, p, i) - 1;
                values[at + i] = (float) (parameter.start() + parameter.spread() * random);
            }
            at += parameter.size();
        }
        return values;
    }

    /**
     * The initial parameters from which each member predicts, but for its weights, what examples are on average.
     *
     * @param mean of the targets, as {@link Loss#outputsFor} takes it
     */
    public float[] initialParameters(long seed, double[] mean) {
        float[] values = initialParameters(seed);
        double[] biases = loss.outputsFor(mean);
        int at = 0;
        for (Parameter parameter : parameters) {
            if (parameter.layer() > layers.size() && !parameter.isMatrix()) {
                for (int k = 0; k < outputs; k++) {
                    values[at + k] = (float) biases[k];
                }
            }
            at += parameter.size();
        }
        return values;
    }

    /** The program that is trained, without folds. */
    public Objective objective(BatchShape batch, long seed) {
        return objective(batch, seed, Folds.NONE);
    }

    /**
     * The program that is trained: the features, targets and weights of {@link Objective}, and its loss, the mean over the members
     * that learn from an example.
     *
     * @param seed of the layers' random numbers
     * @param folds as many as members, or more, or none
     */
    public Objective objective(BatchShape batch, long seed, Folds folds) {
        return objective(batch, seed, folds, Mixup.NONE);
    }

    /**
     * The same where rows may be mixed.
     *
     * @throws IllegalArgumentException when rows are mixed that are sparse, since a mixed row has the entries of both
     */
    public Objective objective(BatchShape batch, long seed, Folds folds, Mixup mixup) {
        requireMembersFor(folds);
        if (batch.isSparse() && !mixup.isNone()) {
            throw new IllegalArgumentException("sparse rows cannot be mixed, expected dense ones");
        }
        return training(record(batch, true, seed, mixup), folds, mixup);
    }

    /** The program that is evaluated: layers as they score, the loss in all and of each example, and the prediction. */
    public Objective evaluation(BatchShape batch) {
        return evaluation(batch, Folds.NONE);
    }

    /**
     * The same.
     *
     * @param folds where there are some, the outputs are those of the member that did not learn from the example, and examples
     *     that all members learn from are left out
     */
    public Objective evaluation(BatchShape batch, Folds folds) {
        requireMembersFor(folds);
        Recorded net = record(batch, false, 0, Mixup.NONE);
        return evaluation(net, folds.areNone() ? net.together() : outOfFold(net), folds);
    }

    private Value outOfFold(Recorded net) {
        Value outside = net.recording.input(Objective.OUTSIDE, members);
        Value chosen = net.outputs().get(0).multiply(outside.sliceColumns(0, 1));
        for (int member = 1; member < members; member++) {
            chosen = chosen.add(net.outputs().get(member).multiply(outside.sliceColumns(member, member + 1)));
        }
        return chosen;
    }

    private void requireMembersFor(Folds folds) {
        if (!folds.areNone() && folds.count() < members) {
            throw new IllegalArgumentException(
                    "%d folds for %d members, expected as many at least".formatted(folds.count(), members));
        }
    }

    /** The program that scores: features in, prediction out, and logits where it predicts classes. */
    public Objective scoring(BatchShape batch) {
        Recorded net = record(batch, false, 0, Mixup.NONE);
        if (loss.isClassification()) {
            net.recording.builder.output(Objective.LOGITS, net.together());
        }
        net.recording.builder.output(Objective.PREDICTION, loss.prediction(net.together()));
        return new Objective(net.recording.builder.build());
    }

    /**
     * The program that is looked at: layers as they score, the loss that a training minimises, and the output of every layer in
     * {@link #observed}.
     */
    public Objective observation(BatchShape batch) {
        Recorded net = record(batch, false, 0, Mixup.NONE);
        List<Observed> shown = observed(net);
        for (int member = 0; member < members; member++) {
            for (Observed layer : shown) {
                net.recording.builder.output(
                        layer.outputs.get(member), net.ofLayers.get(member).get(layer.number));
            }
        }
        return training(net, Folds.NONE, Mixup.NONE);
    }

    /**
     * A layer that computes something while scoring.
     *
     * @param number from 1; the last affine one's is one more than there are layers
     * @param kind its activation, where it has one, or else its name
     * @param activation the identity where it has none
     * @param outputs the names of what it puts out in {@link #observation}, of each member
     */
    public record Observed(int number, String kind, Activation activation, List<String> outputs) {}

    /** The layers that {@link #observation} shows, first to last. */
    @JsonIgnore
    public List<Observed> observed() {
        return observed(record(BatchShape.dense(1), false, 0, Mixup.NONE));
    }

    private List<Observed> observed(Recorded net) {
        List<Value> values = net.ofLayers.get(0);
        List<Observed> all = new ArrayList<>();
        for (int number = 1; number < values.size(); number++) {
            int layer = number;
            if (values.get(number) != values.get(number - 1)) {
                boolean last = number > layers.size();
                all.add(new Observed(
                        number,
                        last ? "outputs" : kind(layers.get(number - 1)),
                        last ? Activation.IDENTITY : layers.get(number - 1).outputActivation(),
                        IntStream.rangeClosed(1, members)
                                .mapToObj(member -> "layer %d of member %d".formatted(layer, member))
                                .toList()));
            }
        }
        return List.copyOf(all);
    }

    private Objective training(Recorded net, Folds folds, Mixup mixup) {
        Scope.Recording recording = net.recording;
        Value y = recording.input(Objective.TARGETS, loss.targets(outputs));
        Value weights = recording.input(Objective.WEIGHTS, 1);
        Value losses = losses(net, y, folds).multiply(weights);
        if (!mixup.isNone()) {
            Value ofOthers = losses(net, recording.others(y), folds).multiply(recording.others(weights));
            losses = recording.mixed(losses, ofOthers);
        }
        Value total = losses.sum();
        recording.builder.output(Objective.LOSS, total);
        // The sum over members, not their mean: how many others there are changes no member's steps.
        Value minimised = members == 1 ? total : total.multiply(members);
        for (Value distance : recording.tracking) {
            minimised = minimised.add(distance.multiply(recording.weights().sum()));
        }
        if (members > 1 || !recording.tracking.isEmpty()) {
            recording.builder.output(Objective.MINIMISED, minimised);
        }
        return new Objective(recording.builder.build(), folds, mixup);
    }

    /** Of each example the mean loss of the members that learn from it. */
    private Value losses(Recorded net, Value y, Folds folds) {
        List<Value> losses = new ArrayList<>();
        for (int member = 0; member < members; member++) {
            Value ofMember = loss.perExample(net.outputs().get(member), y);
            losses.add(folds.areNone() ? ofMember : ofMember.multiply(learns(net.recording, member, folds)));
        }
        return mean(losses);
    }

    /** 0 for the examples that a member does not learn from, and for the others what makes up for those, 1 on average. */
    private Value learns(Scope.Recording recording, int member, Folds folds) {
        Value outside = recording.input(Objective.OUTSIDE, members).sliceColumns(member, member + 1);
        return outside.negate().add(1).multiply(folds.count() / (folds.count() - 1.0));
    }

    private Objective evaluation(Recorded net, Value together, Folds folds) {
        Scope.Recording recording = net.recording;
        Value y = recording.input(Objective.TARGETS, loss.targets(outputs));
        Value weights = recording.input(Objective.WEIGHTS, 1);
        Value losses = loss.perExample(together, y);
        recording.builder.output(Objective.LOSS, losses.multiply(weights).sum());
        recording.builder.output(Objective.LOSSES, losses);
        recording.builder.output(Objective.PREDICTION, loss.prediction(together));
        return new Objective(recording.builder.build(), folds);
    }

    private static Value mean(List<Value> values) {
        Value sum = values.get(0);
        for (Value value : values.subList(1, values.size())) {
            sum = sum.add(value);
        }
        return values.size() == 1 ? sum : sum.multiply(1.0 / values.size());
    }

    /**
     * The layers, recorded.
     *
     * @param ofLayers each member's features, and what comes out of each of its layers, its outputs last
     */
    private record Recorded(Scope.Recording recording, List<List<Value>> ofLayers) {
        /** Each member's. */
        List<Value> outputs() {
            return ofLayers.stream()
                    .map(values -> values.get(values.size() - 1))
                    .toList();
        }

        Value together() {
            return mean(outputs());
        }
    }

    private Recorded record(BatchShape batch, boolean training, long seed, Mixup mixup) {
        Scope.Recording recording = new Scope.Recording(batch.rows(), training, seed, !mixup.isNone());
        Value given = Objective.features(recording.builder, batch, inputs);
        Value x = mixup.isNone() ? given : recording.mixed(given, recording.others(given));
        List<List<Value>> ofLayers = new ArrayList<>();
        for (int member = 0; member < members; member++) {
            ofLayers.add(record(new Scope(recording, member), x));
        }
        return new Recorded(recording, ofLayers);
    }

    /** The features, and what comes out of each layer of one member. */
    private List<Value> record(Scope scope, Value x) {
        List<Value> values = new ArrayList<>(List.of(x));
        Value h = x;
        for (Layer layer : layers) {
            h = layer.apply(scope.next(), h);
            values.add(h);
        }
        Scope.Bound bound =
                layers.isEmpty() ? Activation.IDENTITY::initialBound : layers.get(layers.size() - 1)::boundAfter;
        values.add(scope.next().affine(h, outputs, bound));
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network that && identity().equals(that.identity());
    }

    @Override
    public int hashCode() {
        return identity().hashCode();
    }

    private List<Object> identity() {
        return List.of(inputs, layers, outputs, loss, members);
    }
}
