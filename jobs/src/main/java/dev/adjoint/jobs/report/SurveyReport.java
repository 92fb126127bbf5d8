package dev.adjoint.jobs.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.adjoint.driver.Training;
import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.Note;
import dev.adjoint.driver.data.Survey;
import dev.adjoint.driver.data.Survey.Column;
import dev.adjoint.driver.data.Survey.Level;
import dev.adjoint.driver.data.Survey.Numbers;
import dev.adjoint.driver.data.Survey.Role;
import dev.adjoint.driver.data.Survey.Target;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was found of a table, as text and as JSON. */
public final class SurveyReport {
    /** Columns, classes, notes and problems that the text has at most. */
    private static final int MOST = 50;

    private static final int LONGEST_NAME = 24;
    private static final int LONGEST_VALUES = 80;

    /** Levels of a column that the text has. */
    private static final int LEVELS = 3;

    /** Numbers of fewer different ones are told with how many. */
    private static final int FEW = 20;

    private final String path;
    private final Training.Look look;
    private final Survey survey;
    private final List<Column> columns;
    private final List<Target> targets;
    private final List<Note> notes;

    /** Of what was found at a path. */
    public SurveyReport(String path, Training.Look look) {
        this.path = path;
        this.look = look;
        this.survey = look.survey();
        this.columns = survey.columns();
        this.targets = survey.targets();
        this.notes = survey.notes();
    }

    /** For people. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("%s: %,d rows%s%s, %,d columns%s"
                .formatted(
                        path,
                        survey.rows(),
                        heldOut() > 0 ? " (%,d of them held out)".formatted(heldOut()) : "",
                        survey.skipped() > 0 ? " and %,d without a label".formatted(survey.skipped()) : "",
                        columns.size() + targets.size(),
                        look.training()
                                .map(t -> ", %,d features".formatted(t.network().inputs()))
                                .orElse("")));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("column", "type", "becomes", "missing", "values", ""));
        columns.stream().limit(MOST).map(this::cells).forEach(rows::add);
        lines.addAll(TextTable.of("  ", rows));
        addMore(lines, columns.size(), "columns");
        targets.forEach(target -> lines.addAll(label(target)));
        addList(lines, "suspicious:", texts(notes.stream().filter(note -> note.kind()
                .isSuspicious())));
        addList(lines, "also:", also());
        addList(lines, "problems:", problems());
        return lines.stream().map(line -> line + System.lineSeparator()).collect(Collectors.joining());
    }

    private long heldOut() {
        return look.training()
                .flatMap(training -> training.data().heldOut())
                .map(set -> set.examples())
                .orElse(0L);
    }

    private List<String> problems() {
        return look.refusal().map(DataException::problems).orElse(List.of());
    }

    /** What the table does not show. */
    private List<String> also() {
        List<String> of = texts(notes.stream()
                .filter(note -> note.column().isPresent() && !note.kind().isSuspicious()));
        return Stream.concat(of.stream(), ofTest()).toList();
    }

    private Stream<String> ofTest() {
        return look.training().stream().flatMap(training -> training.notes().stream()
                .skip(training.data().notes().size()));
    }

    private static List<String> texts(Stream<Note> some) {
        return some.map(Note::text).toList();
    }

    private static void addList(List<String> lines, String title, List<String> texts) {
        if (!texts.isEmpty()) {
            lines.add(title);
            texts.stream().limit(MOST).forEach(text -> lines.add("  " + text));
            addMore(lines, texts.size(), "");
        }
    }

    private static void addMore(List<String> lines, int all, String what) {
        if (all > MOST) {
            lines.add("  and %,d more %s(the JSON has all)".formatted(all - MOST, what.isEmpty() ? "" : what + " "));
        }
    }

    private List<String> cells(Column column) {
        return List.of(
                TextTable.shown(column.name(), LONGEST_NAME),
                TextTable.shown(column.type(), LONGEST_NAME),
                becomes(column),
                column.missing() == 0
                        ? ""
                        : "%,d (%.1f %%)".formatted(column.missing(), 100.0 * column.missing() / survey.rows()),
                TextTable.shown(values(column), LONGEST_VALUES),
                kinds(column).collect(Collectors.joining(", ")));
    }

    /** Why a column is suspicious, in a word each. */
    private Stream<String> kinds(Column column) {
        return notes.stream()
                .filter(note -> note.column().filter(column.name()::equals).isPresent())
                .map(Note::kind)
                .filter(Note.Kind::isSuspicious)
                .distinct()
                .map(Note.Kind::toString);
    }

    private static String becomes(Column column) {
        return switch (column.role()) {
            case CATEGORICAL ->
                column.distinct().isPresent()
                        ? "categorical, %,d levels".formatted(column.distinct().getAsLong())
                        : "categorical";
            case VECTOR ->
                column.features().isPresent()
                        ? "vector, %,d features".formatted(column.features().getAsInt())
                        : "vector";
            case NUMERIC -> column.features().orElse(1) > 1 ? "numeric, indicator" : "numeric";
            case DATE ->
                column.features().isPresent()
                        ? "date, %d features".formatted(column.features().getAsInt())
                        : "date";
            case LEFT_OUT, WEIGHT, DIFFICULTY, UNUSED -> column.role().toString();
        };
    }

    private static String values(Column column) {
        if (column.numbers().isEmpty()) {
            return column.commonest().stream()
                    .limit(LEVELS)
                    .map(SurveyReport::counted)
                    .collect(Collectors.joining(", "));
        }
        boolean few = column.role() == Role.NUMERIC && column.distinct().orElse(FEW) < FEW;
        return range(column.numbers().get(), shown(column.role()))
                + (few ? ", %d distinct".formatted(column.distinct().orElse(0)) : "");
    }

