package dev.adjoint.autodiff;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Forward mode: from a program, the program of its directional derivative along a tangent of the parameters. */
public final class Forward {
    private Forward() {}

    /** The name of the tangent of a parameter or of an output. */
    public static String tangentName(String name) {
        return "d " + name;
    }

    /**
     * The program that takes, beside each parameter, its tangent (an input {@code d W} for a parameter {@code W}), and
     * computes, beside each output, that output's tangent: the Jacobian times the tangents.
     *
     * <p>Each step is followed at once by its tangent, the sum of its operation's forward rule over the operands.
     */
    public static Program tangent(Program program) {
        ProgramBuilder builder = new ProgramBuilder();
        List<Value> values = new ArrayList<>();
        program.inputs().forEach(input -> values.add(builder.input(input)));
        @Nullable Value[] tangents = new Value[program.valueCount()];
        for (int i = 0; i < values.size(); i++) {
            Program.Input input = program.inputs().get(i);
            if (input.isParameter()) {
                tangents[i] = builder.input(new Program.Input(tangentName(input.name()), input.shape(), false));
            }
        }
        for (Program.Step step : program.steps()) {
            List<Value> operands = Program.select(values, step.operands());
            Value result = builder.record(step.op(), operands);
            @Nullable Value sum = null;
            for (int k = 0; k < operands.size(); k++) {
                Value tangent = tangents[step.operands().get(k)];
                Value contribution = tangent == null ? null : step.op().jvp(k, operands, result, tangent);
                if (contribution != null) {
                    sum = sum == null ? contribution : sum.add(contribution);
                }
            }
            tangents[values.size()] = sum;
            values.add(result);
        }
        for (Program.Output output : program.outputs()) {
            builder.output(output.name(), values.get(output.value()));
            Value tangent = tangents[output.value()];
            builder.output(
                    tangentName(output.name()),
                    tangent != null ? tangent : builder.constant(0).broadcastTo(program.shape(output.value())));
        }
        return DeadSteps.removed(builder.build());
    }
}
