package dev.adjoint.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.driver.Sessions;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Rows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedExamplesTest {
    /** So many that a chunk has as few rows as there may be. */
    private static final int INPUTS = 1 << 14;

    private static final int MOST = Chunk.rows(INPUTS);

    private static List<Chunk> chunks(int shard, int rows) {
        List<Chunk> chunks = new ArrayList<>();
        PackedExamples.chunks(INPUTS, 10, shard, rows).forEachRemaining(chunks::add);
        return chunks;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 257, 512, 600})
    void theChunksOfAShardFollowOneAnother(int rows) {
        assertEquals(256, MOST);
        int next = 0;
        for (Chunk chunk : chunks(3, rows)) {
            assertEquals(3, chunk.shard());
            assertEquals(next, chunk.first());
            next += chunk.rows();
            assertTrue(chunk.rows() == MOST || next == rows, chunk.rows() + " rows up to row " + next);
        }
        assertEquals(rows, next);
        assertEquals(Math.max(1, (rows + MOST - 1) / MOST), chunks(3, rows).size());
    }

    @Test
    void aChunkIsTheSameEachTimeAndUnlikeOthers() {
        List<Chunk> twice = chunks(0, 2 * MOST);
        assertEquals(List.of(true, true), sameFeatures(twice, chunks(0, 2 * MOST)));
        assertEquals(List.of(false, false), sameFeatures(twice, chunks(1, 2 * MOST)));
        assertNotEquals(values(twice.get(0))[0], values(twice.get(1))[0]);
    }

    private static List<Boolean> sameFeatures(List<Chunk> left, List<Chunk> right) {
        List<Boolean> same = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            same.add(Arrays.equals(values(left.get(i)), values(right.get(i))));
        }
        return same;
    }

    @Test
    void allExamplesAreThereAndThoseOfAShardSideBySide() throws IOException {
        try (SparkSession spark = Sessions.open(Map.of("spark.master", "local[2]"))) {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            ShardedData data = PackedExamples.of(context, 64, 10, 4, 300_001);
            List<String> places = data.chunks()
                    .map(chunk -> "%d: %d, %d".formatted(chunk.shard(), chunk.first(), chunk.rows()))
                    .collect();
            assertEquals(2, data.chunks().getNumPartitions());
            assertEquals(
                    List.of(
                            "0: 0, 65536",
                            "0: 65536, 9465",
                            "1: 0, 65536",
                            "1: 65536, 9464",
                            "2: 0, 65536",
                            "2: 65536, 9464",
                            "3: 0, 65536",
                            "3: 65536, 9464"),
                    places);
        }
    }

    /** The features of a chunk, which are dense here. */
    private static float[] values(Chunk chunk) {
        return ((Rows.Dense) chunk.features()).values();
    }
}
