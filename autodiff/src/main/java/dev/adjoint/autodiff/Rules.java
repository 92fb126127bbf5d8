package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Derivative rules that many operations share. */
final class Rules {
    private Rules() {}

    /**
     * Linear in each of some operands: its forward rule is the operation itself. The other operands are indices, which have
     * no derivative.
     */
    interface Linear extends Op {
        default boolean isLinearIn(int operand) {
            return operand == 0;
        }

        /** The reverse rule for an operand that it is linear in. */
        Value transposed(int operand, List<Value> operands, Value adjoint);

        @Override
        default @Nullable Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            if (!isLinearIn(operand)) {
                return null;
            }
            List<Value> moved = new ArrayList<>(operands);
            moved.set(operand, tangent);
            return tangent.recorder().record(this, moved);
        }

        @Override
        default @Nullable Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return isLinearIn(operand) ? transposed(operand, operands, adjoint) : null;
        }
    }

    /** Its Jacobian is symmetric, for each operand: one rule serves both modes, and the result has the operands' shape. */
    interface Symmetric extends Op {
        @Override
        default Shape shape(List<Shape> operands) {
            return operands.get(0);
        }

        @Override
        default @Nullable Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return jvp(operand, operands, result, adjoint);
        }
    }

    /** Its derivative is zero, or is taken as zero. */
    interface Flat extends Op {
        @Override
        default @Nullable Value jvp(int operand, List<Value> operands, Value result, Value tangent) {
            return null;
        }

        @Override
        default @Nullable Value vjp(int operand, List<Value> operands, Value result, Value adjoint) {
            return null;
        }
    }

    /** Its kernel is one that the members of a crew share. */
    interface Shared extends Op {
        @Override
        default boolean isShared(Kernels alone, Kernels[] members, Block[] operands, Block result) {
            return true;
        }
    }

    /** Computes nothing: it moves numbers, or makes them. */
    interface WithoutFlops extends Op {
        @Override
        default long flops(List<Shape> operands, Shape result) {
            return 0;
        }
    }
}
