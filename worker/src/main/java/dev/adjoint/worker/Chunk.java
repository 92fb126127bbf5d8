package dev.adjoint.worker;

import java.io.Serializable;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Some consecutive packed examples of one logical shard. A shard comes in chunks, so that it can be streamed where it does
 * not fit in memory; an empty shard is one empty chunk.
 *
 * @param shard the shard's number, its place in the tree of sums
 * @param first the place of the first row in the shard
 * @param targets {@code [rows x k]}, row by row: class indices, or standardised real targets; empty where the features are the
 *     targets
 * @param weights {@code [rows x 1]}: example weights
 * @param ranks {@code [rows x 1]}: the share of the training's examples that are easier than a row; empty where no difficulty is known
 * @param groups {@code [rows x 1]}: the number of the group that a row is measured in; empty where there are none
 */
public record Chunk(int shard, int first, Rows features, float[] targets, float[] weights, float[] ranks, int[] groups)
        implements Piece, Serializable {
    /** About so many numbers are in a chunk: enough to mix well, few enough to have several in memory. */
    private static final int NUMBERS = 1 << 22;

    /** Bytes that are checked at a time. */
    private static final int BUFFER = 1 << 16;

    /**
     * Checks that the arrays have the extents.
     *
     * @throws IllegalArgumentException when one has not
     */
    public Chunk {
        int rows = features.rows();
        if (weights.length != rows || (rows == 0 ? targets.length > 0 : targets.length % rows > 0)) {
            throw new IllegalArgumentException("shard %d: %d targets and %d weights for %d rows"
                    .formatted(shard, targets.length, weights.length, features.rows()));
        }
        if (ranks.length > 0 && ranks.length != rows) {
            throw new IllegalArgumentException(
                    "shard %d: ranks of %d rows for %d rows".formatted(shard, ranks.length, rows));
        }
        if (groups.length > 0 && groups.length != rows) {
            throw new IllegalArgumentException(
                    "shard %d: groups of %d rows for %d rows".formatted(shard, groups.length, rows));
        }
    }

    /** Without ranks and groups. */
    public Chunk(int shard, int first, Rows features, float[] targets, float[] weights) {
        this(shard, first, features, targets, weights, new float[0], new int[0]);
    }

    /** With all features, {@code [rows x width]}. */
    public Chunk(int shard, int first, int rows, int width, float[] features, float[] targets, float[] weights) {
        this(shard, first, new Rows.Dense(rows, width, features), targets, weights);
    }

    public int rows() {
        return features.rows();
    }

    /**
     * Writes the targets of a row to {@code out} from {@code at} on.
     *
     * @param count how many an example has
     * @throws IllegalArgumentException when they are the features, and there are more or fewer, or these are sparse
     */
    public void writeTargets(int row, int count, float[] out, int at) {
        if (targets.length > 0) {
            System.arraycopy(targets, row * count, out, at, count);
        } else if (features instanceof Rows.Full full && full.width() == count) {
            full.write(row, out, at);
        } else {
            throw new IllegalArgumentException("shard %d: rows of %d features without targets, expected %d dense ones"
                    .formatted(shard, features.width(), count));
        }
    }

    /** The same rows, each in a group. */
    public Chunk withGroups(int[] ofRows) {
        return new Chunk(shard, first, features, targets, weights, ranks, ofRows);
    }

    /** The same rows, each with its rank by difficulty. */
    public Chunk withRanks(float[] ofRows) {
        return new Chunk(shard, first, features, targets, weights, ofRows, groups);
    }

    /** A CRC-32C of all numbers that are trained on. */
    public long checksum() {
        CRC32C crc = new CRC32C();
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
        features.arrays().forEach(array -> update(crc, array, bytes));
        update(crc, targets, bytes);
        update(crc, weights, bytes);
        update(crc, ranks, bytes);
        return crc.getValue();
    }

    private static void update(CRC32C crc, Object array, ByteBuffer bytes) {
        int most = BUFFER / Float.BYTES;
        for (int at = 0; at < Array.getLength(array); at += most) {
            int count = Math.min(most, Array.getLength(array) - at);
            bytes.clear();
            if (array instanceof float[] floats) {
                bytes.asFloatBuffer().put(floats, at, count);
            } else {
                bytes.asIntBuffer().put((int[]) array, at, count);
            }
            crc.update(bytes.limit(count * Float.BYTES));
        }
    }

    public int width() {
        return features.width();
    }

    /** How many rows all chunks of a shard have, but for the last, when a row has so many numbers. */
    public static int rows(int numbers) {
        return Math.max(256, Math.min(1 << 16, NUMBERS / numbers));
    }
}
