package dev.adjoint.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the steps of a computation are written down: a {@link ProgramBuilder}, which computes nothing yet, or a {@link
 * Tape}, which computes each step at once. Shapes are checked as each step is recorded, so an error points at the line
 * that is wrong.
 */
public abstract sealed class Recorder permits ProgramBuilder, Tape {
    private final List<Value> values = new ArrayList<>();
    private final Set<String> inputNames = new HashSet<>();
    /** What was computed already: an operation on the same operands is not recorded twice. */
    private final Map<Computation, Value> known = new HashMap<>();

    private int inputs;

    private record Computation(Op op, List<Value> operands) {}

    Recorder() {}

    /** A scalar that never changes. */
    public Value constant(double value) {
        return record(new Elementwise.Constant(value), List.of());
    }

    /** The elements of a value that is known. */
    abstract double[] read(Value value);

    /** Called for each step once its shape has been found to fit. */
    abstract void recorded(Value step);

    Value declare(String name, Shape shape) {
        if (!inputNames.add(name)) {
            throw new IllegalArgumentException("input %s %s: there is one of that name already".formatted(name, shape));
        }
        inputs++;
        return add(new Value(this, values.size(), name, shape, null, List.of()));
    }

    /** The result of {@code op}: a new step, or the one that computes it already. */
    Value record(Op op, List<Value> operands) {
        Computation computation = new Computation(op, List.copyOf(operands));
        Value same = known.get(computation);
        if (same != null) {
            return same;
        }
        Value step = recordAnew(op, operands);
        known.put(computation, step);
        return step;
    }

    Value recordAnew(Op op, List<Value> operands) {
        for (Value operand : operands) {
            requireOwn(operand, op.name());
        }
        String name = "v" + (values.size() - inputs + 1);
        Shape shape;
        try {
            shape = op.shape(operands.stream().map(Value::shape).toList());
        } catch (IllegalArgumentException e) {
            List<String> names = operands.stream().map(Value::name).toList();
            throw ShapeException.inStep(name, op.format(names), e);
        }
        Value step = add(new Value(this, values.size(), name, shape, op, operands));
        recorded(step);
        return step;
    }

    private Value add(Value value) {
        values.add(value);
        return value;
    }

    /** Everything that was recorded, inputs and steps, in order: a view. */
    public List<Value> values() {
        return Collections.unmodifiableList(values);
    }

    /** What {@code gradient} is where nothing depends: zeros. */
    Value orZeros(@Nullable Value derivative, Shape shape) {
        return derivative == null ? constant(0).broadcastTo(shape) : derivative;
    }

    void requireOwn(Value value, String where) {
        if (value.recorder() != this) {
            throw new IllegalArgumentException(
                    "%s: the value %s belongs to another program or tape".formatted(where, value));
        }
    }
}
