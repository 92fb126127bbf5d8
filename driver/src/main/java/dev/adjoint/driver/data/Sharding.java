package dev.adjoint.driver.data;

import dev.adjoint.model.features.FeatureEncoder;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.model.features.RawExample;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Piece;
import dev.adjoint.worker.Rows;
import dev.adjoint.worker.SparseRows;
import dev.adjoint.worker.TreeSum;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.stream.StreamSupport;
import org.apache.spark.Partition;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.Tuple2;

/**
 * Deals raw examples to shards, and shards to Spark partitions: each partition has an aligned run of shards. On their way the rows
 * of a partition are in pieces, one after the other, so that a task holds, as objects, a few of them at a time; nothing is sorted,
 * since the place of each row is known.
 */
final class Sharding extends Partitioner {
    private static final long serialVersionUID = 1L;
    /** A key is the shard's number above, the row's place in the shard below. */
    private static final int ROW_BITS = 40;

    /** So many difficulties stand for all: by chance some rank is off by 0.01 once in 200,000 times (Massart 1990). */
    private static final int SAMPLED = 1 << 16;

    /** 16 MB. With all rows of a partition at once the garbage collector took half of the time. */
    private static final int NUMBERS_OF_PIECE = 1 << 21;

    /** What a row takes as objects beside its numbers. */
    private static final int NUMBERS_OF_OBJECTS = 16;

    /** From so many partitions on, Spark writes the rows of a task that sends them into one file at once, which is faster. */
    private static final int SORTED_FROM = 256;

    /** With fewer pieces of a partition that makes no difference. */
    private static final int MANY_PIECES = 8;

    /** Each task that sends rows keeps something for each piece. */
    private static final int MOST_PIECES = 1 << 13;

    private final long examples;
    private final int shards;
    private final int partitions;
    /** Of a partition. */
    private final int pieces;

    /**
     * Deals so many to {@code shards} shards; as many partitions as the cluster has use for, which changes no result.
     *
     * @param numbersOfRow how many come of one, about
     */
    static Sharding of(Dataset<Row> rows, long examples, int shards, int numbersOfRow) {
        return new Sharding(examples, shards, rows.sparkSession().sparkContext().defaultParallelism(), numbersOfRow);
    }

    Sharding(long examples, int shards, int partitions, int numbersOfRow) {
        this.examples = examples;
        this.shards = shards;
        this.partitions = ShardedData.partitions(shards, partitions);
        long ofPiece = Math.max(1, NUMBERS_OF_PIECE / (NUMBERS_OF_OBJECTS + (long) numbersOfRow));
        long ofPartition = (examples + this.partitions - 1) / this.partitions;
        long many = (ofPartition + ofPiece - 1) / ofPiece;
        long atOnce = many < MANY_PIECES ? many : Math.max(many, SORTED_FROM / this.partitions);
        this.pieces = (int) Math.max(1, Math.min(atOnce, MOST_PIECES / this.partitions));
    }

    /** The key that takes example {@code index} to its shard and place. */
    long key(long index) {
        return (index % shards) << ROW_BITS | index / shards;
    }

    @Override
    public int numPartitions() {
        return partitions * pieces;
    }

    /** The piece of a key: those of a partition are in the order of their keys. */
    @Override
    public int getPartition(Object key) {
        int partition = partition((Long) key);
        long piece = before((Long) key) * pieces / room(partition);
        return partition * pieces + (int) Math.min(piece, pieces - 1L); // a row too many is refused where it comes to
    }

    private int partition(long key) {
        return (int) ((key >>> ROW_BITS) * partitions / shards);
    }

    /** How many places of its partition come before a key's, where all shards have as many as the largest. */
    private long before(long key) {
        int first = ShardedData.firstShard(partition(key), shards, partitions);
        return ((key >>> ROW_BITS) - first) * ShardedData.largestShard(examples, shards) + place(key);
    }

    /** The places of a partition. */
    private long room(int partition) {
        int first = ShardedData.firstShard(partition, shards, partitions);
        int end = ShardedData.firstShard(partition + 1, shards, partitions);
        return (end - first) * ShardedData.largestShard(examples, shards);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sharding that
                && that.examples == examples
                && that.shards == shards
                && that.partitions == partitions
                && that.pieces == pieces;
    }

    @Override
    public int hashCode() {
        return Objects.hash(examples, shards, partitions, pieces);
    }

    private static long place(long key) {
        return key & ((1L << ROW_BITS) - 1);
    }

    /** The example of a {@link #key}. */
    private long index(long key) {
        return place(key) * shards + (key >>> ROW_BITS);
    }

    /** The raw examples in the order of their keys: the same however they were split before. */
    <T> JavaRDD<Tuple2<Long, T>> inOrder(JavaPairRDD<Long, T> examples) {
        JavaRDD<Tuple2<Long, T>> placed =
                examples.partitionBy(this).map(pair -> pair).mapPartitionsWithIndex(this::placed, true);
        return JavaRDD.fromRDD(
                placed.rdd().coalesce(partitions, false, Option.apply(new Runs(pieces)), null), placed.classTag());
    }

