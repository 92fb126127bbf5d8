package dev.adjoint.driver.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.kernel.Block;
import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.Dropout;
import dev.adjoint.model.Network;
import dev.adjoint.model.Periodic;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.worker.step.Adam;
import dev.adjoint.worker.step.Clipping;
import dev.adjoint.worker.step.Descent;
import dev.adjoint.worker.step.Lbfgs;
import dev.adjoint.worker.step.Momentum;
import dev.adjoint.worker.step.Nesterov;
import dev.adjoint.worker.step.Optimiser;
import dev.adjoint.worker.step.Pace;
import dev.adjoint.worker.step.Penalty;
import dev.adjoint.worker.step.Schedule;
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

    private static final Recipe.Table IRIS = new Recipe.Table(150, 150, 4, List.of(0, 1, 2, 3), false);

    @Test
    void aRecipeSaysByTheTableWhatAJobFileDoesNot() {
        Settings tables = parse(Map.of("training.seed", 7)).forTable(IRIS);
        assertEquals(new Adam(0.9, 0.999, 1e-8), tables.minimiser());
        assertEquals(new Schedule.Cosine(0), tables.get(Keys.SCHEDULE));
        assertEquals(400, tables.get(Keys.EPOCHS), "2000 steps, 5 an epoch");
        assertEquals(Optional.of(80), tables.get(Keys.PATIENCE));
        assertEquals(0.003, tables.learningRate());
        assertEquals(5, tables.get(Keys.MEMBERS));
        assertEquals(5, tables.get(Keys.FOLDS));
        assertEquals(
                List.of(
                        new Periodic(4, 0.1, "1-4"),
                        new Affine(256, Activation.SILU),
                        new Dropout(0.25),
                        new Affine(128, Activation.SILU),
                        new Dropout(0.25)),
                tables.layers());
        assertFalse(tables.isSet(Keys.OPTIMISER));
        assertEquals("task = regression, training.seed = 7", tables.toString());

        Settings large = parse(Map.of()).forTable(new Recipe.Table(1_000_000, 1_000_000, 50, List.of(7), false));
        assertEquals(new Periodic(8, 1, "8"), large.layers().get(0));
        Settings rare = parse(Map.of()).forTable(new Recipe.Table(1_000_000, 9_999, 50, List.of(7), false));
        assertEquals(new Periodic(4, 0.1, "8"), rare.layers().get(0), "a class of few rows decides");
        assertEquals(20, large.get(Keys.EPOCHS));
        assertEquals(1, large.get(Keys.MEMBERS));
        assertEquals(10, large.get(Keys.FOLDS), "a tenth says which epoch is best");
        Settings few = parse(Map.of()).forTable(new Recipe.Table(9, 9, 3, List.of(), false));
        assertEquals(0, few.get(Keys.FOLDS));
        assertEquals(1000, few.get(Keys.EPOCHS));
        assertEquals(4, few.layers().size(), "no numbers, no waves");
        Settings wide = parse(Map.of()).forTable(new Recipe.Table(150, 150, 1001, List.of(0), false));
        assertEquals(4, wide.layers().size(), "no waves");
        assertEquals(1, wide.get(Keys.MEMBERS));
        Settings held = parse(Map.of()).forTable(new Recipe.Table(150, 150, 4, List.of(), true));
        assertEquals(0, held.get(Keys.FOLDS));
        assertEquals(1, held.get(Keys.MEMBERS));
    }

    @Test
    void whoSaysAPartOfARecipeHasTheRestOfThatPartPlain() {
        Settings rate = parse(Map.of("training.learning-rate", 0.1)).forTable(IRIS);
        assertEquals(new Momentum(0.9), rate.minimiser());
        assertEquals(new Schedule.Constant(), rate.get(Keys.SCHEDULE));
        assertEquals(30, rate.get(Keys.EPOCHS));
        assertEquals(0.0005, rate.get(Keys.L2));
        assertEquals(5, rate.layers().size(), "the net is another part");
        assertEquals(5, rate.get(Keys.FOLDS), "and members");

        Settings hidden =
                parse(Map.of("model.hidden", "16", "training.epochs", 5)).forTable(IRIS);
        assertEquals(List.of(new Affine(16, Activation.RELU)), hidden.layers());
        assertEquals(1, hidden.get(Keys.MEMBERS), "who says the net means one");
        assertEquals(new Adam(0.9, 0.999, 1e-8), hidden.minimiser());
        assertEquals(5, hidden.get(Keys.EPOCHS));
        Settings plain = parse(Map.of("model.recipe", "plain")).forTable(IRIS);
        assertEquals(List.of(new Affine(256, Activation.RELU), new Affine(128, Activation.RELU)), plain.layers());
        assertEquals(new Momentum(0.9), plain.minimiser());
        assertEquals(0, plain.get(Keys.FOLDS));
    }

    @Test
    void aReconstructionIsOneNetWithANarrowMiddle() {
        Settings usual = Settings.parse(Map.of("task", "reconstruction"), key -> "", List.of(Keys.TASK, Keys.LABEL))
                .forTable(IRIS);
        assertTrue(usual.isReconstruction());
        assertEquals(
                List.of(
                        new Affine(16, Activation.SILU),
                        new Affine(1, Activation.IDENTITY),
                        new Affine(16, Activation.SILU)),
                usual.layers());
        assertEquals(1, usual.get(Keys.MEMBERS));
        assertEquals(10, usual.get(Keys.FOLDS));
        assertEquals(Optional.of(StandardLoss.MEAN_SQUARED_ERROR), usual.loss());
        assertEquals(List.of(), usual.data().labels());
        assertEquals(
                0.02,
                Settings.of(Task.RECONSTRUCTION).with(Keys.RECIPE, Recipe.PLAIN).learningRate());
    }

    @Test
    void whatAReconstructionHasNoUseForIsRefusedTogether() {
        SettingsException e = assertThrows(
                SettingsException.class,
                () -> Settings.parse(
                        Map.of(
                                "task",
                                "reconstruction",
                                "data.label",
                                "species",
                                "data.class-weights",
                                "balanced",
                                "model.loss",
                                "poisson",
                                "training.metric",
                                "accuracy"),
                        key -> "",
                        List.of(Keys.TASK, Keys.LABEL)));
        assertEquals(
                List.of(
                        "data.class-weights: is for a classification with one label",
                        "data.label: a reconstruction has no label; leave this out, and name in data.exclude what is not to be learned from (species)",
                        "model.loss: poisson is for numbers from 0 on, and features are less than 0 as well; expected mean-squared-error, say",
                        "training.metric: accuracy is of classes, and the task is reconstruction; expected loss"),
                e.problems());
        SettingsException classes = assertThrows(
                SettingsException.class,
                () -> Settings.parse(
                        Map.of("task", "reconstruction", "model.loss", "hinge"), key -> "", List.of(Keys.TASK)));
        assertEquals(List.of("model.loss: hinge is not for reconstruction"), classes.problems());
    }

    @Test
    void aStepIsSaidByNamesWithOptions() {
        Settings settings = parse(Map.of(
                "training.optimiser",
                Map.of("optimiser", "adam", "beta2", 0.95),
                "training.schedule",
                Map.of("schedule", "step", "every", 5),
                "training.warm-up",
                "0.5",
                "training.rate-factors",
                Map.of("1", 0, "3", 0.1),
                "training.clip.norm",
                1,
                "training.decay",
                0.02));
        Network network = Network.perceptron(4, List.of(3, 2), Activation.RELU, 1, StandardLoss.HALF_SQUARED_ERROR);
        Descent descent = settings.descent(network, 20);
        assertEquals(new Adam(0.9, 0.95, 1e-8), descent.optimiser());
        assertEquals(
                new Schedule(new Schedule.Steps(0.1, 5), 0.001, 10, new Schedule.Length(600, 20)), descent.schedule());
        assertEquals(new Penalty(0, 0.0005, 0.02), descent.penalty());
        assertEquals(new Clipping(Double.POSITIVE_INFINITY, 1), descent.clipping());
        assertEquals(
                List.of(0.0, 0.0, 1.0, 1.0, 0.1, 0.1),
                descent.parameters().stream().map(Descent.Stretch::rate).toList());
        assertTrue(
                settings.toString()
                        .contains("training.optimiser = {\"optimiser\":\"adam\",\"beta1\":0.9,\"beta2\":0.95"),
                settings.toString());
        assertEquals(
                new Nesterov(0.5),
                parse(Map.of("training.optimiser", "nesterov", "training.momentum", 0.5))
                        .minimiser());
        assertEquals(new Momentum(0.5), parse(Map.of("training.momentum", 0.5)).minimiser());
    }

    /** Makes no step. */
    public record Still(int options) implements Optimiser {
        @Override
        public List<String> state() {
            return List.of();
        }

        @Override
        public void step(Kernels kernels, Pace pace, Block values, Block gradient, List<Block> state, Block scratch) {}
    }

    @Test
    void anOptimiserOfOnesOwnIsNamedByItsClass() {
        String name = Still.class.getName();
        Settings settings = parse(Map.of("training.optimiser", Map.of("optimiser", name, "options", 3)));
        assertEquals(new Still(3), settings.minimiser());
        assertTrue(settings.toString().contains(name), settings.toString());
    }

    @Test
    void stepsThatCannotBeMadeAreRefusedTogether() {
        SettingsException e = assertThrows(
                SettingsException.class,
                () -> parse(Map.of(
                        "model.recipe",
                        "plain",
                        "training.optimiser",
                        "rmsprop",
                        "training.momentum",
                        0.9,
                        "training.warm-up",
                        30,
                        "training.patience",
                        5,
                        "training.schedule",
                        Map.of("schedule", "exponential", "factor", 2),
                        "training.rate-factors",
                        "0.1",
                        "training.clip.value",
                        0)));
        String message = String.valueOf(e.getMessage());
        assertTrue(
                message.contains("training.momentum: is of the optimisers momentum and nesterov; rmsprop has"),
                message);
        assertTrue(message.contains("training.patience: looks at held-out rows, and there are none"), message);
        assertTrue(message.contains("training.warm-up: 30.0 epochs is the whole training"), message);
        assertTrue(
                message.contains("schedule exponential: factor: expected more than 0 and at most 1, not 2.0"), message);
        assertTrue(
                message.contains("training.rate-factors: expected factors by layer ({1: 0, 2: 0.1}), not 0.1"),
                message);
        assertTrue(message.contains("training.clip.value: expected more than 0, not 0.0"), message);

        Network network = Network.perceptron(4, List.of(), Activation.RELU, 1, StandardLoss.HALF_SQUARED_ERROR);
        Settings two = parse(Map.of("training.rate-factors", Map.of(2, 0.1)));
        assertEquals(
                "training.rate-factors: there is no layer 2; the network has 1",
                assertThrows(SettingsException.class, () -> two.descent(network, 1))
                        .getMessage());
        Settings wild = parse(Map.of("training.decay", 1000));
        assertEquals(
                "training.decay: 1000.0 times the learning rate, 0.005, takes all of a weight away at a step",
                assertThrows(SettingsException.class, () -> wild.descent(network, 1))
                        .getMessage());
        Settings none = parse(Map.of(
                "training.schedule",
                Map.of("schedule", "one-cycle", "start", 0, "rise", 0.9),
                "training.learning-rate",
                1e-40,
                "training.epochs",
                1_000_000));
        assertEquals(
                "training.schedule: the rate is 0 at the first step",
                assertThrows(SettingsException.class, () -> none.descent(network, 1))
                        .getMessage());
    }

    @Test
    void whatACurriculumLeavesNothingToIsRefused() {
        assertEquals(
                List.of("training.curriculum: needs data.difficulty, a column that says how hard each example is"),
                assertThrows(SettingsException.class, () -> parse(Map.of("training.curriculum", 3)))
                        .problems());
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("model.recipe", "plain");
        said.put("data.difficulty", "d");
        said.put("training.optimiser", "lbfgs");
        said.put("training.batch-size", "full");
        said.put("training.schedule", "plateau");
        said.put("training.least-gradient", 0.1);
        said.put("training.least-improvement", 0.1);
        String others =
                "looks at the examples that are learned from, which are others from step to step by data.difficulty; ";
        assertEquals(
                List.of(
                        "data.difficulty: lbfgs needs a loss that is the same at every look, and examples join from step to step;"
                                + " leave this out, or take adam",
                        "training.least-gradient: " + others + "leave one out, or take training.patience",
                        "training.least-improvement: " + others + "leave one out, or take training.patience",
                        "training.schedule: lbfgs finds the length of a step by itself; leave this out"),
                assertThrows(SettingsException.class, () -> parse(said)).problems());
        assertEquals(
                List.of("training.schedule: plateau " + others + "set data.validation-fraction or model.folds as well"),
                assertThrows(
                                SettingsException.class,
                                () -> parse(Map.of(
                                        "model.recipe",
                                        "plain",
                                        "data.difficulty",
                                        "d",
                                        "training.schedule",
                                        "plateau")))
                        .problems());
        parse(Map.of("data.difficulty", "d", "training.schedule", "plateau", "data.validation-fraction", 0.1));
    }

    @Test
    void whatLbfgsHasNoUseForIsRefusedTogether() {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("model.recipe", "plain");
        said.put("training.optimiser", Map.of("optimiser", "lbfgs", "history", 5));
        said.put("training.batch-size", 64);
        said.put("training.synchronise.every", "epoch");
        said.put("training.learning-rate", 0.1);
        said.put("training.schedule", "cosine");
        said.put("training.warm-up", 1);
        said.put("training.momentum", 0.9);
        said.put("training.l1", 0.1);
        said.put("training.decay", 0.1);
        said.put("training.clip.norm", 1);
        said.put("training.clip.value", 1);
        said.put("training.mixup", 0.2);
        said.put("training.rate-factors", Map.of(1, 0.5));
        said.put("training.on-divergence", "rollback");
        said.put("training.rounds", "resident");
        List<String> problems =
                assertThrows(SettingsException.class, () -> parse(said)).problems();
        String alone = "lbfgs finds the length of a step by itself; leave this out";
        String smooth = "lbfgs needs a loss with a gradient everywhere; take training.l2 in place of this";
        assertEquals(
                List.of(
                        "training.batch-size: is 64, and lbfgs needs the gradient of all examples; set it to full",
                        "training.clip.norm: " + alone,
                        "training.clip.value: " + alone,
                        "training.decay: " + smooth,
                        "training.l1: " + smooth,
                        "training.learning-rate: " + alone,
                        "training.mixup: lbfgs needs a loss that is the same at every look, and each step mixes its rows anew; leave"
                                + " this out, or take adam",
                        "training.momentum: is of the optimisers momentum and nesterov; lbfgs has options of its own"
                                + " ({\"optimiser\":\"lbfgs\",\"history\":5})",
                        "training.on-divergence: lbfgs shortens a step that went too far, so there is nothing to roll back; set it"
                                + " to stop",
                        "training.rate-factors: with lbfgs a layer is learned (1) or frozen (0), and has no rate of its own",
                        "training.rounds: lbfgs has one round an epoch, after which the driver searches along a line; leave this"
                                + " out",
                        "training.schedule: " + alone,
                        "training.synchronise.every: is epoch, and lbfgs takes its steps with all shards together; set it to step",
                        "training.warm-up: " + alone),
                problems);
        assertEquals(
                new Lbfgs(10),
                parse(Map.of("training.optimiser", "lbfgs", "training.batch-size", "full"))
                        .minimiser());
        for (int history : List.of(0, 101)) {
            SettingsException e = assertThrows(
                    SettingsException.class,
                    () -> parse(Map.of("training.optimiser", Map.of("optimiser", "lbfgs", "history", history))));
            assertEquals(
                    "training.optimiser: optimiser lbfgs: history: expected 1 to 100, not " + history,
                    e.problems().get(0));
        }
    }

    @Test
    void anOptimiserOfOnesOwnIsOneOfSteps() {
        SettingsException e =
                assertThrows(SettingsException.class, () -> parse(Map.of("training.optimiser", "java.lang.Runtime")));
        assertEquals(
                "training.optimiser: optimiser java.lang.Runtime: the class does not implement dev.adjoint.worker.step.Optimiser",
                e.problems().get(0));
    }

    @Test
    void residentRoundsAddSumsInTheirOwnWay() {
        for (String reduction : List.of("in-order", "sliced", "tree-aggregate")) {
            Map<String, Object> said = new LinkedHashMap<>(Map.of("training.reduction", reduction));
            assertTrue(parse(said).isSet(Keys.REDUCTION));
            said.put("training.rounds", "resident");
            SettingsException e = assertThrows(SettingsException.class, () -> parse(said));
            assertEquals(
                    List.of("training.reduction: is " + reduction
                            + ", and the executors of resident rounds add sums in their own way; leave it out, or set"
                            + " training.rounds = jobs"),
                    e.problems());
        }
    }

    private static Settings parse(Map<String, Object> said) {
        Map<String, Object> all = new LinkedHashMap<>(said);
        all.put("task", "regression");
        return Settings.parse(all, key -> "", List.of(Keys.TASK));
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
                        "training.epoch: there is no such key; the nearest are [training.epochs,"
                                + " training.decay, training.l1]  (training.epoch)",
                        "data.label is not set",
                        "model.loss: huber is not for classification  (model.loss)"),
                e.problems());
    }
}
