package dev.adjoint.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.model.features.FeatureEncoder;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import dev.adjoint.model.features.Label.Reconstruction.Part;
import dev.adjoint.worker.BatchShape;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Evaluation;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.Rows;
import dev.adjoint.worker.SparseRows;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Models whose targets are their features. */
class ReconstructionTest {
    private static final Features FEATURES = new Features(List.of(
            new Features.Numeric("size", List.of(3.0, -1.0), List.of(2.0, 0.5)),
            new Features.Constant("kind", "a"),
            new Features.Categorical("colour", List.of("blue", "red"))));

    private static final Label.Reconstruction LABEL = Label.Reconstruction.of(FEATURES);

    private static Model model(Label label, int outputs) {
        Network network = Network.perceptron(
                FEATURES.width(), List.of(3), Activation.TANH, outputs, StandardLoss.MEAN_SQUARED_ERROR);
        return new Model(
                network, FEATURES, label, new Source("csv", true, List.of()), Map.of(), network.initialParameters(3));
    }

    @Test
    void theTargetsAreTheFeaturesOfTheColumnsThatHaveSome() {
        assertEquals(List.of(new Part("size", 2), new Part("colour", 2)), LABEL.parts());
        assertEquals(4, LABEL.targetCount());
        assertEquals(List.of(), LABEL.columns());
    }

    @Test
    void aFileKeepsWhatIsReconstructed() throws ModelFormatException {
        Model model = model(LABEL, 4);
        Model read = ModelFiles.read(ModelFiles.description(model), ModelFiles.weights(model));
        assertEquals(LABEL, read.label());
        assertEquals(model.network(), read.network());
    }

    @Test
    void whatDoesNotFitTheFeaturesIsRefused() {
        Models.assertRejected(
                "a network with 3 outputs and loss mean-squared-error does not predict label the features",
                () -> model(LABEL, 3));
        Label other = new Label.Reconstruction(List.of(new Part("size", 4)));
        assertThrows(IllegalArgumentException.class, () -> model(other, 4));
        Models.assertRejected(
                "reconstructed columns [], expected one at least, each with a feature",
                () -> new Label.Reconstruction(List.of()));
        Models.assertRejected(
                "sparse features are not reconstructed: outputs are dense",
                () -> Label.Reconstruction.of(new Features(List.of(new Features.Sparse("words", List.of(1.0, 2.0))))));
    }

    @Test
    void theErrorOfARowIsTheRootOfItsMeanSquare() {
        Scorer scorer = new Scorer(model(LABEL, 4), 2);
        scorer.set(0, new double[] {4, -2}, "red");
        scorer.set(1, new double[] {9, 1}, "blue");
        scorer.run();
        double[][] features = {{0.5, -2, 0, 1}, {3, 4, 1, 0}};
        for (int row = 0; row < 2; row++) {
            double squares = 0;
            for (int k = 0; k < 4; k++) {
                squares += Math.pow(scorer.prediction(row)[k] - features[row][k], 2);
            }
            assertEquals(Math.sqrt(squares / 4), scorer.reconstructionError(row), 1e-6);
        }
        assertThrows(IllegalStateException.class, () -> new Scorer(Models.model(StandardLoss.HUBER), 1)
                .reconstructionError(0));
    }

    /** Two rows that keep the code of a category, and no targets. */
    @Test
    void rowsWithoutTargetsAreMeasuredByTheirFeatures() {
        Model model = model(LABEL, 4);
        FeatureEncoder encoder = new FeatureEncoder(FEATURES);
        float[] numbers = new float[4];
        int[] codes = new int[2];
        encoder.encode(new double[] {4, -2}, new String[] {"red"}, numbers, 0, codes, 0);
        encoder.encode(new double[] {9, 1}, new String[] {"blue"}, numbers, 2, codes, 1);
        Rows rows = new Rows.Coded(2, 4, encoder.places(), numbers, codes);
        Chunk chunk = new Chunk(0, 0, rows, new float[0], new float[] {1, 3});
        Evaluation.OfModel work = new Evaluation.OfModel(model.network().evaluation(BatchShape.dense(5)), false);
        Evaluation sum = PartitionSum.of(List.of(chunk).iterator(), work.layOut(), model.parameters())
                .nodes()
                .get(0)
                .sum();
        Scorer scorer = new Scorer(model, 1);
        scorer.predict(new double[] {4, -2}, "red");
        double red = Math.pow(scorer.reconstructionError(0), 2);
        scorer.predict(new double[] {9, 1}, "blue");
        double blue = Math.pow(scorer.reconstructionError(0), 2);
        assertEquals((red + 3 * blue) / 4, sum.loss(), 1e-6);
        assertEquals(Math.sqrt((red + 3 * blue) / 4), sum.rmse(0, 4), 1e-6);
        assertEquals(Math.sqrt((Math.pow(sum.rmse(2), 2) + Math.pow(sum.rmse(3), 2)) / 2), sum.rmse(2, 4), 1e-12);
    }

    @Test
    void aRowHasItsOwnTargetsOrElseItsFeatures() {
        float[] out = new float[5];
        Rows rows = new Rows.Dense(2, 2, new float[] {1, 2, 3, 4});
        new Chunk(0, 0, rows, new float[] {5, 6, 7, 8, 9, 10}, new float[2]).writeTargets(1, 3, out, 1);
        assertArrayEquals(new float[] {0, 8, 9, 10, 0}, out);
        new Chunk(0, 0, rows, new float[0], new float[2]).writeTargets(1, 2, out, 0);
        assertArrayEquals(new float[] {3, 4, 9, 10, 0}, out);
        Models.assertRejected(
                "shard 7: rows of 2 features without targets, expected 3 dense ones",
                () -> new Chunk(7, 0, rows, new float[0], new float[2]).writeTargets(0, 3, out, 0));
        SparseRows sparse = new SparseRows(2);
        sparse.add(1, 4);
        sparse.endRow();
        Models.assertRejected(
                "shard 7: rows of 2 features without targets, expected 2 dense ones",
                () -> new Chunk(7, 0, sparse.rows(), new float[0], new float[1]).writeTargets(0, 2, out, 0));
    }
}
