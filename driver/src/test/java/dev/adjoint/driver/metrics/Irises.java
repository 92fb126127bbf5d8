package dev.adjoint.driver.metrics;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.driver.training.TrainingListener;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.SparkSession;

/** Trainings of three epochs. */
final class Irises {
    private Irises() {}

    static Training training(SparkSession spark, UnaryOperator<Settings> more) {
        Settings settings = TestSettings.plain(Task.CLASSIFICATION)
                .with(Keys.LABEL, List.of("kind"))
                .with(Keys.EPOCHS, 3)
                .with(Keys.HIDDEN, List.of(4))
                .with(Keys.VALIDATION_FRACTION, 0.2);
        return Training.of(spark, more.apply(settings), TestSpark.iris(spark));
    }

    /** Collects what a training warns of. */
    static TrainingListener warnings(List<String> to) {
        return new TrainingListener() {
            @Override
            public void warned(String warning) {
                to.add(warning);
            }
        };
    }
}
