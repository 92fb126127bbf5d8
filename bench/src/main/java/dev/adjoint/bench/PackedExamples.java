package dev.adjoint.bench;

import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.worker.Chunk;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;

/** {@link SyntheticExamples} as a trainer takes them. A chunk is made when it is asked for, so they may be more than memory holds. */
final class PackedExamples {
    private PackedExamples() {}

    /**
     * Packs so many examples; Spark keeps them in memory, or on disk where that is too small.
     *
     * @param shards a power of two
     */
    static ShardedData of(JavaSparkContext context, int inputs, int outputs, int shards, long rows) {
        List<Integer> numbers = IntStream.range(0, shards).boxed().toList();
        JavaRDD<Chunk> chunks = context.parallelize(numbers, Math.min(shards, context.defaultParallelism()))
                .flatMap(
                        shard -> chunks(inputs, outputs, shard, Math.toIntExact((rows - shard + shards - 1) / shards)));
        return new ShardedData(chunks.persist(StorageLevel.MEMORY_AND_DISK()), shards, rows);
    }

    /** The chunks of one shard, in order. */
    static Iterator<Chunk> chunks(int inputs, int outputs, int shard, int rows) {
        int most = Chunk.rows(inputs);
        return IntStream.range(0, Math.max(1, (int) (((long) rows + most - 1) / most)))
                .mapToObj(i -> chunk(inputs, outputs, shard, i * most, Math.min(most, rows - i * most)))
                .iterator();
    }

    private static Chunk chunk(int inputs, int outputs, int shard, int first, int rows) {
        SyntheticExamples examples = SyntheticExamples.of(inputs, outputs, rows, shard + ((long) first << 20));
        float[] weights = new float[rows];
        Arrays.fill(weights, 1f);
        return new Chunk(shard, first, rows, inputs, examples.features(), examples.targets(), weights);
    }
}
