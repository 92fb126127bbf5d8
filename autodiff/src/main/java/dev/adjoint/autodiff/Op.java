package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.io.Serializable;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A primitive operation {@code y = f(x1, ..., xn)} with all its rules in one place: its shape, its kernel, and its two
 * derivatives.
 *
 * <p>With {@code Ji} the Jacobian of {@code f} with respect to {@code xi}, the forward rule gives {@code Ji t} for a
 * tangent {@code t} of {@code xi}, and the reverse rule gives {@code Ji' u} for an adjoint {@code u} of {@code y}. Both
 * are <em>written in terms of operations</em>, so the derivative of a program is a program again and can itself be
 * differentiated. The transformations add up over the operands.
 *
 * <p>An operation is a record: two that are equal compute the same, and its components go into {@link Program#digest}.
 */
public interface Op extends Serializable {
    /**
     * The shape of the result.
     *
     * @throws ShapeException when the operands do not fit, naming what was expected and both shapes
     */
    Shape shape(List<Shape> operands);

    /** The number of floating-point operations of a run: additions, multiplications and function values, one each. */
    default long flops(List<Shape> operands, Shape result) {
        return result.size();
    }

    /** Reads the operands' blocks and writes the result's. Allocates nothing. */
    void run(Kernels kernels, Block[] operands, Block result);

    /**
     * Whether {@link #run} by all members of a crew, with the kernels of each, comes to the bits that it comes to alone. May
     * try it, and leave zeros in the blocks.
     */
    default boolean isShared(Kernels alone, Kernels[] members, Block[] operands, Block result) {
        return false;
    }

    /** {@code Ji t}, of the result's shape; null where it is zero for every {@code t}. */
    @Nullable
    Value jvp(int operand, List<Value> operands, Value result, Value tangent);

    /** {@code Ji' u}, of the operand's shape; null where it is zero for every {@code u}. */
    @Nullable
    Value vjp(int operand, List<Value> operands, Value result, Value adjoint);

    /** The operation's name in programs and messages: that of its record, e.g. {@code matMul}. */
    default String name() {
        String record = getClass().getSimpleName();
        return record.substring(0, 1).toLowerCase(Locale.ROOT) + record.substring(1);
    }

    /**
     * What tells the operation from others of its kind: the components of its record, in order, which are numbers, texts,
     * constants of enums, or records of those.
     *
     * @throws IllegalStateException when it is not a record
     */
    default List<Object> attributes() {
        if (!(this instanceof Record)) {
            throw new IllegalStateException(getClass().getName() + ": an operation is a record");
        }
        List<Object> attributes = new ArrayList<>();
        for (RecordComponent component : getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true); // the record may be private
                attributes.add(component.getAccessor().invoke(this));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(component + " of " + getClass().getName() + " cannot be read", e);
            }
        }
        return attributes;
    }

    /** How the operation prints itself with its operands and attributes, e.g. {@code sliceColumns(x, 0, 4)}. */
    default String format(List<String> operands) {
        List<String> arguments = new ArrayList<>(operands);
        for (Object attribute : attributes()) {
            arguments.add(attribute instanceof Double number ? Elementwise.number(number) : String.valueOf(attribute));
        }
        return name() + "(" + String.join(", ", arguments) + ")";
    }
}
