package dev.adjoint.driver;

import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.Guesses;
import dev.adjoint.driver.data.Reader;
import dev.adjoint.driver.data.Survey;
import dev.adjoint.driver.data.Survey.Level;
import dev.adjoint.driver.settings.Key;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import dev.adjoint.model.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Settings that a data set suggests. A training takes them as they are: that was tried.
 *
 * @param settings what was said or guessed, defaults left out
 * @param reasons why, of what was guessed
 * @param look what was found with these settings
 */
public record Draft(Settings settings, Map<Key<?>, String> reasons, Training.Look look) {
    /** Texts of a column of numbers that stand for a missing value are a few, and short. */
    private static final int MOST_MARKS = 3;

    private static final int LONGEST_MARK = 20;

    /**
     * For the data at a path.
     *
     * @param given how it is read, where that was said
     * @param label the column to predict; empty to guess it
     * @throws DataException when it cannot be read, or training would refuse it however it is taken
     */
    public static Draft of(SparkSession spark, Settings given, String path, Optional<String> label) {
        return DataException.reading(path, () -> new Drafting(spark, given, path).draft(label));
    }

    /** What was guessed so far. */
    private static final class Drafting {
        private final SparkSession spark;
        private final Reader reader;
        private final String path;
        private final Map<Key<?>, String> reasons = new LinkedHashMap<>();
        private Settings settings;

        Drafting(SparkSession spark, Settings given, String path) {
            this.spark = spark;
            this.reader = new Reader(spark);
            this.path = path;
            // As a trial: rows without a label are counted, and any values are classes.
            this.settings = given.withSome(Keys.TASK, Task.CLASSIFICATION)
                    .withSome(Keys.TRAIN, path)
                    .with(Keys.MISSING_LABEL, Keys.MissingLabel.SKIP);
        }

        private <T> void guess(Key<T> key, T value, String reason) {
            settings = settings.with(key, value);
            reasons.put(key, reason);
        }

        Draft draft(Optional<String> label) {
            guessHeader();
            guessLabel(label);
            Survey survey = guessDecimal(survey());
            guessStrays(survey.mixed());
            guessTask(survey);
            if (survey.skipped() > 0) {
                reasons.put(Keys.MISSING_LABEL, "%,d rows have no label".formatted(survey.skipped()));
            } else {
                settings = settings.without(Keys.MISSING_LABEL);
            }
            Training.Look look = Training.look(spark, settings);
            look.refusal().ifPresent(refusal -> {
                throw refusal;
            });
            return new Draft(settings, reasons, look);
        }

        private Dataset<Row> rows() {
            return reader.read(path, Training.source(reader, settings), OptionalInt.empty());
        }

        private Survey survey() {
            Training.Look look = Training.look(spark, settings);
            if (look.survey().isEmpty()) {
                throw look.refusal().orElseThrow();
            }
            return look.survey();
        }

        private void guessHeader() {
            Source source = Training.source(reader, settings);
            if (!source.format().equals("csv") || settings.isSet(Keys.HEADER)) {
                return;
            }
            boolean header = Guesses.isHeader(rows(), source.texts());
            guess(
                    Keys.HEADER,
                    header,
                    header
                            ? "the first line differs from the others: it has names"
                            : "the first line has values like the others, no names");
        }

        private void guessLabel(Optional<String> given) {
            if (given.isPresent()) {
                settings = settings.with(Keys.LABEL, List.of(given.get()));
                return;
            }
            List<String> columns = Guesses.columns(rows());
            Optional<String> named = Guesses.label(columns);
            guess(
                    Keys.LABEL,
                    List.of(named.orElse(columns.get(columns.size() - 1))),
                    named.isPresent() ? "its name says so" : "it is the last column");
        }

        /** A decimal comma makes numbers of what was formatted for people, or it is none. */
        private Survey guessDecimal(Survey survey) {
            if (formatted(survey) == 0 || settings.isSet(Keys.DECIMAL)) {
                return survey;
            }
            Settings before = settings;
            settings = settings.with(Keys.DECIMAL, ',');
            Survey other = survey();
            if (formatted(other) > 0) {
                settings = before;
                return survey;
            }
            reasons.put(Keys.DECIMAL, "numbers are written with a comma");
            return other;
        }

        private static long formatted(Survey survey) {
            return survey.mixed().stream().mapToLong(Survey.Mixed::formatted).sum();
        }

        /** A few short texts among numbers stand for missing ones; where there are many, the column is of categories. */
        private void guessStrays(List<Survey.Mixed> mixed) {
            if (mixed.isEmpty()) {
                return;
            }
            List<String> nulls = new ArrayList<>(settings.get(Keys.NULL_VALUES));
            List<String> categories = new ArrayList<>();
            Map<String, Set<String>> strays = Guesses.strays(
                    rows(), mixed.stream().map(Survey.Mixed::name).toList(), settings.texts());
            strays.forEach((column, texts) -> {
                if (texts.size() <= MOST_MARKS && texts.stream().allMatch(text -> text.length() <= LONGEST_MARK)) {
                    texts.stream().filter(text -> !nulls.contains(text)).forEach(nulls::add);
                } else {
                    categories.add(column);
                }
            });
            if (nulls.size() > settings.get(Keys.NULL_VALUES).size()) {
                guess(Keys.NULL_VALUES, nulls, "the last ones stand among numbers");
            }
            if (!categories.isEmpty()) {
                guess(Keys.CATEGORICAL, categories, "numbers and texts in one column");
            }
        }

        private void guessTask(Survey survey) {
            List<String> values =
                    survey.targets().get(0).classes().stream().map(Level::name).toList();
            boolean classes = Guesses.areClasses(values);
            guess(
                    Keys.TASK,
                    Optional.of(classes ? Task.CLASSIFICATION : Task.REGRESSION),
                    "the label has %s"
                            .formatted(
                                    classes
                                            ? "%,d different values".formatted(values.size())
                                            : "many different numbers"));
        }
    }
}
