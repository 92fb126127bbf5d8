package dev.adjoint.autodiff;

import dev.adjoint.autodiff.kernel.Block;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where each value of a program lives in the arena: {@code [parameters | other inputs | outputs | intermediates]}, the
 * first three in declaration order, side by side. An intermediate's place is taken again once its last reader has run.
 */
final class MemoryPlan {
    private final Program program;
    private final Block[] blocks;
    /** Free stretches among the intermediates, offset to length; no two touch. */
    private final TreeMap<Integer, Integer> free = new TreeMap<>();

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

    /** The smallest free stretch that is large enough, or new room at the end. */
    private int take(int length) {
        int best = -1;
        int bestLength = Integer.MAX_VALUE;
        for (Map.Entry<Integer, Integer> stretch : free.entrySet()) {
            if (stretch.getValue() >= length && stretch.getValue() < bestLength) {
                best = stretch.getKey();
                bestLength = stretch.getValue();
            }
        }
        if (best >= 0) {
            free.remove(best);
            if (bestLength > length) {
                free.put(best + length, bestLength - length);
            }
            return best;
        }
        int offset = size;
        Map.Entry<Integer, Integer> last = free.lastEntry();
        if (last != null && last.getKey() + last.getValue() == size) {
            offset = last.getKey();
            free.remove(offset);
        }
        size = Math.addExact(offset, length);
        return offset;
    }

    private void giveBack(int offset, int length) {
        Map.Entry<Integer, Integer> before = free.floorEntry(offset);
        if (before != null && before.getKey() + before.getValue() == offset) {
            free.remove(before.getKey());
            offset = before.getKey();
            length += before.getValue();
        }
        Integer after = free.remove(offset + length);
        free.put(offset, after == null ? length : length + after);
    }

    private static Block block(int offset, Shape shape) {
        return new Block(offset, shape.rows(), shape.columns());
    }
}
