package dev.adjoint.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Removes the steps that no output depends on, such as the adjoint of the input data. */
final class DeadSteps {
    private DeadSteps() {}

    static Program removed(Program program) {
        boolean[] used = new boolean[program.valueCount()];
        program.outputs().forEach(output -> used[output.value()] = true);
        for (int i = used.length - 1; program.isStep(i); i--) {
            if (used[i]) {
                program.step(i).operands().forEach(operand -> used[operand] = true);
            }
        }

        int inputs = program.inputs().size();
        Arrays.fill(used, 0, inputs, true);
        int[] renumbered = new int[used.length];
        List<Program.Step> kept = new ArrayList<>();
        int primal = 0;
        for (int i = 0; i < used.length; i++) {
            renumbered[i] = i < inputs ? i : inputs + kept.size();
            if (program.isStep(i) && used[i]) {
                Program.Step step = program.step(i);
                List<Integer> operands =
                        step.operands().stream().map(o -> renumbered[o]).toList();
                kept.add(new Program.Step(step.op(), operands, step.shape()));
                primal += i - inputs < program.primalSteps() ? 1 : 0;
            }
        }
        List<Program.Output> outputs = program.outputs().stream()
                .map(o -> new Program.Output(o.name(), renumbered[o.value()]))
                .toList();
        return new Program(program.inputs(), kept, outputs, primal);
    }
}
