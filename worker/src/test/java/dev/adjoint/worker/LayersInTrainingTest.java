package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.model.Activated;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.BatchNorm;
import dev.adjoint.model.Dropout;
import dev.adjoint.model.Layer;
import dev.adjoint.model.LayerNorm;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Network;
import dev.adjoint.model.Scale;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.step.Clipping;
import dev.adjoint.worker.step.Descent;
import dev.adjoint.worker.step.Momentum;
import dev.adjoint.worker.step.Penalty;
import dev.adjoint.worker.step.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers that do something else while training, where they train: in shards, batches and chunks. */
class LayersInTrainingTest {
    private static final StandardLoss LOSS = StandardLoss.SOFTMAX_CROSS_ENTROPY;
    private static final int ROWS = 23;

    /** The sum of the outputs. */
    private static final Loss.OfNumbers SUM = (outputs, targets) -> outputs.sumColumns();

    /**
     * Which of 12 features of a row of a shard are kept, as bits: features are 1, output weights are powers of 2, and only that
     * row counts.
     */
    private static double mask(int shard, int row, int rowsAtOnce, int rowsOfChunk) {
        int width = 12;
        Network network = new Network(width, List.of(new Dropout(0.5)), 1, SUM);
        float[] parameters = new float[network.parameterCount()];
        for (int j = 0; j < width; j++) {
            parameters[j] = 1 << j;
        }
        List<Chunk> chunks = new ArrayList<>();
        for (int first = 0; first < ROWS; first += rowsOfChunk) {
            int rows = Math.min(rowsOfChunk, ROWS - first);
            float[] ones = new float[rows * width];
            Arrays.fill(ones, 1);
            float[] weights = new float[rows];
            if (row >= first && row < first + rows) {
                weights[row - first] = 1;
            }
            chunks.add(new Chunk(shard, first, rows, width, ones, new float[rows], weights));
        }
        RoundWork work = new RoundWork.Gradients(network.objective(BatchShape.dense(rowsAtOnce), 1));
        Begin begin = new Begin(new Round(1, 1, 0, (long) ROWS * (shard + 1), shard + 1), 3, 1, Vectors.of(parameters));
        return Examples.sum(work.layOut(), begin, chunks).loss() / 2;
    }

    @ParameterizedTest
    @CsvSource({"1, 23", "23, 1", "5, 4", "8, 23", "23, 7"})
    void whatIsDroppedDoesNotHangOnHowRowsAreCutIntoBatchesAndChunks(int rowsAtOnce, int rowsOfChunk) {
        for (int row = 0; row < ROWS; row++) {
            double expected = mask(0, row, ROWS, ROWS);
            assertEquals(expected, mask(0, row, rowsAtOnce, rowsOfChunk), "row " + row);
            assertEquals(Math.rint(expected), expected, "row " + row);
            assertNotEquals(expected, mask(0, (row + 1) % ROWS, ROWS, ROWS), "another row has another mask");
        }
    }

    @Test
    void sparseRowsAreDroppedScaledAndStandardisedAsTheSameRowsWithTheirZeros() {
        SparseRows entries = new SparseRows(6);
        float[] all = new float[6 * 9];
        Random random = new Random(1);
        for (int row = 0; row < 9; row++) {
            for (int column = row % 3; column < 6; column += 3) {
                all[row * 6 + column] = random.nextFloat() - 0.5f;
                entries.add(column, all[row * 6 + column]);
            }
            entries.endRow();
        }
        Chunk some = Examples.chunk(LOSS, 9, random);
        Chunk sparse = new Chunk(0, 0, entries.rows(), some.targets(), some.weights());
        Chunk dense = new Chunk(0, 0, 9, 6, all, some.targets(), some.weights());
        for (Layer first : List.of(new Dropout(0.4), new Scale(), new BatchNorm(), new LayerNorm())) {
            Network network = new Network(6, List.of(first, new Affine(5, Activation.TANH)), 3, LOSS);
            Begin begin = Examples.begin(
                    new Round(1, 1, 0, 9, 1), network.initialParameters(1), new float[network.parameterCount()]);
            WeightedSum bySparse = Examples.sum(
                    new RoundWork.Gradients(network.objective(new BatchShape(4, 2), 1)).layOut(),
                    begin,
                    List.of(sparse));
            WeightedSum byDense = Examples.sum(
                    new RoundWork.Gradients(network.objective(BatchShape.dense(4), 1)).layOut(), begin, List.of(dense));
            assertEquals(byDense.loss(), bySparse.loss(), 1e-5, first.toString());
            assertArrayEquals(byDense.vector(), bySparse.vector(), 1e-5f, first.toString());
        }
    }

    /** Classes that differ in a feature far from 0: by the statistics that were followed, scoring agrees with training. */
    @Test
    void aNetworkThatTrainedWithBatchNormScoresAsItTrained() {
        List<Layer> layers =
                List.of(new Affine(6, Activation.IDENTITY), new BatchNorm(), new Activated(Activation.RELU));
        Network network = new Network(4, layers, 3, LOSS);
        Random random = new Random(5);
        Chunk chunk = Examples.chunk(LOSS, 40, random);
        for (int row = 0; row < 40; row++) {
            for (int j = 0; j < 4; j++) {
                Examples.values(chunk)[row * 4 + j] += 5 + (j == 0 ? 2 * chunk.targets()[row] : 0);
            }
        }
        List<Descent> descents = new ArrayList<>();
        for (double rate : new double[] {0.05, 0.0005}) {
            descents.add(new Descent(
                    new Momentum(0.9), Schedule.constant(rate), Penalty.l2(0), Clipping.NONE, network.stretches()));
        }
        ShardWork<Begin, WeightedSum> work =
                new RoundWork.Gradients(network.objective(BatchShape.dense(40), 1)).layOut();
        float[] parameters = network.initialParameters(1);
        float[] velocity = new float[parameters.length];
        double loss = 0;
        for (int step = 0; step < 400; step++) {
            Begin begin = new Begin(new Round(1, 1, 0, 40, 1), step, 1, Vectors.of(parameters));
            WeightedSum sum = Examples.sum(work, begin, List.of(chunk));
            loss = sum.loss() / sum.weight();
            Examples.step(descents.get(step < 300 ? 0 : 1), parameters, velocity, sum);
        }
        Evaluation scored = Examples.sum(
                new Evaluation.OfModel(network.evaluation(BatchShape.dense(7)), true).layOut(),
                parameters,
                List.of(chunk));
        assertEquals(1, scored.accuracy(), 0.05, "seed 5");
        // The variance that is followed is without bias, 40 rows' own is not.
        assertEquals(loss, scored.loss(), 0.02, "seed 5");
    }

    @Test
    void stepsWithBatchesOfOneRowStayFinite() {
        Network network = new Network(4, List.of(new Affine(5, Activation.TANH), new BatchNorm()), 3, LOSS);
        Chunk chunk = Examples.chunk(LOSS, 12, new Random(6));
        Descent descent = Examples.descent(0.01, network.stretches().toArray(Descent.Stretch[]::new));
        float[] start = network.initialParameters(1);
        WeightedSum sum = Examples.sum(
                new RoundWork.LocalSteps(network.objective(BatchShape.dense(1), 1), 1, descent).layOut(),
                Examples.begin(new Round(1, 1, 0, 12, 1), start, new float[start.length]),
                List.of(chunk));
        for (float value : sum.vector()) {
            assertTrue(Float.isFinite(value), "finite");
        }
    }
}
