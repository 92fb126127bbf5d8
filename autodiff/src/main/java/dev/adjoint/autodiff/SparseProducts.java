package dev.adjoint.autodiff;

import java.util.List;

/**
 * Computes the products with a matrix of entries on their left from the entries: its zeros are not multiplied, and where
 * nothing else reads it, it is not made.
 */
final class SparseProducts {
    private SparseProducts() {}

    static Program rewritten(Program program) {
        List<Program.Step> steps =
                program.steps().stream().map(step -> rewritten(program, step)).toList();
        return steps.equals(program.steps())
                ? program
                : DeadSteps.removed(new Program(program.inputs(), steps, program.outputs(), program.primalSteps()));
    }

    private static Program.Step rewritten(Program program, Program.Step step) {
        if (step.op() instanceof MatMul product
                && !product.transposeRight()
                && program.isStep(step.operands().get(0))
                && program.step(step.operands().get(0)).op() instanceof Sparse.ToMatrix) {
            List<Integer> entries = program.step(step.operands().get(0)).operands();
            int rows = entries.get(product.transposeLeft() ? 2 : 1);
            int columns = entries.get(product.transposeLeft() ? 1 : 2);
            List<Integer> operands =
                    List.of(entries.get(0), rows, columns, step.operands().get(1));
            return new Program.Step(new Sparse.Product(step.shape().rows()), operands, step.shape());
        }
        return step;
    }
}
