package dev.adjoint.driver.data;

import dev.adjoint.driver.data.Columns.Kind;
import dev.adjoint.driver.data.Columns.Use;
import dev.adjoint.driver.data.Profile.ColumnProfile;
import dev.adjoint.driver.data.Profile.Finding;
import dev.adjoint.driver.data.Profile.Tally;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.stream.Collectors;

/** Judges a profile: what each column is, or why the data cannot be used. All problems are told at once. */
final class Checks {
    /** From this width on, and up to this share of numbers that are not 0, products of entries are faster than dense ones. */
    private static final int LEAST_SPARSE = 512;

    private static final double MOST_DENSITY = 0.05;

    /** What to do where bytes do not decode. */
    static final String ENCODING = "save it as UTF-8, or set data.encoding (windows-1252, say)";

    private static final String UNDECODABLE = "with bytes that its encoding does not have; " + ENCODING;

    private final Profile profile;
    private final List<String> problems = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();

    private Checks(String path, Profile profile) {
        this.profile = profile;
        if (profile.rows() == 0) {
            throw new DataException(path + ": there are no rows");
        }
        report(profile.malformed(), "there are", profile.complaint());
    }

    /** Columns as they are used, what is worth telling of them, and why they cannot be used. */
    record Judged(Columns columns, List<Note> notes, List<String> problems) {
        /**
         * Checks that there are no problems.
         *
         * @param path for the message
         * @throws DataException with all of them
         */
        void requireUsable(String path) {
            DataException.throwAll(path + " cannot be used:", problems);
        }
    }

    /**
     * The columns of training data with every {@code AUTO} decided, and all that cannot be used as what it is.
     *
     * @param known problems that are told with those that are found here
     */
    static Judged training(
            String path, Profile profile, Columns columns, TrainingData.Options options, List<String> known) {
        Checks checks = new Checks(path, profile);
        checks.problems.addAll(known);
        Preprocessing preprocessing = options.preprocessing();
        List<Use> features = new ArrayList<>();
        for (int i = 0; i < columns.features().size(); i++) {
            Use use = columns.features().get(i);
            ColumnProfile found = profile.feature(i);
            Use decided = use.kind() == Kind.AUTO ? checks.decide(use, found) : checks.sparseOrDense(use, found);
            if (found.only().isPresent()) {
                String only = found.only().get();
                checks.notes.add(Note.of(
                        Note.Kind.CONSTANT,
                        use.name(),
                        "%s is left out: all its cells are %s"
                                .formatted(column(use), only.isEmpty() ? "missing" : only)));
                decided = use.as(Kind.NONE);
            } else if (decided.kind() == Kind.DATE && preprocessing.dates() == Preprocessing.Dates.IGNORE) {
                checks.notes.add(
                        Note.of(Note.Kind.LEFT_OUT, use.name(), column(use) + " is left out: data.dates = ignore"));
                continue;
            }
            checks.feature(decided, found, preprocessing.missing() == Preprocessing.Missing.ERROR);
            if (decided.kind() == Kind.SPARSE && options.labels().isEmpty()) {
                checks.problems.add(
                        "%s has vectors of %,d numbers, mostly zeros, and their reconstruction would have no zeros; leave it out by data.exclude, or make fewer numbers of it"
                                .formatted(
                                        column(use),
                                        found.widths().keySet().iterator().next()));
            }
            features.add(decided);
        }
        for (int k = 0; k < columns.labels().size(); k++) {
            checks.label(
                    columns.labels().get(k),
                    profile.label(k),
                    options.classification(),
                    columns.labels().size() > 1);
            if (!preprocessing.skipUnlabelled()) {
                checks.report(
                        profile.label(k).found(Finding.MISSING),
                        "label " + column(columns.labels().get(k)) + " has",
                        "without a label; mend them, or set data.missing-label = skip to leave them out");
            }
        }
        if (options.classification() && columns.labels().size() == 1) {
            checks.classes(columns.labels().get(0), options.classWeights());
        }
        if (columns.labels().size() > profile.rows()) {
            checks.problems.add("there are %,d columns to predict and %,d rows only"
                    .formatted(columns.labels().size(), profile.rows()));
        }
        checks.weights(columns);
        checks.difficulties(columns);
        if (profile.skipped() > 0) {
            checks.notes.add(Note.about("%,d rows without a label are left out".formatted(profile.skipped())));
        }
        return new Judged(columns.with(features), checks.notes, checks.problems);
    }

