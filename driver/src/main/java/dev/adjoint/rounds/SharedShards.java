package dev.adjoint.rounds;

import dev.adjoint.data.ShardedData;
import dev.adjoint.worker.Chunk;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockStatus;
import org.apache.spark.storage.RDDBlockId;
import scala.Option;

/**
 * In local mode Spark's cache and the driver are in one JVM. Tasks lay out the shards that they find there, the driver picks
 * them up: the very objects, without a copy.
 */
final class SharedShards {
    /** What tasks have laid out for a driver that waits, by partition. Statics are all that a task shares with it. */
    private static final ConcurrentHashMap<String, ConcurrentHashMap<Integer, List<Chunk>>> LAID_OUT =
            new ConcurrentHashMap<>();

    private SharedShards() {}

    /** The chunks of every shard, in order, if they are all in this JVM's memory. */
    static Optional<List<List<Chunk>>> of(JavaSparkContext context, ShardedData data) {
        if (!context.isLocal()) {
            return Optional.empty();
        }
        // First into the cache: what does not fit there must not be gathered here.
        data.chunks().count();
        if (!isCachedInMemory(data)) {
            return Optional.empty();
        }
        String key = UUID.randomUUID().toString();
        ConcurrentHashMap<Integer, List<Chunk>> partitions = new ConcurrentHashMap<>();
        LAID_OUT.put(key, partitions);
        try {
            data.chunks().mapPartitionsWithIndex(new LayOut(key), true).count();
        } finally {
            LAID_OUT.remove(key);
        }
        List<List<Chunk>> shards = new ArrayList<>();
        for (List<Chunk> partition : new TreeMap<>(partitions).values()) {
            for (Chunk chunk : partition) {
                if (chunk.shard() == shards.size()) {
                    shards.add(new ArrayList<>());
                }
                shards.get(chunk.shard()).add(chunk);
            }
        }
        return Optional.of(shards);
    }

    /** Asks the block manager: what the context says of storage comes from a log of events, and lags behind. */
    private static boolean isCachedInMemory(ShardedData data) {
        BlockManager blocks = SparkEnv.get().blockManager();
        for (int partition = 0; partition < data.chunks().getNumPartitions(); partition++) {
            Option<BlockStatus> status =
                    blocks.getStatus(new RDDBlockId(data.chunks().id(), partition));
            // The size, since the level of the status is the one that was asked for, also where all is on disk.
            if (status.isEmpty() || status.get().memSize() == 0) {
                return false;
            }
        }
        return true;
    }

    private record LayOut(String key) implements Function2<Integer, Iterator<Chunk>, Iterator<Chunk>> {
        @Override
        public Iterator<Chunk> call(Integer partition, Iterator<Chunk> chunks) {
            List<Chunk> list = new ArrayList<>();
            chunks.forEachRemaining(list::add);
            ConcurrentHashMap<Integer, List<Chunk>> partitions = LAID_OUT.get(key);
            if (partitions != null) { // a task that is run again may come after the driver has left
                partitions.put(partition, list);
            }
            return list.iterator();
        }
    }
}
