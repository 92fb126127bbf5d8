package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.model.Activation;
import dev.adjoint.worker.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The use case, as a program calls it. */
class TrainingTest {
    private static final Settings SETTINGS = TestSettings.plain(Task.CLASSIFICATION)
            .withSome(Keys.TRAIN, "../conf/data/iris.csv")
            .with(Keys.LABEL, List.of("_c4"))
            .with(Keys.VALIDATION_FRACTION, 0.2)
            .with(Keys.HIDDEN, List.of(8))
            .with(Keys.ACTIVATION, Activation.TANH)
            .with(Keys.EPOCHS, 6);

    private static SparkSession spark() {
        return TestSpark.session();
    }

    private static Evaluation metrics(Trained trained, String set) {
        return Objects.requireNonNull(trained.metrics().get(set));
    }

    @Test
    void whatComesOutTellsAllOfTheTraining(@TempDir Path folder) throws IOException {
        Training training =
                Training.read(spark(), SETTINGS.withSome(Keys.TEST, "../conf/data/iris.csv"), Optional.empty());
        assertEquals(120, training.data().training().examples());
        assertEquals("4-8-3", training.network().widths());
        Trained trained = training.train();
        assertEquals(Set.of("training", "validation", "test"), trained.metrics().keySet());
        assertEquals(30, metrics(trained, Trained.VALIDATION).examples());
        assertEquals(150, metrics(trained, Trained.TEST).examples());
        assertEquals(6, trained.history().size());
        assertEquals(6, trained.history().get(5).epoch());
        double best = trained.history().stream()
                .mapToDouble(epoch -> epoch.validation().orElseThrow().loss())
                .min()
                .orElseThrow();
        assertEquals(best, metrics(trained, Trained.VALIDATION).loss(), "the best epoch's model is measured");
        assertTrue(trained.checksum().matches("[0-9a-f]{64}"));
        assertTrue(String.valueOf(trained.model().provenance().get("settings")).contains("training.epochs = 6"));
        assertFalse(trained.lastCheckpointFailed());
        new ModelStore(spark().sparkContext().hadoopConfiguration())
                .save(trained.model(), folder.resolve("m").toString());
        assertEquals(
                trained.checksum(),
                Training.read(spark(), SETTINGS, Optional.empty()).train().checksum(),
                "the same bits");
    }

    @Test
    void theRowsOfAQueryAreTrainedOnToTheSameBitsHoweverTheyArePartitioned() {
        Dataset<Row> rows = spark().read().csv("../conf/data/iris.csv");
        Settings settings = SETTINGS.with(Keys.VALIDATION_FRACTION, 0.0);
        String one = Training.of(spark(), settings, rows.coalesce(1)).train().checksum();
        String seven =
                Training.of(spark(), settings, rows.repartition(7)).train().checksum();
        assertEquals(one, seven);
    }

    @Test
    void aHeaderThatIsForgottenIsNoRow(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("t.csv"), "city,color,y\nAustin,red,buy\nBoston,red,skip\nAustin,blue,skip\n");
        Settings forgotten = TestSettings.plain(Task.CLASSIFICATION)
                .withSome(Keys.TRAIN, file.toString())
                .with(Keys.LABEL, List.of("_c2"));
        DataException refused =
                assertThrows(DataException.class, () -> Training.read(spark(), forgotten, Optional.empty()));
        assertEquals(
                file
                        + " begins with a line that looks like names, [city, color, y]; set data.header = true if they are, false if they are not",
                refused.getMessage());
        Training said = Training.read(spark(), forgotten.with(Keys.HEADER, false), Optional.empty());
        assertEquals(4, said.data().training().examples());
    }

    @Test
    void aTrainingMayBeWatchedAndStopped() {
        Trained trained = Training.read(spark(), SETTINGS, Optional.empty()).train(new TrainingListener() {
            @Override
            public void began(Control training, TrainingState state) {
                training.stop();
            }
        });
        assertFalse(trained.result().isWhole());
        assertTrue(trained.metrics().isEmpty());
        assertEquals(0, trained.steps());
        assertEquals(Optional.empty(), trained.checkpoint());
    }

    @Test
    void aTrainingGoesOnFromAModel() {
        Trained first = Training.read(spark(), SETTINGS, Optional.empty()).train();
        Trained tuned = Training.read(spark(), SETTINGS.with(Keys.EPOCHS, 1), Optional.of(first.model()))
                .train();
        assertEquals(first.model().features(), tuned.model().features());
        Settings other = SETTINGS.with(Keys.HIDDEN, List.of(9));
        assertThrows(SettingsException.class, () -> Training.read(spark(), other, Optional.of(first.model())));
    }

    @Test
    void whatCannotBeTrainedIsToldBeforeItIs() {
        Settings unlabelled = TestSettings.plain(Task.CLASSIFICATION).withSome(Keys.TRAIN, "../conf/data/iris.csv");
        assertThrows(SettingsException.class, () -> Training.read(spark(), unlabelled, Optional.empty()));
        assertThrows(
                DataException.class,
                () -> Training.read(spark(), SETTINGS.with(Keys.LABEL, List.of("nobody")), Optional.empty()));
    }
}
