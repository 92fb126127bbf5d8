package dev.adjoint.autodiff.show;

import dev.adjoint.autodiff.Op;
import dev.adjoint.autodiff.Program;
import dev.adjoint.autodiff.Tape;
import dev.adjoint.autodiff.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The table that texts on the subject explain reverse mode with, for given inputs: on the left what each step computes, to
 * be read downwards; on the right the adjoint of its result, {@code ∂v} for the derivative of the output with respect to
 * {@code v}, to be read upwards.
 */
public final class Trace {
    private static final int MOST_ELEMENTS = 6;
    /** A value with many readers has a long sum for its adjoint; what is nested deeper is left out. */
    private static final int DEPTH = 8;

    /**
     * A value of the computation, in the order in which it is computed.
     *
     * @param step what computes it, {@code v4 = sin(x2)}; of an input its name
     * @param value its elements, to five digits
     * @param adjointStep what computes its adjoint from those of the values that read it, {@code ∂v4 = -∂v5}
     * @param adjoint the elements of that
     */
    public record Row(String step, String value, String adjointStep, String adjoint) {}

    private final List<Row> rows;

    private Trace(List<Row> rows) {
        this.rows = List.copyOf(rows);
    }

    /** The lines of the table, inputs first; constants have none. */
    public List<Row> rows() {
        return rows;
    }

    /**
     * The trace of a scalar output of a program.
     *
     * @param inputs the elements of every input
     * @throws IllegalArgumentException when an input is missing or of another size, or the output is not a scalar
     */
    public static Trace of(Program program, String output, Map<String, double[]> inputs) {
        Tape tape = new Tape();
        List<Value> inputValues = new ArrayList<>();
        program.requireInputs(inputs);
        for (Program.Input input : program.inputs()) {
            double[] elements = Objects.requireNonNull(inputs.get(input.name()));
            inputValues.add(tape.input(input.name(), input.shape(), elements));
        }
        List<Value> values = program.recordInto(tape, inputValues);
        return of(tape, values.get(program.output(output).value()));
    }

    /**
     * The trace of a scalar on a tape.
     *
     * @throws IllegalArgumentException when it is not a scalar, or not on that tape
     */
    public static Trace of(Tape tape, Value output) {
        List<Value> values = List.copyOf(tape.values().subList(0, tape.values().indexOf(output) + 1));
        List<Value> adjoints = tape.gradient(output, values.toArray(Value[]::new));
        Map<Value, String> names = new HashMap<>();
        values.forEach(value -> names.put(value, isConstant(value) ? value.formula() : value.name()));
        List<Row> rows = new ArrayList<>();
        for (int i = values.size() - 1; i >= 0; i--) {
            Value value = values.get(i);
            if (!isConstant(value)) {
                Value adjoint = adjoints.get(i);
                String name = "∂" + value.name();
                String formula = expression(adjoint, names, DEPTH);
                names.putIfAbsent(adjoint, name);
                rows.add(0, new Row(step(value, names), number(value), name + " = " + formula, number(adjoint)));
            }
        }
        return new Trace(rows);
    }

    private static boolean isConstant(Value value) {
        return value.op() != null && value.operands().isEmpty();
    }

    private static String step(Value value, Map<Value, String> names) {
        Op op = value.op();
        return op == null
                ? value.name()
                : value.name() + " = "
                        + op.format(value.operands().stream().map(names::get).toList());
    }

    /** In terms of values that have a name. */
    private static String expression(Value value, Map<Value, String> names, int depth) {
        String name = names.get(value);
        Op op = value.op();
        if (name != null || op == null) {
            return name == null ? value.name() : name;
        }
        if (depth == 0) {
            return "...";
        }
        return op.format(value.operands().stream()
                .map(operand -> expression(operand, names, depth - 1))
                .toList());
    }

    private static String number(Value value) {
        double[] elements = value.elements();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < Math.min(elements.length, MOST_ELEMENTS); i++) {
            // Without the digits that are rounding, and without a trailing ".0000".
            double rounded = Double.parseDouble(String.format(Locale.ROOT, "%.5g", elements[i]));
            texts.add(
                    rounded == Math.rint(rounded) && Math.abs(rounded) < 1e6
                            ? String.valueOf((long) rounded)
                            : String.valueOf(rounded));
        }
        if (elements.length > MOST_ELEMENTS) {
            texts.add("... " + value.shape());
        }
        return String.join("  ", texts);
    }

    /** The table, a line a value. */
    @Override
    public String toString() {
        int step = width(rows.stream().map(Row::step).toList(), "forward primal trace");
        int value = width(rows.stream().map(Row::value).toList(), "");
        int adjointStep = width(rows.stream().map(Row::adjointStep).toList(), "reverse adjoint trace");
        String format = "%-" + step + "s   %-" + value + "s  |  %-" + adjointStep + "s   %s";
        List<String> lines = new ArrayList<>();
        lines.add(format.formatted("forward primal trace", "", "reverse adjoint trace", ""));
        rows.forEach(row -> lines.add(format.formatted(row.step, row.value, row.adjointStep, row.adjoint)));
        return String.join(
                        System.lineSeparator(),
                        lines.stream().map(String::stripTrailing).toList())
                + System.lineSeparator();
    }

    private static int width(List<String> texts, String title) {
        return Math.max(
                title.length(), texts.stream().mapToInt(String::length).max().orElse(0));
    }
}