    /** The rows of a piece, each at its place. */
    private <T> Iterator<Tuple2<Long, T>> placed(int piece, Iterator<Tuple2<Long, T>> rows) {
        long room = room(piece / pieces);
        int own = piece % pieces;
        long start = (own * room + pieces - 1) / pieces;
        long end = ((own + 1) * room + pieces - 1) / pieces;
        List<@Nullable Tuple2<Long, T>> places =
                new ArrayList<>(Collections.nCopies(Math.toIntExact(end - start), null));
        while (rows.hasNext()) {
            Tuple2<Long, T> row = rows.next();
            long number = index(row._1());
            if (number >= examples || places.set(Math.toIntExact(before(row._1()) - start), row) != null) {
                throw new IllegalStateException(
                        "the data changed while it was read: of %,d rows there is another one at %,d"
                                .formatted(examples, number));
            }
        }
        return places.stream().filter(Objects::nonNull).iterator();
    }

    /** Makes a partition of each so many, one after the other. */
    private record Runs(int length) implements PartitionCoalescer, Serializable {
        @Override
        public PartitionGroup[] coalesce(int count, RDD<?> parent) {
            Partition[] all = parent.partitions();
            PartitionGroup[] groups = new PartitionGroup[all.length / length];
            for (int i = 0; i < all.length; i++) {
                if (i % length == 0) {
                    groups[i / length] = new PartitionGroup(Option.empty());
                }
                groups[i / length].partitions().append(all[i]);
            }
            return groups;
        }
    }

    /**
     * Packs the sorted examples, and keeps the shards in memory, or on disk where that is too small.
     */
    ShardedData pack(
            JavaRDD<Tuple2<Long, RawExample>> sorted,
            Features features,
            Label label,
            Emphasis emphasis,
            int entriesOfRow) {
        Packer packer = new Packer(features, label, emphasis, entriesOfRow);
        JavaRDD<Chunk> chunks =
                sorted.mapPartitionsWithIndex((partition, rows) -> packed(partition, rows, packer), true);
        return kept(chunks, entriesOfRow);
    }

    /** The same of examples with the numbers of their groups. */
    ShardedData packGrouped(
            JavaRDD<Tuple2<Long, Tuple2<RawExample, Integer>>> sorted,
            Features features,
            Label label,
            int entriesOfRow) {
        Packer packer = new Packer(features, label, Emphasis.NONE, entriesOfRow);
        JavaRDD<Chunk> chunks = sorted.mapPartitionsWithIndex(
                (partition, rows) -> {
                    Queue<Integer> groups = new ArrayDeque<>();
                    Iterable<Tuple2<Long, Tuple2<RawExample, Integer>>> once = () -> rows;
                    Iterator<Tuple2<Long, RawExample>> ungrouped = StreamSupport.stream(once.spliterator(), false)
                            .map(pair -> {
                                groups.add(pair._2()._2());
                                return new Tuple2<>(pair._1(), pair._2()._1());
                            })
                            .iterator();
                    return new GroupedChunks(packed(partition, ungrouped, packer), groups);
                },
                true);
        return kept(chunks, entriesOfRow);
    }

    /** Gives each chunk the groups of its rows, which come in the same order. */
    private record GroupedChunks(Iterator<Chunk> chunks, Queue<Integer> groups) implements Iterator<Chunk> {
        @Override
        public boolean hasNext() {
            return chunks.hasNext();
        }

        @Override
        public Chunk next() {
            Chunk chunk = chunks.next();
            int[] ofRows = new int[chunk.rows()];
            Arrays.setAll(ofRows, row -> groups.remove());
            return chunk.withGroups(ofRows);
        }
    }

    private ShardedData kept(JavaRDD<Chunk> chunks, int entriesOfRow) {
        return new ShardedData(chunks.persist(StorageLevel.MEMORY_AND_DISK()), shards, examples, entriesOfRow);
    }

    /** What a task packs by. */
    private record Packer(Features features, Label label, Emphasis emphasis, int entriesOfRow) implements Serializable {
        Packing packing() {
            return new Packing(new FeatureEncoder(features), label, emphasis, features.width(), entriesOfRow > 0);
        }

        int rowsOfChunk() {
            return Chunk.rows(entriesOfRow > 0 ? 2 * entriesOfRow : features.width());
        }
    }

    private Iterator<Chunk> packed(int partition, Iterator<Tuple2<Long, RawExample>> rows, Packer packer) {
        Iterator<Group> groups = groups(partition, rows, packer.rowsOfChunk());
        Iterable<Group> once = () -> groups;
        Packing packing = packer.packing();
        return StreamSupport.stream(once.spliterator(), false)
                .map(packing::chunk)
                .iterator();
    }

