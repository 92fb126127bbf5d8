package dev.adjoint.driver.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.driver.AdjointRegistrator;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Reduction;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.training.Algorithm;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.Begin;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.WeightedSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.reflect.ClassTag$;

class CostModelTest {
    private static final Network NETWORK =
            Network.perceptron(20, List.of(200), Activation.TANH, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
    private static final ClusterRates RATES = ClusterRates.measured(10);
    private static final double FLOPS = 50e9;

    @ParameterizedTest
    @CsvSource({"8, 1, 0", "8, 2, 0", "8, 3, 0", "8, 7, 0", "16, 5, 0", "8, 3, 2", "1, 1, 3"})
    void bytesAreThoseThatAreSerialized(int shards, int executors, int localSteps) {
        Settings options = options(160, shards, localSteps);
        RoundCost cost = new CostModel(NETWORK, options, 160, 0).round(RATES, FLOPS, executors, 1);
        Algorithm algorithm = Algorithm.of(NETWORK, options, 160, shards, 0);
        TrainingState fresh = TrainingState.initial(NETWORK.initialParameters(1), List.of("velocity"));
        Begin begin = algorithm.begin(fresh, algorithm.round(1, 1));
        assertEquals(1, (double) serialized(begin) / cost.state(), 0.01);

        long result = 0;
        for (int p = 0; p < cost.partitions(); p++) {
            List<Chunk> chunks = new ArrayList<>();
            int end = ShardedData.firstShard(p + 1, shards, cost.partitions());
            for (int s = ShardedData.firstShard(p, shards, cost.partitions()); s < end; s++) {
                chunks.add(chunk(s, 160 / shards));
            }
            ShardWork<Begin, WeightedSum> worker = algorithm.work().layOut();
            result += serialized(PartitionSum.of(chunks.iterator(), worker, begin));
        }
        assertEquals(1, (double) result / cost.result(), 0.01);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64})
    void moreExecutorsNeverComputeLonger(int shards) {
        CostModel model = new CostModel(NETWORK, options(6400, shards, 0), 64_000, 0);
        double before = Double.POSITIVE_INFINITY;
        for (int executors = 1; executors <= 100; executors++) {
            RoundCost cost = model.round(RATES, FLOPS, executors, 1);
            assertTrue(cost.compute() <= before, executors + " executors");
            before = cost.compute();
            assertTrue(cost.partitions() <= shards);
        }
        double atTheLimit = model.round(RATES, FLOPS, shards, 1).compute();
        assertEquals(atTheLimit, before, "more cores than shards idle");
        assertEquals(model.flops() / FLOPS / shards, before, 1e-12);
    }

