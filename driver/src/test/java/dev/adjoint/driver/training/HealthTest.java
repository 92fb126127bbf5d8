package dev.adjoint.driver.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.rounds.Passes;
import dev.adjoint.driver.rounds.ReductionKind;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.model.Activated;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.BatchNorm;
import dev.adjoint.model.Dropout;
import dev.adjoint.model.Layer;
import dev.adjoint.model.Network;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

/** What is told of the layers, and what is warned of. */
class HealthTest {
    private static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    }

    /** Of {@code y = x1}, in so many rows. */
    private static ShardedData line(int rows) {
        float[] x = new float[2 * rows];
        float[] y = new float[rows];
        for (int i = 0; i < rows; i++) {
            x[2 * i] = (float) i / rows - 0.5f;
            x[2 * i + 1] = 1;
            y[i] = x[2 * i];
        }
        float[] weights = new float[rows];
        Arrays.fill(weights, 1);
        return new ShardedData(
                context()
                        .parallelize(List.of(new Chunk(0, 0, rows, 2, x, y, weights)), 1)
                        .cache(),
                1,
                rows);
    }

    private static Network network(Layer... layers) {
        return new Network(2, List.of(layers), 1, StandardLoss.HALF_SQUARED_ERROR);
    }

    /** The reports and the warnings of a training from these parameters. */
    private static List<String> train(
            Network network, Settings settings, float[] initial, List<TrainingListener.EpochReport> reports) {
        List<String> warnings = new ArrayList<>();
        Trainer trainer = new Trainer(Passes.of(context(), ReductionKind.AUTO), network, settings);
        trainer.train(trainer.begin(initial), initial, line(40), Optional.empty(), List.of(new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                reports.add(epoch);
            }

            @Override
            public void warned(String warning) {
                warnings.add(warning);
            }
        }));
        return warnings;
    }

    private static Settings full(int epochs, double rate) {
        return TestSettings.of(epochs, new BatchSize(40), rate, 0, 0);
    }

    @Test
    void aReportHasTheSpreadOfWhatALayerPutsOutAndOfItsGradient() {
        Network linear = network();
        // w = (2, 0), b = 1: outputs 2 x + 1, errors x + 1.
        float[] initial = {2, 0, 1};
        List<TrainingListener.EpochReport> reports = new ArrayList<>();
        assertEquals(List.of(), train(linear, full(1, 1e-9), initial, reports));
        Health health = reports.get(0).health().orElseThrow();
        assertEquals(40, health.rows());
        assertEquals(1, health.layers().size());
        Health.OfLayer layer = health.layers().get(0);
        assertEquals("outputs", layer.kind());
        assertEquals(0, layer.outputs().least(), 1e-6);
        assertEquals(2 * (39.0 / 40 - 0.5) + 1, layer.outputs().most(), 1e-6);
        double meanX = -0.5 / 40;
        assertEquals(2 * meanX + 1, layer.outputs().mean(), 1e-6);
        double deviationOfX = Math.sqrt((40.0 * 40 - 1) / 12) / 40;
        assertEquals(2 * deviationOfX, layer.outputs().deviation(), 1e-6);
        double byX = deviationOfX * deviationOfX + meanX * meanX + meanX;
        double byBias = meanX + 1;
        assertEquals(Math.min(byX, byBias), layer.gradients().least(), 1e-6);
        assertEquals(byBias, layer.gradients().most(), 1e-6);
        assertEquals((byX + 2 * byBias) / 3, layer.gradients().mean(), 1e-6);
    }

    @Test
    void theUpdateIsWhatTheLastStepAddedOverWhatIsThere() {
        Network linear = network();
        float[] initial = {2, 0, 1};
        List<TrainingListener.EpochReport> reports = new ArrayList<>();
        train(linear, full(1, 0.01), initial, reports);
        double meanX = -0.5 / 40;
        double byX = (40.0 * 40 - 1) / 12 / 1600 + meanX * meanX + meanX;
        double byBias = meanX + 1;
        double step = 0.01 * Math.sqrt(byX * byX + 2 * byBias * byBias);
        double w1 = 2 - 0.01 * byX;
        double w2 = -0.01 * byBias;
        double norm = Math.sqrt(w1 * w1 + w2 * w2 + (1 + w2) * (1 + w2));
        assertEquals(
                step / norm,
                reports.get(0).health().orElseThrow().layers().get(0).update(),
                1e-6);
    }

    @Test
    void layersThatOnlyTrainingHasAreLeftOutAndTheOthersKeepTheirNumbers() {
        Network deep = network(
                new Dropout(0.5),
                new Affine(3, Activation.IDENTITY),
                new BatchNorm(),
                new Activated(Activation.TANH),
                new Dropout(0.5));
        List<TrainingListener.EpochReport> reports = new ArrayList<>();
        train(deep.withMembers(2), full(1, 1e-3), deep.withMembers(2).initialParameters(1), reports);
        List<Health.OfLayer> layers = reports.get(0).health().orElseThrow().layers();
        assertEquals(
                List.of(2, 3, 4, 6), layers.stream().map(Health.OfLayer::number).toList());
        assertEquals(
                List.of("identity", "batch-norm", "tanh", "outputs"),
                layers.stream().map(Health.OfLayer::kind).toList());
        assertTrue(Double.isNaN(layers.get(2).update()), "tanh has no parameters");
        assertEquals(0, layers.get(2).gradients().rootMeanSquare());
        assertTrue(layers.get(0).gradients().rootMeanSquare() > 0);
    }

    @Test
    void aDeadLayerIsToldOnce() {
        Network relu = network(new Affine(3, Activation.RELU));
        float[] initial = relu.initialParameters(1);
        Arrays.fill(initial, 6, 9, -10); // the biases
        List<TrainingListener.EpochReport> reports = new ArrayList<>();
        List<String> warnings = train(relu, full(3, 1e-3), initial, reports);
        assertEquals(
                1,
                warnings.stream()
                        .filter(w -> w.startsWith("layer 1 (relu) is dead"))
                        .count(),
                warnings::toString);
        assertEquals(1, reports.get(0).health().orElseThrow().layers().get(0).dead());
        Arrays.fill(initial, 6, 8, 10);
        List<TrainingListener.EpochReport> alive = new ArrayList<>();
        assertEquals(List.of(), train(relu, full(3, 1e-3), initial, alive));
        assertEquals(
                1.0 / 3, alive.get(0).health().orElseThrow().layers().get(0).dead(), 1e-12);
    }

    @Test
    void saturationLargeStepsAndVanishingGradientsAreTold() {
        Network tanh = network(new Affine(4, Activation.TANH));
        float[] saturated = tanh.initialParameters(1);
        Arrays.fill(saturated, 8, 12, 9);
        List<String> warnings = train(tanh, full(2, 1e-4), saturated, new ArrayList<>());
        assertTrue(
                warnings.toString().contains("layer 1 (tanh): 100 % of its outputs are where the function is flat"),
                warnings::toString);
        Network linear = network();
        warnings = train(linear, full(2, 1), new float[] {2, 0, 1}, new ArrayList<>());
        assertTrue(warnings.toString().contains("the steps are large: one changed layer 1"), warnings::toString);

        Layer[] deep = new Layer[12];
        Arrays.fill(deep, new Affine(4, Activation.LOGISTIC));
        Network vanishing = network(deep);
        warnings = train(vanishing, full(2, 1e-3), vanishing.initialParameters(1), new ArrayList<>());
        assertTrue(
                warnings.toString().contains("the gradients vanish: those of layer 1 (logistic)"), warnings::toString);
    }

    @Test
    void aLossThatStaysIsTold() {
        List<String> warnings = train(network(), full(6, 1e-9), new float[] {2, 0, 1}, new ArrayList<>());
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).startsWith("learning stalls: the loss of epoch 6 is 0.5"), warnings::toString);
        assertEquals(List.of(), train(network(), full(6, 0.01), new float[] {2, 0, 1}, new ArrayList<>()));
        Settings joining = full(6, 1e-9).withSome(Keys.DIFFICULTY, "d");
        assertEquals(
                List.of(),
                train(network(), joining, new float[] {2, 0, 1}, new ArrayList<>()),
                "where harder examples join, a loss may stay");
    }

    @Test
    void validationThatTurnsIsToldUnlessItEndsTheTraining() {
        Settings settings = full(8, 0.05);
        ShardedData data = line(40);
        ShardedData opposite = new ShardedData(
                data.chunks()
                        .map(c -> {
                            float[] y = c.targets().clone();
                            for (int i = 0; i < y.length; i++) {
                                y[i] = 3 - y[i];
                            }
                            return new Chunk(c.shard(), c.first(), c.features(), y, c.weights());
                        })
                        .cache(),
                1,
                40);
        assertTrue(warnings(settings, data, opposite).toString().contains("validation has turned: its loss is"));
        assertFalse(warnings(settings.withSome(Keys.PATIENCE, 5), data, opposite)
                .toString()
                .contains("validation has turned"));
    }

    private static List<String> warnings(Settings settings, ShardedData data, ShardedData heldOut) {
        List<String> warnings = new ArrayList<>();
        float[] initial = {2, 0, 1};
        Trainer trainer = new Trainer(Passes.of(context(), ReductionKind.AUTO), network(), settings);
        trainer.train(trainer.begin(initial), initial, data, Optional.of(heldOut), List.of(new TrainingListener() {
            @Override
            public void warned(String warning) {
                warnings.add(warning);
            }
        }));
        return warnings;
    }

    @Test
    void ofManyEpochsAHundredthIsLookedAt() {
        List<TrainingListener.EpochReport> reports = new ArrayList<>();
        train(network(), full(250, 0.01), new float[] {2, 0, 1}, reports);
        assertEquals(250, reports.size());
        List<Integer> told = reports.stream()
                .filter(report -> report.health().isPresent())
                .map(TrainingListener.EpochReport::epoch)
                .toList();
        assertEquals(84, told.size());
        assertEquals(List.of(3, 6, 9), told.subList(0, 3));
        assertEquals(List.of(249, 250), told.subList(82, 84));
    }
}
