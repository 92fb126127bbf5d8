package dev.adjoint.autodiff;

import java.util.ArrayList;
import java.util.List;

/**
 * Records a {@link Program} step by step. Shapes are checked as each step is recorded, so the error points at the line
 * that is wrong.
 */
public final class ProgramBuilder {
    private final List<Program.Input> inputs = new ArrayList<>();
    private final List<Program.Step> steps = new ArrayList<>();
    private final List<Program.Output> outputs = new ArrayList<>();
    private int primalSteps = -1;

    /** A trainable input: gradients are taken with respect to the parameters. */
    public Value parameter(String name, int rows, int columns) {
        return input(new Program.Input(name, new Shape(rows, columns), true));
    }

    /** An input that carries data. */
    public Value input(String name, int rows, int columns) {
        return input(new Program.Input(name, new Shape(rows, columns), false));
    }

    Value input(Program.Input input) {
        if (!steps.isEmpty()) {
            throw new IllegalStateException("input " + input.name() + ": inputs are declared before the first step");
        }
        if (inputs.stream().anyMatch(other -> other.name().equals(input.name()))) {
            throw new IllegalArgumentException("input " + input.name() + ": there is one of that name already");
        }
        inputs.add(input);
        return new Value(this, inputs.size() - 1, input.shape());
    }

    /** A scalar that never changes. */
    public Value constant(double value) {
        return record(new Arithmetic.Constant(value), List.of());
    }

    /** Declares {@code value} an output of the program. */
    public void output(String name, Value value) {
        requireOwn(value, "output " + name);
        if (outputs.stream().anyMatch(other -> other.name().equals(name))) {
            throw new IllegalArgumentException("output " + name + ": there is one of that name already");
        }
        outputs.add(new Program.Output(name, value.id()));
    }

    /**
     * The program recorded so far.
     *
     * @throws IllegalStateException when it has no output
     */
    public Program build() {
        if (outputs.isEmpty()) {
            throw new IllegalStateException("a program needs at least one output");
        }
        return new Program(inputs, steps, outputs, primalSteps < 0 ? steps.size() : primalSteps);
    }

    /** Marks the steps recorded so far as the primal ones, for the printed program. */
    void endOfPrimal() {
        primalSteps = steps.size();
    }

    Value record(Op op, List<Value> operands) {
        for (Value operand : operands) {
            requireOwn(operand, op.name());
        }
        Shape shape;
        try {
            shape = op.shape(operands.stream().map(Value::shape).toList());
        } catch (ShapeException e) {
            List<String> names = operands.stream().map(v -> name(v.id())).toList();
            throw new ShapeException("%s  (step %s = %s)".formatted(e.getMessage(), name(nextId()), op.format(names)));
        }
        Value result = new Value(this, nextId(), shape);
        steps.add(new Program.Step(op, operands.stream().map(Value::id).toList(), shape));
        return result;
    }

    String name(int id) {
        return id < inputs.size() ? inputs.get(id).name() : "v" + id;
    }

    private int nextId() {
        return inputs.size() + steps.size();
    }

    private void requireOwn(Value value, String where) {
        if (value.program() != this) {
            throw new IllegalArgumentException(where + ": the value " + value + " belongs to another program");
        }
    }
}
