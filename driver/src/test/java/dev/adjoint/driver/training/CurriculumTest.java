package dev.adjoint.driver.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSettings;
import dev.adjoint.TestSpark;
import dev.adjoint.driver.RateRange;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.Preprocessing;
import dev.adjoint.driver.data.ShardedData;
import dev.adjoint.driver.data.TrainingData;
import dev.adjoint.driver.settings.BatchSize;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.SettingsException;
import dev.adjoint.model.Activation;
import dev.adjoint.model.Affine;
import dev.adjoint.model.BatchNorm;
import dev.adjoint.worker.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings that begin with the easy examples, from the columns of a table to the last parameter. */
class CurriculumTest {
    /** Ten steps an epoch; {@code id} says which row is which, whatever the others hold. */
    private static final Settings SETTINGS = TestSettings.of(4, new BatchSize(20), 0.1, 0.9, 0.01)
            .with(Keys.LABEL, List.of("y"))
            .with(Keys.FEATURES, List.of("a", "b"))
            .with(Keys.ORDER_BY, List.of("id"))
            .with(Keys.SCALE, Preprocessing.Scale.NONE)
            .with(Keys.HIDDEN, List.of(6))
            .withSome(Keys.SHARDS, 4);

    private static final Settings BY_DIFFICULTY =
            SETTINGS.withSome(Keys.DIFFICULTY, "d").withSome(Keys.CURRICULUM, 4.0);

    private static Dataset<Row> rows(String b, String difficulty, int partitions) {
        return TestSpark.session()
                .sql("select id, sin(id) a, %s b, cast(pmod(hash(id), 3) > 0 as int) y, %s d from range(0, 200, 1, %d)"
                        .formatted(b, difficulty, partitions));
    }

    private static Training training(Settings settings, Dataset<Row> rows) {
        return Training.of(TestSpark.session(), settings, rows);
    }

