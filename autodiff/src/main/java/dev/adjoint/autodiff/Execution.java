package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.FloatKernels;
import dev.adjoint.autodiff.kernel.Kernels;

/**
 * A program laid over one float32 arena, to be run many times: write the inputs into {@link #arena}, {@link #run}, read
 * the outputs from it. A run allocates nothing. Not for use by two threads at once.
 */
public final class Execution {
    private final Program program;
    private final MemoryPlan plan;
    private final float[] arena;
    private final Kernels kernels;
    private final Op[] ops;
    private final Block[][] operands;
    private final Block[] results;

    /**
     * Lays the program out and allocates its arena.
     *
     * @throws ArithmeticException when the program needs more elements than one array holds
     */
    public Execution(Program program) {
        this.program = program;
        this.plan = new MemoryPlan(program);
        this.arena = new float[plan.arenaSize()];
        this.kernels = new FloatKernels(arena);
        int steps = program.steps().size();
        this.ops = new Op[steps];
        this.operands = new Block[steps][];
        this.results = new Block[steps];
        for (int i = 0; i < steps; i++) {
            Program.Step step = program.steps().get(i);
            ops[i] = step.op();
            operands[i] = step.operands().stream().map(plan::block).toArray(Block[]::new);
            results[i] = plan.block(program.inputs().size() + i);
        }
    }

    public Program program() {
        return program;
    }

    /** The memory of the whole program. The parameters stand at its beginning, side by side in declaration order. */
    public float[] arena() {
        return arena;
    }

    /** Computes every step from the inputs that stand in the arena. */
    public void run() {
        for (int i = 0; i < ops.length; i++) {
            ops[i].run(kernels, operands[i], results[i]);
        }
    }

    /** Where an input stands in the arena. */
    public Block input(String name) {
        for (int i = 0; i < program.inputs().size(); i++) {
            if (program.inputs().get(i).name().equals(name)) {
                return plan.block(i);
            }
        }
        throw new IllegalArgumentException("no input named " + name + "; the inputs are "
                + program.inputs().stream().map(Program.Input::name).toList());
    }

    /** Where an output stands in the arena after a run. Outputs stand side by side in declaration order. */
    public Block output(String name) {
        return plan.block(program.output(name).value());
    }
}
