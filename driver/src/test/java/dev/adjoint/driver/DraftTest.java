package dev.adjoint.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import dev.adjoint.driver.settings.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is guessed of tables, and that training takes it. */
class DraftTest {
    private static final Settings NOTHING_SAID = Settings.of(Task.CLASSIFICATION);

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | a,b,y;1,p,x;2,q,z;3,p,x;4,q,z",
                "false | 1,p,x;2,q,z;3,p,x;4,q,z",
                "false | ?,p,x;2,q,z;3,p,x;4,q,z",
                "true  | day,y;2024-01-01,x;2024-01-02,z;2024-01-03,x",
                "false | p,q,x;q,p,z;p,p,x;q,q,z",
                "true  | shape,colour,kind;p,q,x;q,p,z;p,p,x;q,q,z",
                "true  | 2023,b,c,y;1,2,3,x;2,4,1,z;3,5,2,x",
            })
    void theFirstLineIsAHeaderWhereItDiffersFromTheOthers(boolean header, String lines) throws IOException {
        assertEquals(header, draft(lines.replace(';', '\n')).settings().get(Keys.HEADER));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Outcome | id,Outcome,b",
                "is_class| is_class,a,b",
                "y       | y,a,b",
                "b       | pos_y,ytd,b",
                "target  | is_class,target,b",
            })
    void theLabelIsWhatIsCalledSoOrTheLastColumn(String label, String header) throws IOException {
        Draft draft = draft(rows(header, 30, i -> "%d,%d,%d".formatted(i % 3, i % 2, i % 5)));
        assertEquals(List.of(label), draft.settings().get(Keys.LABEL));
        assertTrue(draft.reasons().containsKey(Keys.LABEL));
        Draft told = Draft.of(
                TestSpark.session(),
                NOTHING_SAID,
                csv(rows(header, 30, i -> "%d,%d,%d".formatted(i % 3, i % 2, i % 5))),
                Optional.of("b"));
        assertEquals(List.of("b"), told.settings().get(Keys.LABEL));
        assertTrue(!told.reasons().containsKey(Keys.LABEL));
    }

    @Test
    void fewWholeNumbersOrTextsAreClasses() throws IOException {
        assertTask(Task.CLASSIFICATION, i -> i % 4);
        assertTask(Task.CLASSIFICATION, i -> "c" + i % 30);
        assertTask(Task.CLASSIFICATION, i -> i % 2 == 0);
        assertTask(Task.REGRESSION, i -> i % 30);
        assertTask(Task.REGRESSION, i -> i % 4 / 2.0);
        assertTask(Task.REGRESSION, i -> i);
    }

    private void assertTask(Task task, IntFunction<Object> label) throws IOException {
        Draft draft = draft(rows("a,y", 120, i -> i * 7 % 120 + "," + label.apply(i)));
        assertEquals(Optional.of(task), draft.settings().get(Keys.TASK));
    }

    @Test
    void textsAmongNumbersAreMissingMarksOrCategories() throws IOException {
        Settings settings = draft(rows("n,code,c,y", 60, i -> "%s,%s,%s,%d"
                        .formatted(i % 9 == 0 ? "-" : i % 11, i % 3 == 0 ? "V" + i : i, i % 2 == 0 ? "p" : "q", i % 2)))
                .settings();
        assertEquals(
                "-",
                settings.get(Keys.NULL_VALUES)
                        .get(settings.get(Keys.NULL_VALUES).size() - 1));
        assertEquals(List.of("code"), settings.get(Keys.CATEGORICAL));
    }

    @Test
    void aDecimalCommaIsSeen() throws IOException {
        Draft draft = draft(rows("a;y", 40, i -> i % 7 + ",5;" + i % 2));
        assertEquals(',', draft.settings().get(Keys.DECIMAL));
        assertTrue(draft.settings().get(Keys.CATEGORICAL).isEmpty());
    }

    @Test
    void rowsWithoutALabelAreLeftOut() throws IOException {
        Draft draft = draft(rows("a,y", 40, i -> i + "," + (i % 8 == 0 ? "" : "c" + i % 2)));
        assertEquals(Keys.MissingLabel.SKIP, draft.settings().get(Keys.MISSING_LABEL));
        assertEquals("5 rows have no label", draft.reasons().get(Keys.MISSING_LABEL));
    }

    @Test
    void otherFormatsSayTheirColumnsThemselves() {
        String path = folder.resolve("t.parquet").toString();
        TestSpark.session().sql("select id a, id % 3 y from range(60)").write().parquet(path);
        Settings settings = Draft.of(TestSpark.session(), NOTHING_SAID, path, Optional.empty())
                .settings();
        assertEquals("task = classification, data.train = %s, data.label = [y]".formatted(path), settings.toString());
    }

    @Test
    void whatTrainingWouldRefuseIsRefused() {
        assertRefused("has one class only", "a,y\n1,x\n2,x\n3,x\n");
        assertRefused("has 1 row with an infinity", "a,y\n1,x\n2,z\n-Infinity,x\n");
        assertThrows(
                DataException.class,
                () -> Draft.of(TestSpark.session(), NOTHING_SAID, csv("a,y\n1,x\n2,z\n"), Optional.of("z")));
    }

    private void assertRefused(String part, String text) {
        DataException refused = assertThrows(DataException.class, () -> draft(text));
        assertTrue(String.valueOf(refused.getMessage()).contains(part), refused.getMessage());
    }

    private Draft draft(String text) throws IOException {
        return Draft.of(TestSpark.session(), NOTHING_SAID, csv(text), Optional.empty());
    }

    private String csv(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "data", ".csv"), text)
                .toString();
    }

    private static String rows(String header, int count, IntFunction<String> row) {
        return header + "\n" + IntStream.range(0, count).mapToObj(row).collect(Collectors.joining("\n"));
    }
}
