package dev.adjoint.driver.rounds;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.worker.Chunk;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockResult;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** In local mode Spark's cache and the driver are in one JVM: the driver takes the very chunks that are cached there. */
final class LocalShards {
    private LocalShards() {}

    /** The chunks of each shard, in order; empty where they do not all lie in this JVM's memory. */
    static Optional<List<List<Chunk>>> of(JavaSparkContext context, ShardedData data) {
        if (!context.isLocal() || !Cache.fill(context, data)) {
            return Optional.empty();
        }
        List<List<Chunk>> shards = new ArrayList<>();
        for (int partition = 0; partition < data.chunks().getNumPartitions(); partition++) {
            Option<BlockResult> block = SparkEnv.get().blockManager().getLocalValues(Cache.block(data, partition));
            if (block.isEmpty()) {
                return Optional.empty(); // evicted since
            }
            Iterator<Object> values = CollectionConverters.asJava(block.get().data());
            while (values.hasNext()) { // to its end, which gives the block back
                Chunk chunk = (Chunk) values.next();
                if (chunk.shard() == shards.size()) {
                    shards.add(new ArrayList<>());
                }
                shards.get(chunk.shard()).add(chunk);
            }
        }
        return Optional.of(shards);
    }
}
