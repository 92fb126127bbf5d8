package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.driver.data.Profile.ColumnProfile;
import dev.adjoint.driver.data.Profile.Finding;
import dev.adjoint.driver.data.Survey.Column;
import dev.adjoint.driver.data.Survey.Level;
import dev.adjoint.driver.data.Survey.Role;
import dev.adjoint.model.features.Features;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Puts together, column by column, what a {@link Survey} has from several sources. */
final class SurveyedColumns {
    /** Of the most frequent levels, so many are given. */
    private static final int COMMONEST = 5;

    private final Survey.Seen seen;
    private final Survey.@Nullable Known known;

    /** Of the columns that are read, by name, in the order of the data. */
    private final Map<String, ColumnProfile> found = new LinkedHashMap<>();

    /** Of those that are used, by name. */
    private final Map<String, Use> uses = new HashMap<>();

    /** Of those that are used where something was learned of them, by name. */
    private final Map<String, Slot> slots = new HashMap<>();

    private final Map<String, Features.Column> features = new HashMap<>();

    SurveyedColumns(Survey.Seen seen, Survey.@Nullable Known known) {
        this.seen = seen;
        this.known = known;
        List<Use> declared = seen.declared().features();
        for (int i = 0; i < declared.size(); i++) {
            found.put(declared.get(i).name(), seen.profile().feature(i));
        }
        seen.judged().columns().features().forEach(use -> uses.put(use.name(), use));
        if (known != null) {
            known.learned().slots().forEach(slot -> slots.put(slot.use().name(), slot));
            known.features().columns().forEach(column -> features.put(column.name(), column));
        }
    }

    /** All that are no label, in the order of the data. */
    List<Column> all() {
        return Columns.dataColumns(seen.schema()).stream()
                .filter(name -> !seen.options().labels().contains(name))
                .map(this::column)
                .toList();
    }

    private Column column(String name) {
        ColumnProfile cells = found.get(name);
        Use use = uses.get(name);
        if (cells == null) {
            boolean weight = seen.options().weight().filter(name::equals).isPresent();
            boolean difficulty =
                    seen.options().difficulty().filter(name::equals).isPresent();
            return featureless(name, weight ? Role.WEIGHT : difficulty ? Role.DIFFICULTY : Role.UNUSED, 0);
        }
        if (use == null) {
            return featureless(name, Role.LEFT_OUT, cells.count(Finding.MISSING));
        }
        boolean numeric = use.kind() != Kind.CATEGORY && use.kind() != Kind.NONE;
        double[] sample = sample(name);
        Map<String, Long> levels = levels(use, cells);
        long distinct = numeric ? Arrays.stream(sample).distinct().count() : levels.size();
        OptionalInt width = width(name);
        return new Column(
                name,
                type(name),
                width.isPresent() && width.getAsInt() == 0 ? Role.LEFT_OUT : role(use.kind()),
                width,
                cells.count(Finding.MISSING),
                numeric ? Survey.numbers(cells, sample) : Optional.empty(),
                distinct == 0 ? OptionalLong.empty() : OptionalLong.of(distinct),
                commonest(levels));
    }

    private Column featureless(String name, Role role, long missing) {
        return new Column(
                name, type(name), role, OptionalInt.of(0), missing, Optional.empty(), OptionalLong.empty(), List.of());
    }

    private String type(String name) {
        return seen.schema().apply(name).dataType().sql().toLowerCase(Locale.ROOT);
    }

    private OptionalInt width(String name) {
        Features.Column becomes = features.get(name);
        return becomes == null ? OptionalInt.empty() : OptionalInt.of(becomes.width());
    }

    private static Role role(Kind kind) {
        return switch (kind) {
            case NUMBER, AUTO -> Role.NUMERIC;
            case CATEGORY -> Role.CATEGORICAL;
            case DATE -> Role.DATE;
            case VECTOR, SPARSE -> Role.VECTOR;
            case NONE -> Role.LEFT_OUT;
        };
    }

    /** What was sampled of a single number, sorted; nothing of other columns. */
    private double[] sample(String name) {
        Slot slot = slots.get(name);
        return known == null || slot == null || !slot.isSampled() || slot.numbers() != 1
                ? new double[0]
                : known.learned().statistics().sample(slot.sampled());
    }

    /** The levels of a category, or the one value of a constant, with their rows. */
    private Map<String, Long> levels(Use use, ColumnProfile cells) {
        Slot slot = slots.get(use.name());
        if (known != null && slot != null && use.kind() == Kind.CATEGORY) {
            return known.learned().statistics().levels(slot.text());
        }
        return cells.only()
                .filter(only -> !only.isEmpty())
                .map(only -> Map.of(only, seen.profile().rows()))
                .orElse(Map.of());
    }

    private static List<Level> commonest(Map<String, Long> levels) {
        return levels.entrySet().stream()
                .map(level -> new Level(level.getKey(), level.getValue()))
                .sorted(Comparator.comparingLong(Level::rows).reversed().thenComparing(Level::name))
                .limit(COMMONEST)
                .toList();
    }

    /** Those with numbers and texts, in the order of the data. */
    List<Survey.Mixed> mixed() {
        List<Survey.Mixed> mixed = new ArrayList<>();
        found.forEach((name, cells) -> {
            Use use = uses.get(name);
            boolean numeric = use != null && (use.kind() == Kind.NUMBER || use.kind() == Kind.NONE);
            if (numeric && cells.count(Finding.TEXT) > 0 && cells.only().isEmpty()) {
                mixed.add(new Survey.Mixed(name, cells.count(Finding.FORMATTED)));
            }
        });
        return mixed;
    }
}