    /** The parameters at the end of each epoch. */
    private static List<float[]> train(Settings settings, Dataset<Row> rows) {
        List<float[]> ends = new ArrayList<>();
        training(settings, rows).train(new TrainingListener() {
            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                ends.add(state.vectors().parameters().clone());
            }
        });
        return ends;
    }

    /** The competence is sqrt(0.04 + 0.96 / 4) = 0.53 at the end of the first of four epochs. */
    @ParameterizedTest
    @ValueSource(strings = {"step", "2 steps"})
    void hardRowsHaveNoInfluenceBeforeTheyJoin(String every) {
        Settings settings =
                BY_DIFFICULTY.with(Keys.SYNCHRONISE, Keys.SYNCHRONISE.parser().parse(every));
        List<float[]> expected = train(settings, rows("cos(id)", "id % 10", 2));
        List<float[]> changed = train(settings, rows("cos(id) + 5 * int(id % 10 >= 6)", "id % 10", 2));
        assertArrayEquals(expected.get(0), changed.get(0), "after an epoch");
        assertFalse(Arrays.equals(expected.get(3), changed.get(3)), "after all");
        List<float[]> other = train(settings, rows("cos(id) + 5 * int(id % 10 < 2)", "id % 10", 2));
        assertFalse(Arrays.equals(expected.get(0), other.get(0)), "of easy rows");
    }

    @Test
    void rowsThatAreAllAsHardAreLearnedFromAsWithoutACurriculum() {
        List<float[]> expected = train(SETTINGS, rows("cos(id)", "3.5", 2));
        List<float[]> actual = train(BY_DIFFICULTY, rows("cos(id)", "3.5", 2));
        for (int epoch = 0; epoch < 4; epoch++) {
            assertArrayEquals(expected.get(epoch), actual.get(epoch), "epoch " + (epoch + 1));
        }
    }

    @Test
    void partitionsDoNotChangeABit() {
        List<float[]> expected = train(BY_DIFFICULTY, rows("cos(id)", "hash(id)", 1));
        List<float[]> actual = train(BY_DIFFICULTY, rows("cos(id)", "hash(id)", 5));
        assertArrayEquals(expected.get(3), actual.get(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"step", "1 steps"})
    void stepsOfWhichNoRowCountsAreNoError(String every) {
        Settings one = BY_DIFFICULTY
                .without(Keys.HIDDEN)
                .with(Keys.LAYERS, List.of(new Affine(3, Activation.TANH), new BatchNorm()))
                .with(Keys.BATCH_SIZE, new BatchSize(1))
                .with(Keys.EPOCHS, 1)
                .withSome(Keys.CURRICULUM, 1.0)
                .withSome(Keys.SHARDS, 1)
                .with(Keys.SYNCHRONISE, Keys.SYNCHRONISE.parser().parse(every));
        List<Double> losses = new ArrayList<>();
        List<float[]> ends = new ArrayList<>();
        training(one, rows("cos(id)", "id", 2)).train(new TrainingListener() {
            @Override
            public void round(RoundReport round, TrainingState state) {
                losses.add(round.loss());
            }

            @Override
            public void epoch(EpochReport epoch, TrainingState state) {
                assertTrue(Double.isFinite(epoch.loss()));
                ends.add(state.vectors().parameters().clone());
            }
        });
        assertEquals(200, losses.size());
        assertTrue(losses.stream().anyMatch(loss -> loss.isNaN()), "some steps have no row");
        for (float parameter : ends.get(0)) {
            assertTrue(Float.isFinite(parameter));
        }
    }

    @Test
    void aRankIsTheShareOfTheTrainingRowsThatAreEasier() {
        Settings held = BY_DIFFICULTY.with(Keys.FEATURES, List.of()).with(Keys.VALIDATION_FRACTION, 0.25);
        TrainingData data = training(held, rows("cos(id)", "-(id % 4)", 3)).data();
        assertEquals(
                List.of("id", "a", "b"),
                data.features().columns().stream().map(column -> column.name()).toList(),
                "how hard a row is is no feature");
        Map<Float, Integer> ranks = new TreeMap<>();
        for (Chunk chunk : data.training().chunks().collect()) {
            for (float rank : chunk.ranks()) {
                ranks.merge(rank, 1, Integer::sum);
            }
        }
        float easier = 0;
        for (Map.Entry<Float, Integer> rank : ranks.entrySet()) {
            assertEquals(easier / 150, rank.getKey(), 1e-6);
            easier += rank.getValue();
        }
        assertEquals(4, ranks.size());
        assertEquals(150, easier);
        for (Chunk chunk : data.heldOut().orElseThrow().chunks().collect()) {
            assertEquals(0, chunk.ranks().length);
        }
    }

    @Test
    void aRangeTestOfRatesTakesAllRows() {
        RateRange.Span span = new RateRange.Span(1e-4, 1, 100);
        assertEquals(
                training(SETTINGS, rows("cos(id)", "id", 2))
                        .findRate(span, List.of())
                        .steps(),
                training(BY_DIFFICULTY, rows("cos(id)", "id", 2))
                        .findRate(span, List.of())
                        .steps());
    }

    @Test
    void anotherCurriculumIsAnotherTraining() {
        Training training = training(BY_DIFFICULTY, rows("cos(id)", "id", 2));
        ShardedData data = training.data().training();
        float[] initial = training.network().initialParameters(1);
        Identity four = TrainingIdentity.of(training.network(), BY_DIFFICULTY, data, Optional.empty(), initial);
        Settings usual = BY_DIFFICULTY.without(Keys.CURRICULUM).with(Keys.EPOCHS, 12);
        assertEquals(
                Optional.empty(),
                four.difference(TrainingIdentity.of(training.network(), usual, data, Optional.empty(), initial)),
                "a third of twelve is four");
        Settings six = BY_DIFFICULTY.withSome(Keys.CURRICULUM, 3.5);
        assertEquals(
                Optional.of("training.curriculum was 40 steps and is 35 steps"),
                four.difference(TrainingIdentity.of(training.network(), six, data, Optional.empty(), initial)));
        Training other = training(BY_DIFFICULTY, rows("cos(id)", "200 - id", 2));
        String difference = four.difference(TrainingIdentity.of(
                        other.network(), BY_DIFFICULTY, other.data().training(), Optional.empty(), initial))
                .orElse("none");
        assertTrue(difference.startsWith("the examples' digest was"), difference);
    }

    @Test
    void whatIsNoDifficultyIsToldWithItsColumn() {
        String missing = refusal("if(id = 7, null, id)");
        assertTrue(missing.contains("data.difficulty: column \"d\" has 1 row without a difficulty"), missing);
        String infinite = refusal("if(id % 100 = 7, double('infinity'), id)");
        assertTrue(infinite.contains("data.difficulty: column \"d\" has 2 rows with an infinite difficulty"), infinite);
        String text = refusal("if(id = 7, 'hard', string(id))");
        assertTrue(text.contains("data.difficulty: column \"d\" has 1 row with text, expected numbers"), text);
        assertEquals(
                "the column of data.difficulty \"e\" is not in the data; the nearest names are [a, b, d] (of 5 columns)",
                assertThrows(
                                DataException.class,
                                () -> training(BY_DIFFICULTY.withSome(Keys.DIFFICULTY, "e"), rows("cos(id)", "id", 2)))
                        .getMessage());
        assertEquals(
                "data.difficulty names the label column \"y\"",
                assertThrows(
                                DataException.class,
                                () -> training(BY_DIFFICULTY.withSome(Keys.DIFFICULTY, "y"), rows("cos(id)", "id", 2)))
                        .getMessage());
    }

    private static String refusal(String difficulty) {
        return String.valueOf(
                assertThrows(DataException.class, () -> training(BY_DIFFICULTY, rows("cos(id)", difficulty, 2)))
                        .getMessage());
    }

    @Test
    void aCurriculumThatTheTrainingIsTooShortForIsRefused() {
        Training shorter = training(BY_DIFFICULTY.with(Keys.EPOCHS, 3), rows("cos(id)", "id", 2));
        assertEquals(
                "training.curriculum: 4.0 epochs, and the training has 3: the hardest examples would never count",
                assertThrows(SettingsException.class, shorter::train).getMessage());
    }
}
