package dev.adjoint.driver.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.StandardLoss;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void everyKeyIsARowOfTheTableUnderItsOwnName() throws IllegalAccessException {
        List<Key<?>> constants = new ArrayList<>();
        for (Field field : Keys.class.getFields()) {
            if (field.getType() == Key.class) {
                constants.add((Key<?>) field.get(null));
            }
        }
        assertEquals(constants, Keys.ALL);
        assertEquals(
                Keys.ALL.size(), Keys.ALL.stream().map(Key::name).distinct().count());
        for (Key<?> key : Keys.ALL) {
            assertTrue(key.meaning().endsWith(".") || key.meaning().endsWith(")."), key + ": " + key.meaning());
        }
    }

    @Test
    void whatIsSaidIsWhatIsGot() {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("task", "regression");
        said.put("training.epochs", 7);
        said.put("training.seed", "9007199254740993");
        said.put("training.momentum", 0);
        said.put("training.l2", "1e-3");
        said.put("training.batch-size", "full");
        said.put("training.synchronise.every", "10 steps");
        said.put("model.loss", "huber");
        said.put("model.hidden", "7, 5");
        said.put("data.header", true);
        said.put("data.features", List.of("a", "b"));
        said.put("checkpoint.every", "10 minutes");
        said.put("checkpoint.directory", "c");
        said.put("training.resume", "auto");
        said.put("model.keep", "last");
        Settings settings = Settings.parse(said, key -> "", List.of(Keys.TASK));
        assertEquals(7, settings.get(Keys.EPOCHS));
        assertEquals(9_007_199_254_740_993L, settings.get(Keys.SEED));
        assertEquals(0.0, settings.get(Keys.MOMENTUM));
        assertEquals(0.001, settings.get(Keys.L2));
        assertEquals(BatchSize.FULL, settings.get(Keys.BATCH_SIZE));
        assertEquals(new Synchronise(10), settings.get(Keys.SYNCHRONISE));
        assertEquals(Optional.of(StandardLoss.HUBER), settings.get(Keys.LOSS));
        assertEquals(List.of(new Affine(7, Activation.RELU), new Affine(5, Activation.RELU)), settings.layers());
        assertTrue(settings.get(Keys.HEADER));
        assertEquals(List.of("a", "b"), settings.get(Keys.FEATURES));
        assertEquals(new Every(10, Every.Unit.MINUTES), settings.get(Keys.CHECKPOINT_EVERY));
        assertEquals(Keys.Keep.LAST, settings.get(Keys.KEEP));
        assertEquals(0.005, settings.learningRate(), "the default of regression");
        assertEquals(
                "task = regression, data.header = true, data.features = [a, b], model.hidden = [7, 5],"
                        + " model.loss = \"huber\", model.keep = last, training.epochs = 7, training.batch-size = full,"
                        + " training.synchronise.every = 10 steps, training.momentum = 0.0, training.l2 = 0.001,"
                        + " training.seed = 9007199254740993, training.resume = auto, checkpoint.directory = c,"
                        + " checkpoint.every = 10 minutes",
                settings.toString());
    }

    @Test
    void aValueIsReadAgainAsItIsPrinted() {
        for (Key<?> key : Keys.ALL) {
            if (key.usual() != null) {
                assertEquals(key.defaultValue(), key.parser().parse(key.usual()), key.name());
            }
        }
        for (Object raw : List.of("step", "epoch", "1 steps", "3 steps")) {
            assertEquals(raw, Synchronise.parse(raw).toString());
        }
        for (Object raw : List.of("full", "auto", "12")) {
            assertEquals(raw, BatchSize.parse(raw).toString());
        }
        for (Object raw : List.of("1 epoch", "2 epochs", "1 step", "5 minutes")) {
            assertEquals(raw, Every.parse(raw).toString());
        }
    }

    @Test
    void classWeightsThatWouldDoNothingAreRefused() {
        for (Map<String, Object> said : List.<Map<String, Object>>of(
                Map.of("task", "regression", "data.label", "a", "data.class-weights", "balanced"),
                Map.of("task", "classification", "data.label", "a, b", "data.class-weights", Map.of("yes", 2)))) {
            SettingsException e =
                    assertThrows(SettingsException.class, () -> Settings.parse(said, key -> "", List.of()));
            assertEquals(
                    "data.class-weights: is for a classification with one label",
                    e.problems().get(0));
        }
    }

    @Test
    void allProblemsAreToldTogetherWithTheirOrigin() {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("task", "classification");
        said.put("model.loss", "huber");
        said.put("training.epochs", 0);
        said.put("training.epoch", 1);
        SettingsException e = assertThrows(
                SettingsException.class,
                () -> Settings.parse(said, key -> "  (" + key + ")", List.of(Keys.TASK, Keys.LABEL)));
        assertEquals(
                List.of(
                        "training.epochs: expected 1 or more, not 0  (training.epochs)",
                        "training.epoch: there is no such key; the nearest are [training.epochs, training.l2,"
                                + " training.resume]  (training.epoch)",
                        "data.label is not set",
                        "model.loss: huber is not for classification  (model.loss)"),
                e.problems());
    }
}
