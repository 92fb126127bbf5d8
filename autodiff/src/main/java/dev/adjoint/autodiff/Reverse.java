package dev.adjoint.autodiff;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reverse mode: from a program, the program of the gradient of one of its scalars with respect to all its parameters. */
public final class Reverse {
    private Reverse() {}

    /** The name of the output that holds the gradient of {@code output} with respect to {@code parameter}. */
    public static String gradientName(String output, String parameter) {
        return "d " + output + " / d " + parameter;
    }

    /**
     * The program that computes what {@code program} computes, and then, for each parameter in declaration order, the
     * gradient of {@code output}.
     *
     * <p>The adjoint of a value is the derivative of the output with respect to it. The steps are visited from last to
     * first: when a step is reached its adjoint is complete, and its operation's reverse rule passes it on to the
     * operands, where contributions along several paths are added.
     *
     * @throws ShapeException when the output is not a scalar
     */
    public static Program gradient(Program program, String output) {
        int loss = program.output(output).value();
        if (!program.shape(loss).isScalar()) {
            throw new ShapeException(
                    "gradient of %s: its shape is %s, expected a scalar [1x1]".formatted(output, program.shape(loss)));
        }
        ProgramBuilder builder = new ProgramBuilder();
        List<Value> inputs = program.inputs().stream().map(builder::input).toList();
        List<Value> values = program.recordInto(builder, inputs);
        builder.endOfPrimal();

        @Nullable Value[] adjoints = new Value[values.size()];
        adjoints[loss] = builder.constant(1);
        for (int i = values.size() - 1; i >= inputs.size(); i--) {
            Value adjoint = adjoints[i];
            if (adjoint == null) {
                continue; // the output does not depend on this value
            }
            Program.Step step = program.step(i);
            List<Value> operands = Program.select(values, step.operands());
            for (int k = 0; k < operands.size(); k++) {
                Value contribution = step.op().vjp(k, operands, values.get(i), adjoint);
                if (contribution != null) {
                    int operand = step.operands().get(k);
                    Value sum = adjoints[operand];
                    adjoints[operand] = sum == null ? contribution : sum.add(contribution);
                }
            }
        }

        program.outputs().forEach(o -> builder.output(o.name(), values.get(o.value())));
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Program.Input input = program.inputs().get(i);
            if (input.isParameter()) {
                Value gradient = distinct(adjoints[i], input.shape(), builder, taken, values.size());
                taken.add(gradient.id());
                builder.output(gradientName(output, input.name()), gradient);
            }
        }
        return DeadSteps.removed(builder.build());
    }

    /** A step of its own for every gradient: they are laid out side by side in declaration order. */
    private static Value distinct(
            @Nullable Value adjoint, Shape shape, ProgramBuilder builder, List<Integer> taken, int primalValues) {
        if (adjoint == null) {
            return builder.record(new Rearrangements.Broadcast(shape), List.of(builder.constant(0)));
        }
        boolean shared = adjoint.id() < primalValues || taken.contains(adjoint.id());
        return shared ? builder.record(new Rearrangements.Broadcast(shape), List.of(adjoint)) : adjoint;
    }
}
