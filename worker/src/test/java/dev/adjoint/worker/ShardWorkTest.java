package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.adjoint.autodiff.Program;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
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
    private static final Descent DESCENT = new Descent(
            0.1f, 0.9f, 0.01f, List.of(new Descent.Stretch(0, 20, true), new Descent.Stretch(20, PARAMETERS, false)));

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1024})
    void theArenaThatIsToldIsTheOneThatIsLaidOut(int rows) {
        Program objective = NETWORK.objective(rows);
        assertEquals(new Replica(objective).arena().length, new Work.Gradients(objective).arena());
        assertEquals(
                new Replica(objective, LocalStepsWork.room(PARAMETERS)).arena().length,
                new Work.LocalSteps(objective, rows, DESCENT).arena());
    }

    @ParameterizedTest
    @CsvSource({"1, 8", "7, 8", "8, 3", "9, 8", "37, 5", "37, 37", "37, 100"})
    void localStepsOfOneReplicaAreThoseOfGradientDescentBitForBit(int rows, int batch) {
        Chunk chunk = Examples.chunk(StandardLoss.SOFTMAX_CROSS_ENTROPY, rows, new Random(rows));
        float[] parameters = START.clone();
        float[] velocity = Examples.floats(PARAMETERS, new Random(2));
        Snapshot start = new Snapshot(parameters.clone(), velocity.clone());

        ShardWork gradients = new Work.Gradients(NETWORK.objective(batch)).layOut();
        double loss = 0;
        double weight = 0;
        for (int first = 0; first < rows; first += batch) {
            gradients.load(new Snapshot(parameters, new float[0]));
            WeightedSum sum = whole(gradients, List.of(chunk), round(first, Math.min(rows, first + batch)));
            DESCENT.step(parameters, velocity, sum.vector(), (float) (1 / sum.weight()), 0, PARAMETERS);
            loss += sum.loss();
            weight += sum.weight();
        }

        ShardWork local = new Work.LocalSteps(NETWORK.objective(batch), batch, DESCENT).layOut();
        local.load(start);
        WeightedSum sum = whole(local, List.of(chunk), round(0, rows));
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
        WeightedSum whole = localSteps(NETWORK.objective(16), 16, chunk);
        WeightedSum parts = localSteps(NETWORK.objective(5), 16, chunk);
        assertEquals(whole.examples(), parts.examples());
        assertArrayEquals(whole.vector(), parts.vector(), 1e-4f);
    }

    private static WeightedSum localSteps(Program objective, int batch, Chunk chunk) {
        ShardWork work = new Work.LocalSteps(objective, batch, DESCENT).layOut();
        work.load(new Snapshot(START, new float[PARAMETERS]));
        return whole(work, List.of(chunk), round(0, chunk.rows()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8, 36, 37})
    void batchesGoAcrossChunks(int rowsOfChunk) {
        // Without an order of its own for each chunk, the rows are the same in the same order.
        Chunk chunk = Examples.chunk(StandardLoss.SOFTMAX_CROSS_ENTROPY, 37, new Random(4));
        for (Work work : List.of(
                new Work.Gradients(NETWORK.objective(8)), new Work.LocalSteps(NETWORK.objective(8), 8, DESCENT))) {
            WeightedSum one = inOrder(work, List.of(chunk));
            WeightedSum many = inOrder(work, chunks(chunk, rowsOfChunk));
            assertArrayEquals(one.vector(), many.vector(), work.getClass().getSimpleName());
            assertEquals(one.loss(), many.loss());
            assertEquals(37, many.examples());
        }
    }

    private static WeightedSum inOrder(Work work, List<Chunk> chunks) {
        ShardWork worker = work.layOut();
        worker.load(new Snapshot(START, new float[PARAMETERS]));
        worker.start();
        for (Chunk chunk : chunks) {
            for (int row = 0; row < chunk.rows(); row++) {
                worker.take(chunk, row);
            }
        }
        return worker.finish();
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
            PartitionSum.of(
                    chunks(whole, 10).iterator(),
                    new Noting(taken),
                    new Round(7, 3, first, Math.min(37, first + placesOfRound), 1));
        }
        assertEquals(37, taken.size());
        assertEquals(37, taken.stream().distinct().count());
        assertTrue(!taken.equals(taken.stream().sorted().toList()), "no order was drawn");
    }

    private record Noting(List<String> taken) implements ShardWork {
        @Override
        public void load(Snapshot state) {}

        @Override
        public void start() {}

        @Override
        public void take(Chunk chunk, int row) {
            taken.add("%03d".formatted(chunk.first() + row));
        }

        @Override
        public WeightedSum finish() {
            return new WeightedSum();
        }

        @Override
        public void giveBack(WeightedSum sum) {}
    }

    @Test
    void whatWasComputedBeforeLeavesNoTrace() {
        Chunk chunk = Examples.chunk(StandardLoss.SOFTMAX_CROSS_ENTROPY, 21, new Random(6));
        for (Work work : List.of(
                new Work.Gradients(NETWORK.objective(8)), new Work.LocalSteps(NETWORK.objective(8), 8, DESCENT))) {
            ShardWork worker = work.layOut();
            worker.load(new Snapshot(START, new float[PARAMETERS]));
            WeightedSum first = whole(worker, List.of(chunk), round(0, 21));
            float[] expected = first.vector().clone();
            worker.giveBack(first);
            worker.load(new Snapshot(new float[PARAMETERS], START));
            WeightedSum other = whole(worker, List.of(chunk), round(3, 9));
            assertTrue(!Arrays.equals(expected, other.vector()));
            worker.giveBack(other);
            worker.load(new Snapshot(START, new float[PARAMETERS]));
            assertArrayEquals(
                    expected, whole(worker, List.of(chunk), round(0, 21)).vector());
        }
    }

    @Test
    void aRoundAllocatesNothingOfTheModelsSize() {
        Network network = new Network(50, List.of(200, 200), Activation.RELU, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        int parameters = network.parameterCount();
        Random random = new Random(8);
        List<Chunk> shards = new ArrayList<>();
        for (int s = 0; s < 4; s++) {
            shards.add(new Chunk(s, 0, 64, 50, Examples.floats(64 * 50, random), new float[64], ones(64)));
        }
        Descent descent = new Descent(0.1f, 0.9f, 0.01f, List.of(new Descent.Stretch(0, parameters, true)));
        Snapshot state = new Snapshot(network.initialParameters(1), new float[parameters]);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (Work work : List.of(
                new Work.Gradients(network.objective(16)), new Work.LocalSteps(network.objective(16), 16, descent))) {
            ShardWork worker = work.layOut();
            long allocated = Long.MAX_VALUE;
            for (int r = 0; r < 2000; r++) { // the first ones lay out sums, and let the compiler finish
                long before =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                worker.load(state);
                PartitionSum sum = PartitionSum.of(shards.iterator(), worker, new Round(1, 1, 0, 256, 4));
                sum.nodes().forEach(node -> worker.giveBack(node.sum()));
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

    private static WeightedSum whole(ShardWork work, List<Chunk> chunks, Round round) {
        return PartitionSum.of(chunks.iterator(), work, round).nodes().get(0).sum();
    }
}
