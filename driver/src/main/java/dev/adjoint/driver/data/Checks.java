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

/** Judges a profile: what each column is, or why the data cannot be used. All problems are told at once. */
final class Checks {
    private static final int MOST_TOLD = 8;
    /** From this width on, and up to this share of numbers that are not 0, products of entries are faster than dense ones. */
    private static final int LEAST_SPARSE = 512;

    private static final double MOST_DENSITY = 0.05;

    private static final String NOT_UTF8 = "with bytes that are no UTF-8; save the file as UTF-8";

    private final String path;
    private final Profile profile;
    private final List<String> problems = new ArrayList<>();

    private Checks(String path, Profile profile) {
        this.path = path;
        this.profile = profile;
        if (profile.rows() == 0) {
            throw new DataException(path + " has no rows");
        }
        report(
                profile.malformed(),
                "there are",
                "with more or fewer cells than there are columns (is a decimal comma, or a quote that is not closed, the reason?)");
    }

    /**
     * The columns of training data with every {@code AUTO} decided.
     *
     * @throws DataException when cells cannot be used as what their column is
     */
    static Columns training(String path, Profile profile, Columns columns, boolean classification) {
        Checks checks = new Checks(path, profile);
        List<Use> features = new ArrayList<>();
        for (int i = 0; i < columns.features().size(); i++) {
            Use use = columns.features().get(i);
            ColumnProfile found = profile.feature(i);
            Use decided = use.kind() == Kind.AUTO ? checks.decide(use, found) : checks.sparseOrDense(use, found);
            checks.feature(decided, found);
            features.add(decided);
        }
        Use label = columns.label().orElseThrow();
        checks.label(label, profile.label(), classification);
        checks.throwProblems();
        return new Columns(features, label);
    }

    /**
     * Checks new data for a model.
     *
     * @throws DataException when cells cannot be used as the model's columns
     */
    static void scoring(String path, Profile profile, Columns columns, Features features, Label label) {
        Checks checks = new Checks(path, profile);
        for (int i = 0; i < columns.features().size(); i++) {
            Use use = columns.features().get(i);
            ColumnProfile found = profile.feature(i);
            checks.feature(use, found);
            int width =
                    use.kind() == Kind.CATEGORY ? 1 : features.columns().get(i).width();
            if (use.kind() == Kind.VECTOR || use.kind() == Kind.SPARSE) {
                checks.width(use, found, width);
            } else if (use.kind() == Kind.NUMBER && width > 1) {
                checks.problems.add("column \"%s\" holds single numbers, the model takes vectors of %d"
                        .formatted(use.name(), width));
            }
        }
        columns.label().ifPresent(use -> {
            checks.label(use, profile.label(), label instanceof Label.Classes);
            if (label instanceof Label.Classes classes) {
                checks.report(
                        profile.label().found(Finding.UNKNOWN_CLASS),
                        "label " + column(use) + " has",
                        "with a class that training never saw; its classes are " + shorten(classes.names()));
            }
        });
        checks.throwProblems();
    }

    /** The type of a classification's label: numbers where every label is one. */
    static Label.Classes.Type classType(Profile profile) {
        List<Double> numbers = new ArrayList<>();
        for (String label : profile.labels()) {
            Double number = Cells.parse(label);
            if (number == null) {
                return Label.Classes.Type.TEXT;
            }
            numbers.add(number);
        }
        boolean whole = numbers.stream().allMatch(number -> number == Math.rint(number));
        return whole ? Label.Classes.Type.INTEGER : Label.Classes.Type.DECIMAL;
    }

    /** A text column is numeric when nothing in it is text, categorical when most of it is; in between, a mistake. */
    private Use decide(Use use, ColumnProfile found) {
        long text = found.count(Finding.TEXT);
        long numbers = found.count(Finding.NUMBER) + found.count(Finding.NOT_FINITE);
        if (text == 0) {
            return use.as(Kind.NUMBER);
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

    private void feature(Use use, ColumnProfile found) {
        report(found.found(Finding.MISSING), column(use) + " has", "with a missing value");
        report(found.found(Finding.UNDECODABLE), column(use) + " has", NOT_UTF8);
        if (use.kind() == Kind.CATEGORY) {
            return;
        }
        report(
                found.found(Finding.TEXT),
                column(use) + " is numeric but has",
                "with text; mend them, or name the column in data.categorical"
                        + " (is the first line a header? then set data.header = true)");
        report(found.found(Finding.NOT_FINITE), column(use) + " has", "with NaN or an infinity");
        if (found.widths().size() > 1) {
            width(use, found, found.widths().keySet().iterator().next());
        }
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

    private void label(Use use, ColumnProfile found, boolean classification) {
        String has = "label " + column(use) + " has";
        report(found.found(Finding.MISSING), has, "without a label");
        report(found.found(Finding.UNDECODABLE), has, NOT_UTF8);
        if (classification && found.count(Finding.TEXT) > 0) {
            return; // a class may be called anything
        }
        report(found.found(Finding.NOT_FINITE), has, "with NaN or an infinity");
        report(found.found(Finding.TEXT), has, "with text, and task = regression needs numbers");
    }

    private static String column(Use use) {
        return "column \"" + use.name() + "\"";
    }

    /** Notes "{@code subject} so many rows {@code what}", with the first of them; nothing where there is none. */
    private void report(Tally tally, String subject, String what) {
        if (tally.place() != null) {
            Place place = tally.place();
            String where = place.file().isEmpty()
                    ? "%d of the query's partition %d".formatted(place.position() + 1, place.block())
                    : "%d of %s"
                            .formatted(profile.rowInFile(place), place.file().replaceFirst("^file:/+", "/"));
            problems.add("%s %d %s %s; the first is row %s: %s"
                    .formatted(
                            subject, tally.count(), tally.count() == 1 ? "row" : "rows", what, where, tally.example()));
        }
    }

    private void throwProblems() {
        if (problems.isEmpty()) {
            return;
        }
        List<String> told = problems.subList(0, Math.min(MOST_TOLD, problems.size()));
        String more = problems.size() > MOST_TOLD ? "\n  and " + (problems.size() - MOST_TOLD) + " more" : "";
        throw new DataException(path + " cannot be used:\n  " + String.join("\n  ", told) + more);
    }

    private static String shorten(List<String> names) {
        return names.size() <= 12 ? names.toString() : names.subList(0, 12) + " and " + (names.size() - 12) + " more";
    }
}
