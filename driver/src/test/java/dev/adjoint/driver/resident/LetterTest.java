package dev.adjoint.driver.resident;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.worker.TreeSum.Node;
import dev.adjoint.worker.WeightedSum;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LetterTest {
    private static final Letter.Address BOX = new Letter.Address(new Letter.Secret(1, -2), 3, 4);

    private static Node<WeightedSum> node(int level, int index, float... vector) {
        return new Node<>(level, index, new WeightedSum(vector, 0.5 + index, 2, 3));
    }

    private static ByteBuffer letter() {
        List<Node<WeightedSum>> nodes = List.of(node(0, 7, 1, 2, 3), node(2, 1), node(1, 9, 4, 5, 6));
        ByteBuffer memory = ByteBuffer.allocate(Letter.size(nodes, 1, 3));
        Letter.write(memory, BOX, 5, 6, nodes, 1, 3);
        assertFalse(memory.hasRemaining());
        return memory.flip();
    }

    @Test
    void aLetterIsReadAsItWasWritten() throws Exception {
        ByteBuffer message = letter();
        assertEquals(BOX, Letter.address(message));
        Letter read = Letter.read(message, 2, () -> new float[2]);
        assertEquals(BOX, read.box());
        assertEquals(5, read.from());
        assertEquals(6, read.number());
        assertEquals(3, read.nodes().size());
        assertArrayEquals(new float[] {2, 3}, read.nodes().get(0).sum().vector());
        assertArrayEquals(new float[0], read.nodes().get(1).sum().vector(), "of no examples");
        assertArrayEquals(new float[] {5, 6}, read.nodes().get(2).sum().vector());
        assertEquals(1, read.nodes().get(2).level());
        assertEquals(9, read.nodes().get(2).index());
        assertEquals(9.5, read.nodes().get(2).sum().loss());
        assertEquals(2, read.nodes().get(2).sum().weight());
        assertEquals(3, read.nodes().get(2).sum().examples());
    }

    /** Or others would be given an array that is too short for them. */
    @Test
    void itsArraysAreThoseThatItWasGivenAndNotWhatASumGotLater() throws Exception {
        List<float[]> given = new ArrayList<>();
        Letter read = Letter.read(letter(), 5, () -> {
            given.add(new float[5]);
            return given.get(given.size() - 1);
        });
        List<float[]> arrays = read.arrays();
        read.nodes().get(1).sum().add(read.nodes().get(0).sum());
        assertArrayEquals(new float[] {2, 3}, read.nodes().get(1).sum().vector());
        assertEquals(2, arrays.size());
        assertSame(given.get(0), arrays.get(0));
        assertSame(given.get(1), arrays.get(1));
    }

    @Test
    void whatIsCutShortIsRefusedWhereverItIsCut() {
        ByteBuffer whole = letter();
        for (int length = 0; length < whole.remaining(); length++) {
            ByteBuffer cut = whole.slice(0, length);
            assertThrows(Letter.DamagedException.class, () -> Letter.read(cut, 2, () -> new float[2]));
        }
        ByteBuffer longer = ByteBuffer.allocate(whole.remaining() + 1).put(whole.duplicate());
        assertThrows(Letter.DamagedException.class, () -> Letter.read(longer.rewind(), 2, () -> new float[2]));
    }

    @Test
    void aLongerSumThanThereCanBeIsRefused() {
        Letter.DamagedException e =
                assertThrows(Letter.DamagedException.class, () -> Letter.read(letter(), 1, () -> new float[1]));
        assertTrue(String.valueOf(e.getMessage()).contains("a sum of 2 numbers"), e.getMessage());
    }

    /** Before memory is taken for them. */
    @ParameterizedTest
    @ValueSource(ints = {-1, 1 << 20, Integer.MAX_VALUE})
    void moreSumsThanThereAreBytesForAreRefused(int count) {
        ByteBuffer message = letter().order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(28 + 4 + 8, count);
        assertThrows(Letter.DamagedException.class, () -> Letter.read(message, 2, () -> new float[2]));
    }
}
