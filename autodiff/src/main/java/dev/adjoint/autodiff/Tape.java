package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A graph made on the fly: each step is computed as it is recorded, so {@code if}, {@code while} and recursion on the
 * values work, and what is differentiated is the path that was taken.
 *
 * <pre>{@code
 * Tape tape = new Tape();
 * Value x = tape.input("x", 2);
 * Value root = x;
 * while (Math.abs(root.item() * root.item() - x.item()) > 1e-12) {
 *     root = root.add(x.divide(root)).multiply(0.5);      // Newton's square root
 * }
 * tape.gradient(root, x);                                 // 1 / (2 sqrt(2))
 * }</pre>
 *
 * <p>Float64, since these graphs are small and a number that is branched on should have all its digits. A derivative is
 * recorded on the same tape, and can itself be differentiated. A tape remembers everything: take a new one for each
 * evaluation. Not for use by two threads at once.
 */
public final class Tape extends Recorder {
    private final List<Block> blocks = new ArrayList<>();
    private double[] arena = new double[64];
    private Kernels kernels = Kernels.float64(arena);
    private int used;

    /**
     * An input of one row.
     *
     * @throws IllegalArgumentException when there is an input of that name, or the row is empty
     */
    public Value input(String name, double... row) {
        if (row.length == 0) {
            throw new IllegalArgumentException("input %s: expected at least 1 element, 0 were given".formatted(name));
        }
        return input(name, new Shape(1, row.length), row);
    }

    /**
     * An input, its elements row by row.
     *
     * @throws IllegalArgumentException when there is an input of that name, or the number of elements is another
     */
    public Value input(String name, Shape shape, double... elements) {
        if (elements.length != shape.size()) {
            throw new IllegalArgumentException("input %s %s: expected %d elements, %d were given"
                    .formatted(name, shape, shape.size(), elements.length));
        }
        Value input = declare(name, shape);
        Block block = place(input);
        kernels.load(elements, block);
        return input;
    }

    /**
     * The gradient of {@code output} with respect to each of {@code values}: zeros where it does not depend on one.
     *
     * @throws ShapeException when the output is not a scalar
     */
    public List<Value> gradient(Value output, Value... values) {
        requireOwn(output, "gradient");
        List<Value> sources = List.of(values);
        sources.forEach(value -> requireOwn(value, "gradient"));
        @Nullable Value[] adjoints = Reverse.adjoints(output, sources);
        List<Value> gradient = new ArrayList<>();
        for (Value source : sources) {
            gradient.add(orZeros(adjoints[source.id()], source.shape()));
        }
        return gradient;
    }

    /**
     * The derivative of {@code output} along the given tangents of earlier values, which are of those values' shapes.
     *
     * @throws ShapeException when a tangent is not of its value's shape
     */
    public Value tangent(Value output, Map<Value, Value> tangents) {
        requireOwn(output, "tangent");
        @Nullable Value[] known = new Value[output.id() + 1];
        tangents.forEach((value, tangent) -> {
            requireOwn(value, "tangent");
            requireOwn(tangent, "tangent of " + value);
            if (!tangent.shape().equals(value.shape())) {
                throw new ShapeException("tangent of %s: the tangent is %s".formatted(value, tangent));
            }
            if (value.id() < known.length) {
                known[value.id()] = tangent;
            }
        });
        for (Value value : List.copyOf(values().subList(0, known.length))) {
            if (known[value.id()] == null) {
                @Nullable
                Value[] ofOperands =
                        value.operands().stream().map(o -> known[o.id()]).toArray(Value[]::new);
                known[value.id()] = Forward.tangent(value, ofOperands);
            }
        }
        return orZeros(known[output.id()], output.shape());
    }

    @Override
    void recorded(Value step) {
        Block[] operands = step.operands().stream().map(o -> blocks.get(o.id())).toArray(Block[]::new);
        Block result = place(step);
        step.requireOp().run(kernels, operands, result);
    }

    @Override
    double[] read(Value value) {
        return kernels.read(blocks.get(value.id()));
    }

    private Block place(Value value) {
        Block block = new Block(used, value.shape().rows(), value.shape().columns());
        used = Math.addExact(used, block.size());
        if (used > arena.length) {
            arena = Arrays.copyOf(arena, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(used, 2L * arena.length)));
            kernels = Kernels.float64(arena);
        }
        blocks.add(block);
        return block;
    }
}
