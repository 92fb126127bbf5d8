package dev.adjoint.driver.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Pass;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.Purpose;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Synchronise;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Model;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Begin;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.RoundWork;
import dev.adjoint.worker.Vectors;
import dev.adjoint.worker.WeightedSum;
import dev.adjoint.worker.step.Descent;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
            Network.perceptron(5, List.of(7), Activation.TANH, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);

    /** A Spark job a round, also where threads would do. */
    private static Passes jobs(ReductionKind kind) {
        return Passes.of(context(), kind).byJobs();
    }

    private static Passes jobs() {
        return jobs(ReductionKind.AUTO);
    }

    private static Passes threads() {
        return Passes.of(context(), ReductionKind.AUTO);
    }

    private static final float[] LIVE = new float[NETWORK.parameterCount()];

    @ParameterizedTest
    @CsvSource({"16, 32, 0", "16, 1000, 0", "8, 33, 0", "1, 3, 0", "16, 4, 1", "8, 5, 2", "4, 100, 1", "1, 3, 1000"})
    void partitionsDoNotChangeABit(int shards, int batch, int localSteps) {
        // 100 rows end with a batch of 4, of 1, and of 1 row; 16 shards have 7 or 6 rows.
        String expected = null;
        for (int partitions : new int[] {1, 2, 3, 7, 16, 20}) {
            ShardedData data = examples(100, shards, partitions);
            float[] parameters = train(options(batch, localSteps), data, jobs());
            String checksum = Model.checksum(parameters);
            expected = expected == null ? checksum : expected;
            assertEquals(expected, checksum, partitions + " partitions");
        }
    }

    @ParameterizedTest
    @CsvSource({"16, 3, 32, 0", "8, 8, 1000, 0", "1, 1, 10, 0", "4, 2, 1, 0", "16, 3, 4, 1", "4, 2, 7, 1000"})
    void roundsByThreadsHaveTheBitsOfAJobEach(int shards, int partitions, int batch, int localSteps) {
        Settings options = options(batch, localSteps);
        ShardedData data = examples(100, shards, partitions);
        float[] expected = train(options, data, jobs());
        assertArrayEquals(expected, train(options, data, threads()));
        assertArrayEquals(expected, train(options, data, jobs(ReductionKind.SLICED)), "slices");
        for (int threads : new int[] {1, 2, 3, 16}) {
            float[] actual = train(options, data, new Passes(context(), ReductionKind.AUTO, threads));
            assertArrayEquals(expected, actual, threads + " threads");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 100, 0", "2, 100, 0", "2, 64, 0", "2, 40, 1"})
    void threadsThatShareAShardChangeNoBit(int shards, int batch, int localSteps) {
        Network wide = Network.perceptron(
                NETWORK.inputs(), List.of(512, 256), Activation.RELU, NETWORK.outputs(), NETWORK.loss());
        ShardedData data = examples(100, shards, 2);
        Settings options = options(batch, localSteps);
        float[] expected = null;
        for (int threads : new int[] {1, 2, 3, 5, 16}) {
            float[] parameters = new Trainer(new Passes(context(), ReductionKind.AUTO, threads), wide, options)
                    .train(data, Optional.of(data))
                    .parameters();
            expected = expected == null ? parameters : expected;
            assertArrayEquals(expected, parameters, threads + " threads");
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 33, 0", "16, 4, 1", "1, 100, 0"})
    void mixedRowsAreTheSameWhereverTheirShardsAre(int shards, int batch, int localSteps) {
        Settings plain = options(batch, localSteps);
        Settings mixing = plain.with(Keys.MIXUP, 0.4);
        float[] expected = train(mixing, examples(100, shards, 1), jobs());
        assertArrayEquals(expected, train(mixing, examples(100, shards, 7), jobs()));
        assertArrayEquals(
                expected, train(mixing, examples(100, shards, 3), new Passes(context(), ReductionKind.AUTO, 3)));
        float[] unmixed = train(plain, examples(100, shards, 1), jobs());
        assertFalse(Arrays.equals(expected, unmixed), "other rows are learned from");
        float[] other = train(mixing.with(Keys.MIXUP, 4.0), examples(100, shards, 1), jobs());
        assertFalse(Arrays.equals(expected, other), "by other shares");
    }

    private static float[] train(Settings settings, ShardedData data, Passes passes) {
        return new Trainer(passes, NETWORK, settings)
                .train(data, Optional.empty())
                .parameters();
    }

    @Test
    void shardsThatAreNotCachedInMemoryAreLeftToJobs() {
        ShardedData data = examples(100, 4, 2);
        JavaRDD<Chunk> onDisk = data.chunks().map(shard -> shard).persist(StorageLevel.DISK_ONLY());
        assertFalse(areShared(context(), new ShardedData(onDisk, 4, 100)));
        JavaRDD<Chunk> nowhere = data.chunks().map(shard -> shard);
        assertFalse(areShared(context(), new ShardedData(nowhere, 4, 100)));
    }

    static boolean areShared(JavaSparkContext context, ShardedData data) {
        return Passes.of(context, ReductionKind.AUTO).areLocal(data);
    }

    @Test
    void dataThatMemoryDoesNotHoldAreTrainedFromDiskToTheSameBits() {
        String expected = trainLarge(TestSpark.session(), true);
        Map<String, String> small = Map.of("spark.testing.memory", "16777216", "spark.testing.reservedMemory", "0");
        assertEquals(expected, trainLarge(TestSpark.session("local[2]", small), false));
    }

    /** On two chunks of 15 megabytes. */
    private static String trainLarge(SparkSession spark, boolean inMemory) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        int rows = 1 << 19;
        JavaRDD<Chunk> chunks = context.parallelize(List.of(0, 1), 2)
                .map(shard -> new Chunk(shard, 0, rows, 5, counted(shard, 5 * rows), new float[rows], counted(1, rows)))
                .persist(StorageLevel.MEMORY_AND_DISK());
        ShardedData data = new ShardedData(chunks, 2, 2L * rows);
        assertEquals(inMemory, areShared(context, data));
        Trainer.Result result = new Trainer(
                        Passes.of(context, ReductionKind.AUTO), NETWORK, options(2, BatchSize.FULL, 0.1, 0.9, 0))
                .train(data, Optional.empty());
        chunks.unpersist();
        return Model.checksum(result.parameters());
    }

    private static float[] counted(int first, int length) {
        float[] x = new float[length];
        for (int i = 0; i < length; i++) {
            x[i] = (first + i % 7) / 7f;
        }
        return x;
    }

    @Test
    void moreShardsThanRowsLeaveSomeEmptyAndChangeNothingButRounding() {
        Settings options = options(3, BatchSize.FULL, 0.1, 0.9, 0);
        float[] one = train(examples(5, 1, 1), options).parameters();
        float[] many = train(examples(5, 16, 3), options).parameters();
        assertArrayEquals(one, many, 1e-5f);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 33, 100, 1000})
    void everyEpochVisitsEveryRowOnceInAnotherOrder(int batch) {
        ShardedData data = examples(100, 8, 2);
        List<Chunk> chunks = data.chunks().collect();
        List<List<Long>> orders = new ArrayList<>();
        for (int epoch = 1; epoch <= 2; epoch++) {
            List<Long> seen = new ArrayList<>();
            for (long first = 0; first < 100; first += batch) {
                Round round = new Round(42, epoch, first, Math.min(100, first + batch), 8);
                int rows = 0;
                for (Chunk chunk : chunks) {
                    int from = Math.max(0, round.from(chunk.shard()) - chunk.first());
                    int to = Math.min(chunk.rows(), round.to(chunk.shard()) - chunk.first());
                    for (int at = from; at < to; at++) {
                        seen.add(chunk.shard()
                                + 8 * (chunk.first() + round.order(chunk).at(at)));
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
        Network network = Network.perceptron(4, List.of(6), Activation.LOGISTIC, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        float[] x = floats(golden.get("x"));
        float[] y = floats(golden.get("y"));
        int steps = golden.get("steps").asInt();
        Settings options = options(
                steps,
                BatchSize.FULL,
                golden.get("eta").asDouble(),
                golden.get("alpha").asDouble(),
                0);
        List<Double> losses = new ArrayList<>();
        float[] initial = flat(golden.get("initial"));
        Trainer trainer = new Trainer(threads(), network, options);
        TrainingListener noting = new TrainingListener() {
            @Override
            public void round(RoundReport round, TrainingState state) {
                losses.add(round.loss());
            }
        };
        Trainer.Result result =
                trainer.train(trainer.begin(initial), initial, shard(x, y, 4, 4, 2), Optional.empty(), List.of(noting));
        for (int t = 0; t < steps; t++) {
            double expected = golden.get("losses").get(t).asDouble();
            assertEquals(expected, losses.get(t), 1e-4 * expected, "loss of step " + t);
        }
        assertArrayEquals(flat(golden.get("final")), result.parameters(), 1e-4f);
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "2, 2", "3, 2", "4, 1", "100, 1"})
    void replicasAverageAfterTheirStepsAndAtTheEndOfTheEpoch(int every, int rounds) {
        // 100 rows over 4 shards are 25 a replica: 3 steps of 7 and one of 4.
        List<Long> steps = new ArrayList<>();
        new Trainer(threads(), NETWORK, options(7, every))
                .train(examples(100, 4, 2), Optional.empty(), new TrainingListener() {
                    @Override
                    public void round(RoundReport round, TrainingState state) {
                        assertEquals(rounds, round.rounds());
                        steps.add(round.step());
                    }

                    @Override
                    public void epoch(EpochReport epoch, TrainingState state) {
                        assertEquals(4L * epoch.epoch(), epoch.step());
                        assertEquals(100, epoch.examples());
                    }
                });
        assertEquals(2 * rounds, steps.size());
        assertEquals(Math.min(every, 4), steps.get(0));
    }

    @Test
    void oneReplicaThatStepsByItselfIsGradientDescentBitForBit() {
        ShardedData data = examples(64, 1, 1);
        // The weight of a round's rows is a power of two, so that multiplying by it and dividing changes no bit.
        assertArrayEquals(train(options(16, 0), data, threads()), train(options(16, 2), data, threads()));
    }

    @Test
    void theMeanOfReplicasIsWeightedByTheirExamples() {
        // Two shards of 8 and 4 rows, one local step each: the mean of the steps is the step of the mean gradient.
        ShardedData data = examples(12, 1, 1);
        List<Chunk> whole = data.chunks().collect();
        List<Chunk> uneven = whole.stream()
                .map(c -> new Chunk(c.first() < 8 ? 0 : 1, c.first() % 8, c.features(), c.targets(), c.weights()))
                .toList();
        ShardedData two = new ShardedData(context().parallelize(uneven, 1).cache(), 2, 16);
        Settings local = options(1, new BatchSize(8), 0.1, 0.9, 0).with(Keys.SYNCHRONISE, Synchronise.EVERY_EPOCH);
        assertArrayEquals(
                train(options(1, BatchSize.FULL, 0.1, 0.9, 0), data, threads()), train(local, two, threads()), 1e-6f);
    }

    @Test
    void aLayerAndALossOfOnesOwnTrainAsTheStandardOnesDo() {
        Settings options = options(3, new BatchSize(32), 0.1, 0.9, 0.01);
        ShardedData data = examples(100, 4, 2);
        float[] standard = train(data, options).parameters();
        Layer tanh = (scope, x) -> scope.affine(x, 7).tanh();
        Loss.OfClasses crossEntropy = (logits, classes) ->
                logits.logSoftmax().multiply(classes.oneHot(3)).sumColumns().negate();
        assertArrayEquals(
                standard, train(new Network(5, List.of(tanh), 3, StandardLoss.SOFTMAX_CROSS_ENTROPY), data, options));
        assertArrayEquals(standard, train(new Network(5, List.of(tanh), 3, crossEntropy), data, options), 1e-5f);
    }

    private static float[] train(Network network, ShardedData data, Settings options) {
        return new Trainer(threads(), network, options)
                .train(data, Optional.empty())
                .parameters();
    }

    @Test
    void thePenaltyIsAddedOnceAndLeavesBiasesOut() {
        Network network = Network.perceptron(1, List.of(), Activation.RELU, 1, StandardLoss.HALF_SQUARED_ERROR);
        Settings options = options(1, BatchSize.FULL, 1, 0, 0.5);
        float[] values = {4, 8};
        float[] gradient = {2, 2};
        Descent descent = options.descent(network, 1);
        descent.step(
                values, List.of(new float[2]), gradient, 0, descent.scale(gradient, 0, 2), descent.pace(0, 1), 0, 2);
        assertArrayEquals(new float[] {1, 7}, values);
    }

    @Test
    void divergenceStopsTheTrainingAndSaysWhereAndWhatToLower() {
        TrainingException e = assertThrows(TrainingException.class, () -> new Trainer(
                        threads(),
                        Network.perceptron(5, List.of(7), Activation.RELU, 1, StandardLoss.HALF_SQUARED_ERROR),
                        options(50, new BatchSize(10), 1e30, 0.9, 0))
                .train(examples(100, 2, 2), Optional.empty()));
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
                data.chunks().map(shard -> {
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
        RoundWork work = new RoundWork.Gradients(NETWORK.objective(BatchShape.dense(4), 1));
        Purpose purpose = new Purpose(Purpose.Phase.ROUND, 1, 1, () -> "a gradient");
        try (Pass<Begin, WeightedSum> pass = jobs().rounds(work, data)) {
            return pass.run(new Begin(round, 0, 1, Vectors.of(parameters)), purpose)
                    .sum()
                    .vector();
        }
    }

    @Test
    void evaluationDoesNotDependOnPartitions() {
        float[] parameters = NETWORK.initialParameters(3);
        Evaluation one = Trainer.evaluate(jobs(), NETWORK, parameters, examples(777, 8, 1));
        Evaluation seven = Trainer.evaluate(jobs(), NETWORK, parameters, examples(777, 8, 7));
        assertEquals(one.loss(), seven.loss());
        assertEquals(one.accuracy(), seven.accuracy());
        assertEquals(777, seven.examples());
    }

    @Test
    void aSessionWithJavaSerializationTrainsToTheSameBits() {
        Settings options = options(2, new BatchSize(32), 0.1, 0.9, 0.01);
        String kryo = Model.checksum(train(options, examples(100, 4, 2), jobs()));
        TestSpark.session("local[2]", Map.of("spark.serializer", "org.apache.spark.serializer.JavaSerializer"));
        JavaSparkContext java =
                JavaSparkContext.fromSparkContext(SparkSession.active().sparkContext());
        ShardedData data = onSpark(java, shards(100, 4), 2, 100);
        float[] parameters = new Trainer(Passes.of(java, ReductionKind.AUTO).byJobs(), NETWORK, options)
                .train(data, Optional.empty())
                .parameters();
        assertEquals(kryo, Model.checksum(parameters));
    }

    private static Trainer.Result train(ShardedData data, Settings options) {
        return new Trainer(threads(), NETWORK, options).train(data, Optional.empty());
    }

    private static Settings options(int epochs, BatchSize batch, double rate, double momentum, double l2) {
        return TestSettings.of(epochs, batch, rate, momentum, l2);
    }

    /** Two epochs, with so many steps between averages; 0 for none of a replica's own. */
    private static Settings options(int batch, int localSteps) {
        return TestSettings.local(options(2, new BatchSize(batch), 0.1, 0.9, 0.01), localSteps);
    }

    private static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    }

    private static ShardedData examples(int rows, int shards, int partitions) {
        return onSpark(context(), shards(rows, shards), partitions, rows);
    }

    /** The chunks of a shard stay together, as they must. */
    private static ShardedData onSpark(JavaSparkContext spark, List<List<Chunk>> shards, int partitions, int rows) {
        JavaRDD<Chunk> chunks = spark.parallelize(
                        IntStream.range(0, shards.size()).boxed().toList(), partitions)
                .flatMap(s -> shards.get(s).iterator())
                .cache();
        return new ShardedData(chunks, shards.size(), rows);
    }

    private static List<List<Chunk>> shards(int rows, int shards) {
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
        return onSpark(context(), deal(x, y, width, shards), partitions, y.length);
    }

    private static List<List<Chunk>> deal(float[] x, float[] y, int width, int shards) {
        List<List<Chunk>> out = new ArrayList<>();
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
            // Chunks of 4 rows, and for no row an empty one.
            List<Chunk> chunks = new ArrayList<>();
            for (int first = 0; first == 0 || first < rows; first += 4) {
                int end = Math.min(rows, first + 4);
                chunks.add(new Chunk(
                        s,
                        first,
                        end - first,
                        width,
                        Arrays.copyOfRange(features, first * width, end * width),
                        Arrays.copyOfRange(targets, first, end),
                        Arrays.copyOfRange(weights, first, end)));
            }
            out.add(chunks);
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
