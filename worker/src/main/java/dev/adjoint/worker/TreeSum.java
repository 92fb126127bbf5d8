package dev.adjoint.worker;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Adds sums of shards along one fixed binary tree over the shard numbers. Node {@code (level, index)} is the sum of the
 * {@code 2^level} shards from {@code index * 2^level} on, and is always its left half plus its right half.
 *
 * <p>A task adds its run of shards, in order, and hands on the nodes that its run completes; the driver adds those, in
 * order, in the same way. Floating-point addition is not associative, but the tree is the same however the shards were
 * dealt out, so the bits are the same too.
 */
public final class TreeSum<S extends Sum<S>> {
    /** The sum of an aligned run of shards. */
    public record Node<S extends Sum<S>>(int level, int index, S sum) implements Serializable {
        private boolean isRightSiblingOf(Node<S> left) {
            return level == left.level && index % 2 == 1 && left.index == index - 1;
        }
    }

    /** Complete nodes, left to right, no two of them siblings. */
    private final List<Node<S>> nodes = new ArrayList<>();

    private final BinaryOperator<S> addition;

    public TreeSum() {
        this((left, right) -> {
            left.add(right);
            return left;
        });
    }

    /** With another way to add two, in whichever of them, after which the other is no longer needed. */
    public TreeSum(BinaryOperator<S> addition) {
        this.addition = addition;
    }

    /** From a shard to its sum. */
    @FunctionalInterface
    public interface OfShard<P extends Piece, S> {
        /** The sum of a shard, from all its pieces in their order. */
        S sum(int shard, Iterator<P> pieces);
    }

    /** Adds the sums of shards: {@code pieces} has those of a shard side by side, in their order, and the shards in theirs. */
    public <P extends Piece> void addShards(Iterator<P> pieces, OfShard<P, S> sums) {
        ShardByShard<P> shards = new ShardByShard<>(pieces);
        while (shards.nextShard()) {
            add(shards.shard, sums.sum(shards.shard, shards));
        }
    }

    /** The pieces of one shard after the other's. */
    private static final class ShardByShard<P extends Piece> implements Iterator<P> {
        private final Iterator<P> pieces;
        private @Nullable P next;
        private int shard = -1;

        ShardByShard(Iterator<P> pieces) {
            this.pieces = pieces;
            advance();
        }

        private void advance() {
            next = pieces.hasNext() ? pieces.next() : null;
        }

        /** Goes on to the next shard, if there is one, past what is left of the last. */
        boolean nextShard() {
            while (hasNext()) {
                advance();
            }
            if (next != null) {
                shard = next.shard();
            }
            return next != null;
        }

        @Override
        public boolean hasNext() {
            return next != null && next.shard() == shard;
        }

        @Override
        public P next() {
            P piece = Objects.requireNonNull(next);
            advance();
            return piece;
        }
    }

    /** Adds the sum of one shard. */
    public void add(int shard, S sum) {
        add(new Node<>(0, shard, sum));
    }

    /** Adds a node that lies to the right of all nodes added before. */
    public void add(Node<S> node) {
        Node<S> whole = node;
        while (!nodes.isEmpty() && whole.isRightSiblingOf(nodes.get(nodes.size() - 1))) {
            Node<S> left = nodes.remove(nodes.size() - 1);
            whole = new Node<>(whole.level() + 1, whole.index() / 2, addition.apply(left.sum(), whole.sum()));
        }
        nodes.add(whole);
    }

    /** The largest complete nodes, left to right. */
    public List<Node<S>> nodes() {
        return List.copyOf(nodes);
    }

    /** How many nodes the sums of the shards {@code from} to {@code to}, exclusive, come to. */
    public static int nodeCount(int from, int to) {
        int count = 0;
        for (int at = from; at < to; count++) {
            int fits = Integer.highestOneBit(to - at);
            at += at == 0 ? fits : Math.min(fits, Integer.lowestOneBit(at));
        }
        return count;
    }

    /**
     * The sum of all shards.
     *
     * @param shards how many there are, a power of two
     * @throws IllegalStateException when some are missing
     */
    public S total(int shards) {
        if (nodes.size() != 1 || 1 << nodes.get(0).level() != shards) {
            throw new IllegalStateException("the sum over %d shards is incomplete: %s"
                    .formatted(
                            shards,
                            nodes.stream()
                                    .map(n -> "level " + n.level() + " index " + n.index())
                                    .toList()));
        }
        return nodes.get(0).sum();
    }
}
