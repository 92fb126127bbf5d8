package dev.adjoint.driver.data;

import dev.adjoint.worker.Chunk;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.spark.api.java.JavaRDD;

/**
 * Packed examples, as an RDD of the chunks of shards: those of a shard side by side, in their order, and the shards in
 * theirs. A shard without examples has one empty chunk. Example {@code i} is row {@code i / shardCount} of
 * shard {@code i % shardCount}.
 *
 * @param shardCount a power of two
 * @param examples over all shards
 * @param entriesOfRow how many features of a row are not 0 at most, where rows are sparse; 0 where they are dense
 */
public record ShardedData(JavaRDD<Chunk> chunks, int shardCount, long examples, int entriesOfRow) {
    /** Of dense rows. */
    public ShardedData(JavaRDD<Chunk> chunks, int shardCount, long examples) {
        this(chunks, shardCount, examples, 0);
    }

    /** How many partitions shards are dealt to where so many tasks run at once; it changes no result. */
    public static int partitions(int shards, int cores) {
        return Math.min(shards, Math.max(1, cores));
    }

    /** The first shard of a partition, each of which has an aligned run of them; of the one after the last, their number. */
    public static int firstShard(int partition, int shards, int partitions) {
        return (int) (((long) partition * shards + partitions - 1) / partitions);
    }

    /**
     * Tells these examples from others, in hexadecimal: the first half of the SHA-256 of all chunks' checksums, in order. A
     * job goes over all of them for it.
     */
    public String digest() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java platform has SHA-256", e);
        }
        for (long[] chunk : chunks.map(c -> new long[] {c.shard(), c.first(), c.rows(), c.checksum()})
                .collect()) {
            ByteBuffer bytes = ByteBuffer.allocate(chunk.length * Long.BYTES);
            bytes.asLongBuffer().put(chunk);
            digest.update(bytes.array());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    /** Gives back the memory that they take; they would be computed anew. */
    public void release() {
        // Spark asks its block managers, which a thread that was interrupted may not.
        boolean isInterrupted = Thread.interrupted();
        try {
            chunks.unpersist(false);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The first rows of the first shard, brought to the driver: the same on any cluster. */
    public Chunk firstChunk() {
        return chunks.first();
    }

    /** The most rows that a shard has. */
    public long largestShard() {
        return largestShard(examples, shardCount);
    }

    static long largestShard(long examples, int shards) {
        return (examples + shards - 1) / shards;
    }
}
