package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What members learn from, and what they are measured on. */
class FoldsTest {
    private static final StandardLoss LOSS = StandardLoss.SOFTMAX_CROSS_ENTROPY;
    private static final int ROWS = 23;
    private static final int SHARD = 4;
    private static final Network ONE = Examples.network(LOSS);

    private final Chunk chunk = at(Examples.chunk(LOSS, ROWS, new Random(1)), 0);

    private static Chunk at(Chunk chunk, int first) {
        return new Chunk(SHARD, first, chunk.features(), chunk.targets(), chunk.weights());
    }

    /** The rows of folds for which {@code learned} says whether they are among them. */
    private Chunk weighted(int folds, int fold, boolean within) {
        float[] weights = chunk.weights().clone();
        for (int row = 0; row < ROWS; row++) {
            if (((SHARD + row) % folds == fold) != within) {
                weights[row] = 0;
            }
        }
        return new Chunk(SHARD, 0, chunk.features(), chunk.targets(), weights);
    }

    private static WeightedSum gradient(Objective objective, float[] parameters, List<Chunk> chunks) {
        Round round = new Round(1, 1, 0, (long) ROWS * (SHARD + 1), SHARD + 1);
        Begin begin = new Begin(round, 0, 1, Vectors.of(parameters));
        return Examples.sum(new RoundWork.Gradients(objective).layOut(), begin, chunks);
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 23", "3, 3, 5", "2, 7, 4", "1, 10, 8", "5, 5, 1"})
    void aMemberLearnsFromAllRowsButThoseOfItsFold(int members, int folds, int rowsAtOnce) {
        Network network = ONE.withMembers(members);
        float[] parameters = network.initialParameters(2);
        float[] all = gradient(
                        network.objective(BatchShape.dense(rowsAtOnce), 1, new Folds(folds)),
                        parameters,
                        List.of(chunk))
                .vector();
        int size = ONE.parameterCount();
        for (int member = 0; member < members; member++) {
            float[] own = Arrays.copyOfRange(parameters, member * size, (member + 1) * size);
            float[] expected = gradient(
                            ONE.objective(BatchShape.dense(ROWS), 1), own, List.of(weighted(folds, member, false)))
                    .vector();
            for (int i = 0; i < size; i++) {
                expected[i] *= (float) (folds / (folds - 1.0));
            }
            float[] got = Arrays.copyOfRange(all, member * size, (member + 1) * size);
            assertArrayEquals(expected, got, 2e-5f, "member " + member);
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 23, 23", "3, 3, 5, 4", "2, 7, 4, 9", "1, 10, 8, 23"})
    void membersAreMeasuredOnTheirFoldsAlone(int members, int folds, int rowsAtOnce, int rowsOfChunk) {
        Network network = ONE.withMembers(members);
        float[] parameters = network.initialParameters(2);
        List<Chunk> chunks = new ArrayList<>();
        for (int first = 0; first < ROWS; first += rowsOfChunk) {
            chunks.add(at(Examples.rows(chunk, first, Math.min(first + rowsOfChunk, ROWS)), first));
        }
        Evaluation measured = Examples.sum(
                new Evaluation.OfModel(network.evaluation(BatchShape.dense(rowsAtOnce), new Folds(folds)), true)
                        .layOut(),
                parameters,
                chunks);
        int size = ONE.parameterCount();
        double loss = 0;
        double weight = 0;
        long examples = 0;
        for (int member = 0; member < members; member++) {
            Chunk fold = weighted(folds, member, true);
            Evaluation own = Examples.sum(
                    new Evaluation.OfModel(ONE.evaluation(BatchShape.dense(ROWS)), true).layOut(),
                    Arrays.copyOfRange(parameters, member * size, (member + 1) * size),
                    List.of(fold));
            double rows = 0;
            for (float one : fold.weights()) {
                rows += one;
                examples += one > 0 ? 1 : 0;
            }
            loss += own.loss() * rows;
            weight += rows;
        }
        assertEquals(loss / weight, measured.loss(), 1e-5);
        assertEquals(examples, measured.examples());
    }

    @Test
    void whatIsReportedIsTheMeanOverTheMembersThatLearn() {
        Network network = ONE.withMembers(3);
        float[] same = new float[network.parameterCount()];
        float[] parameters = ONE.initialParameters(3);
        for (int member = 0; member < 3; member++) {
            System.arraycopy(parameters, 0, same, member * parameters.length, parameters.length);
        }
        WeightedSum folded = gradient(network.objective(BatchShape.dense(ROWS), 1, new Folds(3)), same, List.of(chunk));
        WeightedSum plain = gradient(ONE.objective(BatchShape.dense(ROWS), 1), parameters, List.of(chunk));
        assertEquals(plain.loss(), folded.loss(), 1e-5, "of members that are equal");
        assertEquals(plain.weight(), folded.weight());
    }

    @Test
    void fewerFoldsThanMembersAreRefused() {
        Network three = ONE.withMembers(3);
        assertEquals(
                "2 folds for 3 members, expected as many at least",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> three.objective(BatchShape.dense(1), 1, new Folds(2)))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> three.evaluation(BatchShape.dense(1), new Folds(2)));
        assertEquals(
                "1 folds, expected 2 or more, or 0 for none",
                assertThrows(IllegalArgumentException.class, () -> new Folds(1)).getMessage());
    }
}
