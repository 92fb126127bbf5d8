package dev.adjoint.data;

import dev.adjoint.worker.Shard;
import org.apache.spark.api.java.JavaRDD;

/**
 * Packed examples, as an RDD of shards in the order of their numbers. Example {@code i} is row {@code i / shardCount} of
 * shard {@code i % shardCount}.
 *
 * @param shardCount a power of two
 * @param examples over all shards
 */
public record ShardedData(JavaRDD<Shard> shards, int shardCount, long examples) {
    /** The most rows that a shard has. */
    public long largestShard() {
        return (examples + shardCount - 1) / shardCount;
    }
}
