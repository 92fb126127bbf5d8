package dev.adjoint.data;

import dev.adjoint.model.Features;
import dev.adjoint.model.Label;
import dev.adjoint.model.RawExample;
import dev.adjoint.worker.Shard;
import dev.adjoint.worker.TreeSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/** Deals raw examples to shards, and shards to Spark partitions: each partition has an aligned run of shards. */
final class Sharding extends Partitioner {
    private static final long serialVersionUID = 1L;
    /** A key is the shard's number above, the row's place in the shard below. */
    private static final int ROW_BITS = 40;

    private final int shards;
    private final int partitions;

    /** Deals to {@code shards} shards; as many partitions as the cluster has use for, which changes no result. */
    static Sharding of(Dataset<Row> rows, int shards) {
        return new Sharding(shards, rows.sparkSession().sparkContext().defaultParallelism());
    }

    Sharding(int shards, int partitions) {
        this.shards = shards;
        this.partitions = Math.min(shards, Math.max(1, partitions));
    }

    /** The key that takes example {@code index} to its shard and place. */
    long key(long index) {
        return (index % shards) << ROW_BITS | index / shards;
    }

    @Override
    public int numPartitions() {
        return partitions;
    }

    @Override
    public int getPartition(Object key) {
        long shard = (Long) key >>> ROW_BITS;
        return (int) (shard * partitions / shards);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sharding that && that.shards == shards && that.partitions == partitions;
    }

    @Override
    public int hashCode() {
        return 31 * shards + partitions;
    }

    private int firstShard(int partition) {
        return (int) (((long) partition * shards + partitions - 1) / partitions);
    }

    /** The raw examples in the order of their keys: the same however they were split before. */
    JavaRDD<Tuple2<Long, RawExample>> sort(JavaPairRDD<Long, RawExample> examples) {
        return examples.repartitionAndSortWithinPartitions(this).map(pair -> pair);
    }

    /** Packs the sorted examples, and keeps the shards in memory, or on disk where that is too small. */
    ShardedData pack(JavaRDD<Tuple2<Long, RawExample>> sorted, Features features, Label label, long examples) {
        JavaRDD<Shard> packed = sorted.mapPartitionsWithIndex(
                (partition, rows) -> {
                    List<Shard> out = new ArrayList<>();
                    groups(partition, rows).forEach(group -> out.add(group.pack(features, label)));
                    return out.iterator();
                },
                true);
        return new ShardedData(packed.persist(StorageLevel.MEMORY_AND_DISK()), shards, examples);
    }

    /** The statistics of the sorted examples, summed along the tree of shards. */
    Statistics statistics(JavaRDD<Tuple2<Long, RawExample>> sorted) {
        TreeSum<Statistics> total = new TreeSum<>();
        sorted.mapPartitionsWithIndex(
                        (partition, rows) -> {
                            TreeSum<Statistics> sum = new TreeSum<>();
                            groups(partition, rows).forEach(group -> sum.add(group.shard, group.statistics()));
                            return sum.nodes().iterator();
                        },
                        true)
                .collect()
                .forEach(total::add);
        return total.total(shards);
    }

    /** A partition's examples by shard, shards without examples included. */
    private List<Group> groups(int partition, Iterator<Tuple2<Long, RawExample>> rows) {
        List<Group> groups = new ArrayList<>();
        int first = firstShard(partition);
        for (int shard = first; shard < firstShard(partition + 1); shard++) {
            groups.add(new Group(shard, new ArrayList<>()));
        }
        while (rows.hasNext()) {
            Tuple2<Long, RawExample> row = rows.next();
            groups.get((int) (row._1() >>> ROW_BITS) - first).examples.add(row._2());
        }
        return groups;
    }

    private record Group(int shard, List<RawExample> examples) implements Serializable {
        Statistics statistics() {
            Statistics statistics = new Statistics();
            examples.forEach(statistics::observe);
            return statistics;
        }

        Shard pack(Features features, Label label) {
            int width = features.width();
            float[] x = new float[Math.multiplyExact(examples.size(), width)];
            float[] y = new float[examples.size()];
            float[] weights = new float[examples.size()];
            for (int i = 0; i < y.length; i++) {
                features.encode(examples.get(i), x, i * width);
                y[i] = label.encode(examples.get(i));
                weights[i] = 1f;
            }
            return new Shard(shard, y.length, width, x, y, weights);
        }
    }
}
