package dev.adjoint.data;

import dev.adjoint.worker.Chunk;
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

    /** The most rows that a shard has. */
    public long largestShard() {
        return (examples + shardCount - 1) / shardCount;
    }
}