    private static String counted(Level level) {
        return "%s %,d".formatted(TextTable.shown(level.name(), LONGEST_NAME), level.rows());
    }

    private static String range(Numbers numbers, DoubleFunction<String> shown) {
        return "%s to %s%s"
                .formatted(
                        shown.apply(numbers.least()),
                        shown.apply(numbers.greatest()),
                        Double.isNaN(numbers.median()) ? "" : ", median " + shown.apply(numbers.median()));
    }

    private static DoubleFunction<String> shown(Role role) {
        return role == Role.DATE ? SurveyReport::time : SurveyReport::number;
    }

    /** A whole number with all its digits. */
    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        return plain(new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros());
    }

    private static String plain(BigDecimal number) {
        return number.scale() > -15 && number.scale() < 10 ? number.toPlainString() : number.toString();
    }

    /** A date where it is midnight. */
    private static String time(double seconds) {
        LocalDateTime time = LocalDateTime.ofEpochSecond((long) Math.floor(seconds), 0, ZoneOffset.UTC);
        return time.toLocalTime().toSecondOfDay() == 0 ? time.toLocalDate().toString() : time.toString();
    }

    private List<String> label(Target target) {
        List<String> lines = new ArrayList<>();
        String name = "label %s (%s): ".formatted(TextTable.shown(target.name(), LONGEST_NAME), target.type());
        if (target.numbers().isPresent()) {
            Numbers numbers = target.numbers().get();
            String quartiles = Double.isNaN(numbers.lower())
                    ? ""
                    : ", quartiles %s and %s".formatted(number(numbers.lower()), number(numbers.upper()));
            lines.add(name + range(numbers, SurveyReport::number) + quartiles);
        } else {
            lines.add(name + "%,d classes".formatted(target.classes().size()));
            List<List<String>> rows = target.classes().stream()
                    .limit(MOST)
                    .map(level -> List.of(
                            TextTable.shown(level.name(), LONGEST_NAME),
                            "%,d".formatted(level.rows()),
                            "%.1f %%".formatted(100.0 * level.rows() / survey.rows())))
                    .toList();
            if (!rows.isEmpty()) {
                lines.addAll(TextTable.of("  ", rows));
            }
            addMore(lines, target.classes().size(), "classes");
        }
        return lines;
    }

    /** For programs: all columns, all classes, all notes. */
    public ObjectNode json() {
        ObjectNode json = Summary.of("data")
                .put("data", path)
                .put("rows", survey.rows())
                .put("held_out", heldOut())
                .put("without_label", survey.skipped());
        look.training().ifPresent(t -> json.put("features", t.network().inputs()));
        Map<String, List<Note>> byColumn = notes.stream()
                .filter(note -> note.column().isPresent())
                .collect(Collectors.groupingBy(note -> note.column().get(), LinkedHashMap::new, Collectors.toList()));
        ArrayNode array = json.putArray("columns");
        columns.forEach(column -> put(array.addObject(), column, byColumn.getOrDefault(column.name(), List.of())));
        ArrayNode labels = json.putArray("labels");
        targets.forEach(target -> put(labels.addObject(), target, byColumn.getOrDefault(target.name(), List.of())));
        ArrayNode others = json.putArray("notes");
        texts(notes.stream().filter(note -> note.column().isEmpty())).forEach(others::add);
        ofTest().forEach(others::add);
        problems().forEach(json.putArray("problems")::add);
        return json;
    }

    private static void put(ObjectNode node, Column column, List<Note> about) {
        node.put("name", column.name())
                .put("type", column.type())
                .put("becomes", column.role().toString());
        column.features().ifPresent(features -> node.put("features", features));
        node.put("missing", column.missing());
        column.numbers().ifPresent(numbers -> put(node, numbers, column.role()));
        column.distinct().ifPresent(distinct -> node.put("distinct", distinct));
        if (!column.commonest().isEmpty()) {
            put(node.putArray("commonest"), "level", column.commonest());
        }
        put(node, about);
    }

    private static void put(ObjectNode node, Target target, List<Note> about) {
        node.put("name", target.name()).put("type", target.type());
        target.numbers()
                .ifPresentOrElse(
                        numbers -> put(node, numbers, Role.NUMERIC),
                        () -> put(node.putArray("classes"), "class", target.classes()));
        put(node, about);
    }

    private static void put(ArrayNode array, String name, List<Level> levels) {
        levels.forEach(level -> array.addObject().put(name, level.name()).put("rows", level.rows()));
    }

    private static void put(ObjectNode node, Numbers numbers, Role role) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("least", numbers.least());
        values.put("lower_quartile", numbers.lower());
        values.put("median", numbers.median());
        values.put("upper_quartile", numbers.upper());
        values.put("greatest", numbers.greatest());
        values.forEach((name, value) -> {
            if (role == Role.DATE && Double.isFinite(value)) {
                node.put(name, time(value));
            } else {
                Summary.putNumber(node, name, value);
            }
        });
    }

    private static void put(ObjectNode node, List<Note> about) {
        ArrayNode suspicious = node.putArray("suspicious");
        ArrayNode texts = node.putArray("notes");
        about.forEach(note -> {
            if (note.kind().isSuspicious()) {
                suspicious.add(note.kind().toString());
            }
            texts.add(note.text());
        });
    }
}
