package dev.adjoint.driver.resident;

import dev.adjoint.worker.TreeSum.Node;
import dev.adjoint.worker.WeightedSum;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a task sends to another: a stretch of the sums of some nodes.
 *
 * @param box whom it is for
 * @param from the number of the task that sends it
 * @param number that it bears in its stage
 */
record Letter(Address box, int from, long number, List<Node<WeightedSum>> nodes) {
    /** What the letters of a training bear, which the driver drew and nobody else knows. */
    record Secret(long high, long low) implements Serializable {}

    /**
     * Where a task takes its letters.
     *
     * @param stage Spark's number of the stage, and of its attempt: later ones have larger numbers
     * @param task its number in the stage
     */
    record Address(Secret secret, long stage, int task) {
        private static final int BYTES = 3 * Long.BYTES + Integer.BYTES;
    }

    private static final float[] NONE = {};

    private static final int HEAD = Address.BYTES + 2 * Integer.BYTES + Long.BYTES;
    private static final int HEAD_OF_NODE = 2 * Integer.BYTES + 3 * Long.BYTES + Integer.BYTES;

    /** A letter that is not as long as it says, or as it may be. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(String what) {
            super(what);
        }
    }

    /** How many bytes the numbers {@code start} to {@code end}, exclusive, of the nodes' vectors take. */
    static int size(List<Node<WeightedSum>> nodes, int start, int end) {
        int size = HEAD;
        for (Node<WeightedSum> node : nodes) {
            size += HEAD_OF_NODE + Float.BYTES * (node.sum().length() == 0 ? 0 : end - start);
        }
        return size;
    }

    /** Writes these numbers, with all of the nodes' losses, into memory of so many bytes. */
    static void write(
            ByteBuffer memory, Address box, int from, long number, List<Node<WeightedSum>> nodes, int start, int end) {
        ByteBuffer out = memory.order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(box.secret.high).putLong(box.secret.low).putLong(box.stage).putInt(box.task);
        out.putInt(from).putLong(number).putInt(nodes.size());
        for (Node<WeightedSum> node : nodes) {
            WeightedSum sum = node.sum();
            out.putInt(node.level()).putInt(node.index());
            out.putDouble(sum.loss()).putDouble(sum.weight()).putLong(sum.examples());
            int length = sum.length() == 0 ? 0 : end - start;
            out.putInt(length);
            if (length > 0) {
                out.asFloatBuffer().put(sum.array(), sum.offset() + start, length);
                out.position(out.position() + Float.BYTES * length);
            }
        }
    }

    /** In which the nodes' numbers stand: to be asked for before a sum is added to, since an empty one then gets an array of its own. */
    List<float[]> arrays() {
        return nodes.stream()
                .filter(node -> node.sum().length() > 0)
                .map(node -> node.sum().array())
                .toList();
    }

    /**
     * Whom a letter is for.
     *
     * @throws DamagedException when it is too short to say
     */
    static Address address(ByteBuffer message) throws DamagedException {
        ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < HEAD) {
            throw new DamagedException("a message of %d bytes, expected %d at least".formatted(in.remaining(), HEAD));
        }
        return new Address(new Secret(in.getLong(), in.getLong()), in.getLong(), in.getInt());
    }

    /**
     * A letter; the message may be used again afterwards.
     *
     * @param longest how many numbers a node may have
     * @param arrays gives arrays of so many, for the nodes' vectors
     * @throws DamagedException when it is not as long as it says, or a node is longer
     */
    static Letter read(ByteBuffer message, int longest, Supplier<float[]> arrays) throws DamagedException {
        Address box = address(message);
        ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + Address.BYTES);
        int from = in.getInt();
        long number = in.getLong();
        int count = in.getInt();
        if (count < 0 || (long) count * HEAD_OF_NODE > in.remaining()) {
            throw new DamagedException("%d sums in %d bytes".formatted(count, in.remaining()));
        }
        List<Node<WeightedSum>> nodes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (in.remaining() < HEAD_OF_NODE) {
                throw new DamagedException("it ends in sum %d of %d".formatted(i + 1, count));
            }
            int level = in.getInt();
            int index = in.getInt();
            double loss = in.getDouble();
            double weight = in.getDouble();
            long examples = in.getLong();
            int length = in.getInt();
            if (length < 0 || length > longest || (long) length * Float.BYTES > in.remaining()) {
                throw new DamagedException("a sum of %d numbers in %d bytes, expected %d at most"
                        .formatted(length, in.remaining(), longest));
            }
            float[] vector = length == 0 ? NONE : arrays.get();
            in.asFloatBuffer().get(vector, 0, length);
            in.position(in.position() + Float.BYTES * length);
            nodes.add(new Node<>(level, index, WeightedSum.lent(vector, 0, length, loss, weight, examples)));
        }
        if (in.hasRemaining()) {
            throw new DamagedException("%d bytes after its end".formatted(in.remaining()));
        }
        return new Letter(box, from, number, nodes);
    }
}
