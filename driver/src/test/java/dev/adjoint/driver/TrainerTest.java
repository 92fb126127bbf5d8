package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.TestSpark;
import dev.adjoint.data.ShardedData;
import dev.adjoint.driver.TrainingOptions.BatchSize;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.Shard;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
    private static final Network NETWORK =
            new Network(5, List.of(7), Activation.TANH, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);

    /** A Spark job a round, also where threads would do. */
    private static final Rounds.Opener JOBS = (context, network, data, batchSize) ->
            new ClusterRounds(context, Rounds.objective(network, data, batchSize), data);

    private static final float[] LIVE = new float[NETWORK.parameterCount()];

    @ParameterizedTest
    @CsvSource({"16, 32", "16, 1000", "8, 33", "1, 3"})
    void partitionsDoNotChangeABit(int shards, int batch) {
        // 100 rows end with a batch of 4, of 1, and of 1 row; 16 shards have 7 or 6 rows.
        String expected = null;
        for (int partitions : new int[] {1, 2, 3, 7, 16, 20}) {
            ShardedData data = examples(100, shards, partitions);
            float[] parameters = train(options(2, new BatchSize.Of(batch), 0.1, 0.9, 0.01), data, JOBS);
            String checksum = Model.checksum(parameters);
            expected = expected == null ? checksum : expected;
            assertEquals(expected, checksum, partitions + " partitions");
        }
    }

    @ParameterizedTest
    @CsvSource({"16, 3, 32", "8, 8, 1000", "1, 1, 10", "4, 2, 1"})
    void roundsByThreadsHaveTheBitsOfAJobEach(int shards, int partitions, int batch) {
        TrainingOptions options = options(2, new BatchSize.Of(batch), 0.1, 0.9, 0.01);
        ShardedData data = examples(100, shards, partitions);
        List<Shard> here = SharedShards.of(context(), data).orElseThrow();
        assertEquals(
                IntStream.range(0, shards).boxed().toList(),
                here.stream().map(Shard::index).toList());
        float[] expected = train(
                options,
                data,
                (context, network, set, size) -> new ClusterRounds(context, Rounds.objective(network, set, size), set));
        assertArrayEquals(expected, train(options, data, Rounds::open));
        for (int threads : new int[] {1, 2, 3, 16}) {
            float[] actual = train(
                    options,
                    data,
                    (context, network, set, size) ->
                            new LocalRounds(Rounds.objective(network, set, size), here, threads, shards));
            assertArrayEquals(expected, actual, threads + " threads");
        }
    }

    private static float[] train(TrainingOptions options, ShardedData data, Rounds.Opener opener) {
        return new Trainer(context(), NETWORK, options, opener)
                .train(data, Optional.empty(), TrainingListener.NONE)
                .parameters();
    }

    @Test
    void shardsThatAreNotCachedInMemoryAreLeftToJobs() {
        ShardedData data = examples(100, 4, 2);
        JavaRDD<Shard> onDisk = data.shards().map(shard -> shard).persist(StorageLevel.DISK_ONLY());
        assertTrue(SharedShards.of(context(), new ShardedData(onDisk, 4, 100)).isEmpty());
        JavaRDD<Shard> nowhere = data.shards().map(shard -> shard);
        assertTrue(SharedShards.of(context(), new ShardedData(nowhere, 4, 100)).isEmpty());
    }

    @Test
    void moreShardsThanRowsLeaveSomeEmptyAndChangeNothingButRounding() {
        TrainingOptions options = options(3, new BatchSize.Full(), 0.1, 0.9, 0);
        float[] one = train(examples(5, 1, 1), options).parameters();
        float[] many = train(examples(5, 16, 3), options).parameters();
        assertArrayEquals(one, many, 1e-5f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 33, 100, 1000})
    void everyEpochVisitsEveryRowOnceInAnotherOrder(int batch) {
        ShardedData data = examples(100, 8, 2);
        List<Shard> shards = data.shards().collect();
        List<List<Long>> orders = new ArrayList<>();
        for (int epoch = 1; epoch <= 2; epoch++) {
            List<Long> seen = new ArrayList<>();
            for (long first = 0; first < 100; first += batch) {
                Round round = new Round(42, epoch, first, Math.min(100, first + batch), 8);
                int rows = 0;
                for (Shard shard : shards) {
                    for (int at = round.from(shard); at < round.to(shard); at++) {
                        seen.add(shard.index() + 8L * round.order(shard).at(at));
                        rows++;
                    }
                }
                assertEquals(Math.min(batch, 100 - first), rows, "rows of the batch at " + first);
            }
            assertEquals(100, seen.size());
            assertEquals(100, seen.stream().distinct().count());
            orders.add(seen);
        }
        assertNotEquals(orders.get(0), orders.get(1));
    }

    @Test
    void fullBatchMomentumFollowsTheReferenceTrajectory() throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(new File("../autodiff/src/test/resources/golden/trajectories.json"))
                .get(0);
        assertEquals("full-batch", golden.get("name").asText());
        Network network = new Network(4, List.of(6), Activation.LOGISTIC, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        float[] x = floats(golden.get("x"));
        float[] y = floats(golden.get("y"));
        int steps = golden.get("steps").asInt();
        TrainingOptions options = new TrainingOptions(
                steps,
                new BatchSize.Full(),
                golden.get("eta").asDouble(),
                golden.get("alpha").asDouble(),
                0,
                1,
                OptionalInt.empty());
        List<Double> losses = new ArrayList<>();
        float[] initial = flat(golden.get("initial"));
        Trainer.Result result = new Trainer(context(), network, options)
                .train(
                        new TrainingState(0, initial, new float[initial.length]),
                        shard(x, y, 4, 4, 2),
                        Optional.empty(),
                        new TrainingListener() {
                            @Override
                            public void round(RoundReport round) {
                                losses.add(round.loss());
                            }
                        });
        for (int t = 0; t < steps; t++) {
            double expected = golden.get("losses").get(t).asDouble();
            assertEquals(expected, losses.get(t), 1e-4 * expected, "loss of step " + t);
        }
        assertArrayEquals(flat(golden.get("final")), result.parameters(), 1e-4f);
    }

    @Test
    void aLayerAndALossOfOnesOwnTrainAsTheStandardOnesDo() {
        TrainingOptions options = options(3, new BatchSize.Of(32), 0.1, 0.9, 0.01);
        ShardedData data = examples(100, 4, 2);
        float[] standard = train(data, options).parameters();
        Layer tanh = (scope, x, units) -> scope.affine(x, units).tanh();
        Loss.OfClasses crossEntropy = (logits, classes) ->
                logits.logSoftmax().multiply(classes.oneHot(3)).sumColumns().negate();
        assertArrayEquals(
                standard,
                train(new Network(5, List.of(7), tanh, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY), data, options));
        assertArrayEquals(standard, train(new Network(5, List.of(7), tanh, 3, crossEntropy), data, options), 1e-5f);
    }

    private static float[] train(Network network, ShardedData data, TrainingOptions options) {
        return new Trainer(context(), network, options)
                .train(data, Optional.empty(), TrainingListener.NONE)
                .parameters();
    }

    @Test
    void thePenaltyIsAddedOnceAndLeavesBiasesOut() {
        L2Penalty penalty =
                new L2Penalty(new Network(1, List.of(), Activation.RELU, 1, StandardLoss.HALF_SQUARED_ERROR), 0.5);
        float[] gradient = {1, 1};
        penalty.addGradient(new float[] {4, 8}, gradient);
        assertArrayEquals(new float[] {3, 1}, gradient);
    }

    @Test
    void divergenceStopsTheTrainingAndSaysWhereAndWhatToLower() {
        TrainingException e = assertThrows(TrainingException.class, () -> new Trainer(
                        context(),
                        new Network(5, List.of(7), Activation.RELU, 1, StandardLoss.HALF_SQUARED_ERROR),
                        options(50, new BatchSize.Of(10), 1e30, 0.9, 0))
                .train(examples(100, 2, 2), Optional.empty(), TrainingListener.NONE));
        String message = String.valueOf(e.getMessage());
        assertTrue(
                message.matches("the (loss|gradient) is not a finite number at step \\d+ \\(epoch \\d+\\).*"), message);
        assertTrue(message.contains("lower training.learning-rate (now 1.0E30)"), message);
    }

    @Test
    void tasksReadACopyOfTheParameters() throws InterruptedException {
        // In local mode a broadcast is the very object, and these tasks see the driver's static fields: each one spoils
        // the driver's array for the tasks after it.
        ShardedData data = examples(64, 16, 16);
        ShardedData spoiling = new ShardedData(
                data.shards().map(shard -> {
                    Arrays.fill(LIVE, 1e9f);
                    return shard;
                }),
                16,
                64);
        Round round = new Round(1, 1, 0, 64, 16);
        float[] parameters = NETWORK.initialParameters(1);
        System.arraycopy(parameters, 0, LIVE, 0, LIVE.length);
        assertArrayEquals(gradient(data, parameters, round), gradient(spoiling, LIVE, round));
        assertEquals(1e9f, LIVE[0], "the tasks did not run in this JVM");
    }

    private static float[] gradient(ShardedData data, float[] parameters, Round round) throws InterruptedException {
        try (Rounds jobs = JOBS.open(context(), NETWORK, data, 64)) {
            return jobs.gradient(parameters, round).sum().gradient();
        }
    }

    @Test
    void evaluationDoesNotDependOnPartitions() {
        float[] parameters = NETWORK.initialParameters(3);
        Evaluation one = Evaluate.evaluate(context(), NETWORK, parameters, examples(777, 8, 1));
        Evaluation seven = Evaluate.evaluate(context(), NETWORK, parameters, examples(777, 8, 7));
        assertEquals(one.loss(), seven.loss());
        assertEquals(one.accuracy(), seven.accuracy());
        assertEquals(777, seven.examples());
    }

    @Test
    void aSessionWithJavaSerializationTrainsToTheSameBits() {
        TrainingOptions options = options(2, new BatchSize.Of(32), 0.1, 0.9, 0.01);
        String kryo = Model.checksum(train(options, examples(100, 4, 2), JOBS));
        TestSpark.session("local[2]", Map.of("spark.serializer", "org.apache.spark.serializer.JavaSerializer"));
        JavaSparkContext java =
                JavaSparkContext.fromSparkContext(SparkSession.active().sparkContext());
        ShardedData data = new ShardedData(java.parallelize(shards(100, 4), 2).cache(), 4, 100);
        float[] parameters = new Trainer(java, NETWORK, options, JOBS)
                .train(data, Optional.empty(), TrainingListener.NONE)
                .parameters();
        assertEquals(kryo, Model.checksum(parameters));
    }

    private static Trainer.Result train(ShardedData data, TrainingOptions options) {
        return new Trainer(context(), NETWORK, options).train(data, Optional.empty(), TrainingListener.NONE);
    }

    private static TrainingOptions options(int epochs, BatchSize batch, double rate, double momentum, double l2) {
        return new TrainingOptions(epochs, batch, rate, momentum, l2, 1, OptionalInt.empty());
    }

    private static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    }

    private static ShardedData examples(int rows, int shards, int partitions) {
        return new ShardedData(
                context().parallelize(shards(rows, shards), partitions).cache(), shards, rows);
    }

    private static List<Shard> shards(int rows, int shards) {
        Random random = new Random(9);
        float[] x = new float[rows * 5];
        float[] y = new float[rows];
        for (int i = 0; i < rows; i++) {
            y[i] = random.nextInt(3);
            for (int j = 0; j < 5; j++) {
                x[i * 5 + j] = (float) random.nextGaussian() + y[i];
            }
        }
        return deal(x, y, 5, shards);
    }

    private static ShardedData shard(float[] x, float[] y, int width, int shards, int partitions) {
        return new ShardedData(
                context().parallelize(deal(x, y, width, shards), partitions).cache(), shards, y.length);
    }

    private static List<Shard> deal(float[] x, float[] y, int width, int shards) {
        List<Shard> out = new ArrayList<>();
        for (int s = 0; s < shards; s++) {
            int rows = (y.length - s + shards - 1) / shards;
            float[] features = new float[rows * width];
            float[] targets = new float[rows];
            float[] weights = new float[rows];
            Arrays.fill(weights, 1f);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(x, (s + i * shards) * width, features, i * width, width);
                targets[i] = y[s + i * shards];
            }
            out.add(new Shard(s, rows, width, features, targets, weights));
        }
        return out;
    }

    private static float[] flat(JsonNode parameters) {
        List<Float> out = new ArrayList<>();
        parameters.forEach(p -> collect(p, out));
        return toArray(out);
    }

    private static float[] floats(JsonNode node) {
        List<Float> out = new ArrayList<>();
        collect(node, out);
        return toArray(out);
    }

    private static void collect(JsonNode node, List<Float> out) {
        if (node.isArray()) {
            node.forEach(child -> collect(child, out));
        } else {
            out.add((float) node.asDouble());
        }
    }

    private static float[] toArray(List<Float> values) {
        float[] out = new float[values.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = values.get(i);
        }
        return out;
    }
}
