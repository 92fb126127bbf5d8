package dev.adjoint.autodiff;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Records a {@link Program} step by step. */
public final class ProgramBuilder extends Recorder {
    private final Set<Value> parameters = new HashSet<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private int primalSteps = -1;

    /** A trainable input: gradients are taken with respect to the parameters. */
    public Value parameter(String name, int rows, int columns) {
        return declare(name, new Shape(rows, columns), true);
    }

    /** An input that carries data. */
    public Value input(String name, int rows, int columns) {
        return declare(name, new Shape(rows, columns), false);
    }

    Value declare(String name, Shape shape, boolean isParameter) {
        Value input = declare(name, shape);
        if (isParameter) {
            parameters.add(input);
        }
        return input;
    }

    /** The inputs of {@code program}, declared here as well. */
    List<Value> inputsOf(Program program) {
        return program.inputs().stream()
                .map(input -> declare(input.name(), input.shape(), input.isParameter()))
                .toList();
    }

    /**
     * Declares {@code value} an output of the program.
     *
     * @throws IllegalArgumentException when there is an output of that name, naming the steps that would both write it
     */
    public void output(String name, Value value) {
        requireOwn(value, "output " + name);
        Value other = outputs.putIfAbsent(name, value);
        if (other != null) {
            throw new IllegalArgumentException(
                    "output %s: it would be written twice, by %s and by %s".formatted(name, other, value));
        }
    }

    /**
     * The program recorded so far: its inputs first, then its steps. Products with a matrix of entries are computed from
     * the entries.
     *
     * @throws IllegalStateException when it has no output
     */
    public Program build() {
        if (outputs.isEmpty()) {
            throw new IllegalStateException("a program needs at least one output");
        }
        List<Program.Input> inputs = new ArrayList<>();
        List<Value> stepValues = new ArrayList<>();
        int[] number = new int[values().size()];
        for (Value value : values()) {
            if (value.op() == null) {
                number[value.id()] = inputs.size();
                inputs.add(new Program.Input(value.name(), value.shape(), parameters.contains(value)));
            } else {
                stepValues.add(value);
            }
        }
        List<Program.Step> steps = new ArrayList<>();
        for (Value value : stepValues) {
            number[value.id()] = inputs.size() + steps.size();
            List<Integer> operands =
                    value.operands().stream().map(o -> number[o.id()]).toList();
            steps.add(new Program.Step(value.requireOp(), operands, value.shape()));
        }
        List<Program.Output> named = new ArrayList<>();
        outputs.forEach((name, value) -> named.add(new Program.Output(name, number[value.id()])));
        Program recorded = new Program(inputs, steps, named, primalSteps < 0 ? steps.size() : primalSteps);
        return SparseProducts.rewritten(recorded);
    }

    /** Marks the steps recorded so far as the primal ones, for the printed program. */
    void endOfPrimal() {
        primalSteps = (int) values().stream().filter(v -> v.op() != null).count();
    }

    @Override
    void recorded(Value step) {}

    @Override
    double[] read(Value value) {
        String step = value.op() == null ? value.toString() : value + " = " + value.formula();
        throw new IllegalStateException(step + " is not known while a program is being built;"
                + " choose between values with where(), or compute on a Tape");
    }
}
