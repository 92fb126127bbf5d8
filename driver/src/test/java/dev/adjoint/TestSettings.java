package dev.adjoint;

import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Recipe;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Synchronise;
import dev.adjoint.driver.settings.Task;

/** Settings of small trainings. */
public final class TestSettings {
    private TestSettings() {}

    /** One small net, and steps at a constant rate: what can be followed in a test. */
    public static Settings plain(Task task) {
        return Settings.of(task).with(Keys.RECIPE, Recipe.PLAIN);
    }

    /** So many epochs, and examples a step. */
    public static Settings of(int epochs, BatchSize batch, double rate, double momentum, double l2) {
        return plain(Task.CLASSIFICATION)
                .with(Keys.EPOCHS, epochs)
                .with(Keys.BATCH_SIZE, batch)
                .withSome(Keys.LEARNING_RATE, rate)
                .with(Keys.MOMENTUM, momentum)
                .with(Keys.L2, l2);
    }

    /** The same, with so many steps between averages; 0 for none of a replica's own. */
    public static Settings local(Settings settings, int steps) {
        return settings.with(Keys.SYNCHRONISE, new Synchronise(steps));
    }
}