    /** The statistics of the sorted examples, summed along the tree of shards. */
    Statistics statistics(JavaRDD<Tuple2<Long, RawExample>> sorted, Statistics.Sampling sampling) {
        TreeSum<Statistics> total = new TreeSum<>();
        sorted.mapPartitionsWithIndex(
                        (partition, rows) -> {
                            TreeSum<Statistics> sum = new TreeSum<>();
                            sum.addShards(groups(partition, rows, 1024), (shard, groups) -> observed(groups, sampling));
                            return sum.nodes().iterator();
                        },
                        true)
                .collect()
                .forEach(total::add);
        return total.total(shards);
    }

    /** How hard the first of the sorted examples are, which are random ones; in ascending order. */
    double[] difficulties(JavaRDD<Tuple2<Long, RawExample>> sorted) {
        return sorted
                .filter(example -> index(example._1()) < SAMPLED)
                .map(example -> example._2().difficulty())
                .collect()
                .stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
    }

    private Statistics observed(Iterator<Group> groups, Statistics.Sampling sampling) {
        Statistics statistics = new Statistics();
        groups.forEachRemaining(group -> {
            for (int i = 0; i < group.examples.size(); i++) {
                long index = ((long) group.first + i) * shards + group.shard;
                statistics.observe(group.examples.get(i), index, sampling);
            }
        });
        return statistics;
    }

    private Iterator<Group> groups(int partition, Iterator<Tuple2<Long, RawExample>> rows, int most) {
        return new Groups(
                rows,
                ShardedData.firstShard(partition, shards, partitions),
                ShardedData.firstShard(partition + 1, shards, partitions),
                most);
    }

    /** A partition's examples by shard, at most so many at a time; an empty group for a shard without examples. */
    private static final class Groups implements Iterator<Group> {
        private final Iterator<Tuple2<Long, RawExample>> rows;
        private final int end;
        private final int most;
        private @Nullable Tuple2<Long, RawExample> row;
        private int shard;
        private int first;

        Groups(Iterator<Tuple2<Long, RawExample>> rows, int shard, int end, int most) {
            this.rows = rows;
            this.shard = shard;
            this.end = end;
            this.most = most;
            advance();
        }

        private void advance() {
            row = rows.hasNext() ? rows.next() : null;
        }

        @Override
        public boolean hasNext() {
            return shard < end;
        }

        @Override
        public Group next() {
            List<RawExample> examples = new ArrayList<>();
            while (row != null && row._1() >>> ROW_BITS == shard && examples.size() < most) {
                examples.add(row._2());
                advance();
            }
            Group group = new Group(shard, first, examples);
            first += examples.size();
            if (row == null || row._1() >>> ROW_BITS != shard) {
                shard++;
                first = 0;
            }
            return group;
        }
    }

    private record Group(int shard, int first, List<RawExample> examples) implements Piece {}

    /** Raw examples to chunks. */
    private record Packing(FeatureEncoder encoder, Label label, Emphasis emphasis, int width, boolean sparse) {
        Chunk chunk(Group group) {
            List<RawExample> examples = group.examples();
            int targets = label.columns().size();
            float[] y = new float[Math.multiplyExact(examples.size(), targets)];
            float[] weights = new float[examples.size()];
            for (int i = 0; i < weights.length; i++) {
                RawExample example = examples.get(i);
                label.encode(example, y, i * targets);
                weights[i] = (float) (emphasis.factor(y, i * targets) * example.weight());
            }
            Rows rows = sparse ? sparse(examples) : dense(examples);
            Chunk chunk = new Chunk(group.shard(), group.first(), rows, y, weights);
            return emphasis.ranks() ? chunk.withRanks(ranks(examples)) : chunk;
        }

        private float[] ranks(List<RawExample> examples) {
            float[] ranks = new float[examples.size()];
            for (int i = 0; i < ranks.length; i++) {
                ranks[i] = emphasis.rank(examples.get(i).difficulty());
            }
            return ranks;
        }

        private Rows dense(List<RawExample> examples) {
            int rows = examples.size();
            int[] places = encoder.places();
            float[] x = new float[Math.multiplyExact(rows, places.length)];
            int[] codes = new int[Math.multiplyExact(rows, encoder.codes())];
            for (int i = 0; i < rows; i++) {
                RawExample example = examples.get(i);
                encoder.encode(
                        example.numbers().values(), example.texts(), x, i * places.length, codes, i * encoder.codes());
            }
            return encoder.codes() == 0
                    ? new Rows.Dense(rows, width, x)
                    : new Rows.Coded(rows, width, places, x, codes);
        }

        private Rows sparse(List<RawExample> examples) {
            SparseRows rows = new SparseRows(width);
            for (RawExample example : examples) {
                encoder.encode(example.numbers(), example.texts(), rows::add);
                rows.endRow();
            }
            return rows.rows();
        }
    }
}