    @Test
    void aCoreThatHasAllTasksComputesThemAll() {
        CostModel model = new CostModel(NETWORK, options(6400, 4, 0), 64_000, 0);
        RoundCost cost = model.round(RATES, FLOPS, 1, 1);
        double additions = 3 * 3 * 4.0 * NETWORK.parameterCount() / RATES.memory();
        assertEquals(model.flops() / FLOPS + additions, cost.compute(), 1e-12);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 500, 1000})
    void theReductionIsTheTrainings(int executors) {
        Network wide = Network.perceptron(500, List.of(200), Activation.RELU, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        RoundCost cost = new CostModel(wide, options(4096, 1024, 0), 4096, 0).round(RATES, FLOPS, executors, 1);
        int length = wide.parameterCount();
        boolean sliced = Reduction.isByExecutors(length, cost.partitions());
        assertEquals(executors >= 64, sliced);
        assertEquals(sliced, cost.sliced());
        assertEquals(sliced ? 4L * length : cost.result(), cost.received());
    }

    @Test
    void paddedRowsAndLocalStepsAreCounted() {
        long step = new CostModel(NETWORK, options(32, 1, 0), 320, 0).flops();
        assertEquals(10 * step, new CostModel(NETWORK, options(32, 1, 10), 320, 0).flops());
        assertEquals(10 * step, new CostModel(NETWORK, options(32, 1, 10), 319, 0).flops(), "31 rows are padded");
        assertEquals(9 * step, new CostModel(NETWORK, options(32, 1, 10), 288, 0).flops());
        assertEquals(4 * 10 * step, new CostModel(NETWORK, options(32, 4, 10), 4 * 320, 0).flops());
    }

    @Test
    void memoryIsSharedByExecutorsUntilShardsRunOut() {
        CostModel model = new CostModel(NETWORK, options(6400, 4, 0), 64_000, 0);
        long all = 64_000L * (20 + 2) * 4;
        assertEquals(all, model.memory(1, 1).data());
        assertEquals(all / 2, model.memory(2, 1).data());
        assertEquals(all / 2, model.memory(3, 1).data(), "one of three has two of four shards");
        assertEquals(all / 4, model.memory(4, 1).data());
        assertEquals(all / 4, model.memory(100, 1).data());
        assertEquals(2 * model.memory(4, 1).working(), model.memory(2, 2).working());
        assertTrue(model.memory(1, 1).executor() >= 450L << 20, "Spark starts no smaller one");
        assertFalse(model.memory(2, 8).working() > 2 * model.memory(2, 2).working(), "a task a shard at most");
    }

    @Test
    void sparseRowsCostWhatTheirEntriesDo() {
        Network wide = Network.perceptron(10_000, List.of(8), Activation.RELU, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        CostModel dense = new CostModel(wide, options(64, 4, 0), 64_000, 0);
        CostModel sparse = new CostModel(wide, options(64, 4, 0), 64_000, 100);
        assertEquals(64_000L * 203 * 4, sparse.memory(1, 1).data());
        assertTrue(sparse.flops() < dense.flops() / 20);
        assertTrue(sparse.memory(1, 1).working() < dense.memory(1, 1).working());
        double flops = sparse.measureFlops(0.1);
        assertTrue(flops > 1e5 && flops < 1e13, "a core makes " + flops);
    }

    @Test
    void smallNetsAreResident() {
        CostModel model = new CostModel(NETWORK, options(64, 8, 0), 64_000, 0);
        for (int executors : new int[] {1, 2, 8}) {
            assertEquals(Optional.empty(), model.againstResident(RATES, executors, 1, 1L << 30));
        }
        double resident = model.residentRound(RATES, FLOPS, 2, 1).overhead();
        assertTrue(resident < model.round(RATES, FLOPS, 2, 1).overhead() / 5, "a step takes " + resident);
        CostModel ofOneRound = new CostModel(NETWORK, options(64_000, 8, 0), 64_000, 0);
        assertEquals(Optional.of("an epoch is one round"), ofOneRound.againstResident(RATES, 2, 1, 1L << 30));
        Settings sliced = options(64, 8, 0).with(Keys.REDUCTION, ReductionKind.SLICED);
        assertEquals(
                Optional.of("training.reduction = sliced adds the sums of jobs"),
                new CostModel(NETWORK, sliced, 64_000, 0).againstResident(RATES, 2, 1, 1L << 30));
    }

    /** Each task makes the whole step, and all tasks of an executor share its network. */
    @Test
    void largeNetsAreNotWhereAnExecutorHasManyTasks() {
        Network large = Network.perceptron(2000, List.of(4000), Activation.RELU, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        CostModel model = new CostModel(large, options(6400, 64, 0), 64_000, 0);
        String why = model.againstResident(RATES, 4, 16, 1L << 36).orElseThrow();
        assertTrue(why.endsWith("with 8,016,003 parameters on 4 executors of 16 cores"), why);
        assertEquals(Optional.empty(), model.againstResident(RATES, 2, 1, 1L << 36));
        String less = model.againstResident(RATES, 2, 1, 1L << 29).orElseThrow();
        assertTrue(less.startsWith("resident rounds need executors with "), less);
        assertTrue(less.endsWith(" MB at least, and they have 512 (--executor-memory)"), less);
    }

    @Test
    void aResidentTaskHoldsTheParametersAndWhatTheOptimiserKeeps() {
        CostModel model = new CostModel(NETWORK, options(6400, 4, 0), 64_000, 0);
        assertEquals(model.memory(2, 1).data(), model.residentMemory(2, 1).data());
        assertEquals(
                2 * model.residentMemory(4, 1).working(),
                model.residentMemory(2, 2).working());
        assertTrue(
                model.residentMemory(2, 1).working() >= model.memory(2, 1).working() + 4L * NETWORK.parameterCount());
    }

    private static long serialized(Object object) {
        SparkConf conf = new SparkConf(false)
                .set("spark.kryo.registrator", AdjointRegistrator.class.getName())
                .set("spark.kryo.unsafe", "true");
        SerializerInstance kryo = new KryoSerializer(conf).newInstance();
        return kryo.serialize(object, ClassTag$.MODULE$.Object()).remaining();
    }

    private static Chunk chunk(int shard, int rows) {
        float[] x = new float[rows * 20];
        Arrays.fill(x, 0.5f);
        float[] weights = new float[rows];
        Arrays.fill(weights, 1);
        return new Chunk(shard, 0, rows, 20, x, new float[rows], weights);
    }

    private static Settings options(int batch, int shards, int localSteps) {
        return TestSettings.local(TestSettings.of(1, new BatchSize(batch), 0.1, 0.9, 0), localSteps)
                .withSome(Keys.SHARDS, shards);
    }
}
