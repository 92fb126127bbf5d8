package dev.adjoint.jobs.config;

import com.typesafe.config.ConfigUtil;
import dev.adjoint.driver.Draft;
import dev.adjoint.driver.data.Note;
import dev.adjoint.driver.data.Survey.Column;
import dev.adjoint.driver.data.Survey.Numbers;
import dev.adjoint.driver.data.Survey.Role;
import dev.adjoint.driver.settings.Key;
import dev.adjoint.driver.settings.Keys;
import dev.adjoint.driver.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A job file that says a draft's settings, and in comments what was found and what was guessed. */
public final class DraftFile {
    /** Columns of whole numbers with more different ones are hardly categories. */
    private static final int MOST_LEVELS = 20;

    /** Where more columns than this share have few whole numbers, they are measures (pixels, grades), not codes. */
    private static final double MOST_SHARE = 0.5;

    /** Comments on columns. */
    private static final int MOST_COMMENTS = 20;

    private static final int LONGEST_COMMENT = 200;

    private final Draft draft;
    private final Settings settings;
    private final List<String> lines = new ArrayList<>();

    private DraftFile(Draft draft) {
        this.draft = draft;
        this.settings = draft.settings();
    }

    /**
     * The text of the file.
     *
     * @param model the directory of the trained model
     */
    public static String text(Draft draft, String model) {
        DraftFile file = new DraftFile(draft);
        file.write(model);
        return String.join("\n", file.lines) + "\n";
    }

    private void write(String model) {
        String data = settings.require(Keys.TRAIN);
        comment(
                "",
                "Drafted by \"adjoint init\" from %s: %,d rows, %,d columns."
                        .formatted(
                                data,
                                draft.look().survey().rows(),
                                draft.look().survey().columns().size() + 1));
        comment("", "What was guessed says so; adjoint data --conf FILE shows what becomes of each column,");
        comment("", "adjoint train --help-config lists all keys.");
        set("", Keys.TASK, settings.require(Keys.TASK).toString());
        lines.add("");
        lines.add("data {");
        set("  ", Keys.TRAIN, quoted(data));
        comment("  ", "test = \"...\": labelled rows that training never sees, where there are some");
        setWhereSaid(Keys.FORMAT, format -> quoted(format.orElse("auto")));
        header();
        setWhereSaid(Keys.COLUMNS, DraftFile::list);
        for (Key<?> key : List.of(Keys.SEPARATOR, Keys.ENCODING, Keys.QUOTE)) {
            setWhereSaid(key, value -> quoted(settings.said(key)));
        }
        set("  ", Keys.LABEL, quoted(settings.get(Keys.LABEL).get(0)));
        setWhereSaid(Keys.MISSING_LABEL, Object::toString);
        setWhereSaid(Keys.DECIMAL, sign -> quoted(sign.toString()));
        setWhereSaid(Keys.NULL_VALUES, DraftFile::list);
        setWhereSaid(Keys.CATEGORICAL, DraftFile::list);
        codes();
        suspicious();
        setWhereSaid(Keys.VALIDATION_FRACTION, Object::toString);
        lines.add("}");
        lines.add("");
        set("", Keys.OUTPUT, quoted(model));
    }

    private void header() {
        setWhereSaid(Keys.HEADER, Object::toString);
        if (settings.isSet(Keys.HEADER) && !settings.get(Keys.HEADER)) {
            comment("  ", "columns = [...] names them, in order; until then they are _c0, _c1, ...");
        }
    }

    /** In the object of the data, unless it is the default. */
    private <T> void setWhereSaid(Key<T> key, Function<T, String> written) {
        if (settings.isSet(key)) {
            set("  ", key, written.apply(settings.get(key)));
        }
    }

    /** Numbers that may be codes: only a person knows. */
    private void codes() {
        List<Column> numeric = draft.look().survey().columns().stream()
                .filter(column -> column.role() == Role.NUMERIC)
                .toList();
        List<String> codes =
                numeric.stream().filter(DraftFile::mayBeACode).map(Column::name).toList();
        if (!codes.isEmpty() && codes.size() <= MOST_SHARE * numeric.size()) {
            List<String> shown = codes.subList(0, Math.min(MOST_COMMENTS, codes.size()));
            comment("  ", "few whole numbers, perhaps codes without an order; then: categorical = " + list(shown));
        }
    }

    private static boolean mayBeACode(Column column) {
        long distinct = column.distinct().orElse(0);
        Optional<Numbers> numbers = column.numbers();
        return numbers.isPresent()
                && distinct > 2
                && distinct <= MOST_LEVELS
                && numbers.get().least() == Math.rint(numbers.get().least())
                && numbers.get().greatest() - numbers.get().least() >= distinct - 1;
    }

    private void suspicious() {
        List<String> texts = draft.look().survey().notes().stream()
                .filter(note -> note.kind().isSuspicious())
                .map(Note::text)
                .toList();
        texts.stream().limit(MOST_COMMENTS).forEach(text -> comment("  ", text));
        if (texts.size() > MOST_COMMENTS) {
            comment("  ", "and %,d more; \"adjoint data\" has all".formatted(texts.size() - MOST_COMMENTS));
        }
    }

    /** A key by its last name, as within its object where it is indented, and why it was guessed. */
    private void set(String indent, Key<?> key, String value) {
        String reason = draft.reasons().get(key);
        String name =
                indent.isEmpty() ? key.name() : key.name().substring(key.name().indexOf('.') + 1);
        lines.add("%s%s = %s%s".formatted(indent, name, value, reason == null ? "" : "  # guessed: " + reason));
    }

    private void comment(String indent, String text) {
        // Names of columns may hold line breaks.
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        lines.add(
                indent + "# " + (line.length() > LONGEST_COMMENT ? line.substring(0, LONGEST_COMMENT) + "..." : line));
    }

    private static String list(List<String> names) {
        return names.stream().map(DraftFile::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quoted(String text) {
        return ConfigUtil.quoteString(text);
    }
}