    private void weights(Columns columns) {
        columns.weight().ifPresent(use -> {
            String has = "data.weight: " + column(use) + " has";
            ColumnProfile found = profile.weights();
            report(found.found(Finding.MISSING), has, "without a weight");
            report(found.found(Finding.NEGATIVE), has, "with a negative weight");
            report(found.found(Finding.NOT_FINITE), has, "with an infinite weight");
            report(found.found(Finding.TEXT), has, "with text, expected numbers");
            if (found.count(Finding.NUMBER) == profile.rows()
                    && found.greatest().value() == 0) {
                problems.add("data.weight: %s is 0 in every row".formatted(column(use)));
            }
        });
    }

    private void difficulties(Columns columns) {
        columns.difficulty().ifPresent(use -> {
            String has = "data.difficulty: " + column(use) + " has";
            ColumnProfile found = profile.difficulties();
            report(found.found(Finding.MISSING), has, "without a difficulty");
            report(found.found(Finding.NOT_FINITE), has, "with an infinite difficulty");
            report(found.found(Finding.TEXT), has, "with text, expected numbers");
        });
    }

    /**
     * Checks new data for a model; returns what is worth telling.
     *
     * @throws DataException when cells cannot be used as the model's columns
     */
    static List<String> scoring(
            String path, Profile profile, Columns columns, Features features, Label label, boolean skipUnlabelled) {
        Checks checks = new Checks(path, profile);
        Map<String, Features.Column> known =
                features.columns().stream().collect(Collectors.toMap(Features.Column::name, column -> column));
        for (int i = 0; i < columns.features().size(); i++) {
            Use use = columns.features().get(i);
            ColumnProfile found = profile.feature(i);
            Features.Column column = known.get(use.name());
            if (column == null) {
                throw new IllegalArgumentException(use.name() + " is no feature");
            }
            checks.feature(use, found, mustNotBeMissing(column));
            checks.unseen(use, found, column);
            checks.differs(column(use), found, Usual.of(column));
            if (use.kind() == Kind.VECTOR || use.kind() == Kind.SPARSE) {
                checks.width(use, found, column.numbers());
            }
        }
        List<Optional<Usual>> usual = Usual.of(label, columns.labels().size());
        for (int k = 0; k < columns.labels().size(); k++) {
            Use use = columns.labels().get(k);
            checks.label(use, profile.label(k), !(label instanceof Label.Real), label instanceof Label.Flags);
            checks.differs("label " + column(use), profile.label(k), usual.get(k));
            if (!skipUnlabelled) {
                checks.report(
                        profile.label(k).found(Finding.MISSING), "label " + column(use) + " has", "without a label");
            }
            if (label instanceof Label.Classes classes) {
                checks.report(
                        profile.label(k).found(Finding.UNSEEN),
                        "label " + column(use) + " has",
                        "with a class that training never saw; its classes are " + shorten(classes.names()));
            }
        }
        checks.weights(columns);
        DataException.throwAll(path + " cannot be used:", checks.problems);
        return checks.notes.stream().map(Note::text).toList();
    }

    private void differs(String column, ColumnProfile found, Optional<Usual> usual) {
        usual.flatMap(training -> training.differs(found, profile))
                .ifPresent(how -> notes.add(Note.about(column + " " + how)));
    }

