package dev.adjoint.autodiff;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Inputs, straight-line steps in single assignment, outputs: plain data. Value {@code i} is input {@code i}, or the
 * result of step {@code i - inputs}; a step reads only values before it. A step prints under its place among the steps:
 * {@code v1} is the first.
 *
 * <p>Immutable and serializable. Its text is the computational graph, the adjoint steps under the primal ones.
 *
 * @param primalSteps how many of the steps compute the primal; those after them compute derivatives
 */
public record Program(List<Input> inputs, List<Step> steps, List<Output> outputs, int primalSteps)
        implements Serializable {
    /** What is given from outside before a run. */
    public record Input(String name, Shape shape, boolean isParameter) implements Serializable {}

    /** One operation on earlier values. */
    public record Step(Op op, List<Integer> operands, Shape shape) implements Serializable {
        public Step {
            operands = List.copyOf(operands);
        }
    }

    /** A value that can be read after a run. */
    public record Output(String name, int value) implements Serializable {}

    /**
     * Checks everything that a run relies on.
     *
     * @throws ShapeException when a step's shape is not that of its operation on its operands
     * @throws IllegalArgumentException when a step or an output reads a value that is not there before it, or a name is
     *     used twice
     */
    public Program {
        inputs = List.copyOf(inputs);
        steps = List.copyOf(steps);
        outputs = List.copyOf(outputs);
        Map<String, Input> named = new HashMap<>();
        for (Input input : inputs) {
            Input other = named.putIfAbsent(input.name(), input);
            if (other != null) {
                throw new IllegalArgumentException("input %s: there are two of that name, %s and %s"
                        .formatted(input.name(), other.shape(), input.shape()));
            }
        }
        List<Shape> shapes = new ArrayList<>(inputs.stream().map(Input::shape).toList());
        for (Step step : steps) {
            shapes.add(checkedShape(step, inputs, shapes));
        }
        Map<String, Integer> written = new HashMap<>();
        for (Output output : outputs) {
            int value = output.value();
            if (value < 0 || value >= shapes.size()) {
                throw new IllegalArgumentException(
                        "output %s: it is value %d, and there are %d".formatted(output.name(), value, shapes.size()));
            }
            Integer other = written.putIfAbsent(output.name(), value);
            if (other != null) {
                throw new IllegalArgumentException("output %s: it would be written twice, by %s %s and by %s %s"
                        .formatted(
                                output.name(),
                                name(other, inputs),
                                shapes.get(other),
                                name(value, inputs),
                                shapes.get(value)));
            }
        }
    }

    /** The shape of the step after the values of {@code known} shapes. */
    private static Shape checkedShape(Step step, List<Input> inputs, List<Shape> known) {
        List<Shape> operands = new ArrayList<>(step.operands().size());
        for (int operand : step.operands()) {
            if (operand < 0 || operand >= known.size()) {
                throw new IllegalArgumentException("step %s = %s %s reads value %d, and there are %d before it"
                        .formatted(name(known.size(), inputs), step.op().name(), step.shape(), operand, known.size()));
            }
            operands.add(known.get(operand));
        }
        try {
            Shape shape = step.op().shape(operands);
            if (!shape.equals(step.shape())) {
                throw new ShapeException("%s: its shape is %s, the program says %s"
                        .formatted(step.op().name(), shape, step.shape()));
            }
            return shape;
        } catch (IllegalArgumentException e) {
            throw ShapeException.inStep(name(known.size(), inputs), formula(step, inputs), e);
        }
    }

    /** The trainable inputs, in declaration order. */
    public List<Input> parameters() {
        return inputs.stream().filter(Input::isParameter).toList();
    }

    /** How many numbers the parameters are together. */
    public int parameterCount() {
        int count = 0;
        for (Input parameter : parameters()) {
            count = Math.addExact(count, parameter.shape().size());
        }
        return count;
    }

    /** The number of floating-point operations of a run, as {@link Op#flops} counts them. */
    public long flops() {
        long total = 0;
        for (Step step : steps) {
            List<Shape> operands = step.operands().stream().map(this::shape).toList();
            total += step.op().flops(operands, step.shape());
        }
        return total;
    }

    /** The shape of value {@code value}. */
    public Shape shape(int value) {
        return value < inputs.size() ? inputs.get(value).shape() : step(value).shape();
    }

    /** How value {@code value} prints: an input's name, {@code v7} for the seventh step. */
    public String name(int value) {
        return name(value, inputs);
    }

    /** How step {@code value} prints what it computes, e.g. {@code matmul(x, W1)}; it must be one: see {@link #isStep}. */
    public String formula(int value) {
        return formula(step(value), inputs);
    }

    private static String formula(Step step, List<Input> inputs) {
        return step.op()
                .format(step.operands().stream().map(o -> name(o, inputs)).toList());
    }

    private static String name(int value, List<Input> inputs) {
        return value < inputs.size() ? inputs.get(value).name() : "v" + (value - inputs.size() + 1);
    }

    /**
     * The output of that name.
     *
     * @throws IllegalArgumentException when there is none, naming those there are
     */
    public Output output(String name) {
        return outputs.stream()
                .filter(o -> o.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no output named " + name + "; the outputs are "
                        + outputs.stream()
                                .map(o -> o.name() + " = " + name(o.value()) + " " + shape(o.value()))
                                .toList()));
    }

    /**
     * Checks that there are elements for every input.
     *
     * @throws IllegalArgumentException when there are none for one, naming it
     */
    public void requireInputs(Map<String, double[]> elements) {
        for (Input input : inputs) {
            if (!elements.containsKey(input.name())) {
                throw new IllegalArgumentException(
                        "input %s %s: no elements were given".formatted(input.name(), input.shape()));
            }
        }
    }

    /** The value of the input of that name. */
    int input(String name) {
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no input named " + name + "; the inputs are "
                + inputs.stream().map(i -> i.name() + " " + i.shape()).toList());
    }

    /** How many values there are: the inputs, then the results of the steps. */
    public int valueCount() {
        return inputs.size() + steps.size();
    }

    /** The step whose result is value {@code value}, which must be one: see {@link #isStep}. */
    public Step step(int value) {
        return steps.get(value - inputs.size());
    }

    /** Whether value {@code value} is the result of a step, not an input. */
    public boolean isStep(int value) {
        return value >= inputs.size();
    }

    /**
     * Records this program's steps once more, on other inputs: in a larger program, or on a tape, where they run at once.
     *
     * @param inputValues a value for each input, of its shape
     * @return every value of this program: the inputs, then the steps' results
     * @throws ShapeException when an input has another shape
     */
    public List<Value> recordInto(Recorder recorder, List<Value> inputValues) {
        if (inputValues.size() != inputs.size()) {
            throw new IllegalArgumentException(
                    "a program of %d inputs, and %d values for them".formatted(inputs.size(), inputValues.size()));
        }
        for (int i = 0; i < inputs.size(); i++) {
            if (!inputValues.get(i).shape().equals(inputs.get(i).shape())) {
                throw new ShapeException("input %s %s: the value for it is %s"
                        .formatted(inputs.get(i).name(), inputs.get(i).shape(), inputValues.get(i)));
            }
        }
        List<Value> values = new ArrayList<>(inputValues);
        for (Step step : steps) {
            values.add(recorder.record(step.op(), select(values, step.operands())));
        }
        return values;
    }

    /**
     * A name for what the program computes: the SHA-256, 64 hex digits, of its inputs, its steps with all the attributes of
     * their operations, and its outputs. Programs recorded alike have the same on every machine; how a program prints, and
     * which of its steps count as primal, has no part in it.
     *
     * @throws IllegalStateException when an operation is not a record
     */
    public String digest() {
        return ProgramDigest.of(this);
    }

    static List<Value> select(List<Value> values, List<Integer> ids) {
        return ids.stream().map(values::get).toList();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Input input : inputs) {
            text.append("  %-9s %s %s%n"
                    .formatted(input.isParameter() ? "parameter" : "input", input.name(), input.shape()));
        }
        for (int i = 0; i < steps.size(); i++) {
            if (i == primalSteps) {
                text.append("  -- adjoint%n".formatted());
            }
            int value = inputs.size() + i;
            text.append("  %-5s = %-36s %s%n".formatted(name(value), formula(value), shape(value)));
        }
        for (Output output : outputs) {
            text.append("  output    %s = %s%n".formatted(output.name(), name(output.value())));
        }
        return text.toString();
    }
}
