package dev.adjoint.autodiff;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Inputs, straight-line steps in single assignment, outputs: plain data. Value {@code i} is input {@code i}, or the
 * result of step {@code i - inputs}; a step reads only values before it.
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
    record Step(Op op, List<Integer> operands, Shape shape) implements Serializable {
        Step {
            operands = List.copyOf(operands);
        }
    }

    /** A value that can be read after a run. */
    public record Output(String name, int value) implements Serializable {}

    public Program {
        inputs = List.copyOf(inputs);
        steps = List.copyOf(steps);
        outputs = List.copyOf(outputs);
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

    Shape shape(int value) {
        return value < inputs.size() ? inputs.get(value).shape() : step(value).shape();
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
                        + outputs.stream().map(Output::name).toList()));
    }

    int valueCount() {
        return inputs.size() + steps.size();
    }

    Step step(int value) {
        return steps.get(value - inputs.size());
    }

    boolean isStep(int value) {
        return value >= inputs.size();
    }

    /** Records this program's steps into {@code builder}, on the given inputs; returns all values, inputs first. */
    List<Value> recordInto(ProgramBuilder builder, List<Value> inputValues) {
        List<Value> values = new ArrayList<>(inputValues);
        for (Step step : steps) {
            values.add(builder.record(step.op(), select(values, step.operands())));
        }
        return values;
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
            Step step = steps.get(i);
            List<String> operands = step.operands().stream().map(this::name).toList();
            text.append("  %-5s = %-36s %s%n"
                    .formatted(name(inputs.size() + i), step.op().format(operands), step.shape()));
        }
        for (Output output : outputs) {
            text.append("  output    %s = %s%n".formatted(output.name(), name(output.value())));
        }
        return text.toString();
    }

    private String name(int value) {
        return isStep(value) ? "v" + value : inputs.get(value).name();
    }
}
