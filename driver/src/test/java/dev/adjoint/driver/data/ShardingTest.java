package dev.adjoint.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Tuple2;

class ShardingTest {
    /** So wide that a piece has two. */
    private static final int WIDE = 1 << 20;

    private static JavaPairRDD<Long, Long> shuffled(Sharding sharding, List<Long> indices) {
        List<Long> rows = new ArrayList<>(indices);
        Collections.shuffle(rows, new Random(1));
        return JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext())
                .parallelize(rows, 3)
                .mapToPair(index -> new Tuple2<>(sharding.key(index), index));
    }

    private static List<Long> upTo(long examples) {
        return LongStream.range(0, examples).boxed().toList();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 1",
        "1, 4, 2, 1",
        "7, 4, 2, 1",
        "100, 8, 2, 1",
        "100, 8, 3, 1048576",
        "101, 8, 2, 1048576",
        "1000, 1, 2, 1048576",
        "1000, 16, 5, 1048576",
        "257, 2, 2, 10000000"
    })
    void rowsAreInTheOrderOfTheirKeysHoweverManyPiecesThereAre(
            long examples, int shards, int partitions, int numbersOfRow) {
        Sharding sharding = new Sharding(examples, shards, partitions, numbersOfRow);
        JavaRDD<Tuple2<Long, Long>> sorted = sharding.inOrder(shuffled(sharding, upTo(examples)));
        int count = sorted.getNumPartitions();
        assertEquals(ShardedData.partitions(shards, partitions), count);
        List<Long> keys = new ArrayList<>();
        for (long[] row :
                sorted.mapPartitionsWithIndex(ShardingTest::numbered, false).collect()) {
            assertEquals(sharding.key(row[2]), row[1]);
            assertEquals(row[0], sharding.getPartition(row[1]) / (sharding.numPartitions() / count));
            keys.add(row[1]);
        }
        assertEquals(upTo(examples).stream().map(sharding::key).sorted().toList(), keys);
    }

    /** The partition, key and index of each row. */
    private static Iterator<long[]> numbered(int partition, Iterator<Tuple2<Long, Long>> rows) {
        List<long[]> numbered = new ArrayList<>();
        rows.forEachRemaining(row -> numbered.add(new long[] {partition, row._1(), row._2()}));
        return numbered.iterator();
    }

    @Test
    void fewRowsAreOnePieceAndManyAreNotTooManyPieces() {
        assertEquals(2, new Sharding(10_000, 8, 2, 40).numPartitions());
        assertTrue(new Sharding(5_000_000, 8, 2, 40).numPartitions() >= 200);
        assertEquals(1 << 13, new Sharding(1L << 40, 8, 2, 40).numPartitions());
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 20, 23})
    void aRowMoreThanThereWereIsNoticed(long number) {
        Sharding sharding = new Sharding(20, 4, 2, WIDE);
        List<Long> rows = new ArrayList<>(upTo(20));
        rows.add(number);
        SparkException e = assertThrows(SparkException.class, () -> sharding.inOrder(shuffled(sharding, rows))
                .count());
        assertTrue(
                String.valueOf(e.getMessage())
                        .contains("the data changed while it was read: of 20 rows there is another one at " + number),
                e.getMessage());
    }
}
