package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * How a crew runs the steps of a program: which of them all its members share, while the leader alone does the others, and before
 * which all must have come to the end of what went before.
 *
 * @param shared by step
 * @param awaited by step
 */
record Sharing(BitSet shared, BitSet awaited) {
    /** Without a crew. */
    static final Sharing NONE = new Sharing(new BitSet(), new BitSet());

    /** Of a member: less is done before all have met. */
    private static final long LEAST_FLOPS = 1 << 19;

    /** An element of a result takes as long to be moved as so many operations. */
    private static final int FLOPS_OF_ELEMENT = 64;

    /** Of a program whose steps have these blocks, in an arena that is new: it holds zeros before and after. */
    static Sharing of(Program program, Kernels alone, Kernels[] members, Block[][] operands, Block[] results) {
        BitSet shared = new BitSet();
        for (int i = 0; i < results.length; i++) {
            Program.Step step = program.steps().get(i);
            long flops =
                    step.op().flops(step.operands().stream().map(program::shape).toList(), step.shape());
            boolean pays = Math.max(flops, (long) FLOPS_OF_ELEMENT * results[i].size()) >= LEAST_FLOPS * members.length;
            shared.set(i, pays && step.op().isShared(alone, members, operands[i], results[i]));
        }
        return new Sharing(shared, awaited(shared, operands, results));
    }

    /** A step waits where it meets what another thread may have read or written since all last waited. */
    private static BitSet awaited(BitSet shared, Block[][] operands, Block[] results) {
        BitSet awaited = new BitSet();
        List<Integer> since = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            int step = i;
            boolean waits = since.stream()
                    .anyMatch(earlier -> (shared.get(step) || shared.get(earlier))
                            && meet(operands[earlier], results[earlier], operands[step], results[step]));
            if (waits) {
                awaited.set(i);
                since.clear();
            }
            since.add(i);
        }
        return awaited;
    }

    private static boolean meet(Block[] operands, Block result, Block[] laterOperands, Block laterResult) {
        boolean meet = overlap(result, laterResult);
        for (Block operand : operands) {
            meet |= overlap(operand, laterResult);
        }
        for (Block operand : laterOperands) {
            meet |= overlap(result, operand);
        }
        return meet;
    }

    private static boolean overlap(Block a, Block b) {
        return a.offset() < b.offset() + b.size() && b.offset() < a.offset() + a.size();
    }

    /** Whether the leader does everything. */
    boolean isNone() {
        return shared.isEmpty();
    }

    boolean isShared(int step) {
        return shared.get(step);
    }

    boolean isAwaited(int step) {
        return awaited.get(step);
    }
}
