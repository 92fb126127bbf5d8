package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.model.Loss;
import dev.adjoint.model.Poisson;
import dev.adjoint.model.Quantile;
import dev.adjoint.model.Scorer;
import dev.adjoint.model.StandardLoss;
import dev.adjoint.model.features.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a loss of numbers is given of them, from a file to the model's prediction. */
class TargetsTest {
    @TempDir
    private Path folder = Path.of("");

    /** Where x is 0 the numbers are 0, 1, ..., 4; where x is 1 they are 0, 3, ..., 12. */
    private Settings settings(Loss loss) throws IOException {
        StringBuilder text = new StringBuilder("x,y\n");
        for (int i = 0; i < 100; i++) {
            text.append("%d,%d%n".formatted(i % 2, (i / 2 % 5) * (1 + 2 * (i % 2))));
        }
        return settings(text.toString(), loss);
    }

    private Settings settings(String text, Loss loss) throws IOException {
        String path = Files.writeString(folder.resolve("numbers.csv"), text).toString();
        return TestSettings.plain(Task.REGRESSION)
                .withSome(Keys.TRAIN, path)
                .with(Keys.HEADER, true)
                .with(Keys.LABEL, List.of("y"))
                .with(Keys.HIDDEN, List.of())
                .with(Keys.BATCH_SIZE, new BatchSize(100))
                .withSome(Keys.LEARNING_RATE, 0.2)
                .with(Keys.EPOCHS, 150)
                .withSome(Keys.LOSS, loss);
    }

    @Test
    void aPoissonRegressionPredictsTheMeanOfEachGroup() throws IOException {
        Training training = Training.read(TestSpark.session(), settings(new Poisson()), Optional.empty());
        Label.Real label = (Label.Real) training.data().label();
        assertEquals(new Label.Real("y", 0, 4), label, "by the mean alone");
        Scorer scorer = new Scorer(training.train().model(), 1);
        assertEquals(2, scorer.predict(new double[] {0})[0], 0.02);
        assertEquals(6, scorer.predict(new double[] {1})[0], 0.06);
    }

    @Test
    void aPoissonRegressionRefusesNegativeNumbers() throws IOException {
        Settings settings = settings("x,y\n1,2\n2,-3\n3,4\n4,5\n", new Poisson());
        String message = String.valueOf(
                assertThrows(DataException.class, () -> Training.read(TestSpark.session(), settings, Optional.empty()))
                        .getMessage());
        assertTrue(
                message.contains("label column \"y\" has the number -3.0 (")
                        && message.contains("model.loss is for numbers from 0 on; mend it, or set another loss"),
                message);
    }

    /** Of 0, 1, ..., 4 and of three times these the quantile 0.7 is the fourth. */
    @Test
    void aQuantileRegressionPredictsTheQuantileOfEachGroup() throws IOException {
        Training training = Training.read(TestSpark.session(), settings(new Quantile(0.7)), Optional.empty());
        Scorer scorer = new Scorer(training.train().model(), 1);
        assertEquals(3, scorer.predict(new double[] {0})[0], 0.5);
        assertEquals(9, scorer.predict(new double[] {1})[0], 1);
    }

    @Test
    void aFewFarNumbersWidenTheSpreadOfASquaredErrorAlone() throws IOException {
        StringBuilder text = new StringBuilder("x,y\n");
        for (int i = 0; i < 400; i++) {
            text.append("%d,%d%n".formatted(i % 7, i == 9 ? 1_000_000 : i % 5));
        }
        double squared = spread(text.toString(), StandardLoss.HALF_SQUARED_ERROR);
        for (Loss robust : List.of(StandardLoss.HUBER, StandardLoss.ABSOLUTE_ERROR, new Quantile(0.9))) {
            assertTrue(spread(text.toString(), robust) < squared / 100, robust.id());
        }
    }

    private double spread(String text, Loss loss) throws IOException {
        Training training = Training.read(TestSpark.session(), settings(text, loss), Optional.empty());
        return ((Label.Real) training.data().label()).targets().get(0).spread();
    }
}
