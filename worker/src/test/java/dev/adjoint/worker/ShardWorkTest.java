package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.adjoint.autodiff.kernel.Crew;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.step.Descent;
import dev.adjoint.worker.step.Role;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardWorkTest {
    private static final Network NETWORK = Examples.network(StandardLoss.SOFTMAX_CROSS_ENTROPY);
    private static final int PARAMETERS = NETWORK.parameterCount();
    private static final float[] START = Examples.floats(PARAMETERS, new Random(1));
    private static final Descent DESCENT = Examples.descent(
            0.01, new Descent.Stretch(0, 20, Role.PENALISED), new Descent.Stretch(20, PARAMETERS, Role.TRAINED));

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1024})
    void theArenaThatIsToldIsTheOneThatIsLaidOut(int rows) {
        Objective objective = NETWORK.objective(BatchShape.dense(rows), 1);
        assertEquals(new Replica(objective).arena().length, new RoundWork.Gradients(objective).arena());
        assertEquals(
                new Replica(objective, LocalStepsWork.room(objective, DESCENT), Crew.ALONE).arena().length,
                new RoundWork.LocalSteps(objective, rows, DESCENT).arena());
    }

    @ParameterizedTest
    @CsvSource({"1, 8", "7, 8", "8, 3", "9, 8", "37, 5", "37, 37", "37, 100"})
    void localStepsOfOneReplicaAreThoseOfGradientDescentBitForBit(int rows, int batch) {
        Chunk chunk = Examples.chunk(StandardLoss.SOFTMAX_CROSS_ENTROPY, rows, new Random(rows));
        float[] parameters = START.clone();
        float[] velocity = Examples.floats(PARAMETERS, new Random(2));
        float[] start = velocity.clone();

        ShardWork<Begin, WeightedSum> gradients =
                new RoundWork.Gradients(NETWORK.objective(BatchShape.dense(batch), 1)).layOut();
        double loss = 0;
        double weight = 0;
        for (int first = 0; first < rows; first += batch) {
            Round round = round(first, Math.min(rows, first + batch));
            WeightedSum sum = Examples.sum(gradients, Examples.begin(round, parameters, velocity), List.of(chunk));
            Examples.step(DESCENT, parameters, velocity, sum);
            loss += sum.loss();
            weight += sum.weight();
        }

        RoundWork steps = new RoundWork.LocalSteps(NETWORK.objective(BatchShape.dense(batch), 1), batch, DESCENT);
        WeightedSum sum = Examples.sum(steps.layOut(), Examples.begin(round(0, rows), START, start), List.of(chunk));
        assertEquals(loss, sum.loss());
        assertEquals(weight, sum.weight());
        assertEquals(rows, sum.examples());
        float factor = (float) weight;
        for (int i = 0; i < PARAMETERS; i++) {
            assertEquals(factor * parameters[i], sum.vector()[i], "parameter " + i);
            assertEquals(factor * velocity[i], sum.vector()[PARAMETERS + i], "velocity " + i);
        }
    }

    @Test
    void aStepOfSeveralRunsOfTheProgramIsOneStep() {
        Chunk chunk = Examples.chunk(StandardLoss.SOFTMAX_CROSS_ENTROPY, 40, new Random(3));
        WeightedSum whole = localSteps(NETWORK.objective(BatchShape.dense(16), 1), 16, chunk);
        WeightedSum parts = localSteps(NETWORK.objective(BatchShape.dense(5), 1), 16, chunk);
        assertEquals(whole.examples(), parts.examples());
        assertArrayEquals(whole.vector(), parts.vector(), 1e-4f);
    }

    private static WeightedSum localSteps(Objective objective, int batch, Chunk chunk) {
        RoundWork work = new RoundWork.LocalSteps(objective, batch, DESCENT);
        return whole(work.layOut(), List.of(chunk), round(0, chunk.rows()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8, 36, 37})
    void batchesGoAcrossChunks(int rowsOfChunk) {
        // Without an order of its own for each chunk, the rows are the same in the same order.
        Chunk chunk = Examples.chunk(StandardLoss.SOFTMAX_CROSS_ENTROPY, 37, new Random(4));
        for (RoundWork work : List.<RoundWork>of(
                new RoundWork.Gradients(NETWORK.objective(BatchShape.dense(8), 1)),
                new RoundWork.LocalSteps(NETWORK.objective(BatchShape.dense(8), 1), 8, DESCENT))) {
            WeightedSum one = inOrder(work, List.of(chunk));
            WeightedSum many = inOrder(work, chunks(chunk, rowsOfChunk));
            assertArrayEquals(one.vector(), many.vector(), work.getClass().getSimpleName());
            assertEquals(one.loss(), many.loss());
            assertEquals(37, many.examples());
        }
    }

    private static WeightedSum inOrder(RoundWork work, List<Chunk> chunks) {
        RowWork worker = (RowWork) work.layOut();
        Begin begin = Examples.begin(round(0, 37), START, new float[PARAMETERS]);
        WeightedSum sum = new WeightedSum();
        worker.load(begin);
        worker.startShard(begin);
        for (Chunk chunk : chunks) {
            for (int row = 0; row < chunk.rows(); row++) {
                worker.take(chunk, row, sum);
            }
        }
        worker.endShard(sum);
        return sum;
    }

    private static List<Chunk> chunks(Chunk chunk, int rows) {
        List<Chunk> chunks = new ArrayList<>();
        for (int first = 0; first < chunk.rows(); first += rows) {
            Chunk part = Examples.rows(chunk, first, Math.min(chunk.rows(), first + rows));
            chunks.add(new Chunk(0, first, part.features(), part.targets(), part.weights()));
        }
        return chunks;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 16, 37, 100})
    void theRoundsOfAnEpochTakeEveryRowOfEveryChunkOnce(int placesOfRound) {
        Chunk whole = Examples.chunk(StandardLoss.SOFTMAX_CROSS_ENTROPY, 37, new Random(5));
        List<String> taken = new ArrayList<>();
        for (int first = 0; first < 37; first += placesOfRound) {
            Round round = new Round(7, 3, first, Math.min(37, first + placesOfRound), 1);
            Examples.sum(new Noting(taken), Examples.begin(round, new float[0], new float[0]), chunks(whole, 10));
        }
        assertEquals(37, taken.size());
        assertEquals(37, taken.stream().distinct().count());
        assertTrue(!taken.equals(taken.stream().sorted().toList()), "no order was drawn");
    }

    private static final class Noting extends RowWork {
        private final List<String> taken;

        Noting(List<String> taken) {
            this.taken = taken;
        }

        @Override
        void load(Begin begin) {}

        @Override
        void startShard(Begin begin) {}

        @Override
        void take(Chunk chunk, int row, WeightedSum sum) {
            taken.add("%03d".formatted(chunk.first() + row));
        }

        @Override
        void endShard(WeightedSum sum) {}
    }

    @Test
    void whatWasComputedBeforeLeavesNoTrace() {
        Chunk chunk = Examples.chunk(StandardLoss.SOFTMAX_CROSS_ENTROPY, 21, new Random(6));
        for (RoundWork work : List.<RoundWork>of(
                new RoundWork.Gradients(NETWORK.objective(BatchShape.dense(8), 1)),
                new RoundWork.LocalSteps(NETWORK.objective(BatchShape.dense(8), 1), 8, DESCENT))) {
            ShardWork<Begin, WeightedSum> worker = work.layOut();
            Begin begin = Examples.begin(round(0, 21), START, new float[PARAMETERS]);
            WeightedSum first = Examples.sum(worker, begin, List.of(chunk));
            float[] expected = first.vector().clone();
            worker.recycle(first);
            WeightedSum other =
                    Examples.sum(worker, Examples.begin(round(3, 9), new float[PARAMETERS], START), List.of(chunk));
            assertTrue(!Arrays.equals(expected, other.vector()));
            worker.recycle(other);
            assertArrayEquals(
                    expected, Examples.sum(worker, begin, List.of(chunk)).vector());
        }
    }

    @Test
    void aRoundAllocatesNothingOfTheModelsSize() {
        Network network =
                Network.perceptron(50, List.of(200, 200), Activation.RELU, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        int parameters = network.parameterCount();
        Random random = new Random(8);
        List<Chunk> shards = new ArrayList<>();
        for (int s = 0; s < 4; s++) {
            shards.add(new Chunk(s, 0, 64, 50, Examples.floats(64 * 50, random), new float[64], ones(64)));
        }
        Descent descent = Examples.descent(0.01, new Descent.Stretch(0, parameters, Role.PENALISED));
        Begin begin = Examples.begin(new Round(1, 1, 0, 256, 4), network.initialParameters(1), new float[parameters]);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (RoundWork work : List.<RoundWork>of(
                new RoundWork.Gradients(network.objective(BatchShape.dense(16), 1)),
                new RoundWork.Gradients(network.objective(BatchShape.dense(16), 1, new Folds(2), new Mixup(0.4, 1))),
                new RoundWork.LocalSteps(network.objective(BatchShape.dense(16), 1), 16, descent))) {
            ShardWork<Begin, WeightedSum> worker = work.layOut();
            long allocated = Long.MAX_VALUE;
            for (int r = 0; r < 2000; r++) { // the first ones lay out sums, and let the compiler finish
                long before =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                PartitionSum<WeightedSum> sum = PartitionSum.of(shards.iterator(), worker, begin);
                sum.nodes().forEach(node -> worker.recycle(node.sum()));
                allocated =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
            }
            assertTrue(allocated < 10_000, work.getClass().getSimpleName() + " allocated " + allocated + " bytes");
        }
    }

    private static float[] ones(int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Round round(int first, int last) {
        return new Round(1, 1, first, last, 1);
    }

    private static WeightedSum whole(ShardWork<Begin, WeightedSum> work, List<Chunk> chunks, Round round) {
        return Examples.sum(work, Examples.begin(round, START, new float[PARAMETERS]), chunks);
    }
}