    static boolean mustNotBeMissing(Features.Column column) {
        return column instanceof Features.Categorical categorical
                ? !categorical.missing() && categorical.fill().isEmpty()
                : column.numbers() > 0 && column.missingNumbers().fills().isEmpty();
    }

    private void unseen(Use use, ColumnProfile found, Features.Column column) {
        Tally unseen = found.found(Finding.UNSEEN);
        if (unseen.place() != null) {
            notes.add(Note.about(
                    column instanceof Features.Constant constant
                            ? "%s had one value in training, %s, and has others in %,d of %,d rows; the model takes no notice of it"
                                    .formatted(column(use), constant.value(), unseen.count(), profile.rows())
                            : "%s has levels that training never saw, or too rarely, in %,d of %,d rows; the first is %s: %s"
                                    .formatted(
                                            column(use),
                                            unseen.count(),
                                            profile.rows(),
                                            profile.where(unseen.place()),
                                            unseen.example())));
        }
    }

    /** A text column is numeric when nothing in it is text, categorical when most of it is; in between, a mistake. */
    private Use decide(Use use, ColumnProfile found) {
        long text = found.count(Finding.TEXT);
        long numbers = found.count(Finding.NUMBER) + found.count(Finding.NOT_FINITE);
        if (text == 0) {
            return use.as(Kind.NUMBER);
        }
        if (found.count(Finding.DATE) == text && numbers == 0) {
            return use.as(Kind.DATE);
        }
        long formatted = found.count(Finding.FORMATTED);
        if (numbers + formatted > (text - formatted)) {
            report(
                    found.found(Finding.FORMATTED),
                    column(use) + " is numeric but has",
                    "with numbers formatted for people; for a decimal comma set data.decimal = \",\", take thousands, units and signs"
                            + " out of the file, or name the column in data.categorical");
            return use.as(formatted > 0 && formatted == text ? Kind.NONE : Kind.NUMBER);
        }
        return use.as(numbers > text ? Kind.NUMBER : Kind.CATEGORY);
    }

    /** A wide vector column that is mostly zeros is not centred, which would fill it. */
    private Use sparseOrDense(Use use, ColumnProfile found) {
        if (use.kind() != Kind.VECTOR || found.widths().size() != 1) {
            return use;
        }
        int width = found.widths().keySet().iterator().next();
        boolean sparse = width >= LEAST_SPARSE && found.nonZeros() <= MOST_DENSITY * width * profile.rows();
        return sparse ? use.as(Kind.SPARSE) : use;
    }

    private void feature(Use use, ColumnProfile found, boolean mustNotBeMissing) {
        boolean vector = use.kind() == Kind.VECTOR || use.kind() == Kind.SPARSE;
        if (mustNotBeMissing || vector) {
            report(found.found(Finding.MISSING), column(use) + " has", "with a missing value");
        }
        if (mustNotBeMissing || use.kind() == Kind.SPARSE) {
            report(found.found(Finding.MISSING_ELEMENT), column(use) + " has", "with a number that is missing (NaN)");
        }
        report(found.found(Finding.UNDECODABLE), column(use) + " has", UNDECODABLE);
        if (use.kind() == Kind.CATEGORY || use.kind() == Kind.NONE) {
            return;
        }
        report(found.found(Finding.NOT_FINITE), column(use) + " has", "with an infinity");
        if (use.kind() == Kind.DATE) {
            if (found.count(Finding.TEXT) > found.count(Finding.DATE)) {
                report(found.found(Finding.TEXT), column(use) + " holds dates (2024-12-31) but has", "with other text");
            }
            return;
        }
        report(
                found.found(Finding.TEXT),
                column(use) + " is numeric but has",
                "with text; mend them, or name the column in data.categorical"
                        + " (is the first line a header? then set data.header = true)");
        if (found.widths().size() > 1) {
            width(use, found, mostFrequent(found.widths()));
        }
    }

