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
     * <p>Each step is followed at once by its tangent, so both are forgotten once their last reader has run: the memory
     * does not grow with the number of steps, as it does in reverse mode.
     */
    public static Program tangent(Program program) {
        return tangent(program, "d");
    }

    /**
     * The same with another name than {@code d} for the tangents: forward mode over forward mode needs two, and the second
     * derivative is then {@code e d y}.
     */
    public static Program tangent(Program program, String d) {
        ProgramBuilder builder = new ProgramBuilder();
        List<Value> values = new ArrayList<>(builder.inputsOf(program));
        List<@Nullable Value> tangents = new ArrayList<>();
        for (Program.Input input : program.inputs()) {
            tangents.add(input.isParameter() ? builder.declare(d + " " + input.name(), input.shape(), false) : null);
        }
        for (Program.Step step : program.steps()) {
            Value result = builder.record(step.op(), Program.select(values, step.operands()));
            @Nullable
            Value[] ofOperands = step.operands().stream().map(tangents::get).toArray(Value[]::new);
            values.add(result);
            tangents.add(tangent(result, ofOperands));
        }
        for (Program.Output output : program.outputs()) {
            builder.output(output.name(), values.get(output.value()));
            Value tangent = builder.orZeros(tangents.get(output.value()), program.shape(output.value()));
            builder.output(d + " " + output.name(), tangent);
        }
        return DeadSteps.removed(builder.build());
    }

    /** The tangent of a step's result: the sum of its operation's forward rule over the operands; null for zero. */
    static @Nullable Value tangent(Value result, @Nullable Value[] ofOperands) {
        Op op = result.op();
        @Nullable Value sum = null;
        for (int k = 0; op != null && k < ofOperands.length; k++) {
            Value tangent = ofOperands[k];
            Value contribution = tangent == null ? null : op.jvp(k, result.operands(), result, tangent);
            if (contribution != null) {
                sum = sum == null ? contribution : sum.add(contribution);
            }
        }
        return sum;
    }
}
