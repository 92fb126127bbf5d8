package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.model.Activation;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.step.Descent;
import dev.adjoint.worker.step.Role;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparseRowsTest {
    /** Rows with up to {@code most} numbers that are not 0, the first row with none; as entries and as all numbers. */
    private record Twin(Chunk sparse, Chunk dense, int most) {
        static Twin of(int rows, int width, int most, Random random) {
            SparseRows entries = new SparseRows(width);
            float[] all = new float[rows * width];
            for (int row = 0; row < rows; row++) {
                for (int k = 0; k < random.nextInt(most + 1) && row > 0; k++) {
                    int column = random.nextInt(width);
                    if (all[row * width + column] == 0) {
                        float value = random.nextFloat() - 0.5f;
                        all[row * width + column] = value;
                        entries.add(column, value);
                    }
                }
                entries.endRow();
            }
            float[] targets = new float[rows];
            float[] weights = new float[rows];
            for (int row = 0; row < rows; row++) {
                targets[row] = random.nextInt(3);
                weights[row] = 0.5f + random.nextFloat();
            }
            return new Twin(
                    new Chunk(0, 0, entries.rows(), targets, weights),
                    new Chunk(0, 0, rows, width, all, targets, weights),
                    most);
        }
    }

    private static Network network(int width) {
        return Network.perceptron(width, List.of(7), Activation.TANH, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "9, 5, 3", "33, 2048, 20", "33, 2049, 20", "20, 100000, 5"})
    void sparseRowsTrainAsTheSameRowsWithTheirZeros(int rows, int width, int most) {
        Twin twin = Twin.of(rows, width, most, new Random(rows));
        Network network = network(width);
        int parameters = network.parameterCount();
        Begin begin = Examples.begin(new Round(1, 1, 0, rows, 1), network.initialParameters(1), new float[parameters]);
        Descent descent = Examples.descent(0, new Descent.Stretch(0, parameters, Role.PENALISED));
        BatchShape shape = new BatchShape(8, most);
        for (RoundWork[] works : new RoundWork[][] {
            {
                new RoundWork.Gradients(network.objective(shape, 1)),
                new RoundWork.Gradients(network.objective(BatchShape.dense(8), 1))
            },
            {
                new RoundWork.LocalSteps(network.objective(shape, 1), 8, descent),
                new RoundWork.LocalSteps(network.objective(BatchShape.dense(8), 1), 8, descent)
            }
        }) {
            WeightedSum sparse = Examples.sum(works[0].layOut(), begin, List.of(twin.sparse()));
            WeightedSum dense = Examples.sum(works[1].layOut(), begin, List.of(twin.dense()));
            assertEquals(dense.loss(), sparse.loss(), 1e-4);
            assertEquals(dense.weight(), sparse.weight());
            assertArrayEquals(dense.vector(), sparse.vector(), 1e-4f);
        }
    }

    @Test
    void evaluationOfSparseRowsIsThatOfTheSameRowsWithTheirZeros() {
        Twin twin = Twin.of(40, 1000, 12, new Random(4));
        Network network = network(1000);
        float[] parameters = network.initialParameters(2);
        Evaluation sparse = evaluation(network, new BatchShape(16, 12), parameters, twin.sparse());
        Evaluation dense = evaluation(network, BatchShape.dense(16), parameters, twin.dense());
        assertEquals(dense.loss(), sparse.loss(), 1e-5);
        assertEquals(dense.accuracy(), sparse.accuracy());
    }

    private static Evaluation evaluation(Network network, BatchShape shape, float[] parameters, Chunk chunk) {
        Work<float[], Evaluation> work = new Evaluation.OfModel(network.evaluation(shape), true);
        return Examples.sum(work.layOut(), parameters, List.of(chunk));
    }

    @Test
    void aBatchIsAFunctionOfItsRowsWhateverWasThereBefore() {
        Network network = network(300);
        RoundWork work = new RoundWork.Gradients(network.objective(new BatchShape(8, 30), 1));
        Chunk few = Twin.of(5, 300, 3, new Random(1)).sparse();
        Chunk many = Twin.of(64, 300, 30, new Random(2)).sparse();
        ShardWork<Begin, WeightedSum> worker = work.layOut();
        float[] parameters = network.initialParameters(1);
        Begin all = Examples.begin(new Round(1, 1, 0, 64, 1), parameters, parameters.clone());
        float[] first = Examples.sum(worker, all, List.of(few)).vector();
        Examples.sum(worker, all, List.of(many));
        float[] again = Examples.sum(worker, all, List.of(few)).vector();
        assertArrayEquals(first, again);
    }

    @Test
    void memoryFollowsTheEntriesAndNotTheWidth() {
        int width = 100_000;
        int rows = 1000;
        Network network = Network.perceptron(width, List.of(1), Activation.RELU, 3, StandardLoss.SOFTMAX_CROSS_ENTROPY);
        Replica replica = new Replica(network.objective(BatchShape.of(rows, width, 10), 1));
        // The weights of the first layer and their gradient; and three numbers an entry.
        int expected = 2 * network.parameterCount() + 3 * 10 * rows;
        assertTrue(replica.arena().length < 1.2 * expected, replica.arena().length + ", expected about " + expected);
        Rows.Sparse packed =
                (Rows.Sparse) Twin.of(rows, width, 10, new Random(3)).sparse().features();
        assertTrue(packed.values().length <= 10 * rows);
    }

    @Test
    void rowsOfTheOtherKindAreRefused() {
        Twin twin = Twin.of(3, 20, 4, new Random(5));
        Replica dense = new Replica(network(20).objective(BatchShape.dense(8), 1));
        assertMessage("rows of 20 features, sparse, the network takes 20", () -> dense.take(twin.sparse(), 0));
        Replica sparse = new Replica(network(20).objective(new BatchShape(8, 4), 1));
        assertMessage(
                "rows of 20 features, all given; the network takes sparse ones", () -> sparse.take(twin.dense(), 0));
        Replica small = new Replica(network(20).objective(new BatchShape(1, 1), 1));
        SparseRows two = new SparseRows(20);
        two.add(3, 1);
        two.add(4, 1);
        two.endRow();
        Chunk chunk = new Chunk(0, 0, two.rows(), new float[1], new float[1]);
        assertMessage("a row with 2 entries, after 0 in the batch, which takes 1", () -> small.take(chunk, 0));
    }

    private static void assertMessage(String expected, Runnable call) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
