package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Crew;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A program laid over one arena, to be run many times: write the inputs, {@link #run}, read the outputs. A run allocates
 * nothing. Not for use by two threads at once, but a {@link Crew} may run it together: each member goes through all steps and does
 * its share of those that are large, which changes no bit.
 *
 * @param <A> the arena: {@code float[]} to train, {@code double[]} to check
 */
public final class Execution<A> {
    /** Some forty microseconds of work, beside which it is little to meet at every step. */
    private static final long FLOPS_OF_THREAD = 1 << 22;

    private final Program program;
    private final MemoryPlan plan;
    private final A arena;
    private final Kernels kernels;
    private final Op[] ops;
    private final Block[][] operands;
    private final Block[] results;
    private final Crew crew;
    private final Kernels[] members;
    private final Sharing sharing;
    private final IntConsumer share = this::runShare;

    /** Kernels over an arena: of a member of a crew of so many. */
    private interface KernelsOf<A> {
        Kernels of(A arena, int member, int members);
    }

    private Execution(Program program, int room, Crew crew, IntFunction<A> allocate, KernelsOf<A> kernelsOf) {
        this.program = program;
        this.plan = new MemoryPlan(program);
        this.arena = allocate.apply(Math.addExact(plan.arenaSize(), room));
        this.kernels = kernelsOf.of(arena, 0, 1);
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
        this.crew = crew;
        this.members = IntStream.range(0, crew.size())
                .mapToObj(member -> kernelsOf.of(arena, member, crew.size()))
                .toArray(Kernels[]::new);
        this.sharing = crew.size() == 1 ? Sharing.NONE : Sharing.of(program, kernels, members, operands, results);
    }

    /**
     * Lays the program out in float32.
     *
     * @throws ArithmeticException when the program needs more elements than one array holds
     */
    public static Execution<float[]> float32(Program program) {
        return float32(program, 0);
    }

    /**
     * As {@link #float32(Program)}, with so many more elements at the end of the arena, from {@link #room} on: the
     * caller's own, that kernels may work on together with the program's.
     */
    public static Execution<float[]> float32(Program program, int room) {
        return float32(program, room, Crew.ALONE);
    }

    /** The same, to be run by a crew, which the caller leads. */
    public static Execution<float[]> float32(Program program, int room, Crew crew) {
        return new Execution<>(program, room, crew, float[]::new, Kernels::float32);
    }

    /**
     * Lays the program out in float64.
     *
     * @throws ArithmeticException when the program needs more elements than one array holds
     */
    public static Execution<double[]> float64(Program program) {
        return new Execution<>(
                program, 0, Crew.ALONE, double[]::new, (arena, member, members) -> Kernels.float64(arena));
    }

    /** How many elements the arena of {@code program} has; nothing is laid out. */
    public static int arenaSize(Program program) {
        return new MemoryPlan(program).arenaSize();
    }

    /** How many threads are of use to a run of {@code program}. */
    public static int threads(Program program) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, program.flops() / FLOPS_OF_THREAD));
    }

    public Program program() {
        return program;
    }

    /** The memory of the whole program. The parameters stand at its beginning, side by side in declaration order. */
    public A arena() {
        return arena;
    }

    /** Where the room of {@link #float32(Program, int)} begins. */
    public int room() {
        return plan.arenaSize();
    }

    /**
     * Computes every step from the inputs that stand in the arena.
     *
     * @throws IndexOutOfBoundsException when an index among the data is none, naming the step
     */
    public void run() {
        if (sharing.isNone()) {
            for (int i = 0; i < ops.length; i++) {
                step(i, kernels);
            }
        } else {
            crew.run(share);
        }
    }

    private void runShare(int member) {
        for (int i = 0; i < ops.length; i++) {
            if (sharing.isAwaited(i)) {
                crew.meet();
            }
            if (sharing.isShared(i)) {
                step(i, members[member]);
            } else if (member == 0) {
                step(i, kernels);
            }
        }
    }

    private void step(int i, Kernels by) {
        try {
            ops[i].run(by, operands[i], results[i]);
        } catch (IndexOutOfBoundsException e) {
            throw located(e, i);
        }
    }

    private IndexOutOfBoundsException located(IndexOutOfBoundsException e, int step) {
        int value = program.inputs().size() + step;
        IndexOutOfBoundsException located = new IndexOutOfBoundsException(
                "%s  (step %s = %s)".formatted(e.getMessage(), program.name(value), program.formula(value)));
        located.initCause(e);
        return located;
    }

    /**
     * Where an input stands in the arena.
     *
     * @throws IllegalArgumentException when there is none of that name, naming those there are
     */
    public Block input(String name) {
        return plan.block(program.input(name));
    }

    /**
     * Where an output stands in the arena after a run. Outputs stand side by side in declaration order.
     *
     * @throws IllegalArgumentException when there is none of that name, naming those there are
     */
    public Block output(String name) {
        return plan.block(program.output(name).value());
    }

    /**
     * Writes an input, element by element, row by row.
     *
     * @throws IllegalArgumentException when there is no such input, or it has another number of elements
     */
    public void set(String input, double... elements) {
        Block block = input(input);
        if (elements.length != block.size()) {
            throw new IllegalArgumentException("input %s [%dx%d]: expected %d elements, %d were given"
                    .formatted(input, block.rows(), block.columns(), block.size(), elements.length));
        }
        kernels.load(elements, block);
    }

    /** A copy of an output, row by row. */
    public double[] get(String output) {
        return kernels.read(output(output));
    }
}
