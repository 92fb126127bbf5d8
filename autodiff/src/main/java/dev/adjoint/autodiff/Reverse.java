package dev.adjoint.autodiff;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reverse mode: from a program, the program of the gradient of one of its scalars with respect to all its parameters.
 *
 * <p>The adjoint of a value is the derivative of the output with respect to it.
 */
public final class Reverse {
    private Reverse() {}

    /** The name of the output that holds the gradient of {@code output} with respect to {@code parameter}. */
    public static String gradientName(String output, String parameter) {
        return "d " + output + " / d " + parameter;
    }

    /** The name of the input that {@link #pullback} takes the adjoint of {@code output} from. */
    public static String adjointName(String output) {
        return "adjoint of " + output;
    }

    /**
     * The program that computes what {@code program} computes, and then, for each parameter in declaration order, the
     * gradient of {@code output}, named {@link #gradientName}. The gradients stand side by side.
     *
     * @throws ShapeException when the output is not a scalar
     * @throws IllegalArgumentException when there is no such output
     */
    public static Program gradient(Program program, String output) {
        requireScalar(program.shape(program.output(output).value()), output);
        return differentiated(program, output, false);
    }

    /**
     * As {@link #gradient}, of an output of any shape: the program takes that output's adjoint {@code u} as one more
     * input, named {@link #adjointName}, and computes {@code J' u} for each parameter.
     */
    public static Program pullback(Program program, String output) {
        return differentiated(program, output, true);
    }

    private static Program differentiated(Program program, String output, boolean adjointIsInput) {
        ProgramBuilder builder = new ProgramBuilder();
        List<Value> inputs = builder.inputsOf(program);
        List<Value> values = program.recordInto(builder, inputs);
        Value y = values.get(program.output(output).value());
        builder.endOfPrimal();
        Value seed = adjointIsInput ? builder.declare(adjointName(output), y.shape(), false) : builder.constant(1);

        List<Value> parameters = inputs.stream()
                .filter(input -> program.inputs().get(input.id()).isParameter())
                .toList();
        @Nullable Value[] adjoints = adjoints(y, seed, parameters);

        program.outputs().forEach(o -> builder.output(o.name(), values.get(o.value())));
        Set<Value> taken = new HashSet<>();
        for (Value parameter : parameters) {
            Value adjoint = builder.orZeros(adjoints[parameter.id()], parameter.shape());
            // A step of its own for every gradient: they are laid out side by side.
            boolean own = adjoint.op() != null && adjoint.id() >= values.size() && taken.add(adjoint);
            Value gradient = own
                    ? adjoint
                    : builder.recordAnew(new Rearrangements.Broadcast(parameter.shape()), List.of(adjoint));
            builder.output(gradientName(output, parameter.name()), gradient);
        }
        return DeadSteps.removed(builder.build());
    }

    /** By {@code id}, the adjoints of everything between {@code sources} and the scalar {@code output}; null for zero. */
    static @Nullable Value[] adjoints(Value output, List<Value> sources) {
        requireScalar(output.shape(), output.name());
        return adjoints(output, output.constant(1), sources);
    }

    /**
     * The steps are visited from last to first: when a step is reached its adjoint is complete, and its operation's
     * reverse rule passes it on to the operands, where contributions along several paths are added.
     */
    private static @Nullable Value[] adjoints(Value output, Value seed, List<Value> sources) {
        List<Value> values = output.recorder().values();
        boolean[] depends = dependents(values, output.id() + 1, sources);
        @Nullable Value[] adjoints = new Value[values.size()];
        adjoints[output.id()] = seed;
        for (int i = output.id(); i >= 0; i--) {
            Value result = values.get(i);
            Value adjoint = adjoints[i];
            if (adjoint == null || result.op() == null) {
                continue;
            }
            for (int k = 0; k < result.operands().size(); k++) {
                Value operand = result.operands().get(k);
                if (!depends[operand.id()]) {
                    continue;
                }
                Value contribution = result.op().vjp(k, result.operands(), result, adjoint);
                if (contribution != null) {
                    Value sum = adjoints[operand.id()];
                    adjoints[operand.id()] = sum == null ? contribution : sum.add(contribution);
                }
            }
        }
        return adjoints;
    }

    /** Which of the first {@code count} values are among {@code sources} or computed from them. */
    private static boolean[] dependents(List<Value> values, int count, List<Value> sources) {
        boolean[] depends = new boolean[values.size()];
        sources.forEach(source -> depends[source.id()] = true);
        for (int i = 0; i < count; i++) {
            for (Value operand : values.get(i).operands()) {
                depends[i] |= depends[operand.id()];
            }
        }
        return depends;
    }

    private static void requireScalar(Shape shape, String output) {
        if (!shape.isScalar()) {
            throw new ShapeException(
                    "gradient of %s: its shape is %s, expected a scalar [1x1]".formatted(output, shape));
        }
    }
}
