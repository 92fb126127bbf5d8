package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where each value of a program lives in the arena: {@code [parameters | other inputs | outputs | intermediates]}, the
 * first three in declaration order, side by side. An intermediate's place is taken again once its last reader has run.
 */
final class MemoryPlan {
    private final Program program;
    private final Block[] blocks;
    /** Free stretches among the intermediates, offset to length; no two touch. */
    private final TreeMap<Integer, Integer> free = new TreeMap<>();
    /** The same, ordered by length and then by offset. */
    private final TreeSet<Stretch> byLength =
            new TreeSet<>(Comparator.comparingInt(Stretch::length).thenComparingInt(Stretch::offset));

    private int size;

    MemoryPlan(Program program) {
        this.program = program;
        this.blocks = new Block[program.valueCount()];
        for (int parameters = 1; parameters >= 0; parameters--) {
            for (int i = 0; i < program.inputs().size(); i++) {
                if (program.inputs().get(i).isParameter() == (parameters == 1)) {
                    append(i);
                }
            }
        }
        for (Program.Output output : program.outputs()) {
            if (blocks[output.value()] == null) {
                append(output.value());
            }
        }
        placeIntermediates();
    }

    Block block(int value) {
        return blocks[value];
    }

    int arenaSize() {
        return size;
    }

    private void append(int value) {
        blocks[value] = block(size, program.shape(value));
        size = Math.addExact(size, program.shape(value).size());
    }

    private void placeIntermediates() {
        int[] lastReader = new int[blocks.length];
        Arrays.fill(lastReader, -1);
        for (int i = program.inputs().size(); i < blocks.length; i++) {
            for (int operand : program.step(i).operands()) {
                lastReader[operand] = i;
            }
        }
        int firstIntermediate = size;
        for (int i = program.inputs().size(); i < blocks.length; i++) {
            if (blocks[i] == null) {
                blocks[i] = block(take(program.shape(i).size()), program.shape(i));
            }
            for (int operand : program.step(i).operands()) {
                Block block = blocks[operand];
                if (lastReader[operand] == i && block.offset() >= firstIntermediate) {
                    lastReader[operand] = -1; // an operand that is read twice by this step is given back once
                    giveBack(block.offset(), block.size());
                }
            }
        }
    }

    private record Stretch(int offset, int length) {}

    /** The smallest free stretch that is large enough, or new room at the end. */
    private int take(int length) {
        Stretch best = byLength.ceiling(new Stretch(0, length));
        if (best != null) {
            remove(best);
            if (best.length() > length) {
                insert(new Stretch(best.offset() + length, best.length() - length));
            }
            return best.offset();
        }
        int offset = size;
        Map.Entry<Integer, Integer> last = free.lastEntry();
        if (last != null && last.getKey() + last.getValue() == size) {
            offset = last.getKey();
            remove(new Stretch(offset, last.getValue()));
        }
        size = Math.addExact(offset, length);
        return offset;
    }

    private void giveBack(int offset, int length) {
        int from = offset;
        int to = offset + length;
        Map.Entry<Integer, Integer> before = free.floorEntry(offset);
        if (before != null && before.getKey() + before.getValue() == offset) {
            from = before.getKey();
            remove(new Stretch(from, before.getValue()));
        }
        Integer after = free.get(to);
        if (after != null) {
            remove(new Stretch(to, after));
            to += after;
        }
        insert(new Stretch(from, to - from));
    }

    private void insert(Stretch stretch) {
        free.put(stretch.offset(), stretch.length());
        byLength.add(stretch);
    }

    private void remove(Stretch stretch) {
        free.remove(stretch.offset());
        byLength.remove(stretch);
    }

    private static Block block(int offset, Shape shape) {
        return new Block(offset, shape.rows(), shape.columns());
    }
}