    /** The least of them, where several are. */
    private static int mostFrequent(NavigableMap<Integer, Tally> widths) {
        int frequent = 0;
        long most = 0;
        for (Map.Entry<Integer, Tally> width : widths.entrySet()) {
            if (width.getValue().count() > most) {
                frequent = width.getKey();
                most = width.getValue().count();
            }
        }
        return frequent;
    }

    private void width(Use use, ColumnProfile found, int expected) {
        found.widths().forEach((width, tally) -> {
            if (width != expected) {
                report(
                        tally,
                        column(use) + " has",
                        "with vectors of %d numbers, expected %d".formatted(width, expected));
            }
        });
    }

    private void label(Use use, ColumnProfile found, boolean classification, boolean flags) {
        String has = "label " + column(use) + " has";
        report(found.found(Finding.UNDECODABLE), has, UNDECODABLE);
        long given = found.count(Finding.NUMBER) + found.count(Finding.TEXT) + found.count(Finding.NOT_FINITE);
        if (given == 0 && found.count(Finding.MISSING) > 0) {
            problems.add("label %s has no value in any row".formatted(column(use)));
        }
        if (classification && flags) {
            boolean inside = found.least().value() >= 0 && found.greatest().value() <= 1;
            if (found.count(Finding.TEXT) > 0 || !inside) {
                problems.add("label %s is one of several, each of which is 0 or 1 in every row; it has other values"
                        .formatted(column(use)));
            }
            return;
        }
        if (classification && found.count(Finding.TEXT) > 0) {
            return; // a class may be called anything
        }
        report(found.found(Finding.NOT_FINITE), has, "with an infinity");
        report(found.found(Finding.TEXT), has, "with text, and task = regression needs numbers");
    }

    /** The label of a classification with one. */
    private void classes(Use use, Preprocessing.ClassWeights weights) {
        List<String> names = profile.classNames(use.sqlType());
        boolean numbers = Cells.areNumbers(names);
        String has = "label " + column(use) + " has";
        if (names.size() == 1) {
            problems.add("%s one class only, %s; a classifier needs two at least".formatted(has, names));
        } else if (names.size() > Profile.MOST_LABELS) {
            problems.add("%s more than %,d classes; is it a number to predict (task = regression)?"
                    .formatted(has, Profile.MOST_LABELS));
        } else if (numbers && names.size() > 20 && 2L * names.size() > profile.rows()) {
            problems.add("%s %,d classes, all numbers, in %,d rows; is it a number to predict (task = regression)?"
                    .formatted(has, names.size(), profile.rows()));
        } else {
            weights.factors().keySet().stream()
                    .filter(name -> !names.contains(name))
                    .forEach(name ->
                            problems.add("data.class-weights: there is no class %s in the label %s; its classes are %s"
                                    .formatted(name, column(use), shorten(names))));
        }
        for (int i = 1; numbers && i < names.size(); i++) {
            if (Cells.parse(names.get(i - 1)) == Cells.parse(names.get(i))) {
                notes.add(Note.of(
                        Note.Kind.ABOUT,
                        use.name(),
                        "label %s: %s and %s are two classes, since they are two texts"
                                .formatted(column(use), names.get(i - 1), names.get(i))));
            }
        }
    }

    private static String column(Use use) {
        return "column \"" + use.name() + "\"";
    }

    /** Notes "{@code subject} so many rows {@code what}", with the first of them; nothing where there is none. */
    private void report(Tally tally, String subject, String what) {
        if (tally.place() != null) {
            problems.add("%s %d %s %s; the first is %s: %s"
                    .formatted(
                            tally.count() == 1 && subject.equals("there are") ? "there is" : subject,
                            tally.count(),
                            tally.count() == 1 ? "row" : "rows",
                            what,
                            profile.where(tally.place()),
                            tally.example()));
        }
    }

    static String shorten(List<String> names) {
        return names.size() <= 12 ? names.toString() : names.subList(0, 12) + " and " + (names.size() - 12) + " more";
    }
}
