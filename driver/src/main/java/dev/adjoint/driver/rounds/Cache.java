package dev.adjoint.driver.rounds;

import dev.adjoint.driver.data.ShardedData;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockStatus;
import org.apache.spark.storage.RDDBlockId;
import scala.jdk.javaapi.CollectionConverters;

/** The rows in the memory of executors, or of this process. */
public final class Cache {
    private Cache() {}

    /** Packs rows that are not packed yet; whether all of them are in memory then. */
    public static boolean fill(JavaSparkContext context, ShardedData data) {
        if (isFull(data)) {
            return true;
        }
        LocalProperties.described(context.sc(), "packing the rows", data.chunks()::count);
        return isFull(data);
    }

    /** Asks the master of block managers: what the context says of storage comes from a log of events, and lags behind. */
    private static boolean isFull(ShardedData data) {
        for (int partition = 0; partition < data.chunks().getNumPartitions(); partition++) {
            long bytes = 0;
            for (BlockStatus status : CollectionConverters.asJava(
                            SparkEnv.get().blockManager().master().getBlockStatus(block(data, partition), false))
                    .values()) {
                // The size, since the level of the status is the one that was asked for, also where all is on disk.
                bytes += status.memSize();
            }
            if (bytes == 0) {
                return false;
            }
        }
        return true;
    }

    /** What Spark calls a partition's rows. */
    static RDDBlockId block(ShardedData data, int partition) {
        return new RDDBlockId(data.chunks().id(), partition);
    }
}
